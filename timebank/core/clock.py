"""The time, read in one place, so that the demo, imports and tests can say what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def _real() -> datetime:
    return datetime.now(UTC)


_source: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_real)


def now() -> datetime:
    """Give the instant, aware, in UTC."""
    return _source.get()()


def today(zone: str) -> date:
    """Give the day it is in a zone such as `Europe/London`."""
    return day_of(now(), zone)


def day_of(instant: datetime, zone: str) -> date:
    """Give the day an instant falls on in a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


@contextmanager
def told_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` say what time it is, within the block."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def set_to(instant: datetime) -> Iterator[None]:
    """Let it be `instant` (aware) within the block."""
    if instant.tzinfo is None:
        raise ValueError("An instant knows its zone.")
    with told_by(lambda: instant.astimezone(UTC)):
        yield
