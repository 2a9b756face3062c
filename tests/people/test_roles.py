"""Roles: given and taken by who is entitled, some only with a second person; the last coordinator stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

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
    somebody_who_asked,
)
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import transaction
from timebank.core.errors import Conflict, DomainError, NotAllowed
from timebank.people import actions, queries
from timebank.people.models import RoleProposal


def propose(by: Member, about: Member, role: Role, *, give: bool = True) -> str | None:
    with inside(), transaction():
        proposal = actions.propose_role(
            membership=actions.to_answer(about.community.id, about.public_id),
            role=role,
            give=give,
            now=clock.now(),
            by=queries.viewer_of(by.person_id, by.community.id),
        )
        return proposal.public_id if proposal else None


def agree(by: Member, proposal_id: str | None, *, agree: bool = True) -> None:
    with inside(), transaction() as session:
        proposal = session.query(RoleProposal).filter_by(public_id=proposal_id).one()
        viewer = queries.viewer_of(by.person_id, by.community.id)
        actions.answer_proposal(proposal=proposal, agree=agree, now=clock.now(), by=viewer)


def held() -> list[tuple[str, str]]:
    called = {row["id"]: row["called"] for row in rows_of("membership")}
    return sorted((called[row["membership_id"]], row["role"]) for row in rows_of("role_held"))


@pytest.fixture
def rosa(app: Flask) -> Member:
    return a_member("Rosa", roles=[Role.COORDINATOR])


@pytest.fixture
def sam(app: Flask) -> Member:
    return a_member("Sam", roles=[Role.COORDINATOR])


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


@pytest.mark.parametrize("role", [Role.SECOND, Role.FUNDER])
def test_one_coordinator_gives_and_takes_a_role_alone(rosa: Member, ama: Member, role: Role) -> None:
    assert propose(rosa, ama, role) is None
    assert ("Ama", role) in held()
    assert propose(rosa, ama, role, give=False) is None
    assert held() == [("Rosa", "coordinator")]
    assert count("role_proposal") == 0


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.KEEPER])
def test_a_weighty_role_waits_for_a_second_person(rosa: Member, ama: Member, role: Role) -> None:
    second = a_member("Mrs Okoro", roles=[Role.SECOND])
    proposal = propose(rosa, ama, role)
    assert ("Ama", role) not in held()
    agree(second, proposal)
    assert ("Ama", role) in held()
    [row] = rows_of("role_held", membership_id=ama.membership_id)
    assert (row["given_by"], row["agreed_by"]) == (rosa.person_public_id, second.person_public_id)


def test_a_second_person_may_say_no(rosa: Member, sam: Member, ama: Member) -> None:
    agree(sam, propose(rosa, ama, Role.KEEPER), agree=False)
    assert ("Ama", "keeper") not in held()
    assert rows_of("role_proposal")[0]["agreed"] is False


def test_who_asked_cannot_agree(rosa: Member, ama: Member) -> None:
    proposal = propose(rosa, ama, Role.COORDINATOR)
    with nothing_written(), pytest.raises(NotAllowed):
        agree(rosa, proposal)


def test_who_it_is_about_cannot_agree(rosa: Member) -> None:
    okoro = a_member("Mrs Okoro", roles=[Role.SECOND])
    proposal = propose(rosa, okoro, Role.COORDINATOR)
    with nothing_written(), pytest.raises(NotAllowed):
        agree(okoro, proposal)


def test_a_member_a_keeper_and_a_funder_cannot_agree(rosa: Member, ama: Member) -> None:
    proposal = propose(rosa, ama, Role.KEEPER)
    others = [a_member("Jo"), a_member("Dai", roles=[Role.KEEPER]), a_member("Pavel", roles=[Role.FUNDER])]
    with nothing_written():
        for other in others:
            with pytest.raises(NotAllowed):
                agree(other, proposal)


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
@pytest.mark.parametrize("role", [Role.SECOND, Role.COORDINATOR])
def test_only_coordinators_propose(app: Flask, roles: list[Role], role: Role) -> None:
    jo, dai = a_member("Jo", roles=roles), a_member("Dai")
    with nothing_written():
        for about in (dai, jo):
            with pytest.raises(NotAllowed):
                propose(jo, about, role)


def test_nobody_is_made_a_member_or_a_host_by_a_role(rosa: Member, ama: Member, app: Flask) -> None:
    client = signed_in_client(app, rosa)
    path = f"/c/harbour-street/desk/people/{ama.public_id}/role"
    with nothing_written():
        for role in ("member", "host", "", "COORDINATOR", "admin"):
            assert send(client, path, {"role": role, "give": "give"}).status_code in {400, 403, 422}


def test_the_last_coordinator_stays(rosa: Member) -> None:
    with nothing_written(), pytest.raises(Conflict, match="no other coordinator"):
        propose(rosa, rosa, Role.COORDINATOR, give=False)


def test_a_coordinator_who_left_is_not_another_one(app: Flask, rosa: Member, sam: Member) -> None:
    with inside(), transaction():
        actions.to_answer(sam.community.id, sam.public_id).standing = "left"
    with nothing_written(), pytest.raises(Conflict):
        propose(rosa, rosa, Role.COORDINATOR, give=False)


def test_a_coordinator_elsewhere_is_not_another_one(rosa: Member) -> None:
    a_member("Dai", roles=[Role.COORDINATOR], community=a_community("hill", "The Hill"))
    with nothing_written(), pytest.raises(Conflict):
        propose(rosa, rosa, Role.COORDINATOR, give=False)


def test_a_coordinator_steps_down_when_a_second_person_agrees(rosa: Member, sam: Member) -> None:
    agree(sam, propose(rosa, rosa, Role.COORDINATOR, give=False))
    assert held() == [("Sam", "coordinator")]


def test_by_the_time_somebody_agrees_the_other_coordinator_may_be_gone(rosa: Member, sam: Member) -> None:
    okoro = a_member("Mrs Okoro", roles=[Role.SECOND])
    first = propose(rosa, sam, Role.COORDINATOR, give=False)
    second = propose(sam, rosa, Role.COORDINATOR, give=False)
    agree(okoro, first)
    with nothing_written(), pytest.raises(Conflict):
        agree(okoro, second)
    assert ("Rosa", "coordinator") in held()


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    start = threading.Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> str:
        with app.app_context():
            start.wait()
            try:
                deed()
            except DomainError as refusal:
                return type(refusal).__name__
            return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(one, deeds))


def test_of_two_demotions_at_the_same_moment_one_holds(app: Flask, rosa: Member, sam: Member) -> None:
    okoro = a_member("Mrs Okoro", roles=[Role.SECOND])
    first = propose(rosa, sam, Role.COORDINATOR, give=False)
    second = propose(sam, rosa, Role.COORDINATOR, give=False)
    assert at_once(app, lambda: agree(okoro, first), lambda: agree(okoro, second)) == ["Conflict", "done"]
    assert [role for _called, role in held()].count("coordinator") == 1


def test_yes_and_no_at_the_same_moment_are_one_answer(app: Flask, rosa: Member, sam: Member, ama: Member) -> None:
    okoro = a_member("Mrs Okoro", roles=[Role.SECOND])
    proposal = propose(rosa, ama, Role.KEEPER)
    answers = at_once(app, lambda: agree(okoro, proposal), lambda: agree(sam, proposal, agree=False))
    assert answers == ["Conflict", "done"]
    [row] = rows_of("role_proposal")
    assert row["agreed"] is (("Ama", "keeper") in held())


def test_the_same_role_given_twice_at_once_is_given_once(app: Flask, rosa: Member, sam: Member, ama: Member) -> None:
    give = [lambda by=by: propose(by, ama, Role.SECOND) for by in (rosa, sam)]
    assert at_once(app, *give) == ["Conflict", "done"]
    assert held().count(("Ama", "second")) == 1


def test_an_answer_is_given_once(rosa: Member, sam: Member, ama: Member) -> None:
    proposal = propose(rosa, ama, Role.KEEPER)
    agree(sam, proposal)
    with nothing_written():
        for again in (True, False):
            with pytest.raises(Conflict):
                agree(sam, proposal, agree=again)


def test_what_is_so_already_and_what_was_asked_already_is_a_conflict(rosa: Member, ama: Member) -> None:
    propose(rosa, ama, Role.SECOND)
    propose(rosa, ama, Role.KEEPER)
    with nothing_written():
        for role, give in ((Role.SECOND, True), (Role.FUNDER, False), (Role.KEEPER, True), (Role.COORDINATOR, False)):
            with pytest.raises(Conflict):
                propose(rosa, ama, role, give=give)


def test_who_asked_to_join_holds_no_role(rosa: Member) -> None:
    pavel = somebody_who_asked()
    with nothing_written(), pytest.raises(Conflict):
        propose(rosa, pavel, Role.SECOND)


def test_a_paused_member_keeps_their_roles(app: Flask, rosa: Member, sam: Member) -> None:
    client = signed_in_client(app, sam)
    send(client, "/c/harbour-street/me/pause")
    assert client.get("/c/harbour-street/desk").status_code == 200


def test_a_role_here_is_none_elsewhere(app: Flask, rosa: Member) -> None:
    hill = a_community("hill", "The Hill")
    there = a_member("Rosa", community=hill, login=rosa)
    client = signed_in_client(app, there)
    assert client.get("/c/hill/members").status_code == 200
    assert client.get("/c/hill/desk").status_code == 403
    assert client.get("/c/harbour-street/desk").status_code == 200


# At the desk.


def test_the_desk_asks_a_second_person_and_takes_the_answer(app: Flask, rosa: Member, ama: Member) -> None:
    okoro = signed_in_client(app, a_member("Mrs Okoro", roles=[Role.SECOND]))
    path = f"/c/harbour-street/desk/people/{ama.public_id}/role"
    rosas = signed_in_client(app, rosa)
    assert send(rosas, path, {"role": "keeper", "give": "give"}).status_code == 303
    assert "Rosa asks to make Ama keeper." in okoro.get("/c/harbour-street/desk").text
    assert "asks to make" not in rosas.get("/c/harbour-street/desk").text, "it is not hers to answer"
    [proposal] = rows_of("role_proposal")
    answer = f"/c/harbour-street/desk/roles/{proposal['public_id']}"
    with nothing_written():
        assert send(rosas, answer, {"answer": "agree"}).status_code == 404
    part = send(okoro, answer, {"answer": "agree"}, htmx=True)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Agreed" in part.text
    assert ("Ama", "keeper") in held()
    with nothing_written():
        late = send(okoro, answer, {"answer": "no"}, htmx=True)
    assert late.status_code == 409
    assert "Somebody has answered already." in late.text
    assert "Back to the start" not in late.text


@pytest.mark.parametrize("answer", ["", "perhaps", "AGREE"])
def test_an_answer_that_is_none_decides_nothing(
    app: Flask, rosa: Member, sam: Member, ama: Member, answer: str
) -> None:
    proposal = propose(rosa, ama, Role.KEEPER)
    client = signed_in_client(app, sam)
    with nothing_written():
        assert send(client, f"/c/harbour-street/desk/roles/{proposal}", {"answer": answer}).status_code in {400, 422}


def test_a_proposal_of_another_community_is_told_as_none(app: Flask, rosa: Member, ama: Member) -> None:
    proposal = propose(rosa, ama, Role.KEEPER)
    hill = a_community("hill", "The Hill")
    dai = signed_in_client(app, a_member("Dai", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        foreign = send(dai, f"/c/hill/desk/roles/{proposal}", {"answer": "agree"})
        random = send(dai, "/c/hill/desk/roles/bcdfghjkmnpq", {"answer": "agree"})
    assert (foreign.status_code, foreign.data) == (404, random.data)


def test_the_desk_says_what_cannot_be_done_for_want_of_people(app: Flask, rosa: Member) -> None:
    page = signed_in_client(app, rosa).get("/c/harbour-street/desk").text
    assert "You are the only coordinator" in page
    assert "There is no keeper yet" in page
    a_member("Mrs Okoro", roles=[Role.SECOND, Role.KEEPER])
    page = signed_in_client(app, rosa).get("/c/harbour-street/desk").text
    assert "You are the only coordinator" not in page
    assert "There is no keeper yet" not in page
