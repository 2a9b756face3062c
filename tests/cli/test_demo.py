"""The invented town: lived by the real actions, the same from the same seed, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.cli.test_console import run
from tests.databases import SECRET, Backend, sqlite_backend
from tests.factories import a_community, count, inside, nothing_written, rows_of, send, timebank, working_on
from timebank import create_app
from timebank.cli import demo
from timebank.cli.town import building
from timebank.cli.town.plan import plan, whole_span
from timebank.cli.town.steps import Span
from timebank.core.database import Base, db
from timebank.exchanges.rules import State

DAY = date(2026, 3, 15)
FEW_WEEKS = Span(DAY - timedelta(days=40), DAY - timedelta(days=1))
SECRETS = {("person", "passphrase_hash"), ("invitation", "code_hash")}


def build(seed: int = 3, span: Span = FEW_WEEKS) -> None:
    with inside():
        building.build(seed=seed, span=span)


def everything_but_secrets() -> dict[str, list[dict[str, Any]]]:
    found = {table.name: rows_of(table.name) for table in Base.metadata.sorted_tables}
    for table, column in SECRETS:
        for row in found[table]:
            del row[column]
    return found


def empty(backend: Backend) -> None:
    """Leave the tables as the migrations made them, and let their numbers begin at 1 again."""
    with inside():
        db.engine.dispose()
    backend.empty()
    if backend.name == "postgresql":
        with backend.owner().connect().execution_options(unit="write") as connection, connection.begin():
            for (name,) in connection.execute(sa.text("SELECT sequencename FROM pg_sequences")).all():
                connection.execute(sa.text(f'ALTER SEQUENCE "{name}" RESTART'))


def test_the_same_seed_and_day_give_the_same_town_and_the_books_are_right(app: Flask, backend: Backend) -> None:
    empty(backend)
    build()
    first = everything_but_secrets()
    verified = timebank(app, "verify")
    assert (verified.exit_code, verified.output) == (0, "")
    assert timebank(app, "doctor").exit_code == 0
    empty(backend)
    build()
    second = everything_but_secrets()
    assert [row["head"] for row in first["book"]] == [row["head"] for row in second["book"]]
    assert first == second
    assert len(first["transfer"]) > 30


def test_another_seed_or_day_is_another_town() -> None:
    towns = [plan(3, FEW_WEEKS), plan(4, FEW_WEEKS), plan(3, Span(FEW_WEEKS.first, DAY))]
    assert towns[0] != towns[1]
    assert towns[0] != towns[2]
    assert towns[0] == plan(3, FEW_WEEKS)


def test_the_plan_is_the_same_in_every_process() -> None:
    script = (
        "import hashlib; from datetime import date; from timebank.cli.town.plan import plan, whole_span;"
        "print(hashlib.sha256(repr(plan(3, whole_span(date(2026, 3, 15)))).encode()).hexdigest())"
    )
    told = {
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", script],
            env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 3, 31), date(2026, 1, 1), date(2027, 12, 31)])
def test_a_town_is_fourteen_months_old_and_ends_the_day_before(day: date) -> None:
    span = whole_span(day)
    assert span.last == day - timedelta(days=1)
    assert 420 <= span.days <= 430
    steps = plan(1, span)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[0].at.date() == span.first
    assert steps[-1].at.date() == span.last


def test_what_stops_in_the_middle_leaves_nothing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def stop(known: Any, step: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise KeyboardInterrupt
        building.walk_exchanges.VERBS["approve"](known, step)

    with monkeypatch.context() as patched, nothing_written():
        patched.setitem(building.VERBS, "approve", stop)
        with pytest.raises(KeyboardInterrupt):
            build()
    assert calls > 20
    build()
    assert count("community") == 2


def test_a_town_is_not_built_where_somebody_lives(app: Flask) -> None:
    a_community()
    with nothing_written():
        done = timebank(app, "demo")
        with inside():
            demo.settle_in()
    assert done.exit_code == 1
    assert done.output == "Error: There is a community here already. An invented town wants an empty database.\n"


def test_the_words_for_signing_in_hold_as_long_as_they_open(app: Flask) -> None:
    with inside():
        assert demo.how_to_sign_in("http://here") == ""
    build()
    with inside():
        told = demo.how_to_sign_in("http://here")
    names = {row["sign_in_name"].rpartition(" ")[0]: row["sign_in_name"] for row in rows_of("person")}
    for called in ("Ama", "Rosa", "Canal Fund"):
        assert names[called] in told
        answer = send(app.test_client(), "/sign-in", {"name": names[called], "passphrase": demo.PASSPHRASE})
        assert answer.status_code == 303
    assert "http://here/sign-in" in told


def test_a_real_community_of_that_name_is_left_alone(app: Flask) -> None:
    a_community()
    with inside():
        assert demo.how_to_sign_in("http://here") == ""


# The whole town, once: in one test, so that several workers do not build it several times.


@pytest.fixture
def whole_town() -> Iterator[Flask]:
    with sqlite_backend() as backend:
        backend.migrate()
        app = create_app(backend.settings(), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)
        with working_on(app):
            build(demo.SEED, whole_span(DAY))
            yield app


def test_the_whole_town_is_lived_in(whole_town: Flask) -> None:
    verified = timebank(whole_town, "verify")
    assert (verified.exit_code, verified.output) == (0, "")
    assert timebank(whole_town, "doctor").exit_code == 0
    street, shed = (row["id"] for row in rows_of("community"))
    assert {row["state"] for row in rows_of("exchange", community_id=street)} == set(State)
    assert len(active_last_quarter(street)) > 30
    assert 10 < len(active_last_quarter(shed)) < 20
    let_go = {row["release_id"] for row in rows_of("release_approval")}
    for place in (street, shed):
        made = [row["id"] for row in rows_of("release", community_id=place)]
        assert len(made) > 2
        assert [each for each in made if each not in let_go] == made[-1:]
    left = rows_of("membership", community_id=street, standing="left")
    assert sorted(bool(row["why_left"]) for row in left) == [False, False, True]  # one of them with Sam's help
    assert all(row["balance"] == 0 for row in rows_of("account") if row["id"] in {each["account_id"] for each in left})
    [taken_over] = [row for row in rows_of("person") if row["sign_in_name"].startswith("Ned ")]
    assert taken_over["passphrase_hash"]
    balances = [row["balance"] for row in rows_of("account", kind="member")]
    assert max(balances) >= 32 * 60
    assert min(balances) <= -8 * 60
    home, desk = page_of(whole_town, "Ama", ""), page_of(whole_town, "Rosa", "desk")
    assert "Under way" in home
    assert "Mill Pond Shed" in home
    for waits in ("Lena", "Amrit", "They ask for help.", "Both have said so.", "Somebody asks to take this back."):
        assert waits in desk


def active_last_quarter(community_id: int) -> set[int]:
    done = rows_of("exchange", community_id=community_id, state="posted")
    quarter = [row for row in done if date(2025, 10, 1) <= row["on_day"] <= date(2025, 12, 31)]
    return {row[side] for row in quarter for side in ("giver_id", "receiver_id")}


def page_of(app: Flask, called: str, path: str) -> str:
    names = {row["sign_in_name"].rpartition(" ")[0]: row["sign_in_name"] for row in rows_of("person")}
    client = app.test_client()
    send(client, "/sign-in", {"name": names[called], "passphrase": demo.PASSPHRASE})
    return client.get(f"/c/harbour-street/{path}").text


# As another process, on an empty machine.


def test_a_killed_build_is_followed_by_a_whole_one(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("timebank")
    clean = {"PATH": os.environ["PATH"], "INSTANCE_DIR": str(tmp_path), "SECRET_KEY": SECRET}
    for stopped_by in (signal.SIGINT, signal.SIGKILL):
        with subprocess.Popen(  # noqa: S603 - our own program
            [program, "demo"], env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as building_it:
            assert building_it.stdout is not None
            assert building_it.stderr is not None
            months = (line for line in building_it.stdout if "#" in line)
            next(months)
            building_it.send_signal(stopped_by)
            assert building_it.wait(60) != 0
            assert "Traceback" not in building_it.stderr.read()
    engine = sa.create_engine(f"sqlite:///{tmp_path}/timebank.sqlite")
    with engine.connect() as connection:
        for table in ("community", "person", "transfer", "audit_line"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0
    engine.dispose()
    assert run(tmp_path, "verify").returncode == 0


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert run(tmp_path / "not" / "yet", "verify").returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_whole_towns_of_any_seed_and_day_are_right(app: Flask, seed: int) -> None:
    build(seed, whole_span(date(2026, 1, 31) + timedelta(days=97 * seed)))
    verified = timebank(app, "verify")
    assert (verified.exit_code, verified.output) == (0, "")
    assert {row["state"] for row in rows_of("exchange")} == set(State)
