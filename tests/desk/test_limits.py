"""Other limits for a member: asked with a reason, in force when somebody else agrees; and what waits for nobody."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    Member,
    a_community,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
)
from tests.factories.exchanges import Pair, exchange_at, viewer
from tests.factories.people import on_paper
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import transaction
from timebank.core.errors import Conflict, NotAllowed
from timebank.desk import actions, queries
from timebank.exchanges.rules import State
from timebank.people import actions as people

DESK = "/c/harbour-street/desk"
WANTED = {"floor_hours": "6", "ceiling_hours": "50", "why": "She is moving house"}


@pytest.fixture
def jo(app: Flask) -> Member:
    return a_member("Jo")


@pytest.fixture
def rosas(app: Flask) -> Member:
    return a_member("Rosa", roles=[Role.COORDINATOR])


@pytest.fixture
def rosa(app: Flask, rosas: Member) -> FlaskClient:
    return signed_in_client(app, rosas)


@pytest.fixture
def sam(app: Flask) -> FlaskClient:
    return signed_in_client(app, a_member("Sam", roles=[Role.SECOND]))


def limits_of(member: Member) -> tuple[int, int]:
    [row] = rows_of("account", id=member.account_id)
    return row["floor"], row["ceiling"]


def proposed(rosa: FlaskClient, member: Member, **more: str) -> str:
    """Let a coordinator propose limits, and give the proposal's public id."""
    assert send(rosa, f"{DESK}/people/{member.public_id}/limits", {**WANTED, **more}).status_code == 303
    return str(rows_of("limit_proposal")[-1]["public_id"])


def answer(client: FlaskClient, proposal: str, said: str = "agree") -> int:
    return send(client, f"{DESK}/limits/{proposal}", {"answer": said}).status_code


def test_other_limits_hold_when_a_second_person_agrees(
    app: Flask, rosa: FlaskClient, rosas: Member, sam: FlaskClient, jo: Member
) -> None:
    before = limits_of(jo)
    proposal = proposed(rosa, jo)
    assert limits_of(jo) == before
    page = sam.get(DESK).text
    assert "Rosa asks for other limits for Jo." in page
    assert "She is moving house" in page
    assert "6 h instead of 3 h" in page
    assert answer(sam, proposal) == 303
    assert limits_of(jo) == (-360, 3000)
    change = rows_of("limit_change", account_id=jo.account_id)[-1]
    assert (change["made_by"], change["why"]) == (rosas.person_public_id, "She is moving house")
    assert change["seconded_by"] not in {None, rosas.person_public_id}
    statement = signed_in_client(app, jo).get("/c/harbour-street/statement").text
    assert "From here you can receive 6 h more, and gather 50 h more." in statement


def test_the_page_of_somebody_shows_what_was_proposed_and_waits(
    rosa: FlaskClient, sam: FlaskClient, jo: Member
) -> None:
    theirs = f"{DESK}/people/{jo.public_id}"
    assert "waits for a second person" not in rosa.get(theirs).text
    proposal = proposed(rosa, jo)
    send(rosa, f"{theirs}/role", {"role": "coordinator", "give": "give"})
    page = rosa.get(theirs).text
    assert "Rosa has proposed 6 h and 50 h. It waits for a second person." in page
    assert "Rosa has asked to make them coordinator. It waits for a second person." in page
    assert "Propose other limits" not in page
    assert answer(sam, proposal) == 303
    assert "has proposed" not in rosa.get(theirs).text


def test_left_as_it_is_nothing_changes(rosa: FlaskClient, sam: FlaskClient, jo: Member) -> None:
    before = limits_of(jo)
    assert answer(sam, proposed(rosa, jo), "no") == 303
    assert limits_of(jo) == before
    assert rows_of("limit_proposal")[0]["agreed"] is False
    assert "asks for other limits" not in sam.get(DESK).text


def test_nobody_is_second_to_their_own_proposal_nor_for_themself(app: Flask, rosa: FlaskClient, jo: Member) -> None:
    dai = a_member("Dai", roles=[Role.SECOND])
    first, second = proposed(rosa, jo), proposed(rosa, dai)
    dais, jos = signed_in_client(app, dai), signed_in_client(app, jo)
    with nothing_written():
        assert answer(rosa, first) == 404
        assert answer(dais, second) == 404
        assert answer(jos, first) == 403


def test_the_action_itself_refuses_who_may_not_be_second(rosas: Member, jo: Member, rosa: FlaskClient) -> None:
    proposed(rosa, jo)
    with nothing_written(), pytest.raises(NotAllowed), inside(), transaction():
        [(proposal, _member)] = queries.open_limits(viewer(rosas))
        actions.answer_limits(proposal=proposal, agree=True, now=clock.now(), by=viewer(rosas))


def test_a_proposal_is_answered_once_and_asked_once(rosa: FlaskClient, sam: FlaskClient, jo: Member) -> None:
    proposal = proposed(rosa, jo)
    with nothing_written():
        assert send(rosa, f"{DESK}/people/{jo.public_id}/limits", WANTED).status_code == 409
    assert answer(sam, proposal) == 303
    with nothing_written():
        assert answer(sam, proposal, "no") == 303
        assert "Somebody has answered already." in sam.get(DESK).text
        assert send(rosa, f"{DESK}/people/{jo.public_id}/limits", WANTED).status_code == 409, "it is so already"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("floor_hours", ""),
        ("floor_hours", "-1"),
        ("floor_hours", "1.5"),
        ("floor_hours", "\u0663"),
        ("ceiling_hours", "99999"),
        ("ceiling_hours", "many"),
        ("why", "  "),
    ],
)
def test_what_cannot_be_a_limit_lands_on_its_field(rosa: FlaskClient, jo: Member, field: str, value: str) -> None:
    with nothing_written():
        refused = send(rosa, f"{DESK}/people/{jo.public_id}/limits", {**WANTED, field: value})
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text


