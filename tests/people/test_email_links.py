"""An e-mail, where there is one: confirmed by a link; a link back in for who forgot. Opening one changes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    PASSPHRASE,
    Member,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
)
from timebank.core import clock
from timebank.core.database import transaction
from timebank.notices import mail
from timebank.people.rules import EMAIL_LINK_LASTS, LINK_LASTS

NEW = "seven green doors open"
EMAIL = "ama@example.org"


@pytest.fixture(autouse=True)
def sends_mail(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the site a mail server."""
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, mail_server="mail.example.org"))


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


def letter(member: Member, kind: str) -> str:
    """Write the mail that waits, as the jobs do, and give the path its link leads to."""
    with inside(), transaction():
        written = mail.write(kind=kind, ids={}, person_id=member.person_id, now=clock.now())
        assert written is not None
        found = re.search(r"http://127\.0\.0\.1:8000(/\S+)", str(written.body))
    assert found is not None
    return found[1]


def confirmed(app: Flask, member: Member, email: str = EMAIL) -> None:
    assert send(signed_in_client(app, member), "/email", {"email": email}).status_code == 303
    assert send(app.test_client(), letter(member, "confirm_email")).status_code == 303


def test_an_e_mail_counts_once_its_link_was_opened_and_the_button_pressed(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    send(client, "/email", {"email": "Ama@Example.org"})
    assert count("outbox", kind="confirm_email") == 1
    path = letter(ama, "confirm_email")
    with nothing_written():
        for _ in range(3):
            assert app.test_client().get(path).status_code == 200
    assert rows_of("person")[0]["email_confirmed"] is None
    assert send(app.test_client(), path).status_code == 303
    assert rows_of("person")[0]["email_confirmed"] == EMAIL
    with nothing_written():
        assert send(app.test_client(), path).status_code == 404
    assert "Your e-mail is confirmed" in client.get("/email").text
    fields = {"name": "AMA@example.org", "passphrase": PASSPHRASE}
    assert send(app.test_client(), "/sign-in", fields).status_code == 303


def test_an_e_mail_that_is_not_confirmed_opens_nothing(app: Flask, ama: Member) -> None:
    send(signed_in_client(app, ama), "/email", {"email": EMAIL})
    with nothing_written():
        assert send(app.test_client(), "/forgotten", {"email": EMAIL}).status_code == 303
        assert send(app.test_client(), "/sign-in", {"name": EMAIL, "passphrase": PASSPHRASE}).status_code == 422


@pytest.mark.parametrize(
    "email",
    [
        "ama", "@", "ama@", "a@b", "ama@example.org\r\nBcc: all@example.org", "a b@example.org", "ama@exa mple.org",
        "<script>@x.org", "a@" + "x" * 300 + ".org", "ama@example.org\0", "\u202eama@example..org", "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_e_mail_is_refused_at_its_field(app: Flask, ama: Member, email: str) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = send(client, "/email", {"email": email})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_an_e_mail_may_be_taken_away_again(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    assert send(signed_in_client(app, ama), "/email", {"email": " "}).status_code == 303
    [row] = rows_of("person")
    assert (row["email"], row["email_asked_at"], row["email_confirmed"]) == (None, None, None)


def test_the_same_e_mail_again_stays_confirmed_and_another_one_does_not(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    client = signed_in_client(app, ama)
    send(client, "/email", {"email": EMAIL.upper()})
    assert rows_of("person")[0]["email_confirmed"] == EMAIL
    send(client, "/email", {"email": "other@example.org"})
    assert rows_of("person")[0]["email_confirmed"] is None


def test_somebody_elses_confirmed_e_mail_is_told_as_a_used_link(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    jo = a_member("Jo")
    send(signed_in_client(app, jo), "/email", {"email": EMAIL})
    path = letter(jo, "confirm_email")
    with nothing_written():
        taken = send(app.test_client(), path)
        random = send(app.test_client(), "/confirm-email/nothing")
    assert taken.status_code == random.status_code == 404
    sentence = "This does not open the door any more."
    assert sentence in taken.text
    assert sentence in random.text
    assert rows_of("person", id=jo.person_id)[0]["email_confirmed"] is None


def test_a_confirming_link_works_for_a_week(app: Flask, ama: Member) -> None:
    now = clock.now()
    with clock.set_to(now):
        send(signed_in_client(app, ama), "/email", {"email": EMAIL})
        path = letter(ama, "confirm_email")
    with clock.set_to(now + EMAIL_LINK_LASTS), nothing_written():
        assert send(app.test_client(), path).status_code == 404


def test_an_old_confirming_link_does_not_confirm_a_newer_e_mail(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    send(client, "/email", {"email": "mine@example.org"})
    old = letter(ama, "confirm_email")
    send(client, "/email", {"email": "somebody.else@example.org"})
    with nothing_written():
        assert send(app.test_client(), old).status_code == 404


# A link for who forgot.


def test_whoever_asks_for_a_link_is_told_the_same(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    answers = []
    for email in (EMAIL, "nobody@example.org", "nonsense", "Ama"):
        client = app.test_client()
        first = send(client, "/forgotten", {"email": email})
        page = re.sub(r'value="[^"]*"', "", client.get("/forgotten").text)
        answers.append((first.status_code, first.location, page))
    assert answers[1:] == answers[:-1]
    assert count("outbox", kind="passphrase_link") == 1


def test_a_link_leads_to_a_new_passphrase_once(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    before = signed_in_client(app, ama)
    send(app.test_client(), "/forgotten", {"email": EMAIL.upper()})
    path = letter(ama, "passphrase_link")
    with nothing_written():
        for _ in range(3):
            assert app.test_client().get(path).status_code == 200
        assert app.test_client().head(path).status_code == 200
        weak = send(app.test_client(), path, {"passphrase": "short"})
    assert weak.status_code == 422
    assert send(app.test_client(), path, {"passphrase": NEW}).status_code == 303
    assert before.get("/devices").status_code == 303
    with nothing_written():
        assert send(app.test_client(), path, {"passphrase": "purple kettles sing loudly"}).status_code == 404
    fields = {"name": EMAIL, "passphrase": NEW}
    assert send(app.test_client(), "/sign-in", fields).status_code == 303


def test_a_link_works_for_half_an_hour(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    now = clock.now()
    with clock.set_to(now):
        path = letter(ama, "passphrase_link")
    with clock.set_to(now + LINK_LASTS), nothing_written():
        assert send(app.test_client(), path, {"passphrase": NEW}).status_code == 404
    with clock.set_to(now + LINK_LASTS - timedelta(seconds=1)):
        assert send(app.test_client(), path, {"passphrase": NEW}).status_code == 303


def test_a_new_link_ends_the_old_one(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    send(app.test_client(), "/forgotten", {"email": EMAIL})
    send(app.test_client(), "/forgotten", {"email": EMAIL})
    old, new = letter(ama, "passphrase_link"), letter(ama, "passphrase_link")
    with nothing_written():
        assert send(app.test_client(), old, {"passphrase": NEW}).status_code == 404
    assert send(app.test_client(), new, {"passphrase": NEW}).status_code == 303


@pytest.mark.parametrize("secret", ["x", "A" * 43, "%00", "' OR 1=1--", "é", "a" * 3000])
@pytest.mark.parametrize("where", ["new-passphrase", "confirm-email"])
def test_a_link_nobody_sent_opens_nothing(client: FlaskClient, ama: Member, where: str, secret: str) -> None:
    with nothing_written():
        assert send(client, f"/{where}/{secret}", {"passphrase": NEW}).status_code == 404


def test_a_link_of_one_kind_opens_nothing_of_another(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    secret = letter(ama, "passphrase_link").rpartition("/")[2]
    with nothing_written():
        assert send(app.test_client(), f"/confirm-email/{secret}").status_code == 404
        fields = {"name": ama.sign_in_name, "code": secret, "passphrase": NEW}
        assert send(app.test_client(), "/card", fields).status_code in {404, 422}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@evil.example"]
)
def test_a_forged_host_gets_no_link_sent(app: Flask, ama: Member, host: str) -> None:
    confirmed(app, ama)
    with nothing_written():
        answer = app.test_client().post("/forgotten", data={"email": EMAIL}, headers={"Host": host})
    assert answer.status_code == 400


def test_a_forwarded_host_changes_no_link(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    send(app.test_client(), "/forgotten", {"email": EMAIL}, headers={"X-Forwarded-Host": "evil.example"})
    assert letter(ama, "passphrase_link").startswith("/new-passphrase/")


def test_asking_again_and_again_is_slowed(app: Flask, ama: Member) -> None:
    confirmed(app, ama)
    with clock.set_to(clock.now()):
        answers = [send(app.test_client(), "/forgotten", {"email": EMAIL}).status_code for _ in range(7)]
    assert answers == [303] * 5 + [429] * 2
    assert count("outbox", kind="passphrase_link") <= 5


def test_without_a_mail_server_no_page_says_that_mail_is_on_its_way(
    app: Flask, ama: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in_client(app, ama)
    send(client, "/email", {"email": EMAIL})
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], mail_server=""))
    assert "Send a link to my e-mail" not in app.test_client().get("/sign-in").text
    forgotten = app.test_client().get("/forgotten").text
    assert "This site sends no mail." in forgotten
    assert 'name="email"' not in forgotten
    assert "waiting for you to open the link" not in client.get("/email").text
