"""Quarters: which one a release tells of, when it is frozen, and from which one on a community has releases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from timebank.core.errors import Conflict
from timebank.core.words import N_

DAYS_TO_FREEZE = 14
MONTHS = 3
# What was written just before the freeze may still be on its way into the book: a write waits ten seconds at most.
SETTLES_IN = timedelta(hours=1)
WRITTEN = re.compile(r"(20[0-9]{2})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, written like 2026-Q3."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Give the quarter a day is in."""
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @classmethod
    def read(cls, written: str) -> Quarter:
        """Read a quarter as it is written in addresses; raises ValueError."""
        found = WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is no quarter.")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        """Write it."""
        return f"{self.year}-Q{self.number}"

    @property
    def begins(self) -> date:
        """Give its first day."""
        return date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def ends(self) -> date:
        """Give the first day after it."""
        return self.after.begins

    @property
    def last_day(self) -> date:
        """Give its last day."""
        return self.ends - timedelta(days=1)

    @property
    def last_month(self) -> date:
        """Give the first day of its last month."""
        return date(self.year, MONTHS * self.number, 1)

    @property
    def after(self) -> Quarter:
        """Give the quarter after this one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        """Give the quarter before this one."""
        return Quarter.of(self.begins - timedelta(days=1))

    @property
    def freezes_on(self) -> date:
        """Give the day at whose beginning it is frozen: 14 days after its close."""
        return self.ends + timedelta(days=DAYS_TO_FREEZE)

    def freezes_at(self, zone: str) -> datetime:
        """Give the instant of that, in UTC. What is posted later counts in the quarter after."""
        return datetime.combine(self.freezes_on, time(), ZoneInfo(zone)).astimezone(UTC)


def first_of(opened_at: datetime, zone: str) -> Quarter:
    """Give a community's first quarter: the one it was opened in, however late."""
    return Quarter.of(opened_at.astimezone(ZoneInfo(zone)).date())


def is_due(quarter: Quarter, now: datetime, zone: str) -> bool:
    """Tell whether a quarter's release can be made."""
    return now >= quarter.freezes_at(zone) + SETTLES_IN


def due(opened_at: datetime, now: datetime, zone: str) -> list[Quarter]:
    """Give the quarters of a community whose releases can be made, oldest first."""
    found = []
    quarter = first_of(opened_at, zone)
    while is_due(quarter, now, zone):
        found.append(quarter)
        quarter = quarter.after
    return found


def check_may_prepare(quarter: Quarter, *, opened_at: datetime, now: datetime, zone: str) -> None:
    """Refuse a release of a quarter that is not frozen yet, or was over before the community began."""
    if not is_due(quarter, now, zone):
        raise Conflict(
            N_("A release is made two weeks after a quarter is over, so that late entries find their way in.")
        )
    if quarter < first_of(opened_at, zone):
        raise Conflict(N_("This community was not there yet in that quarter."))
