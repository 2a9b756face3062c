"""Whether the walls stand that keep rows as written: those of the book and of every other append-only table."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from timebank.core import schema
from timebank.ledger.checks.found import Violation

ALL = 0
"""Stands for a community where something concerns all of them."""


def walls_stand(session: Session) -> Iterator[Violation]:
    """I3: each trigger that keeps rows as they were written is there and awake."""
    for name in schema.missing_walls(session.connection()):
        yield Violation(ALL, f"trigger {name}", "It is missing or asleep: rows can be altered unseen.")
