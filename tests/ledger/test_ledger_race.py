"""Many processes at once on a real file and a real PostgreSQL; and the same without the lock, when it must go wrong."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from unittest import mock

import pytest
from flask import Flask

from tests.faults.figures import count
from tests.ledger.town import BY, Town
from tests.processes import DONE, FORK, Deed, at_once, nobody_locks
from timebank.core.database import transaction
from timebank.ledger import actions
from timebank.ledger.actions import posting as posting_actions
from timebank.ledger.rules import Posting

MANY = 20
FEW = 8
FEWER = 6
CIRCLE = 30
ROUNDS = 5

Race = Callable[[Flask, Town, int], None]


def posted(town: Town, *postings: Posting) -> Deed:
    """Give the deed of posting these in one batch; it answers which stood there before."""
    return lambda: [entry.repeated for entry in town.post(*postings)]


def race_for_one_key(app: Flask, town: Town, many: int) -> None:
    """Post one key from many sides; each is to be given the one transfer."""
    posting = town.posting("ana", "ben", 60)
    answers = at_once(app, [posted(town, posting)] * many)
    assert sorted(answers) == [(DONE, [False]), *[(DONE, [True])] * (many - 1)]
    assert town.balances() == {"ana": -60, "ben": 60}
    assert town.violations() == []


def race_to_the_limit(app: Flask, town: Town, many: int) -> None:
    """Let many take what is enough for three; the others are to be told that it is a limit."""
    answers = at_once(app, [posted(town, town.posting("ana", "pot", 200, kind="gift")) for _ in range(many)])
    assert Counter(answer.kind for answer in answers) == {DONE: 3, "LimitReached": many - 3}, answers
    assert town.balances() == {"ana": -600, "pot": 600}
    assert town.violations() == []


def race_in_opposite_directions(app: Flask, town: Town, many: int) -> None:
    """Let half of them post from Ana to Ben and half from Ben to Ana, again and again: nobody waits for ever."""

    def to_and_fro(payer: str, payee: str) -> Deed:
        wishes = [town.posting(payer, payee, 5, kind="imported") for _ in range(ROUNDS)]
        return lambda: [town.post(wish)[0].repeated for wish in wishes]

    many = min(many, FEW)
    turns = [("ana", "ben"), ("ben", "ana")]
    answers = at_once(app, [to_and_fro(*turns[place % 2]) for place in range(many)])
    assert answers == [(DONE, [False] * ROUNDS)] * many
    assert town.balances() == {}
    assert len(town.rows()["transfer"]) == many * ROUNDS
    assert town.violations() == []


def race_with_a_limit_that_changes(app: Flask, town: Town, many: int) -> None:
    """Let somebody's limit come nearer while many post: every transfer is judged by the limit of its time."""
    wishes = [town.posting("ana", "pot", 60, kind="gift") for _ in range(many - 1)]
    answers = at_once(app, [*(posted(town, wish) for wish in wishes), lambda: town.limit("ana", -120, 2400)])
    *posts, change = answers
    paid = 60 * sum(answer.kind == DONE for answer in posts)
    assert {answer.kind for answer in posts} <= {DONE, "LimitReached"}, answers
    assert change.kind in {DONE, "Conflict"}, change
    assert paid == min(60 * len(posts), 120 if change.kind == DONE else 600), answers
    assert town.balances() == {"ana": -paid, "pot": paid}
    assert town.violations() == []


def race_of_a_gathering(app: Flask, town: Town, many: int) -> None:
    """Let a circle of thirty, one of whom can pay nothing, be posted as a batch while its members exchange."""
    names = _thirty(town)
    town.limit("ana", 0, 2400)
    circle = [
        town.posting(payer, payee, 45, kind="imported", source=("gathering", "g1"), leg=leg)
        for leg, (payer, payee) in enumerate(zip(names, [*names[1:], names[0]], strict=True))
    ]
    pairs = [(names[1 + place], names[10 + place]) for place in range(many - 1)]
    beside = [posted(town, town.posting(payer, payee, 20)) for payer, payee in pairs]
    answers = at_once(app, [posted(town, *circle), *beside])
    assert answers == [(DONE, [False] * CIRCLE), *[(DONE, [False])] * (many - 1)]
    expected: Counter[str] = Counter()
    for payer, payee in pairs:
        expected[payer] -= 20
        expected[payee] += 20
    assert town.balances() == {name: balance for name, balance in expected.items() if balance}
    assert town.violations() == []


def _thirty(town: Town) -> Sequence[str]:
    with transaction():
        for number in range(CIRCLE - 4):
            opened = actions.open_account(community_id=town.id, kind="member", floor=-600, ceiling=2400, by=BY)
            town.accounts[f"member {number}"] = opened.id
    return [name for name in town.accounts if name not in {"pot", "adjustment"}]


RACES = [
    race_for_one_key,
    race_to_the_limit,
    race_in_opposite_directions,
    race_with_a_limit_that_changes,
    race_of_a_gathering,
]


@pytest.mark.parametrize("race", RACES)
def test_many_at_once_make_one_true_book(app: Flask, town: Town, race: Race) -> None:
    race(app, town, MANY)


@pytest.mark.parametrize("race", RACES)
def test_without_the_lock_the_same_race_goes_wrong(app: Flask, town: Town, race: Race) -> None:
    with nobody_locks(app, FEWER), pytest.raises(AssertionError):
        race(app, town, FEWER)
    count("locks_missed", 1)


def test_with_the_lock_nobody_looks_while_another_posts(app: Flask, town: Town) -> None:
    inside, most = FORK.Value("i", 0), FORK.Value("i", 0)
    look_up = posting_actions._sorted_out

    def counted(postings: list[Posting]) -> object:
        with inside.get_lock():
            inside.value += 1
            most.value = max(most.value, inside.value)
        found = look_up(postings)
        time.sleep(0.01)
        with inside.get_lock():
            inside.value -= 1
        return found

    with mock.patch.object(posting_actions, "_sorted_out", counted):
        race_for_one_key(app, town, FEWER)
    assert most.value == 1
