"""What stands in one cell: numbers, days and moments, lengths of time. What cannot be read is a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from timebank.core.errors import Refused
from timebank.core.minutes import HOUR
from timebank.core.text import clean_line
from timebank.core.words import N_

MOST_HOURS = 10_000
OLDEST = 1900
MINUTE_S = 60
ENOUGH_DIGITS = 12
LONGEST_NUMBER = 20

PLAIN_NUMBER = re.compile(r"[0-9]{1,9}")
NAMED_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*")
WHOLE = re.compile(r"[+-]?[0-9]+")
CLOCK = re.compile(r"([0-9]{1,5}):([0-5][0-9])")
ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?))?"
    r" ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)
DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?: (?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?")


@dataclass(frozen=True)
class Moment:
    """When something was: the instant, its day where the community is, and how the file tells it (`told`).

    What is told stays the same whatever zone the community is in, so that ids can be made of it.
    """

    at: datetime
    day: date
    told: str


def plain_number(cell: str) -> str:
    """Read a member's number as TimeOverflow writes it."""
    text = cell.strip()
    if not PLAIN_NUMBER.fullmatch(text):
        raise Refused(N_("A member's number is a whole number."), field="number")
    return str(int(text))


def named_number(cell: str) -> str:
    """Read a member's number, or another short mark. Spreadsheets drop noughts at the front, and so do we."""
    text = cell.strip()
    if not NAMED_NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        raise Refused(N_("A member's number has figures and letters, 20 at most."), field="number")
    return str(int(text)) if text.isdigit() else text


def minutes_of_seconds(cell: str) -> tuple[int, bool]:
    """Read seconds. Gives minutes, half a minute rounded up, and whether they were rounded."""
    text = cell.strip()
    if not WHOLE.fullmatch(text):
        raise Refused(N_("The seconds are a whole number."), field="seconds")
    if text.startswith("-") or not text.strip("+0"):
        raise Refused(N_("Seconds are more than none: whoever received stands first."), field="seconds")
    if len(text) > ENOUGH_DIGITS or int(text) > MOST_HOURS * HOUR * MINUTE_S:
        raise Refused(N_("That is more than %(most)s hours."), field="seconds", most=f"{MOST_HOURS:,}")
    seconds = int(text)
    minutes = (seconds + MINUTE_S // 2) // MINUTE_S
    if minutes == 0:
        raise Refused(N_("That is less than half a minute."), field="seconds")
    return minutes, seconds % MINUTE_S != 0


def minutes_told(cell: str) -> int:
    """Read minutes (90), or hours and minutes (1:30)."""
    text = cell.strip()
    by_clock = CLOCK.fullmatch(text)
    if by_clock:
        minutes = int(by_clock[1]) * HOUR + int(by_clock[2])
    elif text.isascii() and text.isdigit():
        minutes = int(text[:ENOUGH_DIGITS])
    else:
        raise Refused(N_("The time is written in minutes, like 90, or in hours and minutes, like 1:30."), field="time")
    if minutes == 0:
        raise Refused(N_("The time is more than none."), field="time")
    if minutes > MOST_HOURS * HOUR:
        raise Refused(N_("That is more than %(most)s hours."), field="time", most=f"{MOST_HOURS:,}")
    return minutes


def moment(cell: str, zone: str, column: str) -> Moment:
    """Read a day, or a day with a time. Without a zone of its own it is told in the community's. Raises Refused."""
    text = " ".join(cell.split())
    try:
        told = _told(text)
        at = told if told.tzinfo else told.replace(tzinfo=ZoneInfo(zone))
        if told.year < OLDEST:
            raise Refused(N_("That is before the year %(oldest)s."), field=column, oldest=OLDEST)
        day = at.astimezone(ZoneInfo(zone)).date()
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        sentence = N_("A day is written like 2019-03-31, and a moment like 2019-03-31 18:30:00.")
        raise Refused(sentence, field=column) from None
    return Moment(at, day, at.isoformat() if told.tzinfo else told.isoformat())


def _told(text: str) -> datetime:
    iso, day_first = ISO.fullmatch(text), DAY_FIRST.fullmatch(text)
    if iso and (iso["time"] or not iso["zone"]):
        zone = (iso["zone"] or "").replace("UTC", "Z").replace("GMT", "Z")
        fraction = iso["time"].partition(".") if iso["time"] else ("00:00", "", "")
        told = datetime.fromisoformat(f"{iso['day']}T{fraction[0]}{zone}")
        return told + timedelta(microseconds=int(fraction[2].ljust(6, "0") or 0))
    if day_first:
        day, _, month, year = day_first.group(1, 2, 3, 4)
        return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{day_first['time'] or '00:00'}")
    raise ValueError(text)


def past(cell: str, zone: str, now: datetime, column: str) -> Moment:
    """Read a moment that is over. Raises Refused for one to come."""
    found = moment(cell, zone, column)
    if found.at > now:
        raise Refused(N_("That day is still to come."), field=column)
    return found


def line_of(cell: str, longest: int, column: str) -> str:
    """Read a line of text, tidied. Raises Refused."""
    return clean_line(cell, longest=longest, field=column)


def needed_line(cell: str, longest: int, column: str) -> str:
    """Read a line of text that has to be there. Raises Refused."""
    text = line_of(cell, longest, column)
    if not text:
        raise Refused(N_("There is nothing here, and something is needed."), field=column)
    return text
