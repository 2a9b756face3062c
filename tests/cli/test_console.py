"""The console: the same actions by another door, told plainly, with an exit code that can be relied on."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.databases import SECRET, Backend
from tests.factories import a_community, a_member, count, inside, join_as_new, nothing_written, rows_of, send, timebank
from timebank.cli import jobs_loop
from timebank.cli.commands import COMMANDS, SECTIONS
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import db


def test_a_community_is_opened_with_its_book(app: Flask) -> None:
    done = timebank(app, "community", "create", "hill", "The Hill")
    assert done.exit_code == 0
    assert "person invite --community hill --role coordinator" in done.output
    [row] = rows_of("community")
    assert row["slug"] == "hill"
    assert sorted(each["kind"] for each in rows_of("account")) == ["adjustment", "pot"]


@pytest.mark.parametrize(("slug", "name"), [("Hill!", "The Hill"), ("hill", ""), ("hill", "x" * 100), ("", "x")])
def test_a_community_that_cannot_be_is_refused_in_a_sentence(app: Flask, slug: str, name: str) -> None:
    with nothing_written():
        done = timebank(app, "community", "create", slug, name)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert "Traceback" not in done.output


def test_the_same_community_twice_is_refused(app: Flask) -> None:
    timebank(app, "community", "create", "hill", "The Hill")
    with nothing_written():
        assert timebank(app, "community", "create", "hill", "Other").exit_code == 1


def test_an_invitation_from_the_console_opens_the_door(app: Flask) -> None:
    a_community()
    done = timebank(app, "person", "invite", "--community", "harbour-street", "--role", "coordinator")
    assert done.exit_code == 0
    code = done.output.split("Code: ")[1].split()[0]
    assert f"/c/harbour-street/join/{code}" in done.output
    client = app.test_client()
    assert join_as_new(client, f"/c/harbour-street/join/{code}", "Rosa").status_code == 303
    assert client.get("/c/harbour-street/desk").status_code == 200


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (("--community", "nowhere"), 1),
        (("--community", "harbour-street", "--people", "4"), 2),
        (("--community", "harbour-street", "--people", "0"), 2),
        (("--community", "harbour-street", "--role", "member"), 2),
        (("--community", "harbour-street", "--role", "keeper", "--people", "2"), 1),
        ((), 2),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(app: Flask, words: tuple[str, ...], exit_code: int) -> None:
    a_community()
    with nothing_written():
        done = timebank(app, "person", "invite", *words)
    assert done.exit_code == exit_code
    assert "Traceback" not in done.output


def test_accounts_are_written_as_csv(app: Flask) -> None:
    a_member('Jo, "the baker"')
    done = timebank(app, "accounts", "--community", "harbour-street")
    assert done.exit_code == 0
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["kind", "public_id", "name", "balance_minutes", "given_minutes", "received_minutes"]
    assert [row[2] for row in rows if row[0] == "member"] == ['Jo, "the baker"']
    assert all(row[3:] == ["0", "0", "0"] for row in rows[1:])
    assert timebank(app, "accounts", "--community", "nowhere").exit_code == 1


@pytest.mark.parametrize("name", ["=1+1", "+44", "-cmd", "@SUM(A1)", "＝1"])
def test_a_name_is_no_formula_in_a_spreadsheet(app: Flask, name: str) -> None:
    a_member(name)
    rows = list(csv.reader(io.StringIO(timebank(app, "accounts", "--community", "harbour-street").stdout)))
    [cell] = [row[2] for row in rows if row[0] == "member"]
    assert cell == "'" + name


def test_verify_is_silent_when_all_is_well(app: Flask) -> None:
    a_member("Ama", roles=[Role.COORDINATOR])
    done = timebank(app, "verify")
    assert (done.exit_code, done.output) == (0, "")


def test_doctor_says_what_it_looked_at(app: Flask, backend: Backend) -> None:
    done = timebank(app, "doctor")
    assert done.exit_code == 0, done.output
    assert "The tables are up to date." in done.output
    assert "can only be added to" in done.output
    assert ("PostgreSQL" if backend.name == "postgresql" else "SQLite") in done.output


def test_doctor_finds_a_missing_trigger(app: Flask, backend: Backend) -> None:
    name = "look_no_change" if backend.name == "postgresql" else "look_no_update"
    with backend.owner().connect().execution_options(unit="write") as connection, connection.begin() as held:
        kept = None
        if backend.name == "sqlite":
            kept = connection.scalar(sa.text(f"SELECT sql FROM sqlite_master WHERE name = '{name}'"))
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE look DISABLE TRIGGER look_no_change"))
        held.commit()
    try:
        done = timebank(app, "doctor")
    finally:
        with inside():
            db.engine.dispose()
        with backend.owner().connect().execution_options(unit="write") as connection, connection.begin():
            connection.execute(sa.text(kept or f"ALTER TABLE look ENABLE TRIGGER {name}"))
    assert done.exit_code == 1
    assert f"! Triggers are missing: {name}" in done.output


def test_every_command_has_help(app: Flask) -> None:
    assert {name for names in SECTIONS.values() for name in names} == set(COMMANDS)
    for name, command in COMMANDS.items():
        done = timebank(app, name, "--help")
        assert done.exit_code == 0
        assert command.help


def test_jobs_once_does_what_is_due_and_stops(app: Flask) -> None:
    done = timebank(app, "jobs", "--once")
    assert done.exit_code == 0
    assert {row["name"]: row["outcome"] for row in rows_of("periodic_work")} == {
        each.name: "done" for each in (*jobs_loop.PERIODIC, jobs_loop.LOOK_AT_THE_BOOKS)
    }


def test_jobs_forget_what_was_kept_long_enough(app: Flask) -> None:
    ama = a_member("Ama")
    now = clock.now()
    with clock.set_to(now):
        for _ in range(2):
            send(app.test_client(), "/sign-in", {"name": ama.sign_in_name, "passphrase": "otter bicycle lantern"})
        send(app.test_client(), "/sign-in", {"name": ama.sign_in_name, "passphrase": "maple kettle sunny harbour"})
        send(app.test_client(), "/sign-in", {"name": "nobody", "passphrase": "maple kettle sunny harbour"})
    kept = []
    for days in (0.9, 1.1, 59, 61):
        with clock.set_to(now + timedelta(days=days)):
            assert timebank(app, "jobs", "--once").exit_code == 0
        kept.append((count("attempt") > 0, count("sign_in") > 0))
    assert kept == [(True, True), (False, True), (False, True), (False, False)]


def test_a_piece_of_work_that_fails_stops_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError

    broken = [jobs_loop.Work("broken", timedelta(hours=1), fail), *jobs_loop.PERIODIC]
    monkeypatch.setattr(jobs_loop, "PERIODIC", tuple(broken))
    assert timebank(app, "jobs", "--once").exit_code == 0
    outcomes = {row["name"]: row["outcome"] for row in rows_of("periodic_work")}
    assert outcomes.pop("broken") == "failed"
    assert set(outcomes.values()) == {"done"}


def test_work_is_not_done_again_before_it_is_due(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setattr(jobs_loop, "PERIODIC", (jobs_loop.Work("count", timedelta(hours=1), lambda: done.append(1)),))
    now = clock.now()
    for minutes in (0, 1, 59, 60, 61):
        with clock.set_to(now + timedelta(minutes=minutes)):
            timebank(app, "jobs", "--once")
    assert len(done) == 2


# From an empty machine, as another process.


def run(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("timebank")
    clean = {"PATH": os.environ["PATH"], "INSTANCE_DIR": str(folder), "SECRET_KEY": SECRET, **environ}
    return subprocess.run(  # noqa: S603 - our own program
        [program, *words], env=clean, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_command_that_finds_an_empty_database_makes_its_tables(tmp_path: Path) -> None:
    first = run(tmp_path, "community", "create", "hill", "The Hill")
    assert first.returncode == 0, first.stderr
    assert "making its tables" in first.stderr
    assert (tmp_path / "timebank.sqlite").stat().st_mode & 0o077 == 0
    second = run(tmp_path, "verify")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_a_setting_that_makes_no_sense_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", PORT="many")
    assert done.returncode == 1
    assert done.stderr == "PORT is a whole number from 1 to 65535, not 'many'.\n"
    assert run(tmp_path, "doctor", SECRET_KEY="").returncode == 1


def test_the_help_groups_the_commands(tmp_path: Path) -> None:
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for title in SECTIONS:
        assert f"{title}:" in done.stdout
