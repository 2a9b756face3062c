"""What may be given to the pot and passed on from it, and how its closed months are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from timebank.core.access import Role, Viewer
from timebank.core.errors import Conflict, NotAllowed, Refused
from timebank.core.minutes import HOUR, Span
from timebank.core.words import N_

SOURCE = "pot"
LONGEST_WORDS = 200
LONGEST_WHY = 500
MOST_AT_ONCE = 100 * HOUR
MONTHS_DRAWN = 12

# The picture, in its own units: a line, what came in above it, what went out below.
STEP, BAR, LINE, TALLEST = 30, 18, 84, 76
LETTERS_AT = 184


@dataclass(frozen=True)
class Month:
    """What came into the pot and went out of it in a month, in minutes. `first` is its first day."""

    first: date
    came_in: int
    went_out: int


@dataclass(frozen=True)
class Bars:
    """A month's two bars: where they stand, how high the upper and the lower one is."""

    month: Month
    x: int
    up: int
    down: int

    @property
    def top(self) -> int:
        """Give where the upper bar begins."""
        return LINE - self.up


def check_amount(minutes: int) -> None:
    """Raise Refused for nothing, and for more than 100 hours at once: that is a slip of the finger."""
    if minutes < 1:
        raise Refused(N_("How much is it? At least one minute."), field="minutes")
    if minutes > MOST_AT_ONCE:
        raise Refused(N_("That is a great deal. Up to 100 hours go at once."), field="minutes")


def check_may_give(minutes: int, present: int) -> None:
    """Raise Conflict where somebody would give more than they have: nobody goes short for the pot. Minutes both."""
    if present <= 0:
        raise Conflict(
            N_("You have no hours left over just now. That is fine: the pot is there for you too."), field="minutes"
        )
    if minutes > present:
        raise Conflict(
            N_("That is kind, and more than you have. You have %(hours)s left over."),
            field="minutes",
            hours=Span(present),
        )


def check_may_pass_on(viewer: Viewer, to_membership_id: int) -> None:
    """Raise NotAllowed for who coordinates nothing here, Conflict for a coordinator who would receive the hours."""
    if not viewer.has(Role.COORDINATOR):
        raise NotAllowed(N_("Coordinators pass hours on from the pot."))
    if viewer.membership_id == to_membership_id:
        raise Conflict(N_("Nobody passes hours on to themself. Another coordinator can do it for you."), field="to")


def check_pot_holds(minutes: int, present: int) -> None:
    """Raise Conflict where there is less in the pot than is to be passed on. Minutes both."""
    if minutes > present:
        raise Conflict(
            N_("There is not that much in the pot. There are %(hours)s in it now."),
            field="minutes",
            hours=Span(max(present, 0)),
        )


def check_room(minutes: int, room: int) -> None:
    """Raise Conflict where whoever receives would gather more than anybody may here. Minutes both."""
    if minutes > room:
        raise Conflict(
            N_("They have gathered a good deal already. There is room for %(hours)s more."),
            field="minutes",
            hours=Span(max(room, 0)),
        )


def without_gaps(months: Sequence[Month], until: date) -> list[Month]:
    """Give every month from the first in which something moved to the one before `until`, empty ones between too."""
    found = {month.first: month for month in months if month.came_in or month.went_out}
    if not found:
        return []
    return [found.get(first, Month(first, 0, 0)) for first in _firsts(min(found), until)]


def _firsts(first: date, until: date) -> Iterator[date]:
    while first < until.replace(day=1):
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)


def left_in_it(months: Sequence[Month]) -> int:
    """Give what was in the pot at the end of the last of all its months, in minutes."""
    return sum(month.came_in - month.went_out for month in months)


def drawn(months: Sequence[Month]) -> list[Bars]:
    """Draw the latest twelve months: the largest sum of them reaches the edge, the smallest can still be seen."""
    some = months[-MONTHS_DRAWN:]
    most = max((max(month.came_in, month.went_out) for month in some), default=0) or 1

    def height(minutes: int) -> int:
        return max(3, round(TALLEST * minutes / most)) if minutes else 0

    return [Bars(m, place * STEP, height(m.came_in), height(m.went_out)) for place, m in enumerate(some)]
