"""A disk that may only be read, and a book that somebody holds: who reads goes on, who writes is told to come back."""

from __future__ import annotations

import ctypes
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.databases import Backend
from tests.factories.browsers import send, signed_in_client
from tests.factories.people import Member, a_member, working_on
from tests.factories.rows import nothing_written, rows_of
from tests.faults.test_statements import earned, violations
from tests.processes import DONE, at_once
from timebank.core import clock, database
from timebank.core.database import transaction
from timebank.people.rules import SEEN_EVERY

KEY = {"key": "00000000-0000-0000-0000-000000000001", "minutes": "5", "hours": ""}
OWNER_ALONE, READ_ALONE = 0o700, 0o500
CAPABILITIES_V3 = 0x20080522
HELD_S = 5.0


@pytest.fixture
def ama(app: Flask) -> Iterator[Member]:
    with working_on(app):
        ama = a_member("Ama")
        earned(ama, 60)
        yield ama


def without_powers() -> None:
    """Give up, for good, what lets root write where nobody may."""
    nothing = (ctypes.c_uint32 * 6)()
    head = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
    assert ctypes.CDLL(None).capset(ctypes.byref(head), ctypes.byref(nothing)) == 0


@contextmanager
def only_readable(backend: Backend) -> Iterator[None]:
    """Let the database be one that may only be read, as on a disk that fails or a server that stands in."""
    if backend.name == "postgresql":
        name = sa.make_url(backend.url).database
        change = f"ALTER DATABASE {name} {{}} default_transaction_read_only"
        _as_owner(backend, change.format("SET") + " = on")
        try:
            yield
        finally:
            _as_owner(backend, change.format("RESET"))
        return
    beside = sqlite3.connect(backend.url.removeprefix("sqlite:///"))
    beside.execute("SELECT count(*) FROM book").fetchone()  # somebody reads: so the journal stays beside its file
    files = [each for each in backend.folder.iterdir() if each.is_file()]
    try:
        for file in files:
            file.chmod(0o400)
        backend.folder.chmod(READ_ALONE)
        yield
    finally:
        backend.folder.chmod(OWNER_ALONE)
        for file in files:
            file.chmod(0o600)
        beside.close()


def _as_owner(backend: Backend, statement: str) -> None:
    engine = sa.create_engine(backend.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(statement)
    engine.dispose()


def visit(client: FlaskClient, path: str, *, powers: bool) -> tuple[int, int, str]:
    """Read the pot's page long after the last look, then try to give; without powers over files, if need be."""
    if not powers:
        without_powers()
    with clock.told_by(lambda: clock._real() + 2 * SEEN_EVERY):
        read = client.get(path).status_code
        answer = send(client, path, KEY)
    return read, answer.status_code, answer.text


def test_on_a_disk_that_may_only_be_read_people_read_on_and_are_told(app: Flask, backend: Backend, ama: Member) -> None:
    client = signed_in_client(app, ama)
    path = ama.community.path("pot")
    with nothing_written(), only_readable(backend):
        (answer,) = at_once(app, [lambda: visit(client, path, powers=backend.name == "postgresql")])
    assert answer.kind == DONE, answer
    read, status, page = answer.value
    assert (read, status) == (200, 503), page
    assert "try again" in page
    assert send(client, path, KEY).status_code == 303
    assert send(client, path, KEY).status_code == 303
    assert len(rows_of("transfer", kind="gift")) == 1
    assert violations() == []


def test_while_somebody_holds_the_book_people_read_on_and_are_told_in_time(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    path = ama.community.path("pot")
    held, freed = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            if session.connection().dialect.name == "postgresql":
                session.execute(sa.text("SELECT seq FROM book FOR UPDATE"))
            held.set()
            freed.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        with mock.patch.object(database, "BUSY_TIMEOUT_S", 0.2):
            begun = time.monotonic()
            answer = send(client, path, KEY)
            assert answer.status_code == 503
            assert "try again" in answer.text
            assert time.monotonic() - begun < HELD_S
        assert client.get(path).status_code == 200
    finally:
        freed.set()
        holder.join()
    assert send(client, path, KEY).status_code == 303
    assert len(rows_of("transfer", kind="gift")) == 1
    assert violations() == []
