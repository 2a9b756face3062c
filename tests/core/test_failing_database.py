"""A database that fails by itself is told plainly, on pages and at the console; a mistake of ours is not hidden so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.databases import Backend
from tests.factories import a_member, inside, nothing_written, send, signed_in_client, timebank
from tests.upkeep.conftest import an_installation
from timebank.core.database import db, failed_by_itself, reading

BY_ITSELF = [
    psycopg.errors.DiskFull,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.AdminShutdown,
    psycopg.errors.TooManyConnections,
    psycopg.errors.DataCorrupted,
    psycopg.errors.ConnectionTimeout,
]
OURS = [
    psycopg.errors.UndefinedColumn,
    psycopg.errors.SyntaxError,
    psycopg.errors.CheckViolation,
    psycopg.errors.NumericValueOutOfRange,
    psycopg.errors.InFailedSqlTransaction,
    sqlite3.ProgrammingError,
    sqlite3.IntegrityError,
]


def wrapped(error: type[Exception]) -> sa.exc.DBAPIError:
    base = psycopg.Error if issubclass(error, psycopg.Error) else sqlite3.Error
    made = sa.exc.DBAPIError.instance("SELECT 1", {}, error("no"), base, dialect=sa.dialects.postgresql.dialect())
    assert isinstance(made, sa.exc.DBAPIError)
    return made


@pytest.mark.parametrize("error", BY_ITSELF)
def test_what_lies_with_the_database_is_known_as_such(error: type[Exception]) -> None:
    assert failed_by_itself(wrapped(error))


@pytest.mark.parametrize("error", OURS)
def test_what_is_a_mistake_of_ours_is_not_taken_for_it(error: type[Exception]) -> None:
    assert not failed_by_itself(wrapped(error))


@pytest.fixture
def revoked(app: Flask, backend: Backend) -> Iterator[None]:
    """Take from the web's role, or from the file, what it needs to write."""
    yield from _revoked(backend) if backend.name == "postgresql" else _read_only(app)


def _revoked(backend: Backend) -> Iterator[None]:
    tables = "membership, sign_in, attempt"
    for verb in ("REVOKE INSERT, UPDATE ON {} FROM", "GRANT INSERT, UPDATE ON {} TO"):
        with backend.owner().connect().execution_options(unit="write") as connection, connection.begin():
            connection.exec_driver_sql(f"{verb.format(tables)} timebank_web")
        if verb.startswith("REVOKE"):
            yield


def _read_only(app: Flask) -> Iterator[None]:
    with app.app_context():
        engine = db.engine

    def only_read(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only=ON")

    sa.event.listen(engine, "begin", only_read)
    yield
    sa.event.remove(engine, "begin", only_read)


def test_who_may_not_write_gets_the_plain_page(
    app: Flask, backend: Backend, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE", False)
    client = signed_in_client(app, a_member("Ama"))
    with nothing_written():
        request.getfixturevalue("revoked")
        answer = send(client, "/c/harbour-street/me/pause", {})
        assert answer.status_code == 503
        assert "try again" in answer.text
        assert "Retry-After" in answer.headers
        assert client.get("/c/harbour-street/").status_code == 200, "who reads reads on"


@pytest.mark.parametrize("words", [("verify",), ("accounts", "--community", "hill"), ("jobs", "--once"), ("migrate",)])
def test_a_database_that_cannot_be_reached_is_one_sentence(
    backend: Backend, tmp_path: Path, words: tuple[str, ...]
) -> None:
    if backend.name == "postgresql":
        nowhere = str(sa.make_url(backend.url).set(database="nowhere").render_as_string(hide_password=False))
        gone = Backend("postgresql", nowhere, nowhere, tmp_path)
    else:
        (tmp_path / "soup").write_bytes(b"soup" * 5000)
        gone = Backend("sqlite", f"sqlite:///{tmp_path}/soup", f"sqlite:///{tmp_path}/soup", tmp_path)
    with an_installation(gone) as app:
        done = timebank(app, *words)
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert done.output.startswith("Error: The database did not answer")
    assert len(done.output.splitlines()) == 1
    if backend.name == "sqlite":
        assert (tmp_path / "soup").read_bytes() == b"soup" * 5000


@pytest.mark.parametrize("words", [("verify",), ("migrate",), ("jobs", "--once")])
def test_a_database_of_something_else_is_left_alone(backend: Backend, tmp_path: Path, words: tuple[str, ...]) -> None:
    with backend.beside(tmp_path / "other") as other:
        other.folder.mkdir(exist_ok=True)
        with other.owner().connect().execution_options(unit="write") as connection, connection.begin():
            connection.exec_driver_sql("CREATE TABLE recipes (soup text)")
            if other.name == "postgresql":
                connection.exec_driver_sql("GRANT USAGE ON SCHEMA public TO timebank_web")
        other.owner().dispose()
        with an_installation(other) as app:
            done = timebank(app, *words)
            assert done.exit_code == 1
            assert done.output.startswith("Error: This is a database of something else")
            with inside(), reading() as session:
                assert sa.inspect(session.connection()).get_table_names() == ["recipes"]
