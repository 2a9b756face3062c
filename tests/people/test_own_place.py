"""One's own place: what one says about oneself, being away and coming back, and that it is only one's own."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    Member,
    a_community,
    a_login,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
    somebody_who_asked,
)
from timebank.communities import actions as community_actions
from timebank.core.access import Program
from timebank.core.database import transaction

ME = "/c/harbour-street/me"
MARKUP = "<script>alert(1)</script>\" hx-get='/x' {{7*7}} '; DROP TABLE person; --"


def areas(*names: str) -> list[str]:
    """Give the community these parts of town, and their codes."""
    here = a_community()
    with inside(), transaction():
        from timebank.communities.rules import renamed

        locked = community_actions.lock(here.id)
        wanted = {"areas": renamed(locked.chosen.areas, list(names), community_actions.new_code)}
        community_actions.change_settings(community=locked, wanted=wanted, why="so", by=Program(here.id))
        return [area.code for area in locked.chosen.areas if not area.retired]


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


@pytest.fixture
def amas(app: Flask, ama: Member) -> FlaskClient:
    return signed_in_client(app, ama)


def test_what_one_says_is_shown_as_it_was_said(app: Flask, amas: FlaskClient, ama: Member) -> None:
    [harbour] = areas("Harbour")
    said = {"likes": "Brot & Öl\n\nbikes", "easier": MARKUP, "times": "Tuesdays", "area": harbour}
    for question, words in said.items():
        assert send(amas, f"{ME}/about/{question}", {question: words}).status_code == 303
    page = signed_in_client(app, a_member("Jo")).get(f"/c/harbour-street/members/{ama.public_id}").text
    for shown in ("Brot &amp; Öl", "Tuesdays", "Harbour", "&lt;script&gt;alert(1)", "{{7*7}}"):
        assert shown in page
    assert "<script>alert" not in page


def test_the_name_one_is_called_may_change_and_the_one_for_signing_in_stays(amas: FlaskClient, ama: Member) -> None:
    assert send(amas, f"{ME}/called", {"called": "  Ama\tB. "}).status_code == 303
    assert rows_of("membership")[0]["called"] == "Ama B."
    assert rows_of("person")[0]["sign_in_name"] == ama.sign_in_name
    with nothing_written():
        for blank in ("", "  ", "\u200d", "x" * 61):
            assert send(amas, f"{ME}/called", {"called": blank}).status_code == 422


@pytest.mark.parametrize("question", ["likes", "easier", "times"])
@pytest.mark.parametrize("words", ["x" * 1001, "x" * 900_000, "a\0b", "a\x1bb"])
def test_words_that_cannot_be_kept_are_refused_and_stay_in_the_field(
    amas: FlaskClient, question: str, words: str
) -> None:
    with nothing_written():
        answer = send(amas, f"{ME}/about/{question}", {question: words})
    assert answer.status_code == 422
    assert f'id="{question}-error"' in answer.text


def test_an_area_comes_from_the_list_and_not_from_what_is_no_longer_used(amas: FlaskClient) -> None:
    harbour, hill = areas("Harbour", "The Hill")
    send(amas, f"{ME}/about/area", {"area": harbour})
    areas("The Hill")
    with nothing_written():
        for area in (harbour, "nowhere", "' OR 1=1--", "x" * 5000, "a\0"):
            assert send(amas, f"{ME}/about/area", {"area": area}).status_code == 422
    assert "Harbour" in amas.get(ME).text, "what was filed under it keeps its name"
    assert send(amas, f"{ME}/about/area", {"area": hill}).status_code == 303


def test_when_the_last_area_is_retired_its_name_is_kept(amas: FlaskClient) -> None:
    [harbour] = areas("Harbour")
    send(amas, f"{ME}/about/area", {"area": harbour})
    assert areas() == []
    assert "Harbour" in amas.get(ME).text
    assert amas.get(f"{ME}/about/area").status_code == 200
    [again] = areas("harbour")
    assert again == harbour, "used again, it is the same part of town"


def test_ways_to_be_reached_are_kept_apart(app: Flask, amas: FlaskClient, ama: Member) -> None:
    said = {
        "phone": "+44 1632 960001",
        "email": "a@x.org",
        "someone": "my sister",
        "place_and_day": "the shed, Tuesdays",
    }
    assert send(amas, f"{ME}/about/reach", said).status_code == 303
    assert {key: rows_of("way_to_reach")[0][key] for key in said} == said
    jos = signed_in_client(app, a_member("Jo"))
    for path in ("members", f"members/{ama.public_id}", ""):
        page = jos.get(f"/c/harbour-street/{path}").text
        assert not any(way in page for way in said.values())
    assert count("look") == 0, "one's own look is no look"
    assert said["phone"] in amas.get(ME).text


def test_columns_nobody_asks_about_cannot_be_set_by_a_form(amas: FlaskClient) -> None:
    before = rows_of("membership")[0]
    more = {
        "standing": "left", "account_id": "1", "community_id": "2", "public_id": "x", "person_id": "x", "is_host": "1",
        "role": "coordinator", "id": "9", "answered_by": "x", "joined_at": "2001-01-01", "search": "x",
        "roles": "keeper", "called": "Mallory", "person.is_host": "1", "membership-standing": "left",
    }  # fmt: skip
    send(amas, f"{ME}/about/likes", {"likes": "bread", **more})
    after = rows_of("membership")[0]
    assert {key for key in after if after[key] != before[key]} == {"likes", "search"}
    assert rows_of("person")[0]["is_host"] is False
    assert count("role_held") == 0


@pytest.mark.parametrize("question", ["past", "__class__", "called", "LIKES", "likes\0", ".."])
def test_a_question_that_is_none_is_no_page(amas: FlaskClient, question: str) -> None:
    with nothing_written():
        assert amas.get(f"{ME}/about/{question}").status_code in {404, 308}
        assert send(amas, f"{ME}/about/{question}", {"likes": "x"}).status_code in {404, 308}


# Away and back.


def test_being_away_and_back(app: Flask, amas: FlaskClient, ama: Member) -> None:
    assert send(amas, f"{ME}/pause").status_code == 303
    assert rows_of("membership")[0]["standing"] == "paused"
    assert (
        "is away just now"
        in signed_in_client(app, a_member("Jo")).get(f"/c/harbour-street/members/{ama.public_id}").text
    )
    assert "You are away" in amas.get("/c/harbour-street/").text
    assert send(amas, f"{ME}/come-back").status_code == 303
    assert rows_of("membership", called="Ama")[0]["standing"] == "active"


@pytest.mark.parametrize("verb", ["pause", "come-back"])
def test_a_stale_page_says_that_things_have_changed(app: Flask, amas: FlaskClient, ama: Member, verb: str) -> None:
    if verb == "pause":
        send(amas, f"{ME}/pause")
    with nothing_written():
        for htmx in (False, True):
            answer = send(amas, f"{ME}/{verb}", htmx=htmx)
            assert answer.status_code == 409
            assert ("<html" in answer.text) is not htmx


def test_who_only_asked_is_neither_away_nor_back(app: Flask) -> None:
    client = signed_in_client(app, somebody_who_asked())
    with nothing_written():
        for verb in ("pause", "come-back"):
            assert send(client, f"{ME}/{verb}").status_code == 409


def test_a_stranger_has_no_place_here(app: Flask) -> None:
    client = signed_in_client(app, a_login("Pavel"))
    with nothing_written():
        for path in (ME, f"{ME}/called", f"{ME}/about/likes", "/c/harbour-street/welcome"):
            assert client.get(path).status_code == 404
        for path in (f"{ME}/called", f"{ME}/about/likes", f"{ME}/pause"):
            assert send(client, path, {"called": "x", "likes": "x"}).status_code == 404


def test_nobody_comes_in_by_no_door(client: FlaskClient, ama: Member) -> None:
    with nothing_written():
        for path in (ME, f"{ME}/called", f"{ME}/about/likes", "/devices", "/passphrase", "/email"):
            assert client.get(path).status_code == 303
            assert send(client, path, {"called": "x"}).status_code in {303, 405}
