"""Minutes: whole numbers in the program, hours and minutes in words on the page."""

from __future__ import annotations

from typing import NewType

from timebank.core.errors import Refused
from timebank.core.words import N_

Minutes = NewType("Minutes", int)

HOUR = 60
DAY = 24 * HOUR
LONGEST = DAY  # one entry never says more than a day


def parse_minutes(hours: str, minutes: str) -> Minutes:
    """Read what somebody typed as hours and minutes, each blank or plain digits.

    Gives whole minutes from 1 to 1,440. Raises Refused with a sentence for anything else: signs, fractions,
    underscores, other alphabets' digits and enormous numbers are typing slips here, never guessed at.
    """
    return check_minutes(read_minutes(hours, minutes))


def read_minutes(hours: str, minutes: str) -> int:
    """Read the same for where more than a day, or nothing at all, has a sentence of its own. Raises Refused."""
    total = 0
    for raw, unit in ((hours, HOUR), (minutes, 1)):
        text = raw.strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= len("1440")):
            raise Refused(N_("Write the time in whole numbers, for example 1 hour and 30 minutes."), field="minutes")
        total += int(text) * unit
    return total


def check_minutes(total: int) -> Minutes:
    """Give the number back as minutes, or raise Refused where it is not 1 to 1,440."""
    if total < 1:
        raise Refused(N_("How long did it take? At least one minute."), field="minutes")
    if total > LONGEST:
        raise Refused(N_("That is more than a day. Write one entry for each day."), field="minutes")
    return Minutes(total)


def split(minutes: int) -> tuple[int, int]:
    """Split minutes, without their sign, into hours and minutes."""
    return divmod(abs(minutes), HOUR)
