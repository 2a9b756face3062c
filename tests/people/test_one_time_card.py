"""A one-time card: how somebody without e-mail gets back in, and every way it opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import (
    PASSPHRASE,
    Member,
    a_community,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
)
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import transaction
from timebank.core.errors import Refused
from timebank.people import actions, queries
from timebank.people.rules import CARD_LASTS

NEW = "seven green doors open"


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


@pytest.fixture
def rosa(app: Flask, ama: Member) -> FlaskClient:
    return signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))


def printed(rosa: FlaskClient, member: Member, lasts: str = "1h") -> str:
    """Print a card at the desk and give the code that is on it."""
    answer = send(rosa, f"/c/harbour-street/desk/people/{member.public_id}/card", {"lasts": lasts})
    assert answer.status_code == 200
    assert member.sign_in_name in answer.text
    return answer.text.split('keepsake__words"><strong translate="no">')[1].split("<")[0]


def use(app: Flask, code: str, member: Member, name: str | None = None, passphrase: str = NEW) -> TestResponse:
    fields = {"name": name or member.sign_in_name, "code": code, "passphrase": passphrase}
    return send(app.test_client(), "/card", fields)


def opens(app: Flask, member: Member, passphrase: str) -> bool:
    fields = {"name": member.sign_in_name, "passphrase": passphrase}
    return send(app.test_client(), "/sign-in", fields).status_code == 303


def test_a_card_leads_back_in_with_a_new_passphrase(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    before = signed_in_client(app, ama)
    code = printed(rosa, ama)
    client = app.test_client()
    fields = {"name": ama.sign_in_name.upper(), "code": code.upper().replace("-", " "), "passphrase": NEW}
    answer = send(client, "/card", fields)
    assert answer.status_code == 303
    assert client.get("/devices").status_code == 200
    assert before.get("/devices").status_code == 303, "whoever was in with the forgotten one is out"
    assert [opens(app, ama, each) for each in (PASSPHRASE, NEW)] == [False, True]


def test_the_coordinator_sees_no_passphrase_and_the_code_is_not_kept(ama: Member, rosa: FlaskClient) -> None:
    code = printed(rosa, ama)
    kept = str([rows_of(table) for table in ("one_time_key", "audit_line", "person", "outbox")])
    assert code not in kept
    assert code.replace("-", "") not in kept
    person = rosa.get(f"/c/harbour-street/desk/people/{ama.public_id}").text
    assert code not in person
    assert "argon2" not in person
    assert 'type="password"' not in person
    assert count("audit_line", verb="print_card") == 1


def test_a_card_opens_once(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    code = printed(rosa, ama)
    assert use(app, code, ama).status_code == 303
    with nothing_written():
        assert use(app, code, ama, passphrase="purple kettles sing loudly").status_code == 404


@pytest.mark.parametrize("lasts", list(CARD_LASTS))
def test_a_card_opens_until_its_last_second(app: Flask, ama: Member, lasts: str) -> None:
    rosa = a_member("Rosa", roles=[Role.COORDINATOR])
    now = clock.now()
    with clock.set_to(now):
        code = printed(signed_in_client(app, rosa), ama, lasts)
    with clock.set_to(now + CARD_LASTS[lasts]), nothing_written():
        assert use(app, code, ama).status_code == 404
    with clock.set_to(now + CARD_LASTS[lasts] - timedelta(seconds=1)):
        assert use(app, code, ama).status_code == 303


@pytest.mark.parametrize("name", ["Jo", "nobody", "ama", "\u200d", "' OR 1=1--", "x" * 5000, "Ama\0"])
def test_a_card_with_another_name_opens_nothing_and_is_not_used_up(
    app: Flask, ama: Member, rosa: FlaskClient, name: str
) -> None:
    code = printed(rosa, ama)
    with nothing_written():
        answer = use(app, code, ama, name=name)
    assert answer.status_code in {404, 422}
    assert NEW not in answer.text
    assert use(app, code, ama).status_code == 303


def test_the_card_of_one_opens_nothing_for_another(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    jo = a_member("Jo")
    code = printed(rosa, ama)
    with nothing_written():
        assert use(app, code, jo).status_code == 404


def test_a_wrong_code_and_a_wrong_name_say_the_same(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    code = printed(rosa, ama)
    wrong_code = use(app, "bcdf-ghjk-mnpq", ama)
    wrong_name = use(app, code, ama, name="Jo otter")
    sentence = "This does not open the door any more. Please ask for a new one."
    assert sentence in wrong_code.text
    assert sentence in wrong_name.text
    assert wrong_code.status_code == wrong_name.status_code == 404


def test_a_newer_card_ends_the_older(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    old, new = printed(rosa, ama), printed(rosa, ama)
    with nothing_written():
        assert use(app, old, ama).status_code == 404
    assert use(app, new, ama).status_code == 303


def test_a_new_passphrase_ends_every_card(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    code = printed(rosa, ama)
    send(signed_in_client(app, ama), "/passphrase", {"present": PASSPHRASE, "passphrase": NEW})
    assert use(app, code, ama, passphrase="purple kettles sing loudly").status_code == 404


def test_a_weak_passphrase_does_not_use_the_card_up(app: Flask, ama: Member, rosa: FlaskClient) -> None:
    code = printed(rosa, ama)
    with nothing_written():
        answer = use(app, code, ama, passphrase="short")
    assert answer.status_code == 422
    assert f'value="{code}"' in answer.text
    assert use(app, code, ama).status_code == 303


def test_guessing_codes_for_a_name_is_slowed(app: Flask, ama: Member) -> None:
    with clock.set_to(clock.now()):
        answers = [use(app, f"bcdf-ghjk-mnp{n}", ama).status_code for n in range(2, 9)]
    assert answers == [404] * 5 + [429] * 2


@pytest.mark.parametrize("lasts", ["", "8d", "0", "-1", "1h ", "999999d"])
def test_how_long_a_card_lasts_comes_from_the_list_alone(ama: Member, rosa: FlaskClient, lasts: str) -> None:
    path = f"/c/harbour-street/desk/people/{ama.public_id}/card"
    with nothing_written():
        assert send(rosa, path, {"lasts": lasts}).status_code == 422
    with inside(), pytest.raises(Refused), transaction():
        membership = actions.to_answer(ama.community.id, ama.public_id)
        by = queries.viewer_of(ama.person_id, ama.community.id)
        actions.print_card(membership=membership, lasts=timedelta(days=8), now=clock.now(), by=by)


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
def test_only_a_coordinator_prints_cards(app: Flask, ama: Member, roles: list[Role]) -> None:
    sam = signed_in_client(app, a_member("Sam", roles=roles))
    with nothing_written():
        answer = send(sam, f"/c/harbour-street/desk/people/{ama.public_id}/card", {"lasts": "1h"})
    assert answer.status_code == 403


def test_a_coordinator_elsewhere_prints_no_card_for_somebody_here(app: Flask, ama: Member) -> None:
    hill = a_community("hill", "The Hill")
    sam = signed_in_client(app, a_member("Sam", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        foreign = send(sam, f"/c/hill/desk/people/{ama.public_id}/card", {"lasts": "1h"})
        random = send(sam, "/c/hill/desk/people/bcdfghjkmnpq/card", {"lasts": "1h"})
        here = send(sam, f"/c/harbour-street/desk/people/{ama.public_id}/card", {"lasts": "1h"})
    assert (foreign.status_code, foreign.data) == (random.status_code, random.data)
    assert (foreign.status_code, here.status_code) == (404, 403)
