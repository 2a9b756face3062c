"""What a plan is made of: steps, each somebody doing something at an instant; and the instants themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
LAST_HOUR = 21
FEW_DAYS = 100


@dataclass(frozen=True)
class Step:
    """At an instant somebody (nobody: the program) does something in a place, about something, with some values."""

    at: datetime
    place: str
    verb: str
    by: str = ""
    about: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """The days of a town, or of one of its places: from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Give how many days there are."""
        return (self.last - self.first).days + 1

    @property
    def is_young(self) -> bool:
        """Tell whether it is too short for all that fourteen months bring."""
        return self.days < FEW_DAYS

    def share(self, part: float) -> date:
        """Give the day when so much of the time (0 to 1) has passed."""
        return self.first + timedelta(days=int((self.days - 1) * part))

    def month(self, number: int, months: int) -> date:
        """Give the first day of a month, counted from 0, where the whole time is taken as so many months."""
        return self.share(number / months)


def moment(rng: Random, day: date, hours: tuple[int, int] = (8, 20)) -> datetime:
    """Draw an instant on a day, between two hours."""
    return datetime.combine(day, time(rng.randint(*hours), rng.randrange(0, 60)), tzinfo=ZONE)


def after(rng: Random, earlier: datetime, days: tuple[int, int]) -> datetime:
    """Draw an instant some days later; on the same day soon after, while people are still up."""
    count = rng.randint(*days)
    if count:
        return moment(rng, earlier.date() + timedelta(days=count))
    later = earlier + timedelta(minutes=rng.randint(3, 80))
    if later.date() == earlier.date() and later.hour <= LAST_HOUR:
        return later
    return moment(rng, earlier.date() + timedelta(days=1), (8, 11))


def chance(rng: Random, share: float) -> bool:
    """Tell whether something happens that happens in such a share (0 to 1) of all cases."""
    return rng.random() < share
