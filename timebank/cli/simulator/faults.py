"""What goes wrong around a step: errors and lost lines in the middle of a write, clocks, and forms that come twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from itertools import count
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from timebank.cli.town.steps import Step

HOW_OFTEN = 0.35
MOST_STATEMENTS = 30  # the longest write of the simulator has about so many
FAR_AHEAD_DAYS = 400


class Trouble(StrEnum):
    """What goes wrong."""

    NONE = ""
    BROKEN = "an error between two statements"
    LINE_LOST = "the line lost before the commit"
    HELD = "the book held by somebody else"
    TWICE = "sent twice"
    OTHER_MINUTES = "sent again with other minutes"
    HOUR_BACK = "the clock an hour back"
    FAR_AHEAD = "the clock far ahead"


class BrokenError(Exception):
    """The error the simulator throws where nobody expects one."""


def draw(rng: Random, *, has_key: bool) -> Trouble:
    """Draw what goes wrong with a step; mostly nothing, but for a form with a key something always does."""
    return rng.choice(list(Trouble)[1:]) if has_key or rng.random() < HOW_OFTEN else Trouble.NONE


def on_that_clock(rng: Random, step: Step, trouble: Trouble) -> Step:
    """Give the step at the time a wrong clock says."""
    shift = {
        Trouble.HOUR_BACK: -timedelta(hours=1),
        Trouble.FAR_AHEAD: timedelta(days=rng.randint(1, FAR_AHEAD_DAYS)),
    }
    return replace(step, at=step.at + shift.get(trouble, timedelta(0)))


def around(engine: Engine, rng: Random, trouble: Trouble) -> AbstractContextManager[None]:
    """Let it go wrong once for what is written within the block; nothing where the database is not concerned."""
    if trouble is Trouble.BROKEN:
        return _broken(engine, rng.randint(1, MOST_STATEMENTS))
    if trouble is Trouble.LINE_LOST:
        return _listening(engine, "commit", _close)
    if trouble is Trouble.HELD:
        return _listening(engine, "begin", _refuse, insert=True)  # before it begins
    return nullcontext()


@contextmanager
def _broken(engine: Engine, number: int) -> Iterator[None]:
    numbers = count(1)

    def after(connection: Connection, *_statement: object) -> None:
        if _writes(connection) and next(numbers) == number:
            raise BrokenError

    with _listening(engine, "after_cursor_execute", after):
        yield


def _close(connection: Connection) -> None:
    held = connection.connection.dbapi_connection
    assert held is not None
    held.close()


def _refuse(connection: Connection) -> None:
    if _writes(connection):
        raise sa.exc.OperationalError("BEGIN", {}, TimeoutError("The simulator holds the book."))


def _writes(connection: Connection) -> bool:
    return connection.get_execution_options().get("unit") == "write"


@contextmanager
def _listening(engine: Engine, moment: str, hear: Callable[..., Any], *, insert: bool = False) -> Iterator[None]:
    sa.event.listen(engine, moment, hear, insert=insert)
    try:
        yield
    finally:
        sa.event.remove(engine, moment, hear)
