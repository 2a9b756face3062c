"""The table: every state is reached and left, every verb has somebody, choices follow the wish of the community."""

from __future__ import annotations

import pytest

from timebank.communities.rules import Approval
from timebank.exchanges import rules
from timebank.exchanges.routes.moving import STEPS
from timebank.exchanges.rules import ALONE, ENDED, TABLE, Doer, Facts, Keep, Standing, State, Verb, Who

PARTIES = frozenset({1, 2})


def test_every_state_is_reached_and_every_state_that_is_no_end_is_left() -> None:
    reached = {State.ASKED, State.SAID, State.CONFIRMED} | {after for move in TABLE for after in move.leads_to}
    assert reached == set(State)
    left = {move.state for move in TABLE}
    assert left == set(State) - ENDED


def test_somebody_of_the_two_can_always_move_on_alone_or_time_does() -> None:
    theirs = {Who.PARTY, Who.WAITED_FOR, Who.AUTHOR, Who.PROGRAM}
    for state in set(State) - ENDED:
        assert any(move.state is state and move.who in theirs for move in TABLE), state


def test_every_verb_of_the_table_has_a_step_or_is_the_passing_of_time() -> None:
    assert {move.verb for move in TABLE} == set(STEPS) | {Verb.FADE, Verb.PART}
    assert {move.verb for move in ALONE} <= set(STEPS) | {Verb.FADE, Verb.PART}
    assert set(Verb) == {move.verb for move in TABLE}


def alone(state: State, author: int | None = 1, *, already: bool = False) -> Standing:
    return Standing(state, PARTIES, author, alone=already)


@pytest.mark.parametrize(
    ("state", "author", "already", "after"),
    [
        (State.ASKED, 1, False, State.WITHDRAWN),
        (State.AGREED, 2, False, State.WITHDRAWN),
        (State.SAID, 1, False, State.SAID),
        (State.SAID, 2, False, State.HELP),
        (State.SAID, 2, True, State.WITHDRAWN),
        (State.HELP, 1, False, State.HELP),
        (State.HELP, 2, True, State.WITHDRAWN),
        (State.CONFIRMED, 2, False, State.CONFIRMED),
        (State.CONFIRMED, 2, True, State.CONFIRMED),
        (State.POSTED, 2, False, State.POSTED),
        (State.CORRECTING, 2, False, State.CORRECTING),
        *((state, 1, False, state) for state in sorted(ENDED)),
    ],
)
def test_where_an_exchange_is_when_one_of_the_two_leaves(
    state: State, author: int, already: bool, after: State
) -> None:
    exchange = alone(state, author, already=already)
    assert rules.after_parting(exchange, leaver=1) is after
    table = ALONE if already else TABLE
    told = {each for move in table if move.state is state and move.verb is Verb.PART for each in move.leads_to}
    assert after in (told or {state})


def test_whoever_stays_can_always_move_on_alone_or_a_coordinator_or_time_does() -> None:
    stays, looks = Doer(2, "p2"), Doer(3, "p3", coordinates=True)
    after = {rules.after_parting(alone(state, author), 1) for state in State for author in (1, 2)} - ENDED
    assert after == {State.SAID, State.HELP, State.CONFIRMED, State.POSTED, State.CORRECTING}
    for state in after:
        exchange = alone(state, already=True)
        assert list(rules.moves(stays, exchange)), state
        assert list(rules.moves(looks, exchange)) or state is State.SAID
        assert {each for move in ALONE if move.state is state for each in move.leads_to} & {
            *ENDED,
            State.POSTED,
            State.CORRECTING,
        }


def test_nothing_waits_for_who_has_left() -> None:
    reached = {after for move in ALONE for after in move.leads_to}
    assert reached.isdisjoint({State.ASKED, State.AGREED})
    assert all(move.verb not in {Verb.SAY_OTHER, Verb.SAY_DONE, Verb.GIVE_BACK} for move in ALONE)


@pytest.mark.parametrize("who", [Who.APPROVER, Who.COORDINATOR])
def test_a_party_is_never_the_second_pair_of_eyes(who: Who) -> None:
    party = Doer(1, "p1", coordinates=True, seconds=True)
    assert not rules.is_somebody(who, party, Standing(State.CONFIRMED, PARTIES, 1))


def test_whoever_typed_a_slip_does_not_look_at_it() -> None:
    typist = Doer(3, "p3", coordinates=True)
    assert not rules.is_somebody(Who.APPROVER, typist, Standing(State.CONFIRMED, PARTIES, None, typed_by="p3"))
    assert rules.is_somebody(Who.APPROVER, typist, Standing(State.CONFIRMED, PARTIES, None, typed_by="p4"))


FACTS = Facts(minutes=60, kind="k1", fewest_before=5)


@pytest.mark.parametrize(
    ("policy", "facts", "looks"),
    [
        (Approval("never"), FACTS, False),
        (Approval("always"), FACTS, True),
        (Approval("some", 2, 240), FACTS, False),
        (Approval("some", 6, 240), FACTS, True),
        (Approval("some", 2, 59), FACTS, True),
        (Approval("some", 2, 60), FACTS, False),
        (Approval("some", 2, 240, ("k1",)), FACTS, True),
        (Approval("never"), Facts(60, None, 5, takes_from_pot=True), True),
        (Approval("never"), Facts(60, None, 5, typed_from_slip=True), True),
    ],
)
def test_somebody_else_looks_where_the_community_wishes(policy: Approval, facts: Facts, looks: bool) -> None:
    assert (rules.why_approve(policy, facts) is not None) is looks


def test_only_what_always_alone_asks_for_is_ordinary() -> None:
    assert rules.is_ordinary(Approval("always", 2, 240), FACTS)
    assert not rules.is_ordinary(Approval("always", 6, 240), FACTS)
    assert not rules.is_ordinary(Approval("some", 6, 240), FACTS)


def test_form_follows_from_whom_it_is_for_and_whose_accounts_move() -> None:
    assert rules.form_of(rules.ForWhom.PERSON, Keep.HOURS) == "individual"
    assert rules.form_of(rules.ForWhom.GROUP, Keep.HOURS) == "group"
    assert rules.form_of(rules.ForWhom.PERSON, Keep.POT) == "collective"
    assert rules.form_of(rules.ForWhom.EVERYONE, Keep.HOURS) == "collective"
