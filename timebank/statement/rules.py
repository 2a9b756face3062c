"""How a statement's lines are put into months, and which kind word stands before a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from timebank.core.words import N_

MONTHS_OF_A_SEASON = 3

WHAT = {
    "help": N_("Help"),
    "correction": N_("Help, put right"),
    "imported": N_("From the time before"),
    "opening": N_("Brought along"),
    "gift": N_("Given to the pot"),
    "drawn": N_("From the pot"),
    "settlement": N_("Settled"),
    "reversal": N_("Taken back"),
    "return": N_("Taken back"),
}
OURS = {
    "pot": N_("the pot"),
    "adjustment": N_("the community"),
    "group": N_("a group"),
    "bridge": N_("another community"),
}
"""What the community's own accounts are called, by their kind."""
KIND_WORDS = {
    "near_floor": N_("You have received a good deal lately. Is there something you would like to give?"),
    "at_floor": N_("Before you receive more, it is your turn to give something. A coordinator helps to find it."),
    "near_ceiling": N_("You have given a good deal. What would make your own week easier?"),
    "at_ceiling": N_("You have given as much as can be gathered. Ask for something, or give some hours to the pot."),
}


GAVE_MORE = N_("You have given %(hours)s more than you received.")
RECEIVED_MORE = N_("You have received %(hours)s more than you gave. That is how it is meant.")
EVEN = N_("You have given as much as you received.")
# Where hours also came and went in other ways: from the pot or to it, or brought along.
HAS = N_("With what came and went besides, you have %(hours)s to use now.")
HAS_RECEIVED = N_("With what came and went besides, you have received %(hours)s more than you gave. That is fine.")
HAS_NONE = N_("With what came and went besides, it is even now.")


def what_one_has(balance: int, given: int, received: int) -> str:
    """Give the sentence (marked, with hours in it) for what somebody has now. All in minutes; nothing is ever owed."""
    more, less, even = (
        (GAVE_MORE, RECEIVED_MORE, EVEN) if balance == given - received else (HAS, HAS_RECEIVED, HAS_NONE)
    )
    return more if balance > 0 else less if balance < 0 else even


@dataclass(frozen=True)
class Room:
    """How far somebody can go from here, and what they have now (below nothing: received more), in minutes."""

    to_receive: int
    to_gather: int
    has: int


@dataclass(frozen=True)
class StatementLine:
    """One line as the member reads it. `minutes` are given, received or neither, as `side` says.

    `typed` is the exchange that was typed from paper for the member, who has not said yet that it was so.
    """

    done_on: date
    side: str
    minutes: int
    what: str
    called: str | None
    member_public_id: str | None
    taken_back: bool
    note: str | None
    typed: str | None = None


def side_of(kind: str, *, incoming: bool) -> str:
    """Tell on which of the two tallies a line stands.

    Who is paid gave help; taking back turns that round. What only moves is neither: it “came” or “went”.
    """
    if kind in {"help", "correction", "imported"}:
        return "given" if incoming else "received"
    if kind == "reversal":
        return "less_received" if incoming else "less_given"
    return "came" if incoming else "went"


def by_month(lines: Sequence[StatementLine]) -> list[tuple[date, list[StatementLine]]]:
    """Put lines into the months they stand in, in the order they come."""
    return [(month, list(found)) for month, found in groupby(lines, key=lambda line: line.done_on.replace(day=1))]


def season_begins(today: date) -> date:
    """Give the first day of the season: of the month two months before this one."""
    months = today.year * 12 + today.month - 1 - (MONTHS_OF_A_SEASON - 1)
    return date(months // 12, months % 12 + 1, 1)
