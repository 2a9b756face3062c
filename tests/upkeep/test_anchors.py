"""Anchors kept outside the database find what the chain alone cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import a_community, a_member, inside, rows_of, timebank
from tests.ledger.town import drop_triggers, owner
from tests.upkeep.conftest import fill
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import transaction
from timebank.notices import mail
from timebank.people.models import Person

BALANCES = """
UPDATE account SET
 given = (SELECT coalesce(sum(minutes), 0) FROM transfer WHERE payee_id = account.id),
 received = (SELECT coalesce(sum(minutes), 0) FROM transfer WHERE payer_id = account.id),
 balance = (SELECT coalesce(sum(minutes), 0) FROM transfer WHERE payee_id = account.id)
         - (SELECT coalesce(sum(minutes), 0) FROM transfer WHERE payer_id = account.id)
"""


def test_an_anchor_is_a_line_that_fits_the_book(app: Flask, tmp_path: Path) -> None:
    fill()
    kept = tmp_path / "anchors"
    assert timebank(app, "anchor", "--to", str(kept)).exit_code == 0
    assert timebank(app, "anchor", "--to", str(kept)).exit_code == 0
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    [book] = rows_of("book")
    assert [(line["seq"], line["head"]) for line in lines] == [(book["seq"], book["head"])] * 2
    assert len(rows_of("anchor")) == 1
    done = timebank(app, "verify", "--anchors", str(kept))
    assert (done.exit_code, done.output) == (0, "")


def test_a_tail_that_was_cut_with_all_its_traces_is_found(app: Flask, tmp_path: Path) -> None:
    fill()
    kept = tmp_path / "anchors"
    timebank(app, "anchor", "--to", str(kept))
    with owner(app) as connection:
        drop_triggers(connection)
        connection.execute(sa.text("DELETE FROM anchor"))
        connection.execute(sa.text("UPDATE exchange SET state = 'closed' WHERE state = 'posted'"))
        connection.execute(sa.text("DELETE FROM transfer_note"))
        connection.execute(sa.text("DELETE FROM transfer WHERE seq > 1"))
        connection.execute(sa.text("UPDATE book SET seq = 1, head = (SELECT hash FROM transfer)"))
        connection.execute(sa.text(BALANCES))
    assert [line for line in timebank(app, "verify").output.splitlines() if "transfer" in line.split("\t")[1]] == []
    done = timebank(app, "verify", "--anchors", str(kept))
    assert done.exit_code == 1
    assert "there is no such transfer any more" in done.output


def test_a_chain_that_was_written_anew_is_found(app: Flask, tmp_path: Path) -> None:
    fill()
    kept = tmp_path / "anchors"
    timebank(app, "anchor", "--to", str(kept))
    line = json.loads(kept.read_text())
    kept.write_text(json.dumps({**line, "head": "0" * 64}) + "\n")
    done = timebank(app, "verify", "--anchors", str(kept))
    assert done.exit_code == 1
    assert "another transfer stands there" in done.output


@pytest.mark.parametrize("text", ["nothing", '{"community": "elsewhere", "seq": 1, "head": "ab"}'])
def test_anchors_that_are_none_or_of_elsewhere_are_refused_in_a_sentence(app: Flask, tmp_path: Path, text: str) -> None:
    a_community()
    (tmp_path / "anchors").write_text(text)
    done = timebank(app, "verify", "--anchors", str(tmp_path / "anchors"))
    assert done.exit_code == 1
    assert done.output.startswith("Error: Line 1 of the anchors")


def test_what_could_not_be_kept_elsewhere_is_not_said_to_be(app: Flask, tmp_path: Path) -> None:
    a_community()
    done = timebank(app, "anchor", "--to", str(tmp_path / "no folder" / "anchors"))
    assert done.exit_code == 1
    assert "could not be written" in done.output
    assert rows_of("anchor") == []


def test_two_coordinators_with_an_e_mail_get_theirs(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed = [a_member(name, roles=[Role.COORDINATOR]) for name in ("Ama", "Jo", "Dai")]
    a_member("Rosa", roles=[Role.COORDINATOR])
    with inside(), transaction() as session:
        for number, each in enumerate(confirmed):
            address = f"c{number}@example.org"
            wanted = sa.update(Person).where(Person.id == each.person_id)
            session.execute(wanted.values(email=address, email_asked_at=clock.now(), email_confirmed=address))
    monkeypatch.setitem(
        app.extensions,
        "settings",
        replace(app.extensions["settings"], mail_server="localhost", mail_from="hours@example.org"),
    )
    assert timebank(app, "anchor", "--to", str(tmp_path / "anchors")).exit_code == 0
    waiting = [row for row in rows_of("outbox") if row["kind"] == "anchor"]
    assert len(waiting) == 2
    ids: Any = waiting[0]["ids"]
    with inside(), transaction():
        letter = mail.write(
            kind="anchor",
            ids=json.loads(ids) if isinstance(ids, str) else ids,
            person_id=confirmed[0].person_id,
            now=clock.now(),
        )
    assert letter is not None
    assert letter.subject == "A note for you"
    assert rows_of("book")[0]["head"] in letter.body
    assert "harbour" not in letter.body.lower()
