"""Copies: whole, tried out, sealed where wanted; a bad one is refused in a sentence and changes nothing."""

from __future__ import annotations

import errno
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa
from flask import Flask

from config import ROOT
from tests.factories import a_member, rows_of, timebank, working_on
from tests.ledger.town import drop_triggers, owner
from timebank.core import schema
from timebank.core.database import Base, db
from timebank.upkeep.actions import files

Make = Callable[[], Flask]


def everything(app: Flask) -> dict[str, list[str]]:
    """Give all rows of all tables, as text, whichever database they are in."""
    with working_on(app):
        return {table.name: sorted(map(str, rows_of(table.name))) for table in Base.metadata.sorted_tables}


def as_it_lies(app: Flask) -> object:
    """Give the bytes of a SQLite file and its journal while nobody has it open, or all rows of PostgreSQL."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        if db.engine.dialect.name == "postgresql":
            return everything(app)
        folder = Path(str(db.engine.url.database)).parent
    files = [each for each in folder.iterdir() if not each.name.endswith(("-shm", ".lock")) and each.stat().st_size]
    return {each.name: each.read_bytes() for each in files}


def back_up(app: Flask, folder: Path, *more: str) -> Path:
    done = timebank(app, "backup", str(folder), *more)
    assert done.exit_code == 0, done.output
    return folder


def test_a_copy_restored_elsewhere_is_the_same_to_the_last_row(
    installation: Flask, another: Make, tmp_path: Path
) -> None:
    copy = back_up(installation, tmp_path / "copies")
    before = everything(installation)
    other = another()
    done = timebank(other, "restore", str(copy))
    assert done.exit_code == 0, done.output
    assert "Recovery point: " in done.output
    assert "Recovery time: " in done.output
    assert everything(other) == before
    assert timebank(other, "verify").output == ""
    with working_on(other):  # counters go on after the highest number
        a_member("Dai")
    assert timebank(other, "verify").output == ""


def test_the_restored_book_is_append_only_again(installation: Flask, another: Make, tmp_path: Path) -> None:
    other = another()
    timebank(other, "restore", str(back_up(installation, tmp_path / "copies")))
    with owner(other) as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
        connection.execute(sa.text("UPDATE transfer SET minutes = 1"))
    assert "can only be added to" in timebank(other, "doctor").output


def test_a_copy_and_what_stands_beside_it_are_for_the_owner_alone(installation: Flask, tmp_path: Path) -> None:
    copy = back_up(installation, tmp_path / "copies")
    assert sorted(each.suffix for each in copy.iterdir()) == [".json", ".sqlite"]
    assert {each.stat().st_mode & 0o077 for each in copy.iterdir()} == {0}


def test_a_drill_tells_times_and_changes_nothing(installation: Flask, tmp_path: Path) -> None:
    copy = back_up(installation, tmp_path / "copies")
    before = everything(installation)
    done = timebank(installation, "restore", str(copy), "--drill")
    assert done.exit_code == 0, done.output
    assert "Nothing was changed" in done.output
    point, took, *_ = done.output.splitlines()
    assert re.fullmatch(r"Recovery point: \d{4}-\d\d-\d\d \d\d:\d\d UTC, \d+\.\d hours ago\.", point)
    assert re.fullmatch(r"Recovery time: \d+\.\d s, every invariant checked\.", took)
    assert everything(installation) == before


def test_a_sealed_copy_opens_with_its_key_alone(installation: Flask, another: Make, tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    copy = back_up(installation, tmp_path / "copies", "--for", str(key.to_public()))
    [sealed] = copy.glob("*.age")
    assert b"SQLite format" not in sealed.read_bytes()
    (tmp_path / "key").write_text(f"# mine\n{key}\n")
    (tmp_path / "other key").write_text(str(pyrage.x25519.Identity.generate()))
    other = another()
    for words in ((), ("--key", str(tmp_path / "other key"))):
        done = timebank(other, "restore", str(copy), *words)
        assert done.exit_code == 1
        assert done.output.startswith("Error: ")
    done = timebank(other, "restore", str(copy), "--key", str(tmp_path / "key"))
    assert done.exit_code == 0, done.output
    assert everything(other) == everything(installation)


def test_a_public_key_that_is_none_is_refused(installation: Flask, tmp_path: Path) -> None:
    done = timebank(installation, "backup", str(tmp_path / "copies"), "--for", "age1nothing")
    assert done.exit_code == 1
    assert "no public key" in done.output
    assert not (tmp_path / "copies").exists()


def _cut(copy: Path) -> None:
    [file] = copy.glob("*.sqlite")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _alter(copy: Path) -> None:
    [file] = copy.glob("*.sqlite")
    file.write_bytes(file.read_bytes().replace(b"Ama", b"Eve"))


def _forge(copy: Path, statement: str) -> None:
    """Alter a copy, and what stands beside it to match, as one who has both in hand would."""
    [file], [beside] = copy.glob("*.sqlite"), copy.glob("*.json")
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(sa.text(statement))
    engine.dispose()
    told = json.loads(beside.read_text())
    beside.write_text(json.dumps({**told, "sha256": files.sha256(file)}))


def _foreign(copy: Path) -> None:
    [file], [beside] = copy.glob("*.sqlite"), copy.glob("*.json")
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE recipes (soup TEXT)")
    other.close()
    told = json.loads(beside.read_text())
    beside.write_text(json.dumps({**told, "sha256": files.sha256(file)}))


def _newer(copy: Path) -> None:
    _forge(copy, "UPDATE alembic_version SET version_num = '9999'")
    [beside] = copy.glob("*.json")
    told = json.loads(beside.read_text())
    beside.write_text(json.dumps({**told, "revision": "9999"}))


def _no_database(copy: Path) -> None:
    [file], [beside] = copy.glob("*.sqlite"), copy.glob("*.json")
    file.write_bytes(b"soup" * 5000)
    told = json.loads(beside.read_text())
    beside.write_text(json.dumps({**told, "sha256": files.sha256(file)}))


def _told(copy: Path, **rows: int) -> None:
    [beside] = copy.glob("*.json")
    told = json.loads(beside.read_text())
    beside.write_text(json.dumps({**told, "rows": {**told["rows"], **rows}}))


SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut": (_cut, "cut short or was altered"),
    "altered": (_alter, "cut short or was altered"),
    "minutes altered": (lambda copy: _forge(copy, "UPDATE transfer SET minutes = 5"), "breaks an invariant"),
    "a row gone": (lambda copy: _forge(copy, "DELETE FROM acceptance"), "does not hold what was written"),
    "with a table nobody knows": (lambda copy: _told(copy, soup=3), "does not hold what was written"),
    "of another head": (lambda copy: _forge(copy, "UPDATE book SET head = 'ff'"), "does not hold what was written"),
    "of something else": (_foreign, "database of something else"),
    "no database": (_no_database, "cannot be read"),
    "of a newer program": (_newer, "newer program"),
    "alone": (lambda copy: next(copy.glob("*.json")).unlink(), "no copy in this folder"),
    "without its file": (lambda copy: next(copy.glob("*.sqlite")).unlink(), "the copy itself is not"),
    "beside nonsense": (lambda copy: next(copy.glob("*.json")).write_text("soup") and None, "cannot be read"),
}


@pytest.mark.parametrize("way", SPOILT)
def test_a_copy_that_is_spoilt_is_refused_and_nothing_changes(
    installation: Flask, backend: object, tmp_path: Path, way: str
) -> None:
    copy = back_up(installation, tmp_path / "copies")
    spoil, words = SPOILT[way]
    spoil(copy)
    before = everything(installation)
    done = timebank(installation, "restore", str(copy), "--replace")
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert words in done.output
    assert everything(installation) == before
    assert not list((tmp_path / "instance").glob(".restoring-*"))


def test_what_is_there_is_only_replaced_when_asked_and_kept(installation: Flask, tmp_path: Path) -> None:
    copy = back_up(installation, tmp_path / "copies")
    before = everything(installation)
    with working_on(installation):
        a_member("Pavel")
    done = timebank(installation, "restore", str(copy))
    assert done.exit_code == 1
    assert everything(installation) != before
    done = timebank(installation, "restore", str(copy), "--replace")
    if db_of(installation) == "sqlite":
        assert done.exit_code == 0, done.output
        assert everything(installation) == before
        assert len(list((tmp_path / "instance").glob("*-before-*.sqlite"))) == 1
    else:
        assert done.exit_code == 1
        assert "not empty" in done.output


def db_of(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


def test_a_running_site_is_not_pulled_from_under_its_people(installation: Flask, tmp_path: Path) -> None:
    copy = back_up(installation, tmp_path / "copies")
    if db_of(installation) == "postgresql":
        return
    with sqlite3.connect(tmp_path / "instance" / "timebank.sqlite") as site:
        site.execute("SELECT count(*) FROM person").fetchone()
        done = timebank(installation, "restore", str(copy), "--replace")
    site.close()
    assert done.exit_code == 1
    assert "The site is running" in done.output


def test_a_full_disk_leaves_no_half_copy(installation: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    done = timebank(installation, "backup", str(tmp_path / "copies"))
    assert done.exit_code == 1
    assert "is the disk full" in done.output
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_copy_of_broken_books_is_not_kept(installation: Flask, tmp_path: Path) -> None:
    with owner(installation) as connection:
        drop_triggers(connection)
        connection.execute(sa.text("UPDATE account SET given = given + 1, received = received + 1"))
    done = timebank(installation, "backup", str(tmp_path / "copies"))
    assert done.exit_code == 1
    assert "breaks an invariant" in done.output
    assert list((tmp_path / "copies").iterdir()) == []


def test_old_copies_go_and_new_ones_stay(installation: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    hours = [f"timebank-202001{day:02}T{hour:02}0000Z" for day in (1, 2) for hour in range(24)]
    for name in (*hours, "notes"):
        for suffix in (".json", ".sqlite"):
            (folder / (name + suffix)).write_text("")
    back_up(installation, folder, "--keep-all")
    assert len(list(folder.iterdir())) == 2 * (48 + 1 + 1)
    back_up(installation, folder)
    stay = {each.stem for each in folder.iterdir()} - {max(each.stem for each in folder.iterdir())}
    assert {"notes", hours[23], *hours[26:]} <= stay
    assert not {*hours[:23], hours[24]} & stay


def test_a_copy_of_an_older_program_is_brought_up_to_date(installation: Flask, another: Make, tmp_path: Path) -> None:
    copy = back_up(installation, tmp_path / "copies")
    [file], [beside] = copy.glob("*.sqlite"), copy.glob("*.json")
    earlier = sorted(each.name[:4] for each in (ROOT / "migrations" / "versions").glob("0*.py"))[-2]
    schema.downgrade(f"sqlite:///{file}", earlier)
    with sqlite3.connect(file) as alone:
        alone.execute("PRAGMA journal_mode=DELETE")
    alone.close()
    told = json.loads(beside.read_text())
    with sqlite3.connect(file) as alone:
        there = {name for (name,) in alone.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    alone.close()
    rows = {name: number for name, number in told["rows"].items() if name in there}
    beside.write_text(json.dumps({**told, "revision": earlier, "rows": rows, "sha256": files.sha256(file)}))
    other = another()
    done = timebank(other, "restore", str(copy))
    assert done.exit_code == 0, done.output
    assert timebank(other, "verify").exit_code == 0
