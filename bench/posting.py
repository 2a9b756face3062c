"""Posting through the ledger, beside the very same statements sent to the database by its driver alone.

Two databases begin alike, down to the last id. Each posting is done on the first through the ledger, in a durable
transaction of its own, while its statements are written down; then they are sent to the second. So both ask the same of
the database, and what differs is all that the program adds: rules, hashes, the chain, and building statements.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.table import Row, seconds, tell
from tests.databases import Backend
from tests.factories.people import Member, a_member, working_on
from timebank import create_app
from timebank.core import clock, ids
from timebank.core.access import Program
from timebank.core.database import db, transaction
from timebank.ledger import actions as ledger
from timebank.ledger.rules import Posting

BATCH = 200
DONE_IN_A_DAY = 29
SINGLE_AIM, BATCH_AIM = 0.25, 0.5
BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)

Sent = tuple[str, Any, bool]


@dataclass(frozen=True)
class Often:
    """How many members help each other, how often each is measured, and how often before that, to be warm."""

    members: int
    single: int
    batches: int
    warm: int


THOROUGH = Often(members=60, single=300, batches=60, warm=20)
QUICK = Often(members=10, single=3, batches=2, warm=1)


def app_on(backend: Backend) -> Flask:
    """Make an app on a database whose tables are made first. Passphrases are hashed cheaply, as in tests."""
    backend.migrate()
    return create_app(backend.settings(), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)


def let_go(app: Flask) -> None:
    """Close an app's connections: its database is taken away next."""
    with app.app_context():
        db.engine.dispose()


def compare(through: Backend, raw: Backend, often: Often) -> list[Row]:
    """Measure single postings and batches of 200 on two databases of one kind."""
    first, second = app_on(through), app_on(raw)
    people = [populate(app, often.members) for app in (first, second)]
    assert people[0] == people[1], "the two databases do not begin alike"
    rows = []
    for what, size, times, aim in (("single", 1, often.single, SINGLE_AIM), ("batch", BATCH, often.batches, BATCH_AIM)):
        tell(f"{through.name}: posting, {what}")
        took = _both(first, second, people[0], (size, often.warm + times))[often.warm :]
        ours, plain = (size / median(times) for times in zip(*took, strict=True))
        name = "one transfer, posted durably" if size == 1 else f"{size} transfers, posted together"
        told = f"{ours / plain:.2f} ({ours:,.0f} of {plain:,.0f} transfers a second)"
        rows.append(Row(through.name, name, f"at least {aim} of raw SQL", told, ours / plain >= aim))
    for app in (first, second):
        let_go(app)
    return rows


def populate(app: Flask, members: int) -> list[Member]:
    with working_on(app), ids.seeded(random.Random(1)), clock.set_to(BEGUN):
        return [a_member(f"Neighbour {number}") for number in range(members)]


def _both(first: Flask, second: Flask, people: list[Member], wanted: tuple[int, int]) -> list[tuple[float, float]]:
    """Post as often as wanted, in turn through the ledger and raw. Gives the seconds of each."""
    size, times = wanted
    took = []
    with first.app_context(), _written_down(db.engine) as sent:
        engine = db.engine
        with second.app_context():
            beside = db.engine.raw_connection()
        for number in range(times):
            postings = postings_of(people, number * size, size, f"{size}n")
            sent.clear()
            ours = seconds(lambda batch=postings: post(batch))  # type: ignore[misc]
            took.append((ours, seconds(lambda: _send(beside, sent, by_hand=engine.dialect.name == "sqlite"))))
        beside.close()
    return took


def post(postings: list[Posting]) -> None:
    by = Program(postings[0].community_id)
    with transaction():
        if len(postings) == 1:
            ledger.post(postings[0], now=BEGUN, by=by)
        else:
            ledger.post_batch(postings, now=BEGUN, by=by)


def _send(connection: Any, sent: list[Sent], *, by_hand: bool) -> None:
    cursor = connection.cursor()
    for statement, values, many in sent:
        (cursor.executemany if many else cursor.execute)(statement, values)
    if by_hand:
        cursor.execute("COMMIT")
    else:
        connection.commit()
    cursor.close()


@contextmanager
def _written_down(engine: sa.Engine) -> Iterator[list[Sent]]:
    """Write down what an engine sends, as the driver is given it."""
    sent: list[Sent] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        sent.append((statement, values, many))

    sa.event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", keep)


def postings_of(people: list[Member], begin: int, size: int, label: str) -> list[Posting]:
    """Give postings in which everybody helps the next, and 200 of which were done in a week, as what a coordinator
    looks at together is. Nobody comes near a limit, and no giver near a day's hours.
    """
    found = []
    for number in range(begin, begin + size):
        payer, payee = people[number % len(people)], people[(number + 1) % len(people)]
        assert payer.account_id is not None
        assert payee.account_id is not None
        done_on = date(2020, 1, 1) + timedelta(days=number // DONE_IN_A_DAY)
        source = ("exchange", f"{label}{number}")
        accounts = (payer.account_id, payee.account_id)
        found.append(Posting(payer.community.id, ids.new_uuid(), *accounts, 1, "help", source, done_on))
    return found
