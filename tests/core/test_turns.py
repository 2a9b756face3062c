"""Writers at a SQLite file take turns: whoever waits comes before whoever has just written."""

from __future__ import annotations

import fcntl
import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from unittest import mock

import pytest
import sqlalchemy as sa

from timebank.core import database
from timebank.core.database import Busy

ROUNDS = 10


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{tmp_path}/book.sqlite")


def is_held(engine: sa.Engine, name: str) -> bool:
    with Path(f"{engine.url.database}.{name}").open("a") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def who_came_first(engine: sa.Engine, stands_next: Callable[[], bool]) -> str:
    """Write while another waits, ask for the turn again at once, and tell who of the two had it next."""
    order: list[str] = []

    def wait() -> None:
        with database._writers_turn(engine):
            order.append("who waited")

    other = threading.Thread(target=wait)
    with database._writers_turn(engine):
        other.start()
        until = time.monotonic() + 5
        while not stands_next() and time.monotonic() < until:
            time.sleep(0.001)
    with database._writers_turn(engine):
        order.append("who wrote before")
    other.join()
    return order[0]


def test_whoever_waits_comes_before_whoever_has_just_written(engine: sa.Engine) -> None:
    first = [who_came_first(engine, lambda: is_held(engine, "next")) for _ in range(ROUNDS)]
    assert first == ["who waited"] * ROUNDS


def test_where_nobody_stands_next_whoever_wrote_passes_the_others(engine: sa.Engine, tmp_path: Path) -> None:
    places, numbers = database._place_to_queue, itertools.count()

    def not_shared(of: sa.Engine, name: str) -> IO[str]:
        return places(of, name) if name == "lock" else (tmp_path / f"alone{next(numbers)}").open("a")

    def has_looked() -> bool:
        time.sleep(0.02)
        return True

    with (
        mock.patch.object(database, "_place_to_queue", not_shared),
        mock.patch.object(database, "NEXT_LOOKS_AGAIN_S", 0.1),
    ):
        assert who_came_first(engine, has_looked) == "who wrote before"


@pytest.mark.parametrize("others", [0, 1])
def test_whoever_waits_too_long_is_told_so_wherever_they_stand(engine: sa.Engine, others: int) -> None:
    told: list[Any] = []

    def wait() -> None:
        with pytest.raises(Busy) as busy, database._writers_turn(engine):
            pass
        told.append(busy.value)

    with mock.patch.object(database, "BUSY_TIMEOUT_S", 0.1), database._writers_turn(engine):
        threads = [threading.Thread(target=wait) for _ in range(1 + others)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(told) == 1 + others
