"""Reads of the book as it stood at an instant: what releases are made from, the same however late they are made."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from timebank.core.database import db
from timebank.ledger.models import Transfer, table_of
from timebank.ledger.queries.entries import Head
from timebank.ledger.queries.statements import Activity
from timebank.ledger.rules import Kind, genesis

TRANSFER = table_of(Transfer)


class Window(NamedTuple):
    """Which help counts: done from `since` on and before `until`, as the book stood at `known_by`.

    And what was done before `since` and posted from `late_since` on: it came too late for the window before.
    """

    since: date
    until: date
    late_since: datetime
    known_by: datetime


def help_in(community_id: int, window: Window) -> list[Activity]:
    """Give the help that counts in a window, in the book's order. Windows that follow each other count all help once.

    Nothing that was taken back by `known_by`. A correction counts where it was written in time: later ones would
    count the same help a second time.
    """
    undone = TRANSFER.alias("undone")
    known = TRANSFER.c.posted_at < window.known_by
    in_time = sa.and_(
        TRANSFER.c.kind.in_([str(Kind.HELP), str(Kind.CORRECTION)]),
        TRANSFER.c.done_on >= window.since,
        TRANSFER.c.done_on < window.until,
    )
    late = sa.and_(
        TRANSFER.c.kind == str(Kind.HELP),
        TRANSFER.c.done_on < window.since,
        TRANSFER.c.posted_at >= window.late_since,
    )
    taken_back = sa.exists().where(
        undone.c.community_id == community_id,
        undone.c.reverses == TRANSFER.c.id,
        undone.c.posted_at < window.known_by,
    )
    rows = db.session.execute(
        sa.select(*(TRANSFER.c[column] for column in Activity._fields))
        .where(TRANSFER.c.community_id == community_id, known, sa.or_(in_time, late), ~taken_back)
        .order_by(TRANSFER.c.seq)
    )
    return [Activity(*row) for row in rows]


def head_at(community_id: int, known_by: datetime) -> Head:
    """Give the head of a community's chain as it was at an instant."""
    found = db.session.execute(
        sa.select(TRANSFER.c.seq, TRANSFER.c.hash)
        .where(TRANSFER.c.community_id == community_id, TRANSFER.c.posted_at < known_by)
        .order_by(TRANSFER.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return Head(found.seq, found.hash) if found is not None else Head(0, genesis(community_id))
