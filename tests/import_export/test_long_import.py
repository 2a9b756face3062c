"""A long history comes in within minutes and in bounded memory, on both databases.

With MEASURE=1 the figures are written to docs/measured/import.md.
"""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests.databases import Backend
from tests.factories import a_community, inside
from tests.import_export.measured import MEASURED, MEMBERS, Measure, long_history, read_measure
from tests.import_export.test_stopped import process
from timebank.core.database import db, reading
from timebank.ledger import queries as ledger

MANY, FEW = 100_000, 10_000
LONGEST_S = 900
MOST_MIB = 256
MOST_MORE_MIB = 48  # between few and many: what grows with a file is a spool on disk
TABLE = ROOT / "docs" / "measured" / "import.md"
HEAD = f"""# Bringing along a long history

`timebank import` of {MEMBERS:,} members, as many offers and requests, and so many transfers, in a process of its own.
“Again” is the same command a second time, which finds everything there and posts nothing. “Processor” is
what the process used of it, whatever else the machine was doing, and without what PostgreSQL itself did. Memory is the
peak of the process, with the program itself in it.

Written by `MEASURE=1 make long` on {{machine}}.

| Database | Transfers | Judging | Bringing people | Bringing hours | In all | Again | Processor | Memory |
|---|---|---|---|---|---|---|---|---|
"""

pytestmark = pytest.mark.long


def measured(backend: Backend, folder: Path, *more: str) -> Measure:
    words = ("import", "--community", "harbour-street", "--from", "timeoverflow", str(folder), *more)
    done = process(backend, "-c", MEASURED, *words, longest_s=LONGEST_S)
    assert done.returncode == 0, done.stderr[-1_000:]
    return read_measure(done.stdout)


@pytest.mark.parametrize("transfers", [FEW, MANY])
def test_a_long_history_comes_in_within_minutes(
    app: Flask, backend: Backend, tmp_path: Path, transfers: int, peaks: dict[str, list[float]]
) -> None:
    folder = long_history(tmp_path / "in", transfers)
    place = a_community()
    with inside():
        db.engine.dispose()
    first = measured(backend, folder)
    again = measured(backend, folder)
    with inside(), reading():
        assert len(ledger.activity(place.id, date.min, date.max)) == transfers
        assert sum(state.balance for state in ledger.accounts(place.id)) == 0
    verified = process(backend, "-c", "from timebank.cli import main; main()", "verify", longest_s=LONGEST_S)
    assert (verified.returncode, verified.stdout) == (0, "")
    _keep(_row("PostgreSQL" if backend.name == "postgresql" else "SQLite", transfers, first, again))
    seen = peaks.setdefault(backend.name, [])
    seen.append(first.peak_mib)
    assert max(seen) - min(seen) < MOST_MORE_MIB


def test_many_broken_rows_and_an_enormous_one_take_no_more_memory(app: Flask, backend: Backend, tmp_path: Path) -> None:
    a_community()
    folder = long_history(tmp_path / "in", 0, members=10)
    line = '1,Member,2,Member,3600,2016-01-01,"never closed\n'
    (folder / "transfers.csv").write_text(line * MANY + "x" * 20_000_000)
    with inside():
        db.engine.dispose()
    assert measured(backend, folder, "--skip-bad").peak_mib < MOST_MIB
    with (folder / "refused.csv").open() as file:
        assert sum(line.startswith("transfers.csv,") for line in file) == MANY + 1


@pytest.fixture(scope="module")
def peaks() -> dict[str, list[float]]:
    """Keep what was measured, to compare files of different length."""
    if os.environ.get("MEASURE"):
        TABLE.parent.mkdir(exist_ok=True)
        processors = f"{os.cpu_count()} processors of {platform.machine()}"
        machine = f"{platform.system()}, {processors}, Python {platform.python_version()}"
        TABLE.write_text(HEAD.replace("{machine}", machine))
    return {}


def _row(name: str, transfers: int, first: Measure, again: Measure) -> str:
    at = first.begun_s
    seconds = (
        at["Bringing people"],
        at["Bringing offers and requests"] - at["Bringing people"],
        first.whole_s - at["Bringing hours"],
        first.whole_s,
        again.whole_s,
        first.processor_s,
    )
    told = " | ".join(f"{each:.0f} s" for each in seconds)
    return f"| {name} | {transfers:,} | {told} | {first.peak_mib:.0f} MiB |"


def _keep(row: str) -> None:
    if os.environ.get("MEASURE"):
        with TABLE.open("a") as table:
            table.write(row + "\n")
