"""Many second pairs of eyes on one exchange, and a rule that changes meanwhile; and the same without the locks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from unittest import mock

import pytest
from flask import Flask

from tests.factories.exchanges import Pair, do, exchange_at, propose, state_of
from tests.factories.people import Member, a_member, inside
from tests.factories.rows import rows_of, violations
from tests.faults.figures import count
from tests.processes import DONE, at_once, nobody_locks
from timebank.communities import actions as communities
from timebank.core.access import Program, Role, Viewer
from timebank.core.database import transaction
from timebank.exchanges import queries
from timebank.exchanges.rules import State, Verb

MANY = 20
FEWER = 6
SHORT = 5
MEANWHILE_S = 0.2

Race = Callable[[Flask, Pair, int], None]


def race_of_approvers(app: Flask, pair: Pair, many: int) -> None:
    """Let many coordinators approve one exchange: one of them does, and the others are told."""
    approve_at_once(app, pair, [a_member(f"Rosa {number}", roles=[Role.COORDINATOR]) for number in range(many)])


def race_of_one_approver(app: Flask, pair: Pair, many: int) -> None:
    """Let one coordinator approve an exchange from many windows: once it works."""
    approve_at_once(app, pair, [pair.approver] * many)


def approve_at_once(app: Flask, pair: Pair, approvers: Sequence[Member]) -> None:
    public_id = exchange_at(State.CONFIRMED, pair)
    answers = at_once(app, [lambda each=each: do(public_id, Verb.APPROVE, each) for each in approvers])
    assert Counter(answer.kind for answer in answers) == {DONE: 1, "Stale": len(approvers) - 1}, answers
    assert len(rows_of("transfer")) == 1
    assert len(rows_of("exchange_event", verb="approve")) == 1
    assert violations() == []


def race_with_a_rule_that_changes(app: Flask, pair: Pair, many: int) -> None:
    """Let people confirm while the community decides that somebody looks at all: each goes one way or the other."""
    _let_approval_be("never", pair)
    waiting = [_said(pair) for _ in range(many - 1)]

    def decide() -> None:
        time.sleep(MEANWHILE_S)
        _let_approval_be("always", pair)

    confirmers = [lambda each=each: do(each, Verb.CONFIRM, pair.receiver) for each in waiting]
    answers = at_once(app, [*confirmers, decide])
    assert [answer.kind for answer in answers] == [DONE] * many, answers
    states = Counter(state_of(each, pair.giver) for each in waiting)
    assert set(states) <= {State.POSTED, State.CONFIRMED}
    assert len(rows_of("transfer")) == states[State.POSTED]
    assert violations() == []
    after = _said(pair)
    do(after, Verb.CONFIRM, pair.receiver)
    assert state_of(after, pair.giver) is State.CONFIRMED


def _let_approval_be(when: str, pair: Pair) -> None:
    with inside(), transaction():
        community = communities.lock(pair.giver.community.id)
        wanted = {"approval": {"when": when, "first_of_newcomer": 2, "above_minutes": 240, "kinds": []}}
        communities.change_settings(community=community, wanted=wanted, why="We agreed", by=Program())


def _said(pair: Pair) -> str:
    """Give an exchange that waits for the receiver's word; a short one, so that no limit is met."""
    public_id = propose(pair, SHORT)
    do(public_id, Verb.AGREE, pair.receiver)
    do(public_id, Verb.SAY_DONE, pair.giver, minutes=SHORT)
    return public_id


@pytest.mark.parametrize("race", [race_of_approvers, race_of_one_approver, race_with_a_rule_that_changes])
def test_many_at_once_make_one_true_exchange(app: Flask, pair: Pair, race: Race) -> None:
    race(app, pair, FEWER if race is race_with_a_rule_that_changes else MANY)


def test_approval_that_is_not_exclusive_goes_wrong(app: Flask, pair: Pair) -> None:
    # Two different approvers would still meet a wall of the book: the same key, and another name beside it.
    whole = queries.get_visible

    def not_locked(viewer: Viewer, public_id: str, **_lock: bool) -> object:
        return whole(viewer, public_id)

    with nobody_locks(app, FEWER), mock.patch.object(queries, "get_visible", not_locked):
        with pytest.raises(AssertionError):
            race_of_one_approver(app, pair, FEWER)
    count("bugs_caught", 1)


def test_a_rule_that_changes_without_locks_goes_wrong(app: Flask, pair: Pair) -> None:
    with nobody_locks(app, FEWER - 1), pytest.raises(AssertionError):
        race_with_a_rule_that_changes(app, pair, FEWER)
