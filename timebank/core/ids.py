"""Random ids, all from one source, so that a town can be built twice alike and nothing can be guessed."""

from __future__ import annotations

import random
import re
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Without vowels and look-alikes: no word, friendly or not, is ever spelt by accident, and paper is read without doubt.
LETTERS = "23456789bcdfghjkmnpqrstvwxyz"
PUBLIC_ID_LENGTH = 12  # 57 bits: guessing one of a million takes longer than the site will stand
PUBLIC_ID = re.compile(rf"[{LETTERS}]{{{PUBLIC_ID_LENGTH}}}\Z")

_seeded: ContextVar[random.Random | None] = ContextVar("ids", default=None)


def _bytes(count: int) -> bytes:
    source = _seeded.get()
    return secrets.token_bytes(count) if source is None else source.randbytes(count)


def public_id() -> str:
    """Draw an id that may stand in an address."""
    number = int.from_bytes(_bytes(16))
    drawn = []
    for _ in range(PUBLIC_ID_LENGTH):
        number, place = divmod(number, len(LETTERS))
        drawn.append(LETTERS[place])
    return "".join(drawn)


def new_uuid() -> uuid.UUID:
    """Draw a version 4 UUID."""
    return uuid.UUID(bytes=_bytes(16), version=4)


def secret_token() -> str:
    """Draw 256 bits for a cookie or a link. Never seeded: a secret nobody can draw again."""
    return secrets.token_urlsafe(32)


def card_code() -> str:
    """Draw a code for paper: twelve letters and figures in three groups (57 bits). Never seeded."""
    letters = [secrets.choice(LETTERS) for _ in range(PUBLIC_ID_LENGTH)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, PUBLIC_ID_LENGTH, 4))


@contextmanager
def seeded(source: random.Random) -> Iterator[None]:
    """Draw public ids and UUIDs from `source` within the block, for the demo town and the tests."""
    token = _seeded.set(source)
    try:
        yield
    finally:
        _seeded.reset(token)
