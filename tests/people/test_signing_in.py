"""Signing in: one answer for every failure, tries that slow down and never lock out, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from werkzeug.test import TestResponse

from tests.databases import Backend
from tests.factories import (
    PASSPHRASE,
    Member,
    a_member,
    count,
    door_name,
    inside,
    nothing_written,
    rows_of,
    send,
    working_on,
)
from timebank import create_app
from timebank.core import clock
from timebank.core.database import transaction

WRONG = "otter bicycle lantern"


def try_in(
    client: FlaskClient, name: str, passphrase: str = WRONG, address: str = "192.0.2.7", **more: str
) -> TestResponse:
    fields = {"name": name, "passphrase": passphrase, **more}
    return send(client, "/sign-in", fields, environ_overrides={"REMOTE_ADDR": address})


def bare(answer: TestResponse) -> str:
    """Give a page without what differs by chance: the token and what was typed as name."""
    return re.sub(r'value="[^"]*"', "", answer.text)


def test_the_name_and_the_passphrase_open_the_door(app: Flask, client: FlaskClient) -> None:
    ama = a_member("Ama")
    answer = try_in(client, ama.sign_in_name, PASSPHRASE)
    assert (answer.status_code, answer.location) == (303, "/")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{door_name()}="))
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert client.get("/devices").status_code == 200


def test_a_secure_site_gives_a_cookie_for_itself_alone(app: Flask, backend: Backend) -> None:
    ama = a_member("Ama")
    secure = create_app(
        backend.settings(BASE_URL="https://example.org"), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1
    )
    with working_on(secure):
        client = secure.test_client()
        base = "https://example.org"
        page = client.get("/sign-in", base_url=base).text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        fields = {"csrf_token": token, "name": ama.sign_in_name, "passphrase": PASSPHRASE}
        answer = client.post("/sign-in", data=fields, base_url=base)
        cookies = answer.headers.getlist("Set-Cookie")
        assert any(each.startswith("__Host-door=") for each in cookies)
        for each in cookies:
            assert "Secure" in each
            assert "HttpOnly" in each
            assert "Path=/" in each
            assert "Domain" not in each
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        assert client.get("/devices", base_url="https://evil.example").status_code == 400
    _dispose(secure)


def _dispose(app: Flask) -> None:
    from timebank.core.database import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    "name", ["", "Ama", "nobody at all", "ama@example.org", "' OR 1=1--", "x" * 240, "Ama%", "\u202eotter"]
)
def test_every_failure_says_the_same(app: Flask, name: str) -> None:
    ama = a_member("Ama")
    wrong = try_in(app.test_client(), ama.sign_in_name)
    with nothing_written():
        other = try_in(app.test_client(), name or ama.sign_in_name.partition(" ")[0])
    assert (other.status_code, bare(other)) == (wrong.status_code, bare(wrong)) == (422, bare(wrong))
    assert WRONG not in other.text
    headers = {"Date", "Set-Cookie", "Content-Length"}
    assert {k: v for k, v in other.headers if k not in headers} == {k: v for k, v in wrong.headers if k not in headers}


@pytest.mark.parametrize("name", ["Ama\0", "\0", "x" * 5000, "\x1b"])
def test_a_name_that_cannot_be_breaks_nothing(client: FlaskClient, name: str) -> None:
    a_member("Ama")
    with nothing_written():
        assert try_in(client, name).status_code in {400, 422}


def test_an_erased_login_opens_for_nobody(app: Flask) -> None:
    ama = a_member("Ama")
    with inside(), transaction() as session:
        from timebank.people.models import Person

        session.get_one(Person, ama.person_id).passphrase_hash = ""
    for passphrase in ("nobody has this passphrase", PASSPHRASE, ""):
        assert try_in(app.test_client(), ama.sign_in_name, passphrase).status_code == 422


def test_a_preset_cookie_is_replaced_at_signing_in(app: Flask, client: FlaskClient) -> None:
    ama = a_member("Ama")
    client.set_cookie(door_name(), "chosen by somebody else")
    try_in(client, ama.sign_in_name, PASSPHRASE)
    cookie = client.get_cookie(door_name())
    assert cookie is not None
    assert cookie.value != "chosen by somebody else"
    assert cookie.value not in str(rows_of("sign_in")), "only a hash of it is kept"


@pytest.mark.parametrize("value", ["", "x", "a" * 4000, "é", "%00", "\\u0000", "'", "null"])
def test_a_cookie_that_was_never_given_opens_nothing(client: FlaskClient, value: str) -> None:
    a_member("Ama")
    client.set_cookie(door_name(), value)
    with nothing_written():
        assert client.get("/devices").status_code == 303


def test_whoever_was_signed_in_is_told_once_that_they_are_not(client: FlaskClient) -> None:
    a_member("Ama")
    client.set_cookie(door_name(), "a sign-in that has ended")
    told = client.get("/c/harbour-street/").text
    assert "You are signed out here" in told
    assert client.get_cookie(door_name()) is None
    assert "You are signed out here" not in client.get("/c/harbour-street/").text


@pytest.mark.parametrize("typed", ["Máire O\u2019Brien {word}", "MAIRE O\u02bcBRIEN {word}", "{word} Máire O'Brien"])
def test_a_name_is_known_whatever_the_apostrophe_and_wherever_its_word(client: FlaskClient, typed: str) -> None:
    maire = a_member("Máire O'Brien")
    word = maire.sign_in_name.rpartition(" ")[2]
    assert try_in(client, typed.format(word=word), PASSPHRASE).status_code == 303


# Slowing.


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


def test_after_five_failures_of_a_name_from_one_network_one_waits(app: Flask, ama: Member) -> None:
    now = clock.now()
    with clock.set_to(now):
        answers = [try_in(app.test_client(), ama.sign_in_name) for _ in range(6)]
    assert [each.status_code for each in answers] == [422] * 5 + [429]
    assert "Please wait 2 seconds" in answers[-1].text
    with clock.set_to(now), nothing_written():
        assert try_in(app.test_client(), ama.sign_in_name, PASSPHRASE).status_code == 429
    with clock.set_to(now + timedelta(seconds=2)):
        assert try_in(app.test_client(), ama.sign_in_name, PASSPHRASE).status_code == 303


def test_proving_right_forgets_the_tries(app: Flask, ama: Member) -> None:
    for _ in range(4):
        try_in(app.test_client(), ama.sign_in_name)
    try_in(app.test_client(), ama.sign_in_name, PASSPHRASE)
    assert [try_in(app.test_client(), ama.sign_in_name).status_code for _ in range(5)] == [422] * 5


def test_failing_for_somebody_never_locks_them_out(app: Flask, ama: Member) -> None:
    now = clock.now()
    for number in range(60):
        with clock.set_to(now + timedelta(seconds=number)):
            try_in(app.test_client(), ama.sign_in_name, address=f"198.51.{number}.1")
    with clock.set_to(now + timedelta(seconds=59 + 10)):
        assert try_in(app.test_client(), ama.sign_in_name, PASSPHRASE).status_code == 303


def test_a_whole_network_of_the_sixth_kind_counts_as_one(app: Flask, ama: Member) -> None:
    with clock.set_to(clock.now()):
        one = [try_in(app.test_client(), ama.sign_in_name, address=f"2001:db8:1:2::{n:x}") for n in range(1, 8)]
        other = try_in(app.test_client(), ama.sign_in_name, address="2001:db8:1:3::1")
    assert [each.status_code for each in one] == [422] * 5 + [429] * 2
    assert other.status_code == 422


def test_trying_one_passphrase_over_many_names_is_slowed_too(app: Flask) -> None:
    with clock.set_to(clock.now()):
        answers = [try_in(app.test_client(), f"name {n}").status_code for n in range(62)]
    assert answers == [422] * 60 + [429] * 2


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_forged_address_changes_nothing(app: Flask, ama: Member, header: str) -> None:
    with clock.set_to(clock.now()):
        answers = []
        for number in range(6):
            fields = {"name": ama.sign_in_name, "passphrase": WRONG}
            answers.append(send(app.test_client(), "/sign-in", fields, headers={header: f"203.0.113.{number}"}))
    assert [each.status_code for each in answers] == [422] * 5 + [429]


@pytest.fixture
def second_app(app: Flask, backend: Backend) -> Iterator[Flask]:
    made = create_app(backend.settings(), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)
    yield made
    _dispose(made)


def test_tries_count_across_processes(app: Flask, second_app: Flask, ama: Member) -> None:
    with clock.set_to(clock.now()):
        answers = [try_in((app, second_app)[n % 2].test_client(), ama.sign_in_name).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_the_tries_tell_nobody_who_was_tried(app: Flask, ama: Member) -> None:
    try_in(app.test_client(), ama.sign_in_name, address="192.0.2.7")
    kept = str(rows_of("attempt"))
    assert count("attempt") == 3
    assert "192.0.2.7" not in kept
    assert "ama" not in kept.casefold()


# The way back.

TAMPERED = [
    "//evil.com", "/\\evil.com", "\\\\evil.com", "/\t/evil.com", " //evil.com", "https:evil.com", "javascript:alert(1)",
    "http://ok@evil.com", "/%09/evil.com", "///evil.com", "//evil%E3%80%82com", "/x\r\nSet-Cookie: a=b", "/devices",
    "https://evil.com", "http:///evil.com", "/%2f%2fevil.com", "//127.0.0.1@evil.com", "\0//evil.com", "x" * 5000,
    "eyJ4Ijox.AAAA.BBBB", "..", "data:text/html,x", "ñ",
]  # fmt: skip


@pytest.mark.parametrize("after", TAMPERED)
@pytest.mark.parametrize("where", ["form", "address"])
def test_a_way_back_that_was_not_signed_here_leads_home(
    app: Flask, client: FlaskClient, ama: Member, after: str, where: str
) -> None:
    fields = {"name": ama.sign_in_name, "passphrase": PASSPHRASE}
    if where == "form":
        answer = send(client, "/sign-in", {**fields, "after": after})
    else:
        page = client.get("/sign-in", query_string={"after": after})
        assert page.status_code == 200
        answer = send(client, "/sign-in", fields, query_string={"after": after})
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("salt", ["", "cookie-session", "itsdangerous"])
def test_a_way_back_signed_for_something_else_leads_home(
    app: Flask, client: FlaskClient, ama: Member, salt: str
) -> None:
    signed = URLSafeSerializer(str(app.config["SECRET_KEY"]), salt=salt).dumps("//evil.com")
    answer = send(client, "/sign-in", {"name": ama.sign_in_name, "passphrase": PASSPHRASE, "after": signed})
    assert answer.location == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(client: FlaskClient, ama: Member) -> None:
    asked = client.get("/c/harbour-street/members?words=bread&area=a1")
    assert asked.status_code == 303
    page = client.get(asked.location).text
    after = page.split('name="after"')[1].split('value="')[1].split('"')[0]
    failed = try_in(client, ama.sign_in_name, after=after)
    assert f'value="{after}"' in failed.text
    answer = try_in(client, ama.sign_in_name, PASSPHRASE, after=after)
    assert answer.location == "/c/harbour-street/members?words=bread&area=a1"


@pytest.mark.parametrize("path", ["//evil.com/../devices", "/\\evil.com", "//evil.com", "/%2f%2fevil.com/devices"])
def test_no_page_elsewhere_is_ever_signed(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert "after=" not in (answer.location or "")


def test_a_form_or_a_part_of_a_page_is_no_way_back(client: FlaskClient, ama: Member) -> None:
    part = client.get("/c/harbour-street/members", headers={"HX-Request": "true"})
    form = send(client, "/c/harbour-street/me/pause")
    assert [each.location for each in (part, form)] == ["/sign-in", "/sign-in"]
