"""The table: every state is reached and left, every verb has somebody, choices follow the wish of the community."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from timebank.communities.rules import Approval
from timebank.core.errors import Conflict, NotAllowed
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


SAID = Standing(State.SAID, PARTIES, 1, typed_by="p9", asked_by="p1")


@pytest.mark.parametrize(
    ("who", "doer", "is_one"),
    [
        (Who.PARTY, Doer(1, "p1"), True),
        (Who.PARTY, Doer(3, "p3", coordinates=True), False),
        (Who.WAITED_FOR, Doer(1, "p1"), False),
        (Who.WAITED_FOR, Doer(2, "p2"), True),
        (Who.WAITED_FOR, Doer(3, "p3", coordinates=True), False),
        (Who.AUTHOR, Doer(1, "p1"), True),
        (Who.AUTHOR, Doer(2, "p2"), False),
        (Who.AUTHOR, Doer(3, "p3", seconds=True), False),
        (Who.COORDINATOR, Doer(3, "p3", coordinates=True), True),
        (Who.COORDINATOR, Doer(3, "p3", seconds=True), False),
        (Who.APPROVER, Doer(3, "p3", coordinates=True), True),
        (Who.APPROVER, Doer(3, "p3", seconds=True), True),
        (Who.APPROVER, Doer(3, "p3"), False),
        (Who.APPROVER, Doer(3, "p9", seconds=True), False),
        (Who.SECOND_PERSON, Doer(1, "p1"), False),
        (Who.SECOND_PERSON, Doer(2, "p2"), True),
        (Who.SECOND_PERSON, Doer(3, "p3", seconds=True), True),
        (Who.SECOND_PERSON, Doer(3, "p3"), False),
        (Who.PROGRAM, Doer(None, "", is_program=True), True),
        (Who.PROGRAM, Doer(1, "p1", coordinates=True), False),
        (Who.PARTY, Doer(1, "p1", is_program=True), False),
    ],
)
def test_who_somebody_is_follows_from_the_exchange(who: Who, doer: Doer, *, is_one: bool) -> None:
    assert rules.is_somebody(who, doer, SAID) is is_one


def test_a_move_is_given_or_refused_by_what_stands_in_the_way() -> None:
    assert rules.check_may(Verb.CONFIRM, Doer(2, "p2"), SAID).who is Who.WAITED_FOR
    with pytest.raises(NotAllowed):
        rules.check_may(Verb.CONFIRM, Doer(1, "p1"), SAID)
    with pytest.raises(Conflict):
        rules.check_may(Verb.AGREE, Doer(2, "p2"), SAID)
    assert {move.verb for move in rules.moves(Doer(1, "p1"), SAID)} == {Verb.TAKE_BACK, Verb.ASK_HELP}


def test_reasons_are_wanted_where_something_is_given_back_or_put_right() -> None:
    wanted = {Verb.ASK_HELP, Verb.GIVE_BACK, Verb.CLOSE, Verb.ASK_PUT_RIGHT}
    assert {move.verb for move in TABLE if move.wants_reason} == wanted
    assert all(move.wants_reason for move in TABLE if move.verb in wanted)


def test_confirming_leads_where_the_giver_and_the_community_wish() -> None:
    for needs_approval in (True, False):
        assert rules.after_confirming(Keep.NONE, needs_approval=needs_approval) is State.FAVOUR
    assert rules.after_confirming(Keep.HOURS, needs_approval=True) is State.CONFIRMED
    assert rules.after_confirming(Keep.POT, needs_approval=False) is State.POSTED


def test_something_is_due_on_its_day_and_not_before() -> None:
    since = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert rules.is_due(since, since + timedelta(days=10), 10)
    assert not rules.is_due(since, since + timedelta(days=10, seconds=-1), 10)


def test_the_first_exchanges_of_a_newcomer_are_counted_before_this_one() -> None:
    assert rules.why_approve(Approval("some", 6, 240), FACTS)
    assert rules.why_approve(Approval("some", 5, 240), FACTS) is None


def test_sets_of_states_are_read_from_the_table() -> None:
    assert {State.ASKED, State.AGREED, State.SAID, State.CORRECTING} == rules.FADING
    assert set(State) - ENDED - {State.POSTED} == rules.UNDER_WAY
    assert [rules.STAGE_OF[state] for state in (State.ASKED, State.AGREED, State.SAID, State.HELP)] == [0, 1, 2, 2]
    assert [rules.STAGE_OF[state] for state in (State.CONFIRMED, State.POSTED, State.CORRECTING)] == [3, 4, 4]
    assert len(rules.STAGES) == max(rules.STAGE_OF.values()) + 1


def test_the_drawing_has_an_arrow_for_each_move_and_each_end() -> None:
    drawn = rules.diagram().split("\n")
    assert len(drawn) == len(set(drawn))
    for move in TABLE:
        for after in move.leads_to:
            assert f"    {move.state} --> {after}: {move.verb}" in drawn
    assert sum(line.endswith("--> [*]") for line in drawn) == len(ENDED)


@pytest.mark.parametrize(
    ("doer", "on_paper", "is_one"),
    [
        (Doer(3, "p3", coordinates=True), {2}, True),
        (Doer(3, "p3", coordinates=True), set(), False),
        (Doer(3, "p3", seconds=True), {2}, False),
        (Doer(1, "p1", coordinates=True), {2}, False),
    ],
)
def test_a_coordinator_speaks_for_somebody_on_paper_who_is_waited_for(
    doer: Doer, on_paper: set[int], *, is_one: bool
) -> None:
    standing = Standing(State.SAID, PARTIES, 1, on_paper=frozenset(on_paper))
    assert rules.is_somebody(Who.CARRIER, doer, standing) is is_one


def test_nobody_is_spoken_for_who_spoke_last_where_an_answer_is_waited_for() -> None:
    for state in State:
        carried = Standing(state, PARTIES, 1, on_paper=frozenset({1, 2})).carried
        assert carried == ({2} if state in {State.ASKED, State.SAID} else {1, 2})


def test_where_somebody_can_be_spoken_for_is_read_from_the_table() -> None:
    assert {move.state for move in TABLE if move.who is Who.CARRIER} == rules.CARRIED
    assert State.POSTED not in rules.CARRIED
