"""Passphrase hashes: Argon2id at OWASP's floor, the same for accents typed apart, as slow for nobody."""

from __future__ import annotations

import unicodedata
from unittest import mock

import pytest

from timebank.core.hashing import MEMORY_KIB, PASSES, Hashing


@pytest.fixture(scope="module")
def cheap() -> Hashing:
    return Hashing(memory_kib=8, passes=1, at_once=2)


def test_the_cost_is_owasps_floor() -> None:
    assert (MEMORY_KIB, PASSES) == (19456, 2)
    kept = Hashing(memory_kib=MEMORY_KIB, passes=PASSES, at_once=1).hash("maple kettle sunny harbour")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_passphrase_matches_its_hash_alone(cheap: Hashing) -> None:
    kept = cheap.hash("maple kettle sunny")
    assert cheap.matches(kept, "maple kettle sunny")
    assert cheap.matches(kept, " maple kettle sunny ")
    assert not cheap.matches(kept, "maple kettle Sunny")
    assert kept != cheap.hash("maple kettle sunny")


def test_accents_typed_apart_match(cheap: Hashing) -> None:
    typed = "crème brûlée à la carte"
    kept = cheap.hash(unicodedata.normalize("NFD", typed))
    assert cheap.matches(kept, unicodedata.normalize("NFC", typed))


@pytest.mark.parametrize("kept", [None, "", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_no_hash_or_a_broken_one_matches_nothing(cheap: Hashing, kept: str | None) -> None:
    assert not cheap.matches(kept, "nobody has this passphrase")
    assert not cheap.matches(kept, "")


def test_where_nothing_is_kept_the_same_work_is_done(cheap: Hashing) -> None:
    with mock.patch.object(cheap, "_hasher", wraps=cheap._hasher) as hasher:
        cheap.matches(None, "maple kettle sunny")
    assert hasher.verify.call_count == 1


@pytest.mark.parametrize("typed", ["\0", "\ud800", "a" * 100_000, "🌻" * 20])
def test_whatever_is_typed_is_judged(cheap: Hashing, typed: str) -> None:
    assert not cheap.matches(cheap.hash("maple kettle sunny"), typed)


def test_a_hash_of_a_lower_cost_wants_to_be_made_again(cheap: Hashing) -> None:
    dearer = Hashing(memory_kib=16, passes=1, at_once=1)
    kept = cheap.hash("maple kettle sunny")
    assert dearer.wants_rehash(kept)
    assert not cheap.wants_rehash(kept)


def test_only_some_are_checked_at_the_same_time() -> None:
    hashing = Hashing(memory_kib=8, passes=1, at_once=1)
    with hashing._turns:
        assert not hashing._turns.acquire(blocking=False)
    assert hashing.matches(hashing.hash("a"), "a")
