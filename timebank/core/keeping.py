"""How long what is personal is kept: a column's promise in words, and the instant before which its term is over."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

PROMISE = re.compile(r"(\d+) (day|month|year)s?\b")


def term_of(promise: str) -> str | None:
    """Give the term a promise such as “12 months after the exchange” begins with; None where there is none."""
    found = PROMISE.match(promise)
    return found[0] if found else None


def over_before(promise: str, now: datetime) -> datetime:
    """Give the instant a promise's term ago, by the calendar: what ended before it is to be forgotten."""
    found = PROMISE.match(promise)
    if found is None:
        raise ValueError(f"“{promise}” names no term.")
    number, unit = int(found[1]), found[2]
    if unit == "day":
        return now - timedelta(days=number)
    month = now.year * 12 + now.month - 1 - number * (12 if unit == "year" else 1)
    year, month = month // 12, month % 12 + 1
    return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))


def over_by_the_database(dialect: str, column: str, term: str) -> str:
    """Give the condition that a term is over by the database's own clock, which nobody on the web can set."""
    if dialect == "sqlite":
        return f"{column} < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-{term}')"
    return f"{column} < now() - interval '{term}'"


def forget_lines(
    session: Session, table: sa.Table, *, now: datetime, where: sa.ColumnElement[bool] | None = None
) -> None:
    """Delete the rows of an append-only table whose term is over, by our clock and by the database's.

    `where` leaves others as they are, whose term may begin later.
    """
    column, promise = table.info["forgotten"]
    term = term_of(promise)
    assert term is not None
    dialect = session.connection().dialect.name
    by_its_clock = sa.text(over_by_the_database(dialect, f"{table.name}.{column}", term))
    old = sa.delete(table).where(table.c[column] < over_before(promise, now), by_its_clock)
    session.execute(old if where is None else old.where(where))
