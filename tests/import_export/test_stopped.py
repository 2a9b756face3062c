"""Stopped anywhere, the same command finishes, and the book is as if it had gone through in one go."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from config import ROOT
from tests.databases import SECRET, Backend
from tests.factories import a_community, count, inside, nothing_written, rows_of, timebank
from tests.import_export.folders import THREE, bring, folder_of, transfer
from timebank.core import database
from timebank.core.database import db
from timebank.import_export import queries
from timebank.import_export.commands import bringing
from timebank.ledger import queries as ledger_queries

HISTORY = [
    transfer(
        *((1, 2), (2, 3), (3, "pot"), ("pot", 1), (1, 2))[n % 5], 3600 + n, f"2016-{1 + n // 28:02}-{1 + n % 28:02}"
    )
    for n in range(280)
]
LISTINGS = [(n % 3 + 1, "Offer", f"Thing {n}", "", "", "2016-01-01", "", "") for n in range(6)]

# What somebody pulls the plug on: the command, ended without a word after so many pieces of one kind.
KILLED = """
import os, signal, sys
from timebank.cli import main
from timebank.import_export import actions
from timebank.import_export.commands import bringing

bringing.FEW, bringing.MANY = 2, 40
what, after = sys.argv[1], int(sys.argv[2])
go_on, times = getattr(actions, what), [0]

def stopped(**wanted):
    done = go_on(**wanted)
    times[0] += 1
    if times[0] > after:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(actions, what, stopped)
sys.argv = ["timebank", *sys.argv[3:]]
main()
"""


def process(backend: Backend, *words: str, longest_s: int = 120) -> subprocess.CompletedProcess[str]:
    """Run Python with some words as another process on this database."""
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(backend.folder),
        "DATABASE_URL": backend.url,
        **({"DATABASE_OWNER_URL": backend.owner_url} if backend.name == "postgresql" else {}),
    }
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *words], env=environ, capture_output=True, text=True, check=False, timeout=longest_s, cwd=ROOT
    )


def ledger(slug: str) -> dict[str, list[tuple[Any, ...]]]:
    """Give what stands in a community's book and beside it, in the words of the files, in its order."""
    place = a_community(slug)
    names = {row["account_id"]: row["called"] for row in rows_of("membership", community_id=place.id)}
    accounts = {row["id"]: names.get(row["id"], row["kind"]) for row in rows_of("account", community_id=place.id)}
    notes = {row["transfer_id"]: row["text"] for row in rows_of("transfer_note", community_id=place.id)}
    transfers = sorted(rows_of("transfer", community_id=place.id), key=lambda row: row["seq"])
    batches = {row["batch_id"]: row["seq"] for row in reversed(transfers)}
    return {
        "transfers": [
            (
                row["seq"],
                batches[row["batch_id"]],
                accounts[row["payer_id"]],
                accounts[row["payee_id"]],
                row["minutes"],
                row["kind"],
                row["done_on"],
                notes.get(row["id"]),
            )
            for row in transfers
        ],
        "accounts": [
            (
                accounts[row["id"]],
                *(row[column] for column in ("balance", "given", "received", "moved", "floor", "ceiling")),
            )
            for row in rows_of("account", community_id=place.id)
        ],
        "limits": [
            (accounts[row["account_id"]], row["after_seq"], row["new_floor"], row["new_ceiling"], row["why"])
            for row in rows_of("limit_change", community_id=place.id)
        ],
        "listings": [(row["title"], row["made_at"]) for row in rows_of("listing", community_id=place.id)],
    }


def test_killed_in_the_middle_and_begun_again_it_is_the_same_book(
    app: Flask, backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "FEW", 2)
    monkeypatch.setattr(bringing, "MANY", 40)
    folder = folder_of(tmp_path / "in", THREE, LISTINGS, HISTORY)
    a_community("hill", "The Hill")
    place = a_community()
    assert bring(app, folder, slug="hill").exit_code == 0
    with inside():
        db.engine.dispose()
    for what, after, listings, posted in (("bring_listings", 1, 2, 0), ("bring_transfers", 2, 6, 80)):
        words = ("import", "--community", place.slug, "--from", "timeoverflow", str(folder))
        ended = process(backend, "-c", KILLED, what, str(after), *words)
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert count("listing", community_id=place.id) == listings
        assert count("transfer", community_id=place.id) == posted, "the piece it was at left nothing behind"
        assert timebank(app, "verify").output == ""
    assert bring(app, folder).exit_code == 0
    assert count("transfer", community_id=place.id) == len(HISTORY)
    assert timebank(app, "verify").output == ""
    assert ledger(place.slug) == ledger("hill")


def test_two_who_bring_the_same_files_at_once_bring_them_once(app: Flask, backend: Backend, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", THREE, LISTINGS, HISTORY)
    place = a_community()
    words = ("import", "--community", place.slug, "--from", "timeoverflow", str(folder))
    with inside():
        db.engine.dispose()
    with ThreadPoolExecutor(2) as pool:
        both = list(
            pool.map(lambda _: process(backend, "-c", "from timebank.cli import main; main()", *words), range(2))
        )
    assert [done.returncode for done in both] == [0, 0], [done.stderr for done in both]
    assert (count("membership"), count("listing"), count("transfer")) == (3, 6, len(HISTORY))
    assert timebank(app, "verify").output == ""


def test_without_looking_what_is_published_already_it_would_be_published_twice(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "in", THREE, LISTINGS)
    a_community()
    assert bring(app, folder).exit_code == 0
    monkeypatch.setattr(queries, "listings", lambda *_: set())
    with nothing_written():
        assert isinstance(bring(app, folder).exception, IntegrityError), "then the table's key is the wall behind"


def test_without_looking_what_is_in_the_book_already_room_would_grow(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "in", THREE, (), [transfer(1, 2, 3600 * 300)])
    a_community()
    assert bring(app, folder).exit_code == 0
    before = count("limit_change")
    monkeypatch.setattr(ledger_queries, "present", lambda *_: set())
    assert bring(app, folder).exit_code == 0
    assert count("transfer") == 1, "the ledger itself posts an id once"
    assert count("limit_change") > before


@contextmanager
def somebody_holds_the_book(backend: Backend) -> Iterator[None]:
    """Hold what whoever posts has to wait for, as another process does, for longer than they wait."""
    if backend.name == "sqlite":
        with Path(backend.url.removeprefix("sqlite:///") + ".lock").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        return
    with backend.owner().connect() as connection, connection.begin():
        connection.execute(sa.text("SELECT seq FROM book FOR UPDATE"))
        yield


def test_a_book_that_cannot_be_had_in_time_is_one_sentence_and_the_same_command_goes_on(
    app: Flask, backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "in", THREE, LISTINGS, HISTORY)
    a_community("hill", "The Hill")
    place = a_community()
    assert bring(app, folder, slug="hill").exit_code == 0
    go_on = bringing._make_room

    def held(*given: Any) -> None:
        with somebody_holds_the_book(backend):
            go_on(*given)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(database, "BUSY_TIMEOUT_S", 0.2)
        meanwhile.setattr(bringing, "_make_room", held)
        done = bring(app, folder)
    assert done.exit_code == 1
    assert [line for line in done.stderr.splitlines() if line.startswith("Error: ")] == done.stderr.splitlines()[-1:]
    assert "again" in done.stderr
    assert isinstance(done.exception, SystemExit), "a refusal, not a traceback"
    assert (count("membership", community_id=place.id), count("transfer", community_id=place.id)) == (3, 0)
    assert bring(app, folder).exit_code == 0
    assert ledger(place.slug) == ledger("hill")
