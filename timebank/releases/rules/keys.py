"""Keys: each person's for good, and each cell's out of the keys of those in it. Without the secret they tell nothing.

The method is the cell-key method of the Australian Bureau of Statistics (Fraser and Wooton 2005; Thompson, Broadfoot
and Elazar 2013): the same people give the same key, so the same blur, wherever and whenever they are counted.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

KEYS = 4096
BYTES_OF_A_KEY = 8
SECRET_SAYS = b"timebank: the secret of the releases"  # no person's id, which is a UUID
LETTERS_OF_A_FINGERPRINT = 32


def record_key(secret: bytes, person: str) -> int:
    """Give a person's key, from 0 to 4095: the same for good. `person` is the id that stays after erasure."""
    digest = hmac.digest(secret, person.encode(), "sha256")
    return int.from_bytes(digest[:BYTES_OF_A_KEY], "big") % KEYS


def cell_key(keys: Iterable[int]) -> int:
    """Give the key of a cell from those of its distinct persons."""
    return sum(keys) % KEYS


def fingerprint(secret: bytes) -> str:
    """Give what tells two secrets apart without telling either: 128 bits, as hexadecimal letters."""
    return hmac.digest(secret, SECRET_SAYS, "sha256").hex()[:LETTERS_OF_A_FINGERPRINT]