def test_limits_that_leave_the_balance_outside_are_refused_when_asked_and_when_agreed(
    app: Flask, rosa: FlaskClient, rosas: Member, sam: FlaskClient, jo: Member
) -> None:
    pair = Pair(a_member("Ama"), jo, rosas)
    exchange_at(State.POSTED, pair)
    with nothing_written():
        refused = send(rosa, f"{DESK}/people/{jo.public_id}/limits", {**WANTED, "floor_hours": "1"})
    assert refused.status_code == 409
    proposal = proposed(rosa, jo, floor_hours="2")
    exchange_at(State.POSTED, pair, minutes=60)
    with nothing_written():
        assert answer(sam, proposal) == 303
    assert rows_of("limit_proposal")[-1]["decided_at"] is None
    assert answer(sam, proposal, "no") == 303


def test_nobody_proposes_for_themself(rosa: FlaskClient, rosas: Member) -> None:
    with nothing_written():
        assert send(rosa, f"{DESK}/people/{rosas.public_id}/limits", WANTED).status_code == 403


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
def test_only_coordinators_propose(app: Flask, jo: Member, roles: list[Role]) -> None:
    other = signed_in_client(app, a_member("Dai", roles=roles))
    with nothing_written():
        assert send(other, f"{DESK}/people/{jo.public_id}/limits", WANTED).status_code == 403


def test_another_community_finds_neither_person_nor_proposal(app: Flask, rosa: FlaskClient, jo: Member) -> None:
    proposal = proposed(rosa, jo)
    hill = a_community("hill", "The Hill")
    pavel = signed_in_client(app, a_member("Pavel", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        assert send(pavel, f"/c/hill/desk/people/{jo.public_id}/limits", WANTED).status_code == 404
        assert send(pavel, f"/c/hill/desk/limits/{proposal}", {"answer": "agree"}).status_code == 404


def test_who_is_no_member_yet_has_no_limits(app: Flask, rosa: FlaskClient) -> None:
    from tests.factories import somebody_who_asked

    asked = somebody_who_asked("Pavel")
    assert rosa.get(f"{DESK}/people/{asked.public_id}/limits").status_code == 404


def test_a_stale_answer_after_somebody_elses_is_a_conflict(rosa: FlaskClient, rosas: Member, jo: Member) -> None:
    proposed(rosa, jo)
    okoro, dai = (a_member(called, roles=[Role.SECOND]) for called in ("Mrs Okoro", "Dai"))
    with inside(), transaction():
        [waiting] = queries.limits_to_agree(viewer(okoro))
        actions.answer_limits(proposal=waiting.proposal, agree=True, now=clock.now(), by=viewer(okoro))
        with pytest.raises(Conflict):
            actions.answer_limits(proposal=waiting.proposal, agree=False, now=clock.now(), by=viewer(dai))
    assert count("limit_proposal", agreed=True) == 1


STUCK = "whoever could look is one of the two, or typed it"
NOBODY_ASKS = "the only coordinator is the other of the two"
NO_SECOND = "whoever could answer has asked for it, or it is about them"


def test_the_desk_says_when_whoever_could_look_is_one_of_the_two(app: Flask, rosa: FlaskClient, rosas: Member) -> None:
    ama, dai = a_member("Ama"), a_member("Dai", roles=[Role.SECOND])
    exchange_at(State.CONFIRMED, Pair(ama, dai, rosas))
    assert STUCK not in rosa.get(DESK).text
    exchange_at(State.CONFIRMED, Pair(rosas, dai, rosas))
    assert STUCK in rosa.get(DESK).text
    assert STUCK in rosa.get(f"{DESK}/roles").text
    a_member("Mrs Okoro", roles=[Role.SECOND])
    assert STUCK not in rosa.get(DESK).text


def test_the_desk_says_when_the_only_coordinator_cannot_ask_for_somebody_on_paper(
    app: Flask, rosa: FlaskClient, rosas: Member
) -> None:
    dai = on_paper("Dai")
    exchange_at(State.ASKED, Pair(a_member("Ama"), dai, rosas))
    assert NOBODY_ASKS not in rosa.get(DESK).text
    exchange_at(State.ASKED, Pair(rosas, dai, rosas))
    assert NOBODY_ASKS in rosa.get(DESK).text
    a_member("Sam", roles=[Role.COORDINATOR])
    assert NOBODY_ASKS not in rosa.get(DESK).text


def test_the_desk_says_when_nobody_is_left_to_second(app: Flask, rosa: FlaskClient, jo: Member) -> None:
    proposed(rosa, jo)
    page = rosa.get(DESK).text
    assert "You are the only coordinator and there is no second yet" in page
    assert NO_SECOND in page
    dai = a_member("Dai", roles=[Role.SECOND])
    assert NO_SECOND not in rosa.get(DESK).text
    with inside(), transaction():
        membership = people.to_answer(dai.community.id, dai.public_id)
        people.pause(membership=membership, by=viewer(dai))
    assert NO_SECOND in rosa.get(DESK).text, "somebody who is away is not asked"
