"""Pictures of figures: how many stitches, how long a bar. Drawn from what is told, so they tell no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

STITCHES_AT_MOST = 40
LONGEST_BAR = 320
WORTH = (5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000)


class Stitches(NamedTuple):
    """A row of stitches: how much each stands for, and how many there are."""

    worth: int
    number: int


def stitches(shown: int, smallest: int) -> Stitches:
    """Give the stitches for a figure: each worth as little as 40 of them allow, the last one begun counts."""
    fitting = (worth for worth in WORTH if worth >= smallest and shown <= worth * STITCHES_AT_MOST)
    worth = next(fitting, WORTH[-1])
    return Stitches(worth, min(-(-shown // worth), STITCHES_AT_MOST))


def bars(shown: Mapping[str, int | None]) -> dict[str, int]:
    """Give the length of each bar, the longest 320; what is not told has none."""
    longest = max((value or 0 for value in shown.values()), default=0) or 1
    return {name: LONGEST_BAR * (value or 0) // longest for name, value in shown.items()}
