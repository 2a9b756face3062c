"""The table: every state is reached and left, every verb has somebody, choices follow the wish of the community."""

from __future__ import annotations

import pytest

from timebank.communities.rules import Approval
from timebank.exchanges import rules
from timebank.exchanges.routes.moving import STEPS
from timebank.exchanges.rules import ENDED, TABLE, Doer, Facts, Keep, Standing, State, Verb, Who

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
    assert {move.verb for move in TABLE} == set(STEPS) | {Verb.FADE}
    assert set(Verb) == {move.verb for move in TABLE}


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
