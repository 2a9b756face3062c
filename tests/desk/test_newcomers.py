"""Answering who asked to join, at the desk: in place by htmx, and by plain forms without script."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    Member,
    a_community,
    a_member,
    count,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
    somebody_who_asked,
    token_of,
)
from timebank.core import clock
from timebank.core.access import Role

DESK = "/c/harbour-street/desk"


@pytest.fixture
def pavel(app: Flask) -> Member:
    return somebody_who_asked()


@pytest.fixture
def rosa(app: Flask, pavel: Member) -> FlaskClient:
    return signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))


def standing(member: Member) -> str:
    return str(rows_of("membership", id=member.membership_id)[0]["standing"])


def test_the_desk_shows_who_waits_oldest_first(app: Flask, rosa: FlaskClient) -> None:
    with clock.set_to(clock.now() - timedelta(days=2)):
        somebody_who_asked("Dai")
    page = rosa.get(DESK).text
    assert page.index("Dai would like to join") < page.index("Pavel would like to join")


@pytest.mark.parametrize("htmx", [True, False])
def test_a_welcome_is_said_in_place_or_on_the_desk(rosa: FlaskClient, pavel: Member, htmx: bool) -> None:
    answer = send(rosa, f"{DESK}/newcomers/{pavel.public_id}", {"answer": "welcome"}, htmx=htmx)
    assert standing(pavel) == "active"
    if htmx:
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert "Pavel is a member now." in answer.text
        assert "Pavel is a member now." not in rosa.get(DESK).text, "it has been said already"
    else:
        assert (answer.status_code, answer.location) == (303, DESK)
        assert "Pavel is a member now." in rosa.get(DESK).text


@pytest.mark.parametrize("htmx", [True, False])
def test_declining_without_a_word_is_refused_at_its_field(rosa: FlaskClient, pavel: Member, htmx: bool) -> None:
    path = f"{DESK}/newcomers/{pavel.public_id}"
    with nothing_written():
        answer = send(rosa, path, {"answer": "decline", "why": " "}, htmx=htmx)
    assert answer.status_code == 422
    assert ("<html" in answer.text) is not htmx
    assert 'id="why-error"' in answer.text
    assert send(rosa, path, {"answer": "decline", "why": "Not just now."}, htmx=htmx).status_code in {200, 303}
    assert standing(pavel) == "declined"


def test_what_was_typed_is_kept_when_it_is_too_long(rosa: FlaskClient, pavel: Member) -> None:
    with nothing_written():
        answer = send(rosa, f"{DESK}/newcomers/{pavel.public_id}", {"answer": "decline", "why": "kind " * 300})
    assert answer.status_code == 422
    assert "kind kind kind" in answer.text


@pytest.mark.parametrize("answer", [{}, {"answer": ""}, {"answer": "WELCOME"}, {"answer": "x", "why": "y"}])
def test_no_answer_decides_nothing(rosa: FlaskClient, pavel: Member, answer: dict[str, str]) -> None:
    with nothing_written():
        assert send(rosa, f"{DESK}/newcomers/{pavel.public_id}", answer).status_code == 400


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("again", [{"answer": "welcome"}, {"answer": "decline", "why": "No room."}])
def test_a_stale_page_answers_nothing_twice(
    rosa: FlaskClient, pavel: Member, again: dict[str, str], htmx: bool
) -> None:
    path = f"{DESK}/newcomers/{pavel.public_id}"
    send(rosa, path, {"answer": "welcome"})
    with nothing_written():
        answer = send(rosa, path, again, htmx=htmx)
    if again.get("why") and not htmx:
        assert answer.status_code == 409
        assert "No room." in answer.text, "kind words are not lost"
    elif htmx:
        assert answer.status_code == 409
        assert "Somebody has answered already." in answer.text
    else:
        assert (answer.status_code, answer.location) == (303, DESK)
        assert "Somebody has answered already." in rosa.get(DESK).text


def test_two_coordinators_who_welcome_at_the_same_moment_welcome_once(
    app: Flask, rosa: FlaskClient, pavel: Member
) -> None:
    sam = signed_in_client(app, a_member("Sam", roles=[Role.COORDINATOR]))
    accounts = count("account")
    start = threading.Barrier(2)
    path = f"{DESK}/newcomers/{pavel.public_id}"
    wanted = [(client, {"csrf_token": token_of(client), "answer": "welcome"}) for client in (rosa, sam)]

    def welcome(one: tuple[FlaskClient, dict[str, str]]) -> int:
        start.wait()
        return one[0].post(path, data=one[1]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(welcome, wanted)) == [303, 303], "the later one is led to the desk"
    assert count("account") == accounts + 1


def test_a_page_of_somebody_answered_leads_to_their_page(rosa: FlaskClient, pavel: Member) -> None:
    path = f"{DESK}/newcomers/{pavel.public_id}"
    assert rosa.get(path).status_code == 200
    send(rosa, path, {"answer": "welcome"})
    assert rosa.get(path).location == f"{DESK}/people/{pavel.public_id}"


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
def test_nobody_but_a_coordinator_answers(app: Flask, pavel: Member, roles: list[Role]) -> None:
    client = signed_in_client(app, a_member("Jo", roles=roles))
    path = f"{DESK}/newcomers/{pavel.public_id}"
    with nothing_written():
        assert client.get(path).status_code == 403
        assert send(client, path, {"answer": "welcome"}).status_code == 403
        assert send(client, path, {"answer": "welcome"}, htmx=True).status_code == 403


def test_nobody_answers_for_themself(app: Flask, pavel: Member) -> None:
    client = signed_in_client(app, pavel)
    with nothing_written():
        assert send(client, f"{DESK}/newcomers/{pavel.public_id}", {"answer": "welcome"}).status_code == 403


def test_who_asked_elsewhere_is_told_as_nobody(app: Flask, pavel: Member) -> None:
    hill = a_community("hill", "The Hill")
    dai = signed_in_client(app, a_member("Dai", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        for more in ("", "?x=1"):
            foreign, random = (
                dai.get(f"/c/hill/desk/newcomers/{each}{more}") for each in (pavel.public_id, "bcdfghjkmnpq")
            )
            assert (foreign.status_code, foreign.data) == (404, random.data)
        fields = {"answer": "welcome"}
        foreign, random = (
            send(dai, f"/c/hill/desk/newcomers/{each}", fields) for each in (pavel.public_id, "bcdfghjkmnpq")
        )
        assert (foreign.status_code, foreign.data) == (404, random.data)
