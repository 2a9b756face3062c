"""The desk brings people in on paper, keeps what they say, and shows that they are on paper to coordinators alone."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Member, a_community, a_member, count, nothing_written, rows_of, send, signed_in_client
from tests.factories.people import on_paper
from timebank.core.access import Role

DESK = "/c/harbour-street/desk"
NEW = f"{DESK}/paper/new"
OKORO = {"called": "Mrs Okoro", "likes": "Chess", "someone": "her niece Ada", "signed": "y"}


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))


@pytest.fixture
def dai(rosa: FlaskClient) -> Member:
    return on_paper("Dai")


def test_a_coordinator_brings_somebody_in_without_an_e_mail(rosa: FlaskClient) -> None:
    assert "They signed our agreement" in rosa.get(NEW).text
    answer = send(rosa, NEW, OKORO)
    assert answer.status_code == 303
    page = rosa.get(answer.location).text
    assert "They take part on paper" in page
    assert "Rosa says that they signed our agreement on paper" in page
    assert count("paper_signature") == 2
    assert "Mrs Okoro" in rosa.get(f"{DESK}/paper").text
    assert rows_of("way_to_reach")[0]["someone"] == "her niece Ada"


def test_nobody_is_brought_in_unsigned_and_what_was_typed_is_kept(rosa: FlaskClient) -> None:
    unsigned = {name: value for name, value in OKORO.items() if name != "signed"}
    with nothing_written():
        answer = send(rosa, NEW, unsigned)
    assert answer.status_code == 422
    assert "her niece Ada" in answer.text
    assert "read both with them first" in answer.text


@pytest.mark.parametrize(
    ("field", "value"), [("called", ""), ("likes", "x" * 5000), ("area", "nowhere"), ("phone", "\0")]
)
def test_what_cannot_be_lands_on_its_field(rosa: FlaskClient, field: str, value: str) -> None:
    with nothing_written():
        answer = send(rosa, NEW, {**OKORO, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_members_see_somebody_on_paper_like_anybody(app: Flask, dai: Member) -> None:
    ama = signed_in_client(app, a_member("Ama"))
    page = ama.get(f"/c/harbour-street/members/{dai.public_id}")
    assert page.status_code == 200
    assert "Dai" in ama.get("/c/harbour-street/members").text
    for path in ("members", f"members/{dai.public_id}", ""):
        assert "paper" not in ama.get(f"/c/harbour-street/{path}").text.replace("/assets/", "").lower()


def test_what_they_say_is_changed_until_they_take_their_place_over(rosa: FlaskClient, dai: Member) -> None:
    path = f"{DESK}/people/{dai.public_id}/said"
    assert 'value="Dai"' in rosa.get(path).text
    assert send(rosa, path, {"called": "Dai of the hill", "likes": "Roofs", "area": ""}).status_code == 303
    row = rows_of("membership", public_id=dai.public_id)[0]
    assert (row["called"], row["likes"]) == ("Dai of the hill", "Roofs")
    assert count("audit_line", verb="say_for") == 1


def test_how_they_are_reached_is_changed_where_a_coordinator_has_looked(rosa: FlaskClient, dai: Member) -> None:
    looked = send(rosa, f"{DESK}/people/{dai.public_id}/reach")
    assert "/reached" in looked.text
    assert count("look") == 1
    assert send(rosa, f"{DESK}/people/{dai.public_id}/reached", {"phone": "01234"}).status_code == 303
    assert rows_of("way_to_reach", membership_id=dai.membership_id)[0]["phone"] == "01234"
    with nothing_written():
        refused = send(rosa, f"{DESK}/people/{dai.public_id}/reached", {"phone": "1" * 900})
    assert refused.status_code == 422


def test_a_signature_is_kept_once(rosa: FlaskClient, dai: Member) -> None:
    assert "Nobody has said yet" in rosa.get(f"{DESK}/people/{dai.public_id}").text
    for _ in range(2):
        assert send(rosa, f"{DESK}/people/{dai.public_id}/signed").status_code == 303
    assert count("paper_signature", membership_id=dai.membership_id) == 2


@pytest.mark.parametrize("what", ["said", "reached", "signed"])
def test_for_somebody_with_a_login_nothing_is_said_by_others(app: Flask, rosa: FlaskClient, what: str) -> None:
    ama = a_member("Ama")
    with nothing_written():
        assert send(rosa, f"{DESK}/people/{ama.public_id}/{what}", {"called": "x"}).status_code == 404


@pytest.mark.parametrize("what", ["said", "reached", "signed"])
def test_a_coordinator_of_another_community_finds_nobody(app: Flask, dai: Member, what: str) -> None:
    hill = a_community("hill", "The Hill")
    sam = signed_in_client(app, a_member("Sam", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        assert send(sam, f"/c/hill/desk/people/{dai.public_id}/{what}", {"called": "x"}).status_code == 404
    assert "Dai" not in sam.get("/c/hill/desk/paper").text


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
def test_only_coordinators_look_after_people_on_paper(app: Flask, dai: Member, roles: list[Role]) -> None:
    jo = signed_in_client(app, a_member("Jo", roles=roles))
    with nothing_written():
        for path in ("paper", "paper/new", f"people/{dai.public_id}/said"):
            assert jo.get(f"{DESK}/{path}").status_code == 403
        assert send(jo, NEW, OKORO).status_code == 403
