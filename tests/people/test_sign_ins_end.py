"""A sign-in ends: by signing out, by leaving quickly, by time, by a changed passphrase or role; and is seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    PASSPHRASE,
    Member,
    a_login,
    a_member,
    count,
    door_name,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
    token_of,
)
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import transaction
from timebank.people import actions, queries
from timebank.people.rules import LONG_IDLE, LONG_STAY, SEEN_EVERY, SHORT_IDLE, SHORT_STAY

A_SECOND = timedelta(seconds=1)


def is_in(client: FlaskClient) -> bool:
    return client.get("/devices").status_code == 200


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(door_name())
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(door_name(), value)
    return client


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


def test_a_cookie_kept_aside_opens_nothing_after_signing_out(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    kept = cookie_of(client)
    answer = send(client, "/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get_cookie(door_name()) is None
    assert not is_in(with_cookie(app, kept))
    assert count("sign_in") == 0


def test_signing_out_here_leaves_other_devices(app: Flask, ama: Member) -> None:
    here, there = signed_in_client(app, ama), signed_in_client(app, ama)
    send(here, "/sign-out")
    assert is_in(there)


def test_signing_out_is_no_link(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        assert client.get("/sign-out").status_code == 405
    assert is_in(client)


@pytest.mark.parametrize("give", [True, False])
def test_a_changed_role_ends_every_sign_in(app: Flask, ama: Member, give: bool) -> None:
    client = signed_in_client(app, ama)
    rosa = a_member("Rosa", roles=[Role.COORDINATOR])
    with inside(), transaction():
        membership = queries.own_membership(queries.viewer_of(ama.person_id, ama.community.id))
        by = queries.viewer_of(rosa.person_id, rosa.community.id)
        actions.propose_role(membership=membership, role=Role.SECOND, give=True, now=clock.now(), by=by)
        if not give:
            actions.propose_role(membership=membership, role=Role.SECOND, give=False, now=clock.now(), by=by)
    assert not is_in(client)
    assert (signed_in_client(app, ama).get("/c/harbour-street/desk").status_code == 200) is give


def test_roles_are_read_at_each_request(app: Flask) -> None:
    rosa = a_member("Rosa", roles=[Role.COORDINATOR])
    client = signed_in_client(app, rosa)
    assert client.get("/c/harbour-street/desk").status_code == 200
    with inside(), transaction() as session:
        from timebank.people.models import RoleHeld

        for held in session.query(RoleHeld).all():
            session.delete(held)
    assert client.get("/c/harbour-street/desk").status_code == 403


STAYS = [
    ("a member on their own device", [], False, LONG_IDLE, LONG_STAY),
    ("a member on a shared device", [], True, SHORT_IDLE, SHORT_STAY),
    ("a coordinator", [Role.COORDINATOR], False, SHORT_IDLE, SHORT_STAY),
    ("a keeper", [Role.KEEPER], False, SHORT_IDLE, SHORT_STAY),
    ("a funder", [Role.FUNDER], False, SHORT_IDLE, SHORT_STAY),
    ("a second", [Role.SECOND], False, LONG_IDLE, LONG_STAY),
]


@pytest.mark.parametrize(
    ("roles", "shared", "idle", "at_most"), [each[1:] for each in STAYS], ids=[each[0] for each in STAYS]
)
def test_a_sign_in_ends_by_silence_and_at_the_latest_by_time(app: Flask, roles, shared, idle, at_most) -> None:
    member = a_member("Jo", roles=roles)
    now = clock.now()
    with clock.set_to(now):
        silent = signed_in_client(app, member, shared_device=shared)
        lively = signed_in_client(app, member, shared_device=shared)
    with clock.set_to(now + idle):
        assert is_in(silent)
        assert is_in(lively)
    with clock.set_to(now + 2 * idle + A_SECOND):
        assert not is_in(silent)
        assert not is_in(lively)
    moment, client = now, None
    with clock.set_to(now):
        client = signed_in_client(app, member, shared_device=shared)
    while moment + idle < now + at_most:
        moment += idle
        with clock.set_to(moment):
            assert is_in(client)
    with clock.set_to(now + at_most - A_SECOND):
        assert is_in(client)
    with clock.set_to(now + at_most):
        assert not is_in(client)


def test_a_shared_device_keeps_no_cookie_when_the_browser_closes(app: Flask, ama: Member) -> None:
    for shared, kept in (({"shared_device": "y"}, False), ({}, True)):
        answer = send(app.test_client(), "/sign-in", {"name": ama.sign_in_name, "passphrase": PASSPHRASE, **shared})
        cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(door_name()))
        assert ("Max-Age" in cookie) is kept


def test_a_host_stays_shortly_too(app: Flask) -> None:
    host = a_login("Dai", is_host=True)
    signed_in_client(app, host)
    assert rows_of("sign_in")[0]["idle_timeout_s"] == SHORT_IDLE.total_seconds()


def test_being_seen_is_written_every_five_minutes_at_most(app: Flask, ama: Member) -> None:
    now = clock.now()
    with clock.set_to(now):
        client = signed_in_client(app, ama)
    seen = []
    for after in (SEEN_EVERY - A_SECOND, SEEN_EVERY, SEEN_EVERY + A_SECOND):
        with clock.set_to(now + after):
            is_in(client)
        seen.append(rows_of("sign_in")[0]["seen_at"] - now)
    assert seen == [timedelta(0), SEEN_EVERY, SEEN_EVERY]


# Devices.


def test_devices_are_listed_and_ended_one_by_one(app: Flask, ama: Member) -> None:
    here, there = signed_in_client(app, ama), signed_in_client(app, ama, shared_device=True)
    page = here.get("/devices").text
    assert page.count("This device") == 1
    assert page.count("Another device") == 1
    other = page.split('name="device" value="')[1].split('"')[0]
    assert send(here, "/devices/end", {"device": other}).status_code == 303
    assert is_in(here)
    assert not is_in(there)


def test_all_other_devices_end_at_once(app: Flask, ama: Member) -> None:
    here, there, third = (signed_in_client(app, ama) for _ in range(3))
    send(here, "/devices/end")
    assert [is_in(each) for each in (here, there, third)] == [True, False, False]


def test_nobody_ends_somebody_elses_device(app: Flask, ama: Member) -> None:
    jos = signed_in_client(app, a_member("Jo"))
    [theirs] = [row["public_id"] for row in rows_of("sign_in")]
    client = signed_in_client(app, ama)
    with nothing_written():
        for device in (theirs, "nobody", "' OR 1=1--"):
            assert send(client, "/devices/end", {"device": device}).status_code == 303
    assert is_in(jos)


# Leaving quickly.


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Dest": "document"}, {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}]
)
def test_leaving_quickly_ends_the_sign_in_and_leads_to_a_page_that_tells_nothing(
    app: Flask, ama: Member, headers: dict[str, str]
) -> None:
    client = signed_in_client(app, ama)
    kept = cookie_of(client)
    answer = client.get("/leave", headers=headers)
    assert (answer.status_code, answer.location) == (303, "https://www.wikipedia.org")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get_cookie(door_name()) is None
    assert not is_in(with_cookie(app, kept))


@pytest.mark.parametrize("dest", ["image", "iframe", "script", "empty", "style", "embed", "object", "video"])
def test_no_picture_on_another_page_signs_anybody_out(app: Flask, ama: Member, dest: str) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = client.get("/leave", headers={"Sec-Fetch-Dest": dest, "Sec-Fetch-Site": "cross-site"})
    assert "Clear-Site-Data" not in answer.headers
    assert not any(each.startswith(door_name()) for each in answer.headers.getlist("Set-Cookie"))
    assert is_in(client)


def test_leaving_works_for_who_is_not_signed_in(client: FlaskClient) -> None:
    assert client.get("/leave").location == "https://www.wikipedia.org"


# Forms from elsewhere.


def test_a_form_without_its_token_changes_nothing(app: Flask, ama: Member) -> None:
    client, other = signed_in_client(app, ama), signed_in_client(app, a_member("Jo"))
    good = token_of(client)
    tokens = [None, "", "x", good[:-2], good + "x", token_of(other), "é" * 40]
    with nothing_written():
        for token in tokens:
            data = {} if token is None else {"csrf_token": token}
            for path in ("/c/harbour-street/me/pause", "/devices/end", "/sign-out"):
                assert client.post(path, data=data).status_code == 400
    assert is_in(client)


def test_a_token_ends_with_the_sign_in(app: Flask, ama: Member) -> None:
    client = app.test_client()
    before = token_of(client)
    fields = {"name": ama.sign_in_name, "passphrase": PASSPHRASE}
    send(client, "/sign-in", fields)
    with nothing_written():
        assert client.post("/c/harbour-street/me/pause", data={"csrf_token": before}).status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense", ""])
def test_a_form_from_another_site_is_refused_even_with_the_token(app: Flask, ama: Member, site: str) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = send(client, "/c/harbour-street/me/pause", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_from_this_site_or_an_old_browser_is_taken(app: Flask, ama: Member, site: str) -> None:
    client = signed_in_client(app, ama)
    assert send(client, "/c/harbour-street/me/pause", headers={"Sec-Fetch-Site": site}).status_code == 303


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_change_nothing(app: Flask, ama: Member, method: str) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = client.open("/c/harbour-street/me/pause", method=method.upper())
    assert answer.status_code in {400, 405}


@pytest.mark.parametrize("override", [{"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "POST"}])
def test_a_method_cannot_be_pretended(app: Flask, ama: Member, override: dict[str, str]) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        assert client.get("/c/harbour-street/me/pause?_method=POST", headers=override).status_code == 405


def test_pages_of_who_is_signed_in_are_kept_by_nobody(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    for path in ("/devices", "/c/harbour-street/me", "/c/harbour-street/", "/help"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
