"""How somebody can be reached: each look is written down before it is shown, and the member sees who looked."""

from __future__ import annotations

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
)
from timebank.core.access import Role
from timebank.people import actions

PHONE = "+44 1632 960001"


@pytest.fixture
def ama(app: Flask) -> Member:
    ama = a_member("Ama")
    send(signed_in_client(app, ama), "/c/harbour-street/me/about/reach", {"phone": PHONE})
    return ama


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))


def look(client: FlaskClient, member: Member, **more: bool):
    return send(client, f"/c/harbour-street/desk/people/{member.public_id}/reach", **more)


@pytest.mark.parametrize("htmx", [True, False])
def test_a_look_is_written_down_and_shown_to_who_was_looked_at(
    app: Flask, rosa: FlaskClient, ama: Member, htmx: bool
) -> None:
    page = rosa.get(f"/c/harbour-street/desk/people/{ama.public_id}").text
    assert PHONE not in page
    assert count("look") == 0
    answer = look(rosa, ama, htmx=htmx)
    assert PHONE in answer.text
    assert ("<html" in answer.text) is not htmx
    [row] = rows_of("look")
    assert (row["membership_id"], row["what"]) == (ama.membership_id, "reach")
    assert "Rosa" in signed_in_client(app, ama).get("/c/harbour-street/me/looks").text


def test_each_look_is_a_line_of_its_own(rosa: FlaskClient, ama: Member) -> None:
    for _ in range(3):
        look(rosa, ama)
    assert count("look") == 3


def test_no_line_no_data(app: Flask, rosa: FlaskClient, ama: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_args: object, **_more: object) -> None:
        raise OSError

    monkeypatch.setattr(actions, "look_at_reach", full_disk)
    monkeypatch.setitem(app.config, "PROPAGATE", False)
    answer = look(rosa, ama)
    assert answer.status_code == 500
    assert PHONE not in answer.text
    assert count("look") == 0


def test_a_link_shows_nothing(rosa: FlaskClient, ama: Member) -> None:
    answer = rosa.get(f"/c/harbour-street/desk/people/{ama.public_id}/reach")
    assert answer.status_code == 405
    assert count("look") == 0


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
def test_nobody_but_a_coordinator_looks(app: Flask, ama: Member, roles: list[Role]) -> None:
    client = signed_in_client(app, a_member("Jo", roles=roles))
    with nothing_written():
        assert look(client, ama).status_code == 403
        assert client.get(f"/c/harbour-street/desk/people/{ama.public_id}").status_code == 403
    assert count("look") == 0


def test_a_coordinator_elsewhere_finds_nobody_and_leaves_no_line(app: Flask, ama: Member) -> None:
    hill = a_community("hill", "The Hill")
    dai = signed_in_client(app, a_member("Dai", roles=[Role.COORDINATOR], community=hill))
    for path in ("", "/reach", "/card", "/role"):
        fields = {"lasts": "1h", "role": "second", "give": "give"}
        with nothing_written():
            foreign, random = (
                send(dai, f"/c/hill/desk/people/{each}{path}", fields)
                if path
                else dai.get(f"/c/hill/desk/people/{each}")
                for each in (ama.public_id, "bcdfghjkmnpq")
            )
        assert (foreign.status_code, foreign.data) == (404, random.data)
    assert count("look") == 0


def test_one_sees_looks_at_oneself_alone(app: Flask, rosa: FlaskClient, ama: Member) -> None:
    look(rosa, ama)
    assert "Nobody has looked." in signed_in_client(app, a_member("Jo")).get("/c/harbour-street/me/looks").text
    pavel = signed_in_client(app, somebody_who_asked())
    assert "Nobody has looked." in pavel.get("/c/harbour-street/me/looks").text


def test_where_nothing_was_said_the_desk_says_so(app: Flask, rosa: FlaskClient) -> None:
    assert "They have not said." in look(rosa, a_member("Jo")).text
