"""Nobody gives to two people at the same time, and nobody gives more than there is of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from timebank.core.errors import Conflict
from timebank.core.minutes import HOUR
from timebank.core.words import N_
from timebank.ledger.rules.posting import Kind, Posting

LONGEST_IN_A_DAY = 12 * HOUR


class Giving(NamedTuple):
    """Some minutes one account gave on a day, with the time they began where it is known."""

    payee_id: int
    done_on: date
    minutes: int
    starts_at: datetime | None

    @property
    def ends_at(self) -> datetime:
        """Give the end of a giving whose beginning is known."""
        if self.starts_at is None:
            raise ValueError("Nobody knows when it began.")
        return self.starts_at + timedelta(minutes=self.minutes)


def giving_of(posting: Posting) -> Giving | None:
    """Give what a posting takes of its giver's time; None for kinds that take none, or took it elsewhere."""
    if posting.kind != Kind.HELP:
        return None
    return Giving(posting.payee_id, posting.done_on, posting.minutes, posting.starts_at)


def check_time(wanted: Iterable[Giving], before: Iterable[Giving]) -> None:
    """Judge givings beside those in the book and beside each other. Raises Conflict with a sentence."""
    by_payee: dict[int, list[Giving]] = defaultdict(list)
    for giving in before:
        by_payee[giving.payee_id].append(giving)
    for giving in wanted:
        others = by_payee[giving.payee_id]
        if any(_overlap(giving, other) for other in others):
            raise Conflict(
                N_("The giver was with somebody else at that time. Please look at the day and the time again.")
            )
        others.append(giving)
        if _too_long([other for other in others if other.done_on == giving.done_on]):
            raise Conflict(N_("That would be more than 12 hours given by one person in one day."))


def clashes(givings: Sequence[Giving]) -> Iterator[tuple[Giving, str]]:
    """Find, in all that one account gave, what overlaps (`overlap`) and days that are too long (`day`)."""
    latest: Giving | None = None
    for giving in sorted((each for each in givings if each.starts_at), key=attrgetter("starts_at")):
        if latest and _overlap(giving, latest):
            yield giving, "overlap"
        latest = giving if latest is None else max(giving, latest, key=attrgetter("ends_at"))
    days: dict[date, list[Giving]] = defaultdict(list)
    for giving in givings:
        days[giving.done_on].append(giving)
    yield from ((day[-1], "day") for day in days.values() if _too_long(day))


def _overlap(one: Giving, other: Giving) -> bool:
    if one.starts_at is None or other.starts_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _too_long(day: Sequence[Giving]) -> bool:
    """Tell whether a day is too long. Where every start is known the clock itself is the judge."""
    return any(giving.starts_at is None for giving in day) and sum(giving.minutes for giving in day) > LONGEST_IN_A_DAY
