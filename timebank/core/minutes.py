"""Minutes: whole numbers in the program, hours and minutes in words on the page."""

from __future__ import annotations

import re
from typing import NewType

from timebank.core.errors import Refused
from timebank.core.words import N_

Minutes = NewType("Minutes", int)

HOUR = 60
DAY = 24 * HOUR
LONGEST = DAY  # one entry never says more than a day

PLAIN = re.compile("[0-9]{1,4}")
HALF = re.compile("([0-9]{1,4})[.,](5|75)")  # “1,25” may be 1 h 25 min as well, so it is not read
PARTS = {"5": 30, "75": 45}
CLOCK = re.compile("([0-9]{1,4}):([0-5][0-9])")
UNITS = re.compile(
    r"(?:([0-9]{1,4})\s?(?:h|hrs?|hours?))?\s?(?:([0-9]{1,4})\s?(?:min|mins|minutes?)\.?)?", re.IGNORECASE
)

HOW_LONG_DID = N_("How long did it take? At least one minute.")
HOW_LONG_WILL = N_("How long will it take, about? At least one minute.")
UNREAD = N_("Please write hours and minutes in numbers, for example 1 and 30. You may also write 1:30, 1.5 or 90 min.")


class Span(int):
    """Minutes named in a sentence: whoever shows it says them as hours, in the reader's own language."""

    def __str__(self) -> str:
        """Say them in the words of the program."""
        whole, rest = split(self)
        return " ".join([f"{whole} h"] * bool(whole) + [f"{rest} min"] * (bool(rest) or not whole))


def parse_minutes(hours: str, minutes: str, *, nothing: str = HOW_LONG_DID) -> Minutes:
    """Read what somebody typed as hours and minutes: blank, plain digits, or what is unmistakable beside them.

    Gives whole minutes from 1 to 1,440. Raises Refused with a sentence for anything else (`nothing` where it is none):
    signs, fractions, underscores, other alphabets' digits and enormous numbers are slips here, never guessed at.
    """
    return check_minutes(read_minutes(hours, minutes), nothing=nothing)


def read_minutes(hours: str, minutes: str) -> int:
    """Read the same for where more than a day, or nothing at all, has a sentence of its own. Raises Refused."""
    first, second = hours.strip(), minutes.strip()
    if not first:
        return _written(second, 1)
    if second and not PLAIN.fullmatch(first):
        with_unit = UNITS.fullmatch(first)
        if with_unit is None or with_unit[2]:  # minutes stand in both: which of them are meant?
            raise Refused(UNREAD, field="minutes")
    return _written(first, HOUR) + _written(second, 1)


def _written(text: str, unit: int) -> int:
    """Read one field: a plain number is of the field's unit, others say theirs; “1:30” and “1,5” are hours."""
    if not text:
        return 0
    if PLAIN.fullmatch(text):
        return int(text) * unit
    if unit == HOUR and (half := HALF.fullmatch(text)):
        return int(half[1]) * HOUR + PARTS[half[2]]
    if unit == HOUR and (clock := CLOCK.fullmatch(text)):
        return int(clock[1]) * HOUR + int(clock[2])
    if units := UNITS.fullmatch(text):
        return int(units[1] or 0) * HOUR + int(units[2] or 0)
    raise Refused(UNREAD, field="minutes")


def check_minutes(total: int, *, nothing: str = HOW_LONG_DID) -> Minutes:
    """Give the number back as minutes, or raise Refused where it is not 1 to 1,440."""
    if total < 1:
        raise Refused(nothing, field="minutes")
    if total > LONGEST:
        raise Refused(N_("That is more than a day. Write one entry for each day."), field="minutes")
    return Minutes(total)


def split(minutes: int) -> tuple[int, int]:
    """Split minutes, without their sign, into hours and minutes."""
    return divmod(abs(minutes), HOUR)
