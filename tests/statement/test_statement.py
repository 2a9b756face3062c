"""The statement: two tallies, lines by month, nobody else's name that may not be seen, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests.factories.browsers import signed_in_client
from tests.factories.people import Member, a_member, inside, working_on
from timebank.core.access import Program
from timebank.core.database import transaction
from timebank.core.text import csv_cell
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Posting, Reversal
from timebank.safeguarding import queries as gate
from timebank.statement import rules
from timebank.statement.rules import StatementLine

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(app: Flask) -> Iterator[None]:
    with working_on(app):
        yield


def help_given(giver: Member, receiver: Member, minutes: int, day: date, note: str | None = None) -> uuid.UUID:
    key = uuid.uuid4()
    assert giver.account_id is not None
    assert receiver.account_id is not None
    posting = Posting(
        giver.community.id,
        key,
        receiver.account_id,
        giver.account_id,
        minutes,
        "help",
        ("exchange", str(key)),
        day,
        note=note,
    )
    with inside(), transaction():
        ledger.post(posting, now=NOW, by=Program(giver.community.id))
    return key


def test_season_begins_two_months_before_this_one() -> None:
    assert rules.season_begins(date(2026, 11, 23)) == date(2026, 9, 1)
    assert rules.season_begins(date(2026, 1, 31)) == date(2025, 11, 1)


def test_lines_stand_in_the_month_they_were_done() -> None:
    def line(day: date) -> StatementLine:
        return StatementLine(day, "given", 60, "help", "Jo", None, taken_back=False, note=None)

    months = rules.by_month([line(date(2026, 11, 3)), line(date(2026, 11, 1)), line(date(2026, 9, 30))])
    assert [(month, len(lines)) for month, lines in months] == [(date(2026, 11, 1), 2), (date(2026, 9, 1), 1)]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\uff1d"])
def test_words_that_look_like_a_formula_are_made_safe(sign: str) -> None:
    assert csv_cell(f"{sign}cmd") == f"'{sign}cmd"
    assert csv_cell("Jo") == "Jo"


def test_both_see_the_same_hour_from_their_side(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    help_given(ama, jo, 90, date(2026, 11, 5), note="Mending the shed")
    gave = signed_in_client(app, ama).get(ama.community.path("statement")).text
    received = signed_in_client(app, jo).get(ama.community.path("statement")).text
    assert "You gave" in gave
    assert "1 h 30 min" in gave
    assert "November 2026" in gave
    assert "Mending the shed" in gave
    assert ">Jo</a>" in gave
    assert ">Ama</a>" in received
    assert "\u2212" not in gave + received
    assert "1 h 30 min" in signed_in_client(app, jo).get(ama.community.path()).text


def test_what_one_has_is_said_in_words_and_never_as_something_owed(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    help_given(ama, jo, 90, date(2026, 11, 5))
    path = ama.community.path("statement")
    for page in (path, f"{path}/print"):
        assert "You have given 1 h 30 min more than you received." in signed_in_client(app, ama).get(page).text
        assert "You have received 1 h 30 min more than you gave." in signed_in_client(app, jo).get(page).text
    help_given(jo, ama, 90, date(2026, 11, 6))
    assert "You have given as much as you received." in signed_in_client(app, jo).get(path).text


@pytest.mark.parametrize(
    ("balance", "given", "received", "words"),
    [
        (90, 120, 30, rules.GAVE_MORE),
        (-30, 0, 30, rules.RECEIVED_MORE),
        (0, 60, 60, rules.EVEN),
        (60, 120, 30, rules.HAS),
        (-60, 0, 30, rules.HAS_RECEIVED),
        (0, 30, 0, rules.HAS_NONE),
    ],
)
def test_hours_that_came_and_went_besides_are_counted_in_what_one_has(
    balance: int, given: int, received: int, words: str
) -> None:
    assert rules.what_one_has(balance, given, received) == words


def test_every_line_has_its_hours_in_the_same_place(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    help_given(ama, jo, 90, date(2026, 11, 5), note="Mending the shed, and the gate, and everything beside it")
    help_given(jo, ama, 30, date(2026, 11, 6))
    page = signed_in_client(app, ama).get(ama.community.path("statement")).text
    assert len(re.findall(r'<p class="line"><span>.*?</span><strong class="num">', page)) == 2


def test_an_hour_taken_back_is_told_and_no_longer_counted(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    key = help_given(ama, jo, 60, date(2026, 11, 5))
    with inside(), transaction():
        reversal = Reversal(ama.community.id, key, uuid.uuid4(), approvers=("x1", "x2"))
        ledger.reverse(reversal, now=NOW, by=Program(ama.community.id))
    page = signed_in_client(app, ama).get(ama.community.path("statement")).text
    assert "taken back" in page
    assert "Taken back from what you gave" in page
    with inside():
        assert ama.account_id is not None
        assert ledger_queries.tallies(ama.community.id, ama.account_id).given_minutes == 0


def test_whoever_may_not_be_seen_reads_as_a_former_member(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ama, jo = a_member("Ama"), a_member("Josephine")
    help_given(ama, jo, 60, date(2026, 11, 5))
    client = signed_in_client(app, ama)
    assert "Josephine" in client.get(ama.community.path("statement")).text

    class HidesEverybody(gate.Gate):
        def visible_to(self, viewer, person_id):
            return person_id == viewer.person_id

    monkeypatch.setattr(gate, "_gate", HidesEverybody())
    for path in ("statement", "statement/print", "statement.csv"):
        text = client.get(ama.community.path(path)).text
        assert "Josephine" not in text
        assert "a former member" in text


def test_statement_goes_on_page_by_page_and_whole_on_paper(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    for number in range(25):
        giver, receiver = (ama, jo) if number % 2 else (jo, ama)
        help_given(giver, receiver, 10 + number, date(2026, 10, number + 1))
    client = signed_in_client(app, ama)
    first = client.get(ama.community.path("statement")).text
    assert "10 min" not in first
    mark = first.split("after=")[1].split('"')[0]
    assert "10 min" in client.get(ama.community.path(f"statement?after={mark}")).text
    assert "10 min" in client.get(ama.community.path("statement/print")).text
    assert client.get(ama.community.path("statement?after=nonsense")).status_code == 404


def test_csv_holds_numbers_as_numbers_and_every_line(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("=cmd|x")
    help_given(ama, jo, 90, date(2026, 11, 5))
    help_given(jo, ama, 30, date(2026, 11, 6))
    answer = signed_in_client(app, ama).get(ama.community.path("statement.csv"))
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["given_minutes"], row["received_minutes"], row["with"]) for row in rows] == [
        ("0", "30", "'=cmd|x"),
        ("90", "0", "'=cmd|x"),
    ]
    assert answer.headers["Cache-Control"] == "no-store"


def test_statement_is_the_viewers_own_alone(app: Flask) -> None:
    ama = a_member("Ama")
    stranger = app.test_client().get(ama.community.path("statement"))
    assert stranger.status_code == 303
    assert "/sign-in" in stranger.headers["Location"]
    empty = signed_in_client(app, ama).get(ama.community.path("statement")).text
    assert "The first line is still to come" in empty
