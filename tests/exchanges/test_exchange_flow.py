"""From a proposal to the book, with everything that can go another way; each on both databases."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from flask import Flask

from tests.factories.exchanges import MINUTES, Pair, do, exchange_at, found, propose, state_of, viewer
from tests.factories.people import Member, a_member, inside
from tests.factories.rows import nothing_written, violations
from timebank.communities import actions as communities
from timebank.communities import queries as community_queries
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, DomainError, NotAllowed, NotFound, Refused
from timebank.exchanges import actions, jobs
from timebank.exchanges.rules import State, Verb
from timebank.ledger import queries as ledger
from timebank.people import queries as people


def balance(member: Member) -> int:
    with inside(), reading():
        assert member.account_id is not None
        return ledger.balance(member.community.id, member.account_id)


def wish(pair: Pair, **wanted: object) -> None:
    with inside(), transaction():
        community = communities.lock(pair.giver.community.id)
        communities.change_settings(community=community, wanted=dict(wanted), why="trying", by=Program(community.id))


NEVER = {"when": "never", "first_of_newcomer": 0, "above_minutes": 600, "kinds": []}


def test_both_say_so_somebody_else_looks_and_it_is_in_the_book(pair: Pair) -> None:
    public_id = exchange_at(State.POSTED, pair)
    assert state_of(public_id, pair.giver) is State.POSTED
    assert (balance(pair.giver), balance(pair.receiver)) == (MINUTES, -MINUTES)
    assert violations() == []


def test_where_nobody_else_looks_confirming_posts(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    public_id = exchange_at(State.CONFIRMED, pair)
    assert state_of(public_id, pair.giver) is State.POSTED


def test_a_time_agreed_on_is_not_carried_to_another_day(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    planned = clock.day_of(clock.now(), "Europe/London") + timedelta(days=5)
    public_id = propose(pair, on_day=planned, at=time(10))
    do(public_id, Verb.AGREE, pair.receiver)
    do(public_id, Verb.SAY_DONE, pair.giver)
    do(public_id, Verb.CONFIRM, pair.receiver)
    assert state_of(public_id, pair.giver) is State.POSTED
    assert violations() == []


def test_minutes_go_back_and_forth_until_both_say_the_same(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    public_id = exchange_at(State.SAID, pair)
    do(public_id, Verb.SAY_OTHER, pair.receiver, minutes=60)
    with pytest.raises(NotAllowed):
        do(public_id, Verb.CONFIRM, pair.receiver)
    do(public_id, Verb.SAY_OTHER, pair.giver, minutes=75)
    do(public_id, Verb.CONFIRM, pair.receiver)
    assert balance(pair.giver) == 75


def test_confirming_what_is_no_longer_said_is_refused(pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    with pytest.raises(Conflict), nothing_written(), inside(), transaction():
        actions.confirm(
            exchange=found(public_id, pair.receiver),
            minutes=60,
            keep=None,
            now=clock.now(),
            by=viewer(pair.receiver),
        )


def test_nothing_is_posted_twice(pair: Pair) -> None:
    public_id = exchange_at(State.POSTED, pair)
    for verb, who in ((Verb.APPROVE, pair.approver), (Verb.CONFIRM, pair.receiver), (Verb.SAY_DONE, pair.giver)):
        with pytest.raises(Conflict), nothing_written():
            do(public_id, verb, who)
    assert balance(pair.giver) == MINUTES


def test_a_favour_is_thanked_and_nothing_moves(pair: Pair) -> None:
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.giver, keep="none")
    do(public_id, Verb.CONFIRM, pair.receiver)
    assert state_of(public_id, pair.giver) is State.FAVOUR
    assert balance(pair.giver) == 0
    with inside(), transaction():
        exchange = found(public_id, pair.receiver)
        actions.thank(exchange=exchange, words="Lovely", public=True, now=clock.now(), by=viewer(pair.receiver))
    assert violations() == []


def test_hours_given_to_the_pot_count_as_given_and_lie_in_the_pot(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.giver, keep="pot")
    do(public_id, Verb.CONFIRM, pair.receiver)
    with inside(), reading():
        assert ledger.pot_of(pair.giver.community.id).balance == MINUTES
        assert ledger.tallies(pair.giver.community.id, pair.giver.account_id or 0).given_minutes == MINUTES
    assert balance(pair.giver) == 0
    assert violations() == []


@pytest.mark.parametrize("who", ["giver", "receiver"])
def test_one_of_the_two_never_approves_even_as_coordinator(pair: Pair, who: str) -> None:
    rosa = pair.approver
    other = Pair(rosa, pair.receiver, rosa) if who == "giver" else Pair(pair.giver, rosa, rosa)
    public_id = exchange_at(State.CONFIRMED, other)
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.APPROVE, rosa)


def test_a_stranger_finds_no_exchange(pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    with pytest.raises(NotFound), nothing_written():
        do(public_id, Verb.CONFIRM, a_member("Dai"))


def test_given_back_with_a_reason_it_is_agreed_again(pair: Pair) -> None:
    public_id = exchange_at(State.CONFIRMED, pair)
    do(public_id, Verb.GIVE_BACK, pair.approver)
    assert state_of(public_id, pair.giver) is State.AGREED


def test_a_disagreement_is_helped_or_closed(pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    do(public_id, Verb.ASK_HELP, pair.receiver)
    do(public_id, Verb.SAY_DONE, pair.receiver, minutes=30)
    do(public_id, Verb.ASK_HELP, pair.giver)
    do(public_id, Verb.CLOSE, pair.approver)
    assert state_of(public_id, pair.giver) is State.CLOSED
    assert balance(pair.giver) == 0


def test_put_right_by_the_two_takes_the_hours_back_once(pair: Pair) -> None:
    public_id = exchange_at(State.POSTED, pair)
    do(public_id, Verb.ASK_PUT_RIGHT, pair.giver)
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.AGREE_PUT_RIGHT, pair.giver)
    do(public_id, Verb.AGREE_PUT_RIGHT, pair.receiver)
    assert (balance(pair.giver), balance(pair.receiver)) == (0, 0)
    with pytest.raises(DomainError), nothing_written():
        do(public_id, Verb.AGREE_PUT_RIGHT, pair.receiver)
    assert violations() == []


def test_put_right_by_two_entitled(pair: Pair) -> None:
    sam = a_member("Sam", roles=[Role.SECOND])
    public_id = exchange_at(State.POSTED, pair)
    do(public_id, Verb.ASK_PUT_RIGHT, pair.approver)
    do(public_id, Verb.AGREE_PUT_RIGHT, sam)
    assert balance(pair.giver) == 0


def test_a_newcomer_has_everybodys_limits_after_two_exchanges(pair: Pair) -> None:
    for _ in range(2):
        with inside(), reading():
            assert ledger.account(pair.giver.community.id, pair.giver.account_id or 0).floor == -180
        exchange_at(State.POSTED, pair, minutes=30)
    with inside(), reading():
        assert ledger.account(pair.giver.community.id, pair.giver.account_id or 0).floor == -600
    assert violations() == []


def test_a_limit_refuses_the_whole_and_leaves_it_waiting(pair: Pair) -> None:
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.giver, minutes=200)
    do(public_id, Verb.CONFIRM, pair.receiver)
    with pytest.raises(Conflict), nothing_written():
        do(public_id, Verb.APPROVE, pair.approver)
    assert state_of(public_id, pair.giver) is State.CONFIRMED


def test_several_are_approved_together_or_none(pair: Pair) -> None:
    first, second = exchange_at(State.CONFIRMED, pair, minutes=30), exchange_at(State.CONFIRMED, pair, minutes=30)

    def approve_both() -> None:
        with inside(), transaction():
            both = [found(public_id, pair.approver) for public_id in (first, second)]
            actions.approve_several(exchanges=both, now=clock.now(), by=viewer(pair.approver))

    with pytest.raises(NotAllowed), nothing_written():
        approve_both()  # newcomers: not ordinary, and not opened
    wish(pair, approval={"when": "always", "first_of_newcomer": 0, "above_minutes": 600, "kinds": []})
    approve_both()
    assert {state_of(first, pair.giver), state_of(second, pair.giver)} == {State.POSTED}
    assert violations() == []


def test_silence_is_reminded_of_first_and_then_fades(pair: Pair) -> None:
    public_id = propose(pair)
    begun = clock.now()

    def look_after(days: int) -> None:
        with clock.set_to(begun + timedelta(days=days, minutes=1)), inside():
            jobs.remind_and_fade()

    look_after(9)
    with inside(), reading():
        assert found(public_id, pair.giver).reminded_at is None
    look_after(30)  # the loop stood still for a month: a reminder comes first all the same
    assert state_of(public_id, pair.giver) is State.ASKED
    look_after(35)
    assert state_of(public_id, pair.giver) is State.ASKED
    look_after(42)
    assert state_of(public_id, pair.giver) is State.FADED


def test_a_slip_is_looked_at_by_somebody_else_than_who_typed_it(pair: Pair) -> None:
    from timebank.communities import queries as community_queries
    from timebank.exchanges.actions.making import Two
    from timebank.people import queries as people

    with inside(), transaction():
        exchange = actions.type_slip(
            two=Two(people.member_by_id(pair.giver.membership_id), people.member_by_id(pair.receiver.membership_id)),
            terms=actions.Terms("Carrying", 30, on_day=clock.day_of(clock.now(), "Europe/London")),
            settings=community_queries.by_id(pair.giver.community.id).chosen,
            now=clock.now(),
            by=viewer(pair.approver),
        )
        public_id = exchange.public_id
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.APPROVE, pair.approver)
    do(public_id, Verb.APPROVE, a_member("Sam", roles=[Role.SECOND]))
    assert balance(pair.giver) == 30
    assert violations() == []


def test_whoever_is_away_is_not_asked(app: Flask, pair: Pair) -> None:
    from timebank.people import actions as people_actions
    from timebank.people import queries as people

    with inside(), transaction():
        membership = people.member_by_id(pair.receiver.membership_id)
        people_actions.pause(membership=membership, by=viewer(pair.receiver))
    with pytest.raises(Conflict), nothing_written():
        propose(pair)


def test_time_given_to_everybody_is_not_changed_into_time_for_somebody(pair: Pair) -> None:
    rosa = pair.approver
    with inside(), transaction():
        today = clock.day_of(clock.now(), "Europe/London")
        made = actions.log_own_time(
            giver=people.member_by_id(rosa.membership_id),
            terms=actions.Terms("Looking after us all", 60, on_day=today, for_whom="everyone"),
            settings=community_queries.by_id(rosa.community.id).chosen,
            now=clock.now(),
            by=viewer(rosa),
        )
        public_id = made.public_id
    do(public_id, Verb.TAKE_BACK, rosa)
    with nothing_written(), pytest.raises(Refused) as refused:
        do(public_id, Verb.CHANGE, rosa)
    assert refused.value.field == "for_whom"
