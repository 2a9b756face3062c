"""The verbs of looking after the books."""

from timebank.upkeep.actions.anchors import anchor_all
from timebank.upkeep.actions.closing import close_books, open_again
from timebank.upkeep.actions.copies import Copy, back_up, forget_old
from timebank.upkeep.actions.files import place_to_work
from timebank.upkeep.actions.opening import open_copy
from timebank.upkeep.actions.putting import carry_over, put_in_place

__all__ = [
    "Copy",
    "anchor_all",
    "back_up",
    "carry_over",
    "close_books",
    "forget_old",
    "open_again",
    "open_copy",
    "place_to_work",
    "put_in_place",
]
