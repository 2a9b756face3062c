"""Column types both databases keep alike, and the declaration of what is personal in each column."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Whole numbers up to 2**63; SQLite's INTEGER is that already, and only under that name counts up by itself."""

LARGEST = 2**63 - 1
"""The largest number both keep; a larger one in an address belongs to no row."""

Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC: TIMESTAMPTZ; on SQLite text that sorts in time and that a host can read."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type for a database."""
        return dialect.type_descriptor(sa.DateTime(timezone=True) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write an instant; one without a zone is refused, for nobody knows when it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant knows its zone.")
        value = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return value
        return value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read an instant."""
        if value is None:
            return None
        found = value if dialect.name == "postgresql" else datetime.fromisoformat(value)
        return found.astimezone(UTC) if isinstance(found, datetime) else None


class Day(TypeDecorator[date]):
    """A day of the calendar: DATE; on SQLite ISO text."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type for a database."""
        return dialect.type_descriptor(sa.Date() if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Write a day."""
        return value.isoformat() if value is not None and dialect.name != "postgresql" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Read a day."""
        return date.fromisoformat(value) if value is not None and dialect.name != "postgresql" else value


class Id(TypeDecorator[uuid.UUID]):
    """A UUID: UUID; on SQLite text with its hyphens."""

    impl = sa.Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type for a database."""
        return dialect.type_descriptor(postgresql.UUID(as_uuid=True) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: uuid.UUID | None, dialect: Dialect) -> Any:
        """Write a UUID."""
        return str(value) if value is not None and dialect.name != "postgresql" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        """Read a UUID."""
        return uuid.UUID(value) if value is not None and dialect.name != "postgresql" else value


def personal(kind: str, *, keep: str) -> dict[str, Any]:
    """Declare that a column holds something about a person: what kind, and how long it is kept."""
    return {"personal": {"kind": kind, "keep": keep}}


NOT_PERSONAL: dict[str, Any] = {"personal": None}
"""Declares that a column says nothing about a person."""


def both_or_none(first: str, second: str) -> sa.CheckConstraint:
    """Make “who” and “when” one fact: both columns are set, or neither is."""
    return sa.CheckConstraint(f"({first} IS NULL) = ({second} IS NULL)", name=f"{first}_with_{second}")
