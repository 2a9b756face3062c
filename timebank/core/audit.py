"""The audit: which verb, by whom, on what. Ids and verbs alone, nothing personal, no foreign keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from timebank.core import clock, keeping
from timebank.core.access import Actor
from timebank.core.columns import NOT_PERSONAL, Json, personal
from timebank.core.database import Model, db

KEEP = "2 years"


class AuditLine(Model):
    """One verb, written in the same transaction as what it did."""

    __tablename__ = "audit_line"
    __table_args__ = ({"info": {"append_only": True, "forgotten": ("at", KEEP)}},)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(info=NOT_PERSONAL)
    at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    actor: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=KEEP))
    verb: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    object_kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    object_id: Mapped[str] = mapped_column(info=personal("pseudonym", keep=KEEP))
    ids: Mapped[dict[str, Any] | None] = mapped_column(Json, info=personal("pseudonym", keep=KEEP))


def forget_old(*, now: datetime) -> None:
    """Delete lines whose term is over."""
    keeping.forget_lines(db.session(), AuditLine.metadata.tables[AuditLine.__tablename__], now=now)


def write(verb: str, *, on: tuple[str, object], by: Actor | None, ids: dict[str, Any] | None = None) -> None:
    """Keep that `by` did `verb` to `on` (a kind and an id), inside the transaction that does it."""
    kind, identifier = on
    db.session.add(
        AuditLine(
            community_id=by.community_id if by else None,
            at=clock.now(),
            actor=by.public_id if by else None,
            verb=verb,
            object_kind=kind,
            object_id=str(identifier),
            ids=ids,
        )
    )
