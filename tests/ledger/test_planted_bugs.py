"""Bugs that `verify` has to find: each is planted, a few people post, and the check that is meant for it speaks.

The machine beside this hunts others, and the races find locks that are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest

from tests.faults.figures import count
from tests.ledger.town import BY, NOW, Town
from timebank.core.database import transaction
from timebank.core.errors import Conflict
from timebank.ledger import actions, rules
from timebank.ledger.actions import posting as posting_actions
from timebank.ledger.queries import Head
from timebank.ledger.rules import Entry, Posting, Reversal


def sequence_from_the_clock() -> Any:
    """Plant: transfers are numbered by the seconds that have passed."""
    whole = posting_actions._insert

    def by_the_clock(fresh: Sequence[Posting], head: Head, now: datetime, by: Any) -> list[Entry]:
        return whole(fresh, head._replace(seq=max(head.seq, int((now - NOW).total_seconds()))), now, by)

    return mock.patch.object(posting_actions, "_insert", by_the_clock)


def note_inside_the_hash() -> Any:
    """Plant: the words beside a transfer are hashed with it, so that they can never be erased."""
    sealed = rules.sealed

    def with_words(entry: Entry) -> Entry:
        words = entry.posting.note or ""
        return sealed(entry)._replace(hash=rules.link(entry.prev, words)) if words else sealed(entry)

    return mock.patch.object(rules, "sealed", with_words)


def chain_begins_anew() -> Any:
    """Plant: what a transfer follows is forgotten where its batch begins."""
    whole = posting_actions._insert

    def from_nothing(fresh: Sequence[Posting], head: Head, now: datetime, by: Any) -> list[Entry]:
        return whole(fresh, head._replace(hash=rules.genesis(fresh[0].community_id)), now, by)

    return mock.patch.object(posting_actions, "_insert", from_nothing)


def one_row_skipped() -> Any:
    """Plant: the accounts move for a leg that is never written."""
    whole = posting_actions._insert

    def short(fresh: Sequence[Posting], head: Head, now: datetime, by: Any) -> list[Entry]:
        kept = list(fresh)[:-1] if len(fresh) > 1 else fresh
        return [*whole(kept, head, now, by), *(entry_of(each) for each in fresh[len(kept) :])]

    def entry_of(posting: Posting) -> Entry:
        return Entry(posting, 0, posting.id, NOW, "", "", None, "", "")

    return mock.patch.object(posting_actions, "_insert", short)


def reversal_by_less() -> Any:
    """Plant: what is taken back is a minute less than what was given."""
    whole = rules.counter_entry

    def less(original: Posting, reversal: Reversal) -> Posting:
        return replace(whole(original, reversal), minutes=original.minutes - 1)

    return mock.patch.object(rules, "counter_entry", less)


def time_given_twice() -> Any:
    """Plant: nobody looks whether the giver was with somebody else."""
    return mock.patch.object(rules, "check_time", return_value=None)


def limits_of_another_time() -> Any:
    """Plant: a limit change is dated before everything that was posted."""
    lock = actions.accounts.lock_book

    def too_early(community_id: int) -> Head:
        return lock(community_id)._replace(seq=0)

    return mock.patch.object(actions.accounts, "lock_book", too_early)


BUGS: dict[str, tuple[Callable[[], Any], str]] = {
    "sequence from the clock": (sequence_from_the_clock, "numbers_are_gapless"),
    "note inside the hash": (note_inside_the_hash, "chain_is_whole"),
    "chain begins anew": (chain_begins_anew, "chain_is_whole"),
    "one row skipped": (one_row_skipped, "balances_are_their_rows"),
    "reversal by less": (reversal_by_less, "reversals_mirror"),
    "time given twice": (time_given_twice, "nobody_gives_twice_at_once"),
    "limits of another time": (limits_of_another_time, "limits_held"),
}


def live(town: Town) -> None:
    """Let the four do a little of everything, as the clock goes on."""
    first = town.help("cora", "dan", 30, note="thank you")
    with transaction():
        later = town.posting("ana", "ben", 20, starts_at=NOW)
        actions.post(later, now=NOW + timedelta(hours=1), by=BY)
    with suppress(Conflict):  # Ben is with Ana at that time
        town.help("dan", "ben", 60, starts_at=NOW + timedelta(minutes=10))
    circle = [("ana", "ben"), ("ben", "cora"), ("cora", "ana")]
    town.post(*(town.posting(payer, payee, 10, kind="imported") for payer, payee in circle))
    town.reverse(first.id)
    town.limit("cora", -20, 2400)


def test_without_a_bug_nothing_is_found(town: Town) -> None:
    live(town)
    assert town.violations() == []


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_by_the_check_that_is_meant_for_it(town: Town, name: str) -> None:
    plant, finder = BUGS[name]
    with plant():
        live(town)
    assert finder in {line.split(":")[0] for line in town.violations()}
    count("bugs_caught", 1)
