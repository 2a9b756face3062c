"""Every state an exchange can be in when one of the two leaves: the other has a way on, and the books hold."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.exchanges import PATHS, Pair, do, exchange_at, found, propose
from tests.factories.people import Member, a_member, inside, on_paper, working_on
from tests.factories.rows import nothing_written, rows_of, violations
from tests.privacy.conftest import account, help_to_leave, in_pot, leave, viewer
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import db, reading, transaction
from timebank.core.errors import Conflict, DomainError
from timebank.exchanges import actions, queries, rules
from timebank.exchanges.models import Exchange
from timebank.exchanges.rules import ENDED, State, Verb

MORE = {
    State.HELP: (*PATHS[State.SAID], (Verb.ASK_HELP, "receiver")),
    State.CORRECTING: (*PATHS[State.POSTED], (Verb.ASK_PUT_RIGHT, "receiver")),
    State.PUT_RIGHT: (*PATHS[State.POSTED], (Verb.ASK_PUT_RIGHT, "receiver"), (Verb.AGREE_PUT_RIGHT, "giver")),
    State.DECLINED: ((Verb.DECLINE, "receiver"),),
    State.WITHDRAWN: ((Verb.WITHDRAW, "giver"),),
    State.CLOSED: (*PATHS[State.SAID], (Verb.ASK_HELP, "receiver"), (Verb.CLOSE, "approver")),
}
AFTER = {State.ASKED: State.WITHDRAWN, State.AGREED: State.WITHDRAWN}


def at(state: State, pair: Pair) -> str:
    public_id = propose(pair)
    if state is State.FAVOUR:
        for verb, who in PATHS[State.SAID]:
            do(public_id, verb, getattr(pair, who), keep="none")
        do(public_id, Verb.CONFIRM, pair.receiver, keep="none")
        return public_id
    if state is State.FADED:
        with inside(), transaction():
            actions.fade(exchange=found(public_id, pair.giver, lock=True), now=clock.now())
        return public_id
    for verb, who in {**PATHS, **MORE}[state]:
        do(public_id, verb, getattr(pair, who))
    return public_id


def row(public_id: str) -> dict:
    return rows_of("exchange", public_id=public_id)[0]


@pytest.mark.parametrize("leaver", ["giver", "receiver"])
@pytest.mark.parametrize("state", list(State))
def test_whoever_stays_has_a_way_on_from_every_state(pair: Pair, state: State, leaver: str) -> None:
    public_id = at(state, pair)
    assert row(public_id)["state"] == state
    gone = getattr(pair, leaver)
    stays = pair.receiver if leaver == "giver" else pair.giver
    leave(gone)
    expected = AFTER.get(state, state)
    if state is State.SAID and leaver == "receiver":
        expected = State.HELP  # the giver said so, and the receiver did not answer
    assert row(public_id)["state"] == expected
    assert row(public_id)["alone_since"] is not None
    assert account(gone).balance == 0
    assert violations() == []
    with inside(), reading():
        exchange = found(public_id, stays)
        assert queries.verbs(viewer(stays), exchange) or expected in ENDED
        seen = queries.get_visible(viewer(stays), public_id)
        assert seen.other(viewer(stays)) is None


def test_what_the_leaver_said_is_done_can_still_be_agreed_to_and_goes_to_the_pot(pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    leave(pair.giver)
    do(public_id, Verb.CONFIRM, pair.receiver)
    do(public_id, Verb.APPROVE, pair.approver)
    assert row(public_id)["state"] == State.POSTED
    assert (account(pair.receiver).balance, account(pair.giver).balance, in_pot(pair.giver)) == (-90, 0, 90)
    assert account(pair.giver).given == 90
    assert violations() == []


def test_who_helped_a_leaver_gets_the_hours_the_leaver_said(pair: Pair) -> None:
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.receiver)
    leave(pair.receiver)
    do(public_id, Verb.CONFIRM, pair.giver)
    do(public_id, Verb.APPROVE, pair.approver)
    assert (account(pair.giver).balance, account(pair.receiver).balance) == (90, 0)
    assert violations() == []


@pytest.mark.parametrize("leaver", ["giver", "receiver"])
@pytest.mark.parametrize("keep", ["keep", "pot"])
def test_what_both_said_is_still_approved_and_posted(pair: Pair, leaver: str, keep: str) -> None:
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.giver, keep=keep)
    do(public_id, Verb.CONFIRM, pair.receiver, keep=keep)
    gone = getattr(pair, leaver)
    leave(gone)
    do(public_id, Verb.APPROVE, pair.approver)
    assert row(public_id)["state"] == State.POSTED
    assert account(gone).balance == 0
    if leaver == "receiver":
        assert account(pair.giver).balance == (90 if keep == "keep" else 0)
    else:
        assert account(pair.receiver).balance == -90
    assert violations() == []


def test_what_only_the_other_said_a_coordinator_closes_and_it_is_never_posted(pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    leave(pair.receiver)
    for verb, who in ((Verb.SAY_DONE, pair.giver), (Verb.CONFIRM, pair.giver), (Verb.GIVE_BACK, pair.approver)):
        with nothing_written(), pytest.raises(DomainError):
            do(public_id, verb, who)
    do(public_id, Verb.CLOSE, pair.approver)
    assert row(public_id)["state"] == State.CLOSED
    assert rows_of("transfer") == []
    assert violations() == []


def test_where_help_was_asked_for_the_other_may_still_agree_to_what_the_leaver_said(pair: Pair) -> None:
    public_id = at(State.HELP, pair)
    leave(pair.giver)
    do(public_id, Verb.CONFIRM, pair.receiver)
    assert row(public_id)["state"] == State.CONFIRMED


def test_who_approves_may_close_instead_what_looks_wrong(pair: Pair) -> None:
    public_id = exchange_at(State.CONFIRMED, pair)
    leave(pair.giver)
    with nothing_written(), pytest.raises(Conflict):
        do(public_id, Verb.GIVE_BACK, pair.approver)
    do(public_id, Verb.CLOSE, pair.approver)
    assert row(public_id)["reason"] == "Not so"
    assert violations() == []


@pytest.mark.parametrize("leaver", ["giver", "receiver"])
@pytest.mark.parametrize("keep", ["keep", "pot"])
def test_what_stands_in_the_book_can_still_be_put_right(pair: Pair, leaver: str, keep: str) -> None:
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.giver, keep=keep)
    do(public_id, Verb.CONFIRM, pair.receiver, keep=keep)
    do(public_id, Verb.APPROVE, pair.approver)
    gone = getattr(pair, leaver)
    stays = pair.receiver if leaver == "giver" else pair.giver
    leave(gone)
    do(public_id, Verb.ASK_PUT_RIGHT, stays)
    do(public_id, Verb.AGREE_PUT_RIGHT, pair.approver)
    assert row(public_id)["state"] == State.PUT_RIGHT
    assert account(stays).balance == 0
    assert account(gone).balance == 0
    assert violations() == []


def test_where_both_leave_nothing_waits_and_what_both_said_is_posted(pair: Pair) -> None:
    open_ones = {state: at(state, pair) for state in (State.ASKED, State.SAID, State.HELP, State.CONFIRMED)}
    leave(pair.giver)
    leave(pair.receiver)
    for state in (State.ASKED, State.SAID, State.HELP):
        assert row(open_ones[state])["state"] == State.WITHDRAWN
    do(open_ones[State.CONFIRMED], Verb.APPROVE, pair.approver)
    assert (account(pair.giver).balance, account(pair.receiver).balance, in_pot(pair.giver)) == (0, 0, 0)
    assert violations() == []


def test_several_of_one_leaver_are_approved_together(pair: Pair) -> None:
    dai = a_member("Dai")
    first = exchange_at(State.CONFIRMED, pair)
    second = exchange_at(State.CONFIRMED, Pair(pair.giver, dai, pair.approver), on_day=None)
    leave(pair.giver)
    with inside():
        for public_id in (first, second):
            with transaction() as session:
                exchange = found(public_id, pair.approver)
                actions.opened(session, exchange_id=exchange.id, now=clock.now(), by=viewer(pair.approver))
        with transaction():
            both = [found(public_id, pair.approver, lock=True) for public_id in sorted((first, second))]
            actions.approve_several(exchanges=both, now=clock.now(), by=viewer(pair.approver))
    assert (account(pair.giver).balance, in_pot(pair.giver)) == (0, 180)
    assert violations() == []


def test_nobody_talks_to_or_thanks_who_has_left_and_no_thanks_are_shown_to_all(pair: Pair) -> None:
    public_id = exchange_at(State.POSTED, pair)
    with inside(), transaction():
        exchange = found(public_id, pair.receiver, lock=True)
        by, now = viewer(pair.receiver), clock.now()
        actions.thank(exchange=exchange, words="Thank you, Ama", public=True, now=now, by=by)
        [word] = queries.thanks(exchange)
        actions.agree_to_show(thanks=word, exchange=exchange, now=now, by=viewer(pair.giver))
        assert queries.public_thanks(by)
    leave(pair.giver)
    with inside(), reading():
        assert queries.public_thanks(viewer(pair.receiver)) == []
    with nothing_written(), pytest.raises(Conflict), inside(), transaction():
        exchange = found(public_id, pair.receiver, lock=True)
        actions.talk(exchange=exchange, words="Where are you?", now=clock.now(), by=viewer(pair.receiver))
    [word] = rows_of("thanks")
    assert (word["words"], word["public"]) == ("Thank you, Ama", False)


VERBS = [verb for verb in Verb if verb not in {Verb.FADE, Verb.PART}]
DEEDS = st.lists(
    st.tuples(st.sampled_from([*VERBS, "leave", "leave"]), st.integers(0, 3), st.sampled_from(["keep", "pot", "none"])),
    max_size=16,
)


@settings(max_examples=20)
@given(deeds=DEEDS, start=st.sampled_from([State.ASKED, State.SAID, State.CONFIRMED, State.POSTED]))
def test_whatever_people_do_before_and_after_leaving_the_books_hold(app: Flask, deeds, start: State) -> None:  # type: ignore[no-untyped-def]
    with working_on(app):
        pair = Pair(a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))
        people: list[Member] = [pair.giver, pair.receiver, pair.approver, a_member("Sam", roles=[Role.COORDINATOR])]
        public_id = exchange_at(start, pair)
        for verb, who, keep in deeds:
            try:
                if verb == "leave":
                    leave(people[who % 2])
                else:
                    do(public_id, Verb(verb), people[who], keep=keep)
            except DomainError:
                continue
        assert violations() == []
        _has_a_way_on(public_id, pair)


def _has_a_way_on(public_id: str, pair: Pair) -> None:
    state = State(row(public_id)["state"])
    if state in ENDED:
        return
    with inside(), reading():
        exchange = db.session.get_one(Exchange, row(public_id)["id"])
        standing = queries.standing_of(exchange)
    here = [
        p for p in (pair.giver, pair.receiver) if rows_of("membership", id=p.membership_id)[0]["standing"] != "left"
    ]
    doers = [rules.Doer(p.membership_id, p.person_public_id) for p in here]
    doers.append(rules.Doer(pair.approver.membership_id, pair.approver.person_public_id, coordinates=True))
    assert any(move for doer in doers for move in rules.moves(doer, standing)), state


def test_somebody_on_paper_agrees_through_a_coordinator_to_what_a_leaver_said(app: Flask, pair: Pair) -> None:
    with_paper = Pair(pair.giver, on_paper("Dai"), pair.approver)
    public_id = exchange_at(State.AGREED, pair)  # a neighbour's, untouched by it
    asked = propose(with_paper)
    do(asked, Verb.AGREE, pair.approver)
    do(asked, Verb.SAY_DONE, pair.giver)
    leave(pair.giver)
    do(asked, Verb.CONFIRM, pair.approver)
    assert row(asked)["state"] == State.CONFIRMED
    sam = a_member("Sam", roles=[Role.COORDINATOR])
    do(asked, Verb.APPROVE, sam)
    assert (account(pair.giver).balance, in_pot(pair.giver)) == (0, 90)
    assert row(public_id)["state"] == State.WITHDRAWN
    assert violations() == []


def test_somebody_on_paper_is_helped_to_leave_and_nobody_speaks_for_them_after(pair: Pair) -> None:
    dai = on_paper("Dai")
    asked = propose(Pair(pair.giver, dai, pair.approver))
    do(asked, Verb.AGREE, pair.approver)
    do(asked, Verb.SAY_DONE, pair.giver)
    help_to_leave(pair.approver, dai)
    assert row(asked)["state"] == State.HELP
    with inside(), reading():
        assert queries.on_paper_in(found(asked, pair.giver)) == frozenset()
        assert queries.verbs(viewer(pair.approver), found(asked, pair.approver)) == [Verb.CLOSE]
    do(asked, Verb.CLOSE, pair.approver)
    assert violations() == []
