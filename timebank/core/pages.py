"""Keyset paging: a page is told by the last row seen, so that it costs the same however far one goes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from timebank.core.errors import NotFound
from timebank.core.words import N_

PAGE = 20
LONGEST_MARK = 200

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the mark of the page after them (None at the end)."""

    rows: Sequence[Row]
    after: str | None


def page_of(found: Sequence[Row], key: Callable[[Row], Sequence[str | int]], size: int = PAGE) -> Page[Row]:
    """Make a page of up to `size` rows out of `size + 1` found ones."""
    rows = found[:size]
    more = len(found) > size
    return Page(rows, _mark(key(rows[-1])) if more else None)


def _mark(key: Sequence[str | int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(key)).encode()).decode().rstrip("=")


def read_mark(mark: str | None, shape: Sequence[type]) -> list[str | int] | None:
    """Read a page's mark back; None where there is none. Raises NotFound where it was not written by us."""
    if not mark:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(mark[:LONGEST_MARK] + "=" * (-len(mark) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        key = None
    if not isinstance(key, list) or [type(part) for part in key] != list(shape) or not all(map(_sound, key)):
        raise NotFound(N_("There is no such page."))
    return key


def _sound(part: str | int) -> bool:
    return part.isprintable() if isinstance(part, str) else 0 <= part < 2**63
