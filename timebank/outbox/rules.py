"""When a message that could not be delivered is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_TRIES = 12


def next_try(tries: int, now: datetime, not_after: datetime | None) -> datetime | None:
    """Give when to try again after `tries` failures; None where it is no use any more."""
    due = now + min(FIRST_WAIT * (1 << min(tries, 20)), LONGEST_WAIT)
    if tries >= MOST_TRIES or (not_after is not None and due > not_after):
        return None
    return due
