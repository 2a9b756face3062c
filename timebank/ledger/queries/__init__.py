"""Reads of the ledger: what posting looks up, and what pages show. They hand out rows of data and know no persons."""

from timebank.ledger.queries.balances import (
    account,
    accounts,
    adjustment_of,
    balance,
    has_book,
    is_anchored,
    pot_of,
    states,
)
from timebank.ledger.queries.entries import (
    Head,
    entry,
    givings_near,
    noted_with_our_own,
    of_source,
    present,
    says_the_same,
    standing,
)
from timebank.ledger.queries.frozen import Window, head_at, help_in
from timebank.ledger.queries.lists import MOST_AT_ONCE, run
from timebank.ledger.queries.statements import (
    Activity,
    Line,
    PotMonth,
    Tallies,
    activity,
    lines,
    pot_by_month,
    tallies,
)

__all__ = [
    "MOST_AT_ONCE",
    "Activity",
    "Head",
    "Line",
    "PotMonth",
    "Tallies",
    "Window",
    "account",
    "accounts",
    "activity",
    "adjustment_of",
    "balance",
    "entry",
    "givings_near",
    "has_book",
    "head_at",
    "help_in",
    "is_anchored",
    "lines",
    "noted_with_our_own",
    "of_source",
    "pot_by_month",
    "pot_of",
    "present",
    "run",
    "says_the_same",
    "standing",
    "states",
    "tallies",
]
