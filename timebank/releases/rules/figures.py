"""Figures: how a true number becomes one that is told, or is not told at all. Whole numbers throughout.

Everything here is public, and meant to be: what protects people is the secret behind the keys, and these sizes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from timebank.releases.rules.keys import KEYS, cell_key

FEWEST = 10
"""No figure is told about fewer people than this."""

FLOOR = 20
"""Where fewer people were active, a release says one sentence and no more."""

STEP_OF_PEOPLE = 5
STEP_OF_PERCENT = 5
STEP_OF_HOURS = 10
STEP_OF_FEW_HOURS = 50
HOURS_IN_FULL = 1_000
QUARTERS_OF_AN_HOUR = 4 * 60  # minutes are counted in quarters, because the blur is a quarter of somebody's minutes

# A key below the bound gets the noise beside it. Maximum entropy with mean 0, variance 2.5, four at most.
COUNT_BOUNDS = (47, 228, 700, 1539, 2557, 3396, 3868, 4049, 4096)
COUNT_NOISE = (-4, -3, -2, -1, 0, 1, 2, 3, 4)
# Never nothing: with nothing among them an insider who knows all others reads one giver's hours too often.
HOURS_BOUNDS = (410, 2048, 3686, 4096)
HOURS_NOISE = (-2, -1, 1, 2)
HOURS_SHIFT = 1_777


class Counted(NamedTuple):
    """A count of persons, and what is told of it (None: fewer than ten)."""

    persons: int
    shown: int | None


@dataclass
class Sides:
    """A cell of hours: all minutes in it, and how many of them each giver gave and each receiver received."""

    minutes: int = 0
    givers: dict[str, int] = field(default_factory=dict)
    receivers: dict[str, int] = field(default_factory=dict)

    def add(self, giver: str | None, receiver: str | None, minutes: int) -> None:
        """Put minutes in. A side may be nobody: what is done for everybody names no receiver."""
        self.minutes += minutes
        for side, person in ((self.givers, giver), (self.receivers, receiver)):
            if person is not None:
                side[person] = side.get(person, 0) + minutes


def count(persons: int, key: int) -> int | None:
    """Give what is told of a count of persons: about so many, to the nearest 5; None: fewer than 10, also for none."""
    if persons < FEWEST:
        return None
    blurred = persons + COUNT_NOISE[bisect_right(COUNT_BOUNDS, key)]
    shown = STEP_OF_PEOPLE * ((2 * blurred + STEP_OF_PEOPLE) // (2 * STEP_OF_PEOPLE))
    return shown if shown >= FEWEST else None


def counted(people: Iterable[str], key_of: Mapping[str, int]) -> Counted:
    """Count distinct persons, and tell what is told of them."""
    keys = [key_of[person] for person in people]
    return Counted(len(keys), count(len(keys), cell_key(keys)))


def is_small(active: Counted) -> bool:
    """Tell whether a release says one sentence alone: fewer than 20 were active, or would be told as fewer.

    “About 15” beside other figures would leave 20 and 21; and as it is blurred, crossing this line tells no number.
    """
    return active.persons < FLOOR or active.shown is None or active.shown < FLOOR


def share(part: Counted, whole: Counted) -> int | None:
    """Give a share in per cent to the nearest 5, out of what is told of both; None where words have to do.

    Both sides of it, those in it and those not, are ten or more, truly and as told: nobody learns “all”.
    """
    if part.shown is None or whole.shown is None or min(whole.shown, whole.persons) < FLOOR:
        return None
    if min(whole.shown - part.shown, whole.persons - part.persons) < FEWEST:
        return None
    steps = 100 // STEP_OF_PERCENT
    return STEP_OF_PERCENT * ((2 * steps * part.shown + whole.shown) // (2 * whole.shown))


def hours(cell: Sides, key_of: Mapping[str, int], *, step: int = STEP_OF_HOURS) -> int | None:
    """Give what is told of a cell's hours: to the nearest `step`, from 1,000 on to two figures. None: not told.

    Givers are ten or more, and so are receivers; no one of either outweighs the others (p% rule, p = 10). What is done
    for everybody names no receiver: a cell of nothing else has givers to protect alone.
    """
    if len(cell.givers) < FEWEST or _one_outweighs(cell.givers):
        return None
    if cell.receivers and (len(cell.receivers) < FEWEST or _one_outweighs(cell.receivers)):
        return None
    key = sum(key_of[person] for side in (cell.givers, cell.receivers) for person in side) + HOURS_SHIFT
    noise = HOURS_NOISE[bisect_right(HOURS_BOUNDS, key % KEYS)]
    largest = max(*cell.givers.values(), *cell.receivers.values())
    return _rounded(4 * cell.minutes + noise * largest, step)


def _one_outweighs(minutes_of: Mapping[str, int]) -> bool:
    # The second largest takes her own away: what is left beside the largest has to be a tenth of the largest at least.
    first, second, *_rest = sorted(minutes_of.values(), reverse=True)
    return 10 * (sum(minutes_of.values()) - first - second) < first


def _rounded(quarters: int, step: int) -> int:
    whole = quarters // QUARTERS_OF_AN_HOUR
    if whole >= HOURS_IN_FULL:
        step = max(step, 10 ** (len(str(whole)) - 2))
    size = step * QUARTERS_OF_AN_HOUR
    return step * ((2 * quarters + size) // (2 * size))
