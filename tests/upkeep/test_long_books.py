"""A book of very many transfers is verified in about a second, and a copy of it is back within two minutes.

With MEASURE=1 the figures are written to docs/measured/upkeep.md.
"""

from __future__ import annotations

import json
import os
import platform
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import ROOT
from tests.databases import Backend
from tests.import_export.test_stopped import process
from tests.ledger.town import BY, NOW, Town, open_town
from timebank.core import ids
from timebank.core.database import db, reading, transaction
from timebank.ledger import actions
from timebank.ledger.rules import Posting, Reversal
from timebank.upkeep import queries

TRANSFERS = int(os.environ.get("LONG_BOOK", "300000"))
MEMBERS, AT_ONCE, EACH_TAKEN_BACK = 1_000, 200, 2_000
FIRST_DAY = date(2015, 1, 1)
MOST_PROCESSOR_S, LONGEST_RESTORE_S = 4.0, 120.0
TABLE = ROOT / "docs" / "measured" / "upkeep.md"
HEAD = f"""# Looking after a long book

A book of {TRANSFERS:,} transfers among {MEMBERS:,} members: help, one in ten with its time of day, one in twenty with
words beside it, some taken back. “Verify” is every check of `timebank verify` once, in a process that has started;
“processor” is what that process used for it, without what PostgreSQL's server did. “Command” is `timebank verify` from
the first word to the exit code. A copy is tried out before it is kept, and a restore checks everything again.
The load is that of the machine in the minute before, of other work too.

Written by `MEASURE=1 make long` on {{machine}}.

| Database | Transfers | Verify | Processor | Command | Copy | Restore | Load |
|---|---|---|---|---|---|---|---|
"""
# Another process, so that nothing but the checks is timed.
VERIFIED = """
import json, resource, time
from timebank import create_app
from timebank.core.database import reading
from timebank.upkeep import queries

with create_app().app_context(), reading() as session:
    session.connection()
    begun, used = time.perf_counter(), time.process_time()
    found = len(list(queries.violations(session)))
    print(json.dumps({"found": found, "s": time.perf_counter() - begun, "cpu_s": time.process_time() - used}))
"""
MAIN = "import sys; from timebank.cli import main; sys.argv[0] = 'timebank'; main()"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def _table() -> None:
    if os.environ.get("MEASURE"):
        TABLE.parent.mkdir(exist_ok=True)
        processors = f"{os.cpu_count()} processors of {platform.machine()}"
        machine = f"{platform.system()}, {processors}, Python {platform.python_version()}"
        TABLE.write_text(HEAD.replace("{machine}", machine), encoding="utf-8")


def write_long_book(town: Town) -> None:
    """Post so many transfers, in the way everything is posted, many at once."""
    members = _members(town)
    drawn = random.Random(11)
    taken_back: list[Posting] = []
    for some in _pieces(_postings(town, members, drawn)):
        with transaction():
            actions.post_batch(some, now=NOW, by=BY)
        taken_back += [each for each in some if int(each.source[1][1:]) % EACH_TAKEN_BACK == 0]
    for posting in taken_back:
        with transaction():
            wanted = Reversal(town.id, posting.id, ids.new_uuid(), approvers=("dan", "eve"))
            actions.reverse(wanted, now=NOW, by=BY)


def _members(town: Town) -> list[int]:
    with transaction():
        return [
            actions.open_account(community_id=town.id, kind="member", floor=-(2**30), ceiling=2**30, by=BY).id
            for _ in range(MEMBERS)
        ]


def _postings(town: Town, members: Sequence[int], drawn: random.Random) -> Iterator[Posting]:
    days = dict.fromkeys(members, 0)
    for number in range(TRANSFERS):
        giver = members[number % MEMBERS]
        receiver = drawn.choice([each for each in drawn.choices(members, k=3) if each != giver])
        days[giver] += drawn.randint(1, 5)
        day = FIRST_DAY + timedelta(days=days[giver])
        clocked = number % 10 == 0
        yield Posting(
            community_id=town.id,
            id=ids.new_uuid(),
            payer_id=receiver,
            payee_id=giver,
            minutes=drawn.choice((15, 30, 45, 60, 90, 120)),
            kind="help",
            source=("import", f"e{number}"),
            done_on=day,
            starts_at=datetime(day.year, day.month, day.day, 9, tzinfo=NOW.tzinfo) if clocked else None,
            note="Thank you for coming by" if number % 20 == 0 else None,
            approved_by="dan",
        )


def _pieces(postings: Iterator[Posting]) -> Iterator[list[Posting]]:
    piece: list[Posting] = []
    for posting in postings:
        piece.append(posting)
        if len(piece) == AT_ONCE:
            yield piece
            piece = []
    if piece:
        yield piece


def _keep(row: str) -> None:
    if os.environ.get("MEASURE"):
        with TABLE.open("a", encoding="utf-8") as table:
            table.write(row + "\n")


def seconds(backend: Backend, *words: str) -> float:
    """Type a command in a process of its own and give how long it took."""
    begun = perf_counter()
    done = process(backend, "-c", MAIN, *words, longest_s=900)
    assert done.returncode == 0, done.stderr[-1_000:]
    return perf_counter() - begun


@pytest.mark.usefixtures("_table")
def test_a_long_book_is_verified_in_about_a_second_and_restored_within_two_minutes(
    app: Flask, backend: Backend, tmp_path: Path
) -> None:
    with app.app_context():
        write_long_book(open_town())
        with reading() as session:
            heads = queries.heads(session)
        db.session.remove()
        db.engine.dispose()
    if backend.name == "postgresql":  # as its own housekeeping does by and by
        with backend.owner().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    load = os.getloadavg()[0]
    verified: dict[str, Any] = json.loads(process(backend, "-c", VERIFIED, longest_s=300).stdout.splitlines()[-1])
    assert verified["found"] == 0
    command = seconds(backend, "verify")
    copied = seconds(backend, "backup", str(tmp_path / "copies"))
    with backend.beside(tmp_path / "other") as other:
        other.folder.mkdir(exist_ok=True)
        restored = seconds(other, "restore", str(tmp_path / "copies"))
        with Session(other.owner()) as session:
            rows, there = queries.row_counts(session), queries.heads(session)
        other.owner().dispose()
        assert there == heads
        assert rows["transfer"] >= TRANSFERS
    name = "PostgreSQL" if backend.name == "postgresql" else "SQLite"
    _keep(
        f"| {name} | {rows['transfer']:,} | {verified['s']:.1f} s "
        f"| {verified['cpu_s']:.1f} s | {command:.1f} s | {copied:.0f} s | {restored:.0f} s | {load:.1f} |"
    )
    assert verified["cpu_s"] < MOST_PROCESSOR_S
    assert restored < LONGEST_RESTORE_S
