"""A machine that does to the ledger whatever comes to its mind, beside a plain model; and bugs it must find."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

import pytest
from flask import Flask
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from tests.faults.figures import count
from tests.ledger.town import Town, open_town
from timebank.core.errors import Conflict
from timebank.ledger import queries, rules
from timebank.ledger.actions import posting as posting_actions
from timebank.ledger.rules import Entry, LimitReached, Posting, TwoNeeded

NAMES = ("ana", "ben", "cora", "dan")
FLOOR, CEILING = -100, 150
QUICK = settings(max_examples=12, stateful_step_count=14, deadline=None, print_blob=False)
HUNT = settings(
    QUICK,
    max_examples=400,
    derandomize=True,  # a hunt that depends on luck is a test that fails by luck
    database=None,
    report_multiple_bugs=False,
    phases=(Phase.generate,),
)


@dataclass
class Model:
    """The ledger, said in the plainest way: balances, limits, and what was posted under which key."""

    balances: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*NAMES, "pot", "adjustment"), 0))
    limits: dict[str, tuple[int, int]] = field(
        default_factory=lambda: {
            **dict.fromkeys(NAMES, (FLOOR, CEILING)),
            "pot": (0, rules.WIDE),
            "adjustment": (-rules.WIDE, rules.WIDE),
        }
    )
    posted: dict[uuid.UUID, Posting] = field(default_factory=dict)
    taken_back: set[uuid.UUID] = field(default_factory=set)
    count: int = 0

    def move(self, *steps: tuple[str, str, int]) -> bool:
        """Move minutes from payers to payees, all or nothing."""
        after = dict(self.balances)
        for payer, payee, minutes in steps:
            after[payer] -= minutes
            after[payee] += minutes
        if any(not self.limits[name][0] <= after[name] <= self.limits[name][1] for name in after):
            return False
        self.balances = after
        self.count += len(steps)
        return True


class Ledger(RuleBasedStateMachine):
    """Posts, posts again, batches, takes back, changes limits; and looks after each step."""

    done = Bundle("done")

    def __init__(self) -> None:
        super().__init__()
        self.town: Town = open_town(FLOOR, CEILING)
        self.model = Model()

    def names(self, posting: Posting) -> tuple[str, str, int]:
        called = {account: name for name, account in self.town.accounts.items()}
        return called[posting.payer_id], called[posting.payee_id], posting.minutes

    @rule(target=done, pair=st.permutations([*NAMES, "pot"]), minutes=st.integers(1, 160))
    def post(self, pair: list[str], minutes: int) -> Posting:
        kind = "gift" if "pot" in pair[:2] else "correction"
        posting = self.town.posting(pair[0], pair[1], minutes, kind=kind)
        self.post_all(posting)
        return posting

    @rule(turns=st.permutations(NAMES), minutes=st.integers(1, 160), short=st.booleans())
    def post_circle(self, turns: list[str], minutes: int, *, short: bool) -> None:
        pairs = list(zip(turns, turns[1:] + turns[:1], strict=True))[: 3 if short else 4]
        self.post_all(*(self.town.posting(payer, payee, minutes, kind="imported") for payer, payee in pairs))

    def post_all(self, *postings: Posting) -> None:
        try:
            self.town.post(*postings)
        except LimitReached:
            assert not self.model.move(*map(self.names, postings))
        else:
            assert self.model.move(*map(self.names, postings))
            self.model.posted |= {posting.id: posting for posting in postings}

    @rule(posting=done)
    def post_again(self, posting: Posting) -> None:
        if posting.id in self.model.posted:
            (entry,) = self.town.post(posting)
            assert entry.repeated

    @rule(posting=done, minutes=st.integers(1, 5))
    def post_something_else_under_its_key(self, posting: Posting, minutes: int) -> None:
        if posting.id in self.model.posted:
            with pytest.raises(Conflict, match="something else"):
                self.town.post(replace(posting, minutes=posting.minutes + minutes))

    @rule(posting=done, two=st.booleans())
    def take_back(self, posting: Posting, *, two: bool) -> None:
        if posting.id not in self.model.posted:
            return
        payer, payee, minutes = self.names(posting)
        can_pay = self.model.balances[payee] - self.model.limits[payee][0]
        own = min(minutes, can_pay)
        try:
            self.town.reverse(posting.id, *(("dan", "eve") if two else ()))
        except TwoNeeded:
            assert own < minutes
            assert not two
        except LimitReached:
            assert not self.model.move((payee, payer, own), ("adjustment", payer, minutes - own))
        except Conflict:
            assert posting.id in self.model.taken_back
        else:
            assert posting.id not in self.model.taken_back
            steps = [(payee, payer, own), ("adjustment", payer, minutes - own)]
            assert self.model.move(*(step for step in steps if step[2]))
            self.model.taken_back.add(posting.id)
            with pytest.raises(Conflict, match="taken back"):
                self.town.reverse(posting.id, "dan", "eve")

    @rule(posting=consumes(done), name=st.sampled_from(NAMES), floor=st.integers(-200, 0), ceiling=st.integers(0, 300))
    def change_limits(self, posting: Posting, name: str, floor: int, ceiling: int) -> None:
        assert posting
        try:
            self.town.limit(name, floor, ceiling)
        except Conflict:
            assert not floor <= self.model.balances[name] <= ceiling
        else:
            assert floor <= self.model.balances[name] <= ceiling
            self.model.limits[name] = (floor, ceiling)

    @invariant()
    def the_book_says_what_the_model_says(self) -> None:
        expected = {name: balance for name, balance in self.model.balances.items() if balance}
        assert self.town.balances() == expected

    def teardown(self) -> None:
        assert self.town.violations() == []
        assert sum("transfer" in name for name in self.town.rows()) == 2


def run(app: Flask, how: settings) -> None:
    with app.app_context():
        run_state_machine_as_test(Ledger, settings=how)


def test_the_ledger_does_what_a_plain_model_does(app: Flask) -> None:
    run(app, QUICK)


def no_floor() -> Any:
    """Plant: nobody judges limits but the walls of the database, which know no sentence."""
    return mock.patch.object(rules, "check_limits", return_value=None)


def payload_not_compared() -> Any:
    """Plant: whatever stands under an id is given back."""
    return mock.patch.object(rules, "check_same", return_value=None)


def reversed_twice() -> Any:
    """Plant: nobody looks whether a transfer was taken back before, nor whether its source posted before."""

    def by_id(postings: list[Posting]) -> dict[uuid.UUID, Entry]:
        wanted = {posting.id for posting in postings}
        return {key: entry for key, entry in standing(postings).items() if key in wanted}

    standing = queries.standing
    return mock.patch.multiple(queries, of_source=lambda *_: [], standing=by_id)


def one_leg_skipped() -> Any:
    """Plant: the last account of a batch is not moved."""
    whole: Callable[..., None] = posting_actions._move

    def short(community_id: int, movements: dict[int, Any]) -> None:
        whole(community_id, dict(sorted(movements.items())[:-1]))

    return mock.patch.object(posting_actions, "_move", short)


def head_forgotten() -> Any:
    """Plant: the head of the book stays where it was."""
    never = posting_actions.MOVE_HEAD.where(posting_actions.BOOK.c.seq < 0)
    return mock.patch.object(posting_actions, "MOVE_HEAD", never)


@pytest.mark.parametrize("planted", [no_floor, payload_not_compared, reversed_twice, one_leg_skipped, head_forgotten])
def test_a_planted_bug_is_found(app: Flask, planted: Callable[[], Any]) -> None:
    with planted(), pytest.raises((Exception, pytest.fail.Exception)):
        run(app, HUNT)
    count("bugs_caught", 1)
