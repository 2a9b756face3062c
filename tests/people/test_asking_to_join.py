"""Asking to join, being welcomed or kindly declined, asking again; and the names people bring with them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    PASSPHRASE,
    a_community,
    a_login,
    a_member,
    count,
    inside,
    join_as_new,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
    somebody_who_asked,
    viewer_of,
)
from timebank.communities import actions as community_actions
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import transaction
from timebank.core.errors import Conflict, Refused
from timebank.people import actions, queries
from timebank.people.models import Membership

ASK = "/c/harbour-street/ask"
HOME = "/c/harbour-street/"


def answer(member, *, welcome: bool, why: str = "") -> None:
    rosa = viewer_of(a_member("Rosa", roles=[Role.COORDINATOR]))
    with inside(), transaction():
        membership = actions.to_answer(member.community.id, member.public_id)
        actions.answer_request(membership=membership, welcome=welcome, why=why, now=clock.now(), by=rosa)


def test_whoever_asks_waits_and_sees_no_member(client: FlaskClient) -> None:
    a_member("Ama")
    assert join_as_new(client, ASK, "Pavel").status_code == 303
    [asked] = rows_of("membership", called="Pavel")
    assert (asked["standing"], asked["account_id"], asked["joined_at"]) == ("asked", None, None)
    assert "You have asked, Pavel" in client.get(HOME).text
    with nothing_written():
        assert client.get("/c/harbour-street/members").status_code == 403


def test_who_is_welcomed_is_a_member_with_an_account(app: Flask) -> None:
    pavel = somebody_who_asked()
    answer(pavel, welcome=True)
    [row] = rows_of("membership", called="Pavel")
    assert row["standing"] == "active"
    assert row["account_id"] is not None
    assert row["answered_by"] is not None
    assert signed_in_client(app, pavel).get("/c/harbour-street/members").status_code == 200


def test_who_is_declined_reads_why_and_may_ask_again(app: Flask) -> None:
    pavel = somebody_who_asked()
    answer(pavel, welcome=False, why="We have no room <b>just</b> now.\nAsk again in May.")
    browser = signed_in_client(app, pavel)
    page = browser.get(HOME).text
    assert "We have no room &lt;b&gt;just&lt;/b&gt; now." in page
    assert send(browser, ASK, {"agree": "y"}).status_code == 303
    [row] = rows_of("membership", called="Pavel")
    assert (row["standing"], row["answered_by"], row["answered_at"]) == ("asked", None, None)
    assert "no room" not in browser.get(HOME).text


def test_asking_twice_is_asking_once(app: Flask) -> None:
    browser = signed_in_client(app, somebody_who_asked())
    assert send(browser, ASK, {"agree": "y"}).status_code == 303
    assert count("membership", called="Pavel") == 1


def test_a_member_has_nothing_to_ask(app: Flask) -> None:
    ama = signed_in_client(app, a_member("Ama"))
    with nothing_written():
        assert send(ama, ASK, {"agree": "y"}).status_code == 409


def test_where_one_joins_by_invitation_alone_nobody_can_ask(client: FlaskClient) -> None:
    here = a_community()
    with inside(), transaction():
        locked = community_actions.lock(here.id)
        community_actions.change_settings(
            community=locked, wanted={"join_by_asking": False}, why="We are full", by=Program(here.id)
        )
    with nothing_written():
        assert join_as_new(client, ASK).status_code == 403
    assert "/ask" not in client.get(HOME).text


def test_to_decline_needs_a_kind_word(app: Flask) -> None:
    pavel = somebody_who_asked()
    for why in ("", "  ", "\u200d"):
        with pytest.raises(Refused):
            answer(pavel, welcome=False, why=why)
    assert rows_of("membership", called="Pavel")[0]["standing"] == "asked"


@pytest.mark.parametrize("again", [True, False])
def test_an_answer_is_given_once(app: Flask, again: bool) -> None:
    pavel = somebody_who_asked()
    answer(pavel, welcome=True)
    accounts = count("account")
    with pytest.raises(Conflict):
        answer(pavel, welcome=again, why="No room.")
    assert rows_of("membership", called="Pavel")[0]["standing"] == "active"
    assert count("account") == accounts + 1, "one for the second coordinator of this test, and no second one for Pavel"


def test_who_was_declined_may_still_come_by_an_invitation(app: Flask) -> None:
    pavel = somebody_who_asked()
    answer(pavel, welcome=False, why="Not just now.")
    a_member("Pavel", login=pavel)
    [row] = rows_of("membership", called="Pavel")
    assert row["standing"] == "active"


NAMES = ["Mrs Okoro", "D'Arcy O’Neill", "李明", "मेरी", "عائشة", "Ægir", "x", "; DROP TABLE person", "{{7*7}}", "👩🏽‍🌾"]


@pytest.mark.parametrize("called", NAMES)
def test_a_name_in_any_letters_joins_and_signs_in(app: Flask, client: FlaskClient, called: str) -> None:
    a_community()
    assert join_as_new(client, ASK, called).status_code == 303
    [person] = rows_of("person")
    assert rows_of("membership")[0]["called"] == called
    assert client.get(HOME).status_code == 200
    for typed in (person["sign_in_name"], f"  {person['sign_in_name'].upper()} "):
        again = send(app.test_client(), "/sign-in", {"name": typed, "passphrase": PASSPHRASE})
        assert again.status_code == 303


@pytest.mark.parametrize(
    "called", ["", "   ", "\u200d", "a" * 10_000, "Ama\0", "A\x1bma", "\x07", "\ufffe", "Z" + "\u0334" * 9]
)
def test_a_name_that_cannot_be_kept_is_refused_at_its_field(client: FlaskClient, called: str) -> None:
    a_community()
    with nothing_written():
        refused = join_as_new(client, ASK, called)
    assert refused.status_code == 422
    assert 'id="called-error"' in refused.text


@pytest.mark.parametrize("called", ["\u202eamA", "A\u200bma", "\ufeffAma\u2066"])
def test_a_name_cannot_turn_or_hide(client: FlaskClient, called: str) -> None:
    a_community()
    assert join_as_new(client, ASK, called).status_code == 303
    assert rows_of("membership")[0]["called"] in {"Ama", "amA"}


def test_half_a_character_in_a_name_never_breaks(client: FlaskClient) -> None:
    a_community()
    body = f"called=%ED%A0%80Ama&passphrase={PASSPHRASE.replace(' ', '+')}&agree=y"
    token = client.get(ASK).text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answered = client.post(ASK, data=f"{body}&csrf_token={token}", content_type="application/x-www-form-urlencoded")
    assert answered.status_code in {303, 422}
    with inside(), pytest.raises(Refused), transaction():
        actions.new_person(given=actions.NewPerson("\ud800", "x"), now=clock.now())


def test_a_sign_in_name_is_never_taken(app: Flask) -> None:
    names = {a_login("Ama").sign_in_name for _ in range(12)}
    assert len(names) == 12


def test_when_every_word_is_drawn_twice_a_kind_sentence_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from timebank.core import passphrases

    monkeypatch.setattr(passphrases, "one_word", lambda _number: "otter")
    a_login("Ama")
    with nothing_written(), pytest.raises(Conflict, match="another word"):
        a_login("AMA")
    assert a_login("Jo").sign_in_name == "Jo otter"


def test_two_drawn_alike_get_different_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from timebank.core import passphrases

    drawn = iter(["otter", "otter", "otter", "kettle"])
    monkeypatch.setattr(passphrases, "one_word", lambda _number: next(drawn))
    assert [a_login("Ama").sign_in_name, a_login("Ama").sign_in_name] == ["Ama otter", "Ama kettle"]


def test_everything_but_the_name_may_stay_blank(app: Flask, client: FlaskClient) -> None:
    a_community()
    join_as_new(client, ASK, "Jo")
    for question in ("likes", "easier", "area", "times", "reach"):
        path = f"/c/harbour-street/me/about/{question}"
        assert client.get(f"{path}?begin=1").status_code == 200
        assert send(client, f"{path}?begin=1", {"area": ""}).status_code == 303
    [row] = rows_of("membership")
    assert (row["likes"], row["easier"], row["area"], row["times"]) == ("", "", None, "")


def test_nothing_asks_about_the_past() -> None:
    columns = {column.name for column in Membership.__table__.columns}
    assert not columns & {"born", "birth", "gender", "history", "past", "sentence", "offence", "photo"}
    assert queries.plain_code("AB-cd 2") == "abcd2"


def test_many_from_one_network_ask_without_waiting(app: Flask) -> None:
    a_community()
    for _ in range(15):
        assert join_as_new(app.test_client(), ASK, "Jo").status_code == 303
