"""Very many posts at once on each database: shared keys, opposite ways, limits that move, circles between."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.faults.figures import count, wanted
from tests.ledger.town import PEOPLE, Town, open_town
from tests.processes import DONE, at_once
from timebank.core.database import Busy, db
from timebank.core.errors import Conflict
from timebank.ledger.rules import LimitReached

PROCESSES = 8
SPACE = uuid.UUID("7b1c1f9e-2f0a-4a6e-9d5c-1d2f3a4b5c6d")
A_DAY_S = 24 * 60 * 60.0


def race(town: Town, place: int, posts: int) -> set[uuid.UUID]:
    """Post so many transfers, each of which a neighbour posts too; give the keys that were said to stand."""
    stands: set[uuid.UUID] = set()
    for number in range(posts):
        key = uuid.uuid5(SPACE, f"{place // 2} {number}")
        chance = random.Random(key.int)
        payer, payee, other = chance.sample(PEOPLE, 3)
        legs = [(payer, payee), (payee, other), (other, payer)] if number % 50 == 0 else [(payer, payee)]
        wishes = [
            town.posting(*leg, 7, kind="imported", id=uuid.uuid5(key, str(at)), source=("exchange", str(key)), leg=at)
            for at, leg in enumerate(legs)
        ]
        try:
            stands |= {entry.id for entry in _until_it_is_heard(lambda these=wishes: town.post(*these))}
        except LimitReached:
            continue
        if number % 200 == 0:
            _move_a_limit(town, chance)
    return stands


def _move_a_limit(town: Town, chance: random.Random) -> None:
    name, floor = chance.choice(PEOPLE), -chance.randint(100, 700)
    with suppress(Conflict):
        _until_it_is_heard(lambda: town.limit(name, floor, 2400))


def _until_it_is_heard(deed: Callable[[], Any]) -> Any:
    """Do it, again where so many write that one is told to come back: then nothing was written."""
    while True:
        try:
            return deed()
        except (Busy, OperationalError):
            count("told_to_come_back", 1)
        finally:
            db.session.remove()


@pytest.mark.long
def test_very_many_posts_at_once_leave_a_true_book(app: Flask) -> None:
    each = wanted("raced_posts", 100_000) // PROCESSES
    with app.app_context():
        town = open_town(-600, 2400)
        answers = at_once(app, [lambda place=place: race(town, place, each) for place in range(PROCESSES)], A_DAY_S)
        assert {answer.kind for answer in answers} == {DONE}, answers
        violations = town.violations()
        count(f"raced_{db.engine.dialect.name}", each * PROCESSES)
        count("violations", len(violations))
        assert violations == []
        stands = set().union(*(answer.value for answer in answers))
        with db.engine.connect() as connection:
            found = set(connection.exec_driver_sql("SELECT id FROM transfer").scalars())
        assert {str(transfer_id) for transfer_id in found} == {str(transfer_id) for transfer_id in stands}
