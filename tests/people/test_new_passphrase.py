"""Choosing a passphrase at a form: what is refused and why, what was typed elsewhere stays, it never comes back."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    PASSPHRASE,
    a_community,
    a_member,
    count,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
)
from timebank.core import passphrases

ASK = "/c/harbour-street/ask"
REFUSED = [
    "short",
    "a" * 15,
    " " * 20,
    "correct horse battery staple",
    "Harbour Street harbour",
    "mrs okoro 12345678",
    "qwertyuiop asdfghjkl",
    "x" * 257,
    "x" * 100_000,
    "maple\0kettle sunny harbour",
]


@pytest.mark.parametrize("passphrase", REFUSED)
def test_a_passphrase_that_cannot_serve_is_refused_at_its_field(client: FlaskClient, passphrase: str) -> None:
    a_community()
    with nothing_written():
        answer = send(client, ASK, {"called": "Mrs Okoro", "passphrase": passphrase, "agree": "y"})
    assert answer.status_code == 422
    assert 'id="passphrase-error"' in answer.text
    assert 'value="Mrs Okoro"' in answer.text
    assert f'value="{passphrase}"' not in answer.text
    if len(passphrase.strip()) > 5:
        assert passphrase not in answer.text.replace("Harbour Street", "")


@pytest.mark.parametrize(
    "passphrase",
    [PASSPHRASE, "мой сосед выращивает тыквы", "🌻🐝🚲🎨🌈🧩🍉🪁🥝🎹🐢🧦🦉🍋🛶", "  Green  Doors Open Slowly  "],
)
def test_a_good_passphrase_in_any_letters_opens_the_door_again(
    app: Flask, client: FlaskClient, passphrase: str
) -> None:
    a_community()
    assert send(client, ASK, {"called": "Jo", "passphrase": passphrase, "agree": "y"}).status_code == 303
    [person] = rows_of("person")
    assert person["passphrase_hash"].startswith("$argon2id$")
    assert (
        send(app.test_client(), "/sign-in", {"name": person["sign_in_name"], "passphrase": passphrase}).status_code
        == 303
    )


def test_words_are_proposed_that_will_do(client: FlaskClient) -> None:
    a_community()
    answer = client.get("/words")
    assert passphrases.problem_with(answer.text) is None
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/plain"
    assert client.get("/words").text != answer.text


def test_replacing_asks_for_the_one_somebody_has(app: Flask) -> None:
    ama = signed_in_client(app, a_member("Ama"))
    with nothing_written():
        wrong = send(ama, "/passphrase", {"present": "otter bicycle lantern", "passphrase": "seven green doors open"})
        weak = send(ama, "/passphrase", {"present": PASSPHRASE, "passphrase": "short"})
        none = send(ama, "/passphrase", {})
    assert (wrong.status_code, weak.status_code, none.status_code) == (422, 422, 422)
    for answer in (wrong, weak, none):
        assert PASSPHRASE not in answer.text
        assert "seven green doors" not in answer.text


def test_a_replaced_passphrase_opens_and_the_old_one_does_not(app: Flask) -> None:
    member = a_member("Ama")
    ama, elsewhere = signed_in_client(app, member), signed_in_client(app, member)
    answer = send(ama, "/passphrase", {"present": PASSPHRASE, "passphrase": "seven green doors open"})
    assert answer.status_code == 303
    assert ama.get("/devices").status_code == 200, "who replaced it stays"
    assert elsewhere.get("/devices").status_code == 303, "every other device is out"
    for passphrase, status in ((PASSPHRASE, 422), ("seven green doors open", 303)):
        fields = {"name": member.sign_in_name, "passphrase": passphrase}
        assert send(app.test_client(), "/sign-in", fields).status_code == status
    assert count("audit_line", verb="replace_passphrase") == 1


def test_guessing_the_present_passphrase_is_slowed(app: Flask) -> None:
    ama = signed_in_client(app, a_member("Ama"))
    guesses = [
        send(ama, "/passphrase", {"present": f"otter {n}", "passphrase": "seven green doors open"}) for n in range(8)
    ]
    assert guesses[-1].status_code == 429
