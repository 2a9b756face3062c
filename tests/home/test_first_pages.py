"""The first pages: what this is for whoever comes by, and one's own community for who belongs."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    a_community,
    a_login,
    a_member,
    inside,
    nothing_written,
    signed_in_client,
    somebody_who_asked,
)
from timebank.communities import actions as community_actions
from timebank.communities.models import Community
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import transaction

NOWHERE_SAID = ("prison", "probation", "offender", "conviction", "on licence", "service user")


def test_a_site_without_communities_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Nothing is open here yet" in answer.text


def test_whoever_comes_by_reads_what_this_is_and_whom_to_call(client: FlaskClient) -> None:
    here = a_community()
    with inside(), transaction():
        locked = community_actions.lock(here.id)
        wanted = {"about": "Neighbours <i>who</i> help", "whom_to_call": "Rosa\n01632 960000"}
        community_actions.change_settings(community=locked, wanted=wanted, why="so", by=Program(here.id))
    page = client.get("/c/harbour-street/").text
    for words in ("Neighbours &lt;i&gt;who", "Rosa", "01632 960000", "How it works", "Ask to join", "I have a card"):
        assert words in page
    assert "Harbour Street" in client.get("/").text


def test_who_belongs_to_one_community_is_led_there(app: Flask) -> None:
    client = signed_in_client(app, a_member("Ama"))
    assert client.get("/").location == "/c/harbour-street/"


def test_who_belongs_to_two_chooses_and_switches_in_one_tap(app: Flask) -> None:
    ama = a_member("Ama")
    a_member("Ama", community=a_community("hill", "The Hill"), login=ama)
    client = signed_in_client(app, ama)
    page = client.get("/")
    assert page.status_code == 200
    assert "/c/hill/" in page.text
    assert "Hello, Ama" in page.text
    assert "Everybody has something to give" not in page.text, "that is for strangers"
    assert page.text.count('href="/c/hill/"') == 1, "told once"
    assert "Sign out" in page.text
    assert 'href="/c/hill' in client.get("/c/harbour-street/").text
    assert 'href="/c/harbour-street' in client.get("/c/hill/").text


def test_a_stranger_reads_how_it_works_and_where(client: FlaskClient) -> None:
    a_community()
    page = client.get("/").text
    for words in ("How it works", "Say it", "Do it together", "Put it in the book", "Harbour Street", "Sign in"):
        assert words in page
    assert "Hello" not in page


def test_who_belongs_nowhere_sees_all(app: Flask) -> None:
    client = signed_in_client(app, a_login("Pavel"))
    assert "Harbour Street" in client.get("/").text
    assert "Ask to join" in client.get("/c/harbour-street/").text


def test_a_closed_community_breaks_nothing(app: Flask) -> None:
    ama = a_member("Ama")
    with inside(), transaction() as session:
        session.get_one(Community, ama.community.id).closed_at = clock.now()
    assert signed_in_client(app, ama).get("/").status_code in {200, 303}


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("member", "Hello, Jo"),
        ("asked", "You have asked, Jo"),
        ("funder", "The first figures"),
        ("paused", "You are away"),
    ],
)
def test_each_finds_their_own_home(app: Flask, who: str, words: str) -> None:
    if who == "asked":
        member = somebody_who_asked("Jo")
    else:
        member = a_member("Jo", roles=[Role.FUNDER] if who == "funder" else [])
    client = signed_in_client(app, member)
    if who == "paused":
        from tests.factories import send

        send(client, "/c/harbour-street/me/pause")
    page = client.get("/c/harbour-street/", follow_redirects=True)
    assert page.status_code == 200
    assert words in page.text


@pytest.mark.parametrize(
    "slug", ["nowhere", "HARBOUR-STREET", "harbour-street%00", "..", "é", "x" * 3000, "harbour_street"]
)
def test_a_community_that_is_none_is_told_plainly(client: FlaskClient, slug: str) -> None:
    a_community()
    for path in ("", "members", "join", "me"):
        assert client.get(f"/c/{slug}/{path}").status_code in {400, 404}


@pytest.mark.parametrize("kind", ["member", "coordinator", "second", "keeper", "funder", "host"])
def test_there_is_help_for_each(client: FlaskClient, kind: str) -> None:
    page = client.get(f"/help/{kind}")
    assert page.status_code == 200
    assert kind in client.get("/help").text
    if kind != "host":
        assert not any(word in page.text.casefold() for word in NOWHERE_SAID)


@pytest.mark.parametrize(
    "path",
    [
        "/help/nobody",
        "/help/../config",
        "/c/harbour-street/words/other",
        "/.git/config",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/console",
        "/x.css",
    ],
)
def test_what_is_not_there_is_told_without_a_word_too_many(client: FlaskClient, path: str) -> None:
    a_community()
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text.casefold()


def test_nobody_is_marked_on_any_first_page(app: Flask, client: FlaskClient) -> None:
    ama = signed_in_client(app, a_member("Ama"))
    for browser in (client, ama):
        for path in (
            "/",
            "/c/harbour-street/",
            "/c/harbour-street/words/house",
            "/c/harbour-street/words/privacy",
            "/sign-in",
            "/c/harbour-street/ask",
        ):
            page = browser.get(path, follow_redirects=True).text.casefold()
            assert not any(word in page for word in NOWHERE_SAID)


def test_looking_changes_nothing(app: Flask, client: FlaskClient) -> None:
    a_member("Ama")
    with nothing_written():
        for path in (
            "/",
            "/help",
            "/c/harbour-street/",
            "/c/harbour-street/join",
            "/c/harbour-street/ask",
            "/sign-in",
            "/card",
            "/forgotten",
            "/words",
            "/leave",
        ):
            client.get(path)
            client.head(path)
            client.options(path)
