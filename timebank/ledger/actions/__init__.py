"""Open books and accounts, post transfers, take them back, change limits, settle, erase notes, anchor the chain."""

from timebank.ledger.actions.accounts import anchor, change_limits, forget_notes, open_account, open_book
from timebank.ledger.actions.posting import lock_book, post, post_batch
from timebank.ledger.actions.repair import post_and_settle, reverse, settle

__all__ = [
    "anchor",
    "change_limits",
    "forget_notes",
    "lock_book",
    "open_account",
    "open_book",
    "post",
    "post_and_settle",
    "post_batch",
    "reverse",
    "settle",
]
