"""Finding members: by words with accents forgiven, by area, page by page; outsiders find nobody."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    Member,
    a_community,
    a_login,
    a_member,
    inside,
    nothing_written,
    send,
    signed_in_client,
    somebody_who_asked,
)
from timebank.communities import actions as community_actions
from timebank.core.access import Program, Role
from timebank.core.database import transaction

MEMBERS = "/c/harbour-street/members"
LINK = re.compile(r'href="/c/harbour-street/members/([2-9bcdfghjkmnpqrstvwxyz]{12})"')


@pytest.fixture
def jo(app: Flask) -> FlaskClient:
    return signed_in_client(app, a_member("Jo"))


def found(client: FlaskClient, **query: str) -> list[str]:
    answer = client.get(MEMBERS, query_string=query)
    assert answer.status_code == 200
    return LINK.findall(answer.text)


def say(app: Flask, member: Member, **said: str) -> None:
    for question, words in said.items():
        assert (
            send(signed_in_client(app, member), f"/c/harbour-street/me/about/{question}", {question: words}).status_code
            == 303
        )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Brot backen, Öfen", "ofen"),
        ("crème brûlée", "CREME brulee"),
        ("cafe", "café"),
        ("İstanbul", "istanbul"),
        ("Straße", "strasse"),
        ("мой сосед Ёлка", "елка"),
        ("קפה", "קפה"),
        ("李明 种菜", "种菜"),
        ("bread and bikes", "bikes bread"),
        ("mending", "MENDING"),
    ],
)
def test_words_are_found_with_accents_and_capitals_forgiven(app: Flask, jo: FlaskClient, said: str, words: str) -> None:
    ama = a_member("Ama")
    a_member("Dai")
    say(app, ama, likes=said)
    assert found(jo, words=words) == [ama.public_id]


def test_all_the_words_must_be_there(app: Flask, jo: FlaskClient) -> None:
    say(app, a_member("Ama"), likes="bread", easier="a lift")
    assert len(found(jo, words="bread lift")) == 1
    assert found(jo, words="bread trumpets") == []
    assert "Nobody found" in jo.get(MEMBERS, query_string={"words": "trumpets"}).text


@pytest.mark.parametrize("words", ["x%", "x_", "b%d", "b_ead", "x\\", "x' OR 1=1--", "x[a-z]", "x*"])
def test_signs_that_mean_something_to_a_database_mean_nothing(app: Flask, jo: FlaskClient, words: str) -> None:
    say(app, a_member("Ama"), likes="bread")
    assert found(jo, words=words) == []


@pytest.mark.parametrize(
    "words", ["\0", "x" * 101, "x" * 20_000, "\x1b", "Z" + "\u0334" * 9, " ".join("abcdefghij" * 9)]
)
@pytest.mark.parametrize("where", ["words", "area", "after"])
def test_whatever_is_asked_for_is_a_page_or_a_plain_refusal(jo: FlaskClient, where: str, words: str) -> None:
    assert jo.get(MEMBERS, query_string={where: words}).status_code in {200, 400, 404, 422}


def test_an_area_narrows(app: Flask, jo: FlaskClient) -> None:
    here = a_community()
    with inside(), transaction():
        locked = community_actions.lock(here.id)
        areas = [{"code": "a1", "name": "Harbour"}, {"code": "a2", "name": "Hill"}]
        community_actions.change_settings(community=locked, wanted={"areas": areas}, why="so", by=Program(here.id))
    ama, dai = a_member("Ama"), a_member("Dai")
    say(app, ama, area="a1", likes="bread")
    say(app, dai, area="a2", likes="bread")
    assert found(jo, area="a1") == [ama.public_id]
    assert found(jo, area="a2", words="bread") == [dai.public_id]
    assert found(jo, area="nowhere") == []
    assert len(found(jo)) == 3


def test_pages_go_on_until_everybody_was_shown_once(app: Flask, jo: FlaskClient) -> None:
    made = [a_member("Sam").public_id for _ in range(44)]
    seen: list[str] = []
    path: str | None = f"{MEMBERS}?words=sam"
    pages = 0
    while path:
        page = jo.get(path).text
        seen += LINK.findall(page)
        further = re.search(r'href="([^"]*after=[^"]*)"', page)
        path = further[1].replace("&amp;", "&") if further else None
        pages += 1
    assert seen == made[::-1]
    assert pages == 3


def test_who_is_not_a_member_is_not_shown(app: Flask, jo: FlaskClient) -> None:
    outsiders = [somebody_who_asked("Pavel"), a_member("Dai", community=a_community("hill", "The Hill"))]
    funder = a_member("Sam", roles=[Role.FUNDER])
    away = a_member("Mrs Okoro")
    send(signed_in_client(app, away), "/c/harbour-street/me/pause")
    shown = found(jo)
    assert away.public_id in shown
    random = jo.get(f"{MEMBERS}/bcdfghjkmnpq")
    for each in (*outsiders, funder):
        answer = jo.get(f"{MEMBERS}/{each.public_id}")
        assert (answer.status_code, answer.data) == (404, random.data)
        if each is not funder:
            assert each.public_id not in shown


@pytest.mark.parametrize(
    "odd", ["0", "-1", str(2**63), "1e3", "BCDFGHJKMNPQ", "' OR 1=1--", "%00", "é", "..", "x" * 5000]
)
def test_an_odd_id_is_told_as_nobody(jo: FlaskClient, odd: str) -> None:
    with nothing_written():
        assert jo.get(f"{MEMBERS}/{odd}").status_code in {400, 404}


def test_outsiders_open_no_member_page(app: Flask, client: FlaskClient) -> None:
    ama = a_member("Ama")
    hill = a_community("hill", "The Hill")
    outsiders = {
        "a funder": a_member("Sam", roles=[Role.FUNDER]),
        "who asked": somebody_who_asked("Pavel"),
        "a stranger": a_login("Dai"),
        "from elsewhere": a_member("Rosa", roles=[Role.COORDINATOR], community=hill),
    }
    with nothing_written():
        for path in (MEMBERS, f"{MEMBERS}/{ama.public_id}"):
            assert client.get(path).status_code == 303
    for name, member in outsiders.items():
        browser = signed_in_client(app, member)
        for path in (MEMBERS, f"{MEMBERS}?words=bread", f"{MEMBERS}/{ama.public_id}", f"{MEMBERS}/bcdfghjkmnpq"):
            for headers in ({}, {"HX-Request": "true"}):
                answer = browser.get(path, headers=headers)
                assert answer.status_code == 403, f"{name}: {path}"
                assert "Ama" not in answer.text


def test_a_page_tells_nobody_how_to_reach_somebody(app: Flask, jo: FlaskClient) -> None:
    ama = a_member("Ama")
    send(signed_in_client(app, ama), "/c/harbour-street/me/about/reach", {"phone": "01632 960001"})
    send(signed_in_client(app, ama), "/email", {"email": "ama@example.org"})
    page = jo.get(f"{MEMBERS}/{ama.public_id}").text
    for secret in ("01632", "example.org", ama.sign_in_name, ama.person_public_id, str(ama.person_id)):
        assert secret not in page
    assert found(jo, words="01632") == []
    assert found(jo, words="example") == []
    assert found(jo, words=ama.sign_in_name.rpartition(" ")[2]) == []
