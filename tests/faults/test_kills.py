"""Workers killed in the middle of posting: what was acknowledged stands, and asking again doubles nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask import Flask

from tests.faults.figures import count, wanted
from tests.faults.workers import Count, kill, kill_again_and_again, post_without_end
from tests.ledger.town import BY, NOW, Town, open_town
from tests.processes import FORK, forked
from timebank.core.database import transaction
from timebank.ledger import actions
from timebank.ledger.rules import Posting

FAR = 1_000_000
KILLS = 6


def judge(town: Town, found: Count) -> None:
    """Look that all that was acknowledged stands, and that the rest was posted once or not at all."""
    lost = found.lost()
    count("worker_kills", found.kills)
    count("acknowledged", len(found.acknowledged))
    count("acknowledged_lost", len(lost))
    assert lost == set()
    assert town.violations() == []
    assert len(town.rows()["transfer"]) <= len(found.tried)
    found.try_again(town)
    assert len(town.rows()["transfer"]) == len(found.tried)
    assert town.violations() == []


def test_workers_that_are_killed_lose_nothing_they_said_was_done(app: Flask) -> None:
    with app.app_context():
        town = open_town(-FAR, FAR)
        judge(town, kill_again_and_again(app, town, KILLS))


@pytest.mark.long
def test_hundreds_of_workers_that_are_killed_lose_nothing(app: Flask) -> None:
    with app.app_context():
        town = open_town(-FAR, FAR)
        found = kill_again_and_again(app, town, wanted("worker_kills", 300) // 2)
        assert len(found.acknowledged) > found.kills
        judge(town, found)


def test_a_worker_that_says_done_too_early_is_noticed(app: Flask) -> None:
    """The count itself, tried: who acknowledges before the commit and dies has lost something."""

    def say_then_wait(town: Town, wish: Posting, say: Callable[[], None]) -> None:
        with transaction():
            actions.post(wish, now=NOW, by=BY)
            say()
            time.sleep(60)

    with app.app_context():
        town = open_town(-FAR, FAR)
        found = Count()
        here, there = FORK.Pipe(duplex=False)
        process = forked(app, post_without_end, town, there, say_then_wait, 1.0)
        there.close()
        assert here.poll(30)
        while not found.acknowledged:
            found.hear(here)
        kill(process, here, found)
        assert len(found.lost()) == 1
        assert town.violations() == []
