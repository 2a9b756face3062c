"""The ledger's invariants, each looked for in the rows as they are. `timebank verify` prints what CHECKS find.

Each reads the whole book by statements of its own and trusts nothing that posting computed.
"""

from timebank.ledger.checks.balances import (
    balances_are_their_rows,
    balances_sum_to_nothing,
    each_key_and_source_once,
    limits_held,
    transfers_stay_inside,
)
from timebank.ledger.checks.chain import (
    anchors_match,
    chain_is_whole,
    notes_are_as_written,
    numbers_are_gapless,
    sent_anchors_match,
)
from timebank.ledger.checks.deeds import nobody_gives_twice_at_once, reversals_mirror
from timebank.ledger.checks.found import Check, Violation
from timebank.ledger.checks.walls import ALL, walls_stand

CHECKS: tuple[Check, ...] = (
    balances_sum_to_nothing,
    balances_are_their_rows,
    each_key_and_source_once,
    limits_held,
    reversals_mirror,
    numbers_are_gapless,
    chain_is_whole,
    notes_are_as_written,
    anchors_match,
    transfers_stay_inside,
    nobody_gives_twice_at_once,
)
"""What is asked of the rows. `walls_stand` is asked of the database beside them."""

__all__ = [
    "ALL",
    "CHECKS",
    "Check",
    "Violation",
    "anchors_match",
    "balances_are_their_rows",
    "balances_sum_to_nothing",
    "chain_is_whole",
    "each_key_and_source_once",
    "limits_held",
    "nobody_gives_twice_at_once",
    "notes_are_as_written",
    "numbers_are_gapless",
    "reversals_mirror",
    "sent_anchors_match",
    "transfers_stay_inside",
    "walls_stand",
]
