"""Anchors kept outside the database find what the chain alone cannot."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import Member, a_community, a_member, inside, rows_of, timebank
from tests.ledger.town import drop_triggers, owner
from tests.upkeep.conftest import fill
from timebank.core import clock, ids
from timebank.core.access import Program, Role
from timebank.core.database import Base, transaction
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Entry, Posting, genesis, sealed
from timebank.notices import mail
from timebank.people.models import Person

SUM = "(SELECT coalesce(sum(minutes), 0) FROM transfer WHERE {side} = account.id AND kind {kind})"
PARTS = [SUM.format(side=side, kind=kind) for kind in ("= 'help'", "<> 'help'") for side in ("payee_id", "payer_id")]
BALANCES = "UPDATE account SET given = {0}, received = {1}, moved = {2} - {3}, balance = {0} - {1} + {2} - {3}".format(
    *PARTS
)


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


def tampered(app: Flask, *statements: str, chain: bool = False) -> None:
    """Do what somebody with the machine in hand can do; with `chain` they write head, hashes and balances to match."""
    with owner(app) as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(sa.text(statement))
        if chain:
            connection.execute(sa.text("DELETE FROM anchor"))
            connection.execute(sa.text(BALANCES))
            _chain_anew(connection)


def _chain_anew(connection: sa.Connection) -> None:
    book, transfer = Base.metadata.tables["book"], Base.metadata.tables["transfer"]
    rows = connection.execute(sa.select(transfer).order_by(transfer.c.seq)).mappings().all()
    head = genesis(rows[0]["community_id"])
    for seq, row in enumerate(rows, 1):
        told = {name: row[name] for name in POSTED} | {"source": (row["source_kind"], row["source_id"])}
        entry = sealed(
            Entry(
                Posting(**told),
                seq,
                row["batch_id"],
                row["posted_at"],
                row["posted_by"],
                "",
                row["note_commitment"],
                head,
                "",
            )
        )
        wanted = sa.update(transfer).where(transfer.c.id == row["id"])
        digests = {"payload_hash": entry.payload_hash, "prev": head, "hash": entry.hash}
        connection.execute(wanted.values(seq=seq, **digests))
        head = entry.hash
    connection.execute(sa.update(book).values(seq=len(rows), head=head))


POSTED = ("community_id", "id", "payer_id", "payee_id", "minutes", "kind", "leg", "done_on", "starts_at", "approved_by")
SWAP = "UPDATE transfer SET payer_id = payee_id, payee_id = payer_id WHERE seq = 2"
FORGET = "UPDATE exchange SET state = 'closed' WHERE transfer_id NOT IN (SELECT id FROM transfer)"
WAYS = {
    "altered minutes": ("UPDATE transfer SET minutes = minutes + 60 WHERE seq = 2",),
    "swapped names": (SWAP,),
    "a row deleted in the middle": ("DELETE FROM transfer WHERE seq = 2", FORGET),
    "a cut tail": ("DELETE FROM transfer WHERE seq = (SELECT max(seq) FROM transfer)", FORGET),
}


@pytest.fixture
def kept(app: Flask, tmp_path: Path) -> Path:
    """Give anchors that were kept elsewhere, of a book with some transfers."""
    fill()
    ama = a_member("Ama")
    with inside(), transaction():
        ledger.post(hours_for(ama), now=clock.now(), by=Program(ama.community.id))
    assert timebank(app, "anchor", "--to", str(tmp_path / "anchors")).exit_code == 0
    assert timebank(app, "verify", "--anchors", str(tmp_path / "anchors")).output == ""
    return tmp_path / "anchors"


def hours_for(member: Member) -> Posting:
    """Give a posting of five minutes to the pot, inside a unit of work."""
    pot = ledger_queries.pot_of(member.community.id).id
    today = clock.today("Europe/London")
    source = ("pot", ids.public_id())
    assert member.account_id is not None
    return Posting(member.community.id, ids.new_uuid(), member.account_id, pot, 5, "gift", source, today)


@pytest.mark.parametrize("way", WAYS)
def test_whoever_alters_the_book_is_found_by_the_chain(app: Flask, kept: Path, way: str) -> None:
    del kept
    tampered(app, *WAYS[way])
    done = timebank(app, "verify")
    assert done.exit_code == 1
    assert {"transfer", "book"} & {line.split("\t")[1].split()[0] for line in done.output.splitlines()}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_also_writes_the_chain_anew_is_found_by_anchors_alone(app: Flask, kept: Path, way: str) -> None:
    tampered(app, *WAYS[way], chain=True)
    seen = timebank(app, "verify").output
    assert "hash" not in seen
    assert "follow" not in seen
    assert "numbered" not in seen
    done = timebank(app, "verify", "--anchors", str(kept))
    assert done.exit_code == 1
    [more] = set(done.output.splitlines()) - set(seen.splitlines())
    gone = "there is no such transfer any more." if "row" in way or "tail" in way else "another transfer stands there."
    assert more.endswith(f"An anchor does not match: {gone}")


def test_a_chain_that_was_written_anew_as_it_was_is_the_same_chain(app: Flask, kept: Path) -> None:
    tampered(app, "UPDATE transfer SET minutes = minutes", chain=True)
    seen = timebank(app, "verify", "--anchors", str(kept)).output.splitlines()
    assert [line for line in seen if "trigger" not in line] == [], "walls that were taken down stay down on SQLite"


@pytest.mark.parametrize(
    "text",
    ["nothing", "", json.dumps({"community": "elsewhere", "seq": 1, "head": "ab" * 32}), "\udcff\x00", "[" * 9999],
)
def test_anchors_that_are_none_or_of_elsewhere_are_refused_in_a_sentence(app: Flask, tmp_path: Path, text: str) -> None:
    a_community()
    (tmp_path / "anchors").write_text(text + "\n", errors="surrogateescape")
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
