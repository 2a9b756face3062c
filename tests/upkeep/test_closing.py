"""Where the nightly look finds something, nobody writes until the host has looked; reading and doors go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import Member, a_member, count, inside, nothing_written, rows_of, send, signed_in_client, timebank
from tests.ledger.town import owner
from tests.upkeep.conftest import fill
from timebank.core import clock
from timebank.core.database import db, transaction
from timebank.people.models import Person

LIE = "UPDATE account SET given = given + 60, received = received + 60 WHERE kind = 'pot'"
TRUTH = "UPDATE account SET given = given - 60, received = received - 60 WHERE kind = 'pot'"


def tell(app: Flask, statement: str) -> None:
    with inside():
        db.engine.dispose()
    with owner(app) as connection:
        connection.execute(sa.text(statement))


@pytest.fixture
def dai(app: Flask) -> Member:
    del app
    return a_member("Dai")


@pytest.fixture
def closed(app: Flask, dai: Member) -> Flask:
    del dai
    fill()
    host = a_member("Sam")
    with inside(), transaction() as session:
        session.execute(sa.update(Person).where(Person.id == host.person_id).values(is_host=True))
    tell(app, LIE)
    assert timebank(app, "jobs", "--once").exit_code == 0
    return app


def test_all_is_well_and_nothing_is_closed(app: Flask) -> None:
    fill()
    timebank(app, "jobs", "--once")
    assert rows_of("closure") == []


def test_a_finding_closes_the_books_and_tells_the_hosts(closed: Flask) -> None:
    [row] = rows_of("closure")
    assert row["found"] == 1
    assert row["opened_at"] is None
    assert [each["kind"] for each in rows_of("outbox")] == ["books_closed"]
    done = timebank(closed, "doctor")
    assert done.exit_code == 1
    assert "! The books are closed since" in done.output


def test_nobody_writes_while_they_are_closed(closed: Flask, dai: Member) -> None:
    client = signed_in_client(closed, dai)
    with nothing_written():
        answer = send(client, "/c/harbour-street/me/pause", {})
    assert answer.status_code == 503
    assert "Somebody is looking at the books" in answer.text
    assert "Retry-After" in answer.headers


def test_what_was_typed_is_kept_while_they_are_closed(closed: Flask, dai: Member) -> None:
    client = signed_in_client(closed, dai)
    with nothing_written():
        answer = send(client, "/c/harbour-street/me/about/likes", {"likes": "Mending bicycles"})
    assert answer.status_code == 503
    assert "Mending bicycles" in answer.text
    assert "Somebody is looking at the books" in answer.text


def test_the_console_writes_nothing_either(closed: Flask) -> None:
    with nothing_written():
        done = timebank(closed, "person", "invite", "--community", "harbour-street")
    assert done.exit_code == 1
    assert "Somebody is looking at the books" in done.output


def test_reading_coming_in_and_going_out_go_on(closed: Flask, dai: Member) -> None:
    client = signed_in_client(closed, dai)
    for page in ("/c/harbour-street/", "/c/harbour-street/statement", "/c/harbour-street/help"):
        assert client.get(page).status_code == 200
    assert send(client, "/sign-out", {}).status_code == 303
    assert client.get("/leave").status_code == 303


def test_periodic_work_rests_but_the_look_goes_on(closed: Flask) -> None:
    before = {row["name"]: row["ran_at"] for row in rows_of("periodic_work")}
    with clock.set_to(clock.now() + timedelta(days=2)):
        timebank(closed, "jobs", "--once")
    after = {row["name"]: row["ran_at"] for row in rows_of("periodic_work")}
    assert [name for name in after if after[name] != before[name]] == ["look_at_the_books"]
    assert count("closure") == 1


def test_the_host_opens_them_when_nothing_is_wrong_any_more(closed: Flask, dai: Member) -> None:
    assert timebank(closed, "verify", "--open-again").exit_code == 1
    assert rows_of("closure")[0]["opened_at"] is None
    tell(closed, TRUTH)
    done = timebank(closed, "verify", "--open-again")
    assert done.exit_code == 0
    assert rows_of("closure")[0]["opened_at"] is not None
    client = signed_in_client(closed, dai)
    assert send(client, "/c/harbour-street/me/pause", {}).status_code == 303


def test_without_the_look_people_would_go_on_writing(
    closed: Flask, dai: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(closed.extensions, "check_open", lambda: None)
    client = signed_in_client(closed, dai)
    assert send(client, "/c/harbour-street/me/pause", {}).status_code == 303
