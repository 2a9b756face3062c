"""Joining by the code of an invitation: who comes in, what is kept, and every way it does not open."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    PASSPHRASE,
    a_community,
    a_login,
    a_member,
    an_invitation,
    count,
    inside,
    join_as_new,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
)
from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import transaction
from timebank.people import actions, queries
from timebank.people.rules import INVITATION_LASTS

JOIN = "/c/harbour-street/join"


def test_the_link_of_a_card_makes_somebody_a_member_at_once(client: FlaskClient) -> None:
    code = an_invitation()
    answer = join_as_new(client, f"{JOIN}/{code}", "Ama")
    assert (answer.status_code, answer.location) == (303, "/c/harbour-street/welcome")
    [joined] = rows_of("membership")
    assert (joined["called"], joined["standing"], joined["answered_by"]) == ("Ama", "active", None)
    assert joined["account_id"] is not None
    [person] = rows_of("person")
    assert person["sign_in_name"].startswith("Ama ")
    assert person["sign_in_name"] in client.get("/c/harbour-street/welcome").text


@pytest.mark.parametrize(
    "dressed", [str.upper, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n"]
)
def test_a_code_may_be_typed_as_people_type(client: FlaskClient, dressed) -> None:
    code = an_invitation()
    answer = send(client, JOIN, {"code": dressed(code)})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    assert join_as_new(client, answer.location).status_code == 303
    assert count("membership", standing="active") == 1


def test_one_invitation_brings_three_who_come_together_and_no_fourth(app: Flask) -> None:
    code = an_invitation(places=3)
    for called in ("Ama", "Jo", "Dai"):
        assert join_as_new(app.test_client(), f"{JOIN}/{code}", called).status_code == 303
    with nothing_written():
        answer = join_as_new(app.test_client(), f"{JOIN}/{code}", "Pavel")
    assert answer.status_code == 404
    assert count("membership") == 3


def test_of_two_who_race_for_the_last_place_one_comes_in(app: Flask) -> None:
    code = an_invitation()
    here = a_community()
    logins = [a_login("Ama"), a_login("Jo")]
    start = threading.Barrier(2)

    def come_in(number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    found = queries.invitation_by_code(here.id, code, clock.now(), lock=True)
                    person = queries.person_by_name(logins[number].sign_in_name)
                    assert person is not None
                    actions.join_with_code(
                        invitation=found, person=person, called=logins[number].called, now=clock.now()
                    )
            except Exception as refusal:  # noqa: BLE001 - the refusal is the answer
                return type(refusal).__name__
            return "in"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(come_in, range(2))) == ["NotFound", "in"]
    assert count("membership") == 1
    assert rows_of("invitation")[0]["taken"] == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("code", ["bcdf-ghjk-mnpq", "-", "zzzz", "b" * 500, "%00", "%F0%9F%8C%BB", "' OR 1=1--"])
def test_a_code_nobody_made_opens_nothing(client: FlaskClient, method: str, code: str) -> None:
    an_invitation()
    with nothing_written():
        path = f"{JOIN}/{code}"
        answer = client.get(path) if method == "get" else join_as_new(client, path)
    assert answer.status_code == 404


def test_a_code_opens_nothing_once_ended(client: FlaskClient) -> None:
    code = an_invitation()
    with inside(), transaction():
        found = queries.invitation_by_code(a_community_id(), code, clock.now())
        actions.end_invitation(invitation=found, now=clock.now(), by=Program())
    with nothing_written():
        assert client.get(f"{JOIN}/{code}").status_code == 404
        assert join_as_new(client, f"{JOIN}/{code}").status_code == 404


def a_community_id() -> int:
    return communities.by_slug("harbour-street").id


def test_a_code_opens_until_its_last_second_and_not_at_it(client: FlaskClient) -> None:
    now = clock.now()
    with clock.set_to(now):
        code = an_invitation()
    with clock.set_to(now + INVITATION_LASTS - timedelta(seconds=1)):
        assert client.get(f"{JOIN}/{code}").status_code == 200
    with clock.set_to(now + INVITATION_LASTS), nothing_written():
        assert client.get(f"{JOIN}/{code}").status_code == 404
        assert join_as_new(client, f"{JOIN}/{code}").status_code == 404


RANDOM = "bcdf-ghjk-mnpq"


def test_a_code_of_another_community_opens_nothing_here(client: FlaskClient) -> None:
    elsewhere = a_community("hill", "The Hill")
    code = an_invitation(community=elsewhere)
    a_community()
    with nothing_written():
        wrong = client.get(f"{JOIN}/{code}")
        random = client.get(f"{JOIN}/{RANDOM}")
        assert join_as_new(client, f"{JOIN}/{code}").status_code == 404
    assert (wrong.status_code, wrong.text) == (random.status_code, random.text.replace(RANDOM, code))


def test_a_code_that_is_mistyped_can_be_typed_again(client: FlaskClient) -> None:
    code = an_invitation()
    with nothing_written():
        for answer in (client.get(f"{JOIN}/{RANDOM}"), send(client, JOIN, {"code": RANDOM})):
            assert answer.status_code == 404
            assert f'value="{RANDOM}"' in answer.text
            assert f'action="{JOIN}"' in answer.text
            assert "Look at it once more, letter by letter" in answer.text
    assert send(client, JOIN, {"code": code}).status_code == 303


def test_an_invitation_to_a_role_gives_it_once(app: Flask) -> None:
    code = an_invitation(role=Role.COORDINATOR)
    rosa = app.test_client()
    assert join_as_new(rosa, f"{JOIN}/{code}", "Rosa").status_code == 303
    assert rosa.get("/c/harbour-street/desk").status_code == 200
    jo = signed_in_client(app, a_member("Jo"))
    with nothing_written():
        assert jo.get(f"{JOIN}/{code}").status_code == 404
        assert send(jo, f"{JOIN}/{code}", {"agree": "y"}).status_code == 404
    assert [row["role"] for row in rows_of("role_held")] == ["coordinator"]


def test_a_role_comes_with_an_invitation_for_one_alone(app: Flask) -> None:
    a_community()
    with pytest.raises(Exception, match="one, two or three"):
        an_invitation(places=2, role=Role.KEEPER)
    assert count("invitation") == 0


def test_a_member_does_not_use_up_an_invitation_to_where_they_are(app: Flask) -> None:
    ama = signed_in_client(app, a_member("Ama"))
    code = an_invitation()
    with nothing_written():
        assert send(ama, f"{JOIN}/{code}", {"agree": "y"}).status_code == 409


def test_somebody_from_elsewhere_joins_with_the_login_they_have(app: Flask) -> None:
    jo = a_member("Jo", community=a_community("hill", "The Hill"))
    browser = signed_in_client(app, jo)
    code = an_invitation()
    page = browser.get(f"{JOIN}/{code}").text
    assert 'name="passphrase"' not in page
    assert send(browser, f"{JOIN}/{code}", {"agree": "y"}).status_code == 303
    assert count("person") == 1
    [joined] = rows_of("membership", community_id=a_community().id)
    assert joined["called"] == "Jo", "the name for signing in is nobody else's business"
    for slug in ("hill", "harbour-street"):
        assert browser.get(f"/c/{slug}/members").status_code == 200
    assert "The Hill" in browser.get("/c/harbour-street/").text


def test_the_versions_that_were_accepted_are_kept(app: Flask) -> None:
    here = a_community()
    join_as_new(app.test_client(), f"{JOIN}/{an_invitation()}", "Ama")
    with inside(), transaction():
        from timebank.communities import actions as community_actions

        locked = community_actions.lock(here.id)
        community_actions.put_in_force(community=locked, kind="house", words="New words.", by=Program(here.id))
    join_as_new(app.test_client(), f"{JOIN}/{an_invitation()}", "Jo")
    versions = {row["id"]: (row["kind"], row["version"]) for row in rows_of("wording")}
    accepted = {
        member["called"]: {versions[each["wording_id"]] for each in rows_of("acceptance", membership_id=member["id"])}
        for member in rows_of("membership")
    }
    assert accepted == {"Ama": {("house", 1), ("privacy", 1)}, "Jo": {("house", 2), ("privacy", 1)}}


@pytest.mark.parametrize("missing", ["called", "passphrase", "agree"])
def test_what_is_needed_is_asked_for_and_what_was_typed_is_kept(client: FlaskClient, missing: str) -> None:
    code = an_invitation()
    fields = {"called": "Mrs Okoro", "passphrase": PASSPHRASE, "agree": "y", "shared_device": "y"}
    del fields[missing]
    with nothing_written():
        answer = send(client, f"{JOIN}/{code}", fields)
    assert answer.status_code == 422
    assert PASSPHRASE not in answer.text
    if missing != "called":
        assert 'value="Mrs Okoro"' in answer.text
    assert "checked" in answer.text


def test_tries_at_one_card_by_those_who_come_together_do_not_slow_them_down(app: Flask) -> None:
    code = an_invitation(places=3)
    for called in ("Ama", "Jo", "Dai"):
        browser = app.test_client()
        for _ in range(2):
            assert (
                send(browser, f"{JOIN}/{code}", {"called": called, "passphrase": "short", "agree": "y"}).status_code
                == 422
            )
        assert join_as_new(browser, f"{JOIN}/{code}", called).status_code == 303
