"""Passphrase hashes: Argon2id, a few at a time, outside every transaction."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from flask import Flask, current_app

from timebank.core import passphrases

MEMORY_KIB = 19 * 1024  # OWASP's floor for Argon2id with two passes and one lane
PASSES = 2


class Hashing:
    """Hashes and checks; a semaphore keeps signing in from taking every core."""

    def __init__(self, *, memory_kib: int, passes: int, at_once: int) -> None:
        """Set the cost (KiB of memory, passes) and how many run at the same time."""
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._turns = threading.BoundedSemaphore(at_once)
        self._nobody = self._hasher.hash("nobody has this passphrase")

    def hash(self, passphrase: str) -> str:
        """Hash a passphrase."""
        with self._turns:
            return self._hasher.hash(passphrases.normalise(passphrase))

    def matches(self, kept: str | None, passphrase: str) -> bool:
        """Tell whether a passphrase is the kept one. As slow where nothing is kept: time tells nothing."""
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, passphrases.normalise(passphrase))
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False
        return bool(kept)  # an erased person's is empty, and nobody's passphrase opens it

    def wants_rehash(self, kept: str) -> bool:
        """Tell whether a kept hash was made at a lower cost than today's."""
        return self._hasher.check_needs_rehash(kept)


def init_app(app: Flask, *, at_once: int) -> None:
    """Give the app its hashing; tests set a lower cost."""
    app.extensions["hashing"] = Hashing(
        memory_kib=app.config.get("HASH_MEMORY_KIB", MEMORY_KIB),
        passes=app.config.get("HASH_PASSES", PASSES),
        at_once=at_once,
    )


def hashing() -> Hashing:
    """Give the running app's hashing."""
    found = current_app.extensions["hashing"]
    assert isinstance(found, Hashing)
    return found
