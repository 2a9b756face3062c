"""The one place that commits: reads that cannot write, `transaction()` for a write, `note()` for lines beside it."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import time
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

from timebank.core.columns import BigInt, Day, Id, Instant
from timebank.core.errors import DomainError
from timebank.core.words import N_

BUSY_TIMEOUT_S = 10.0
LOOK_AGAIN_S, NEXT_LOOKS_AGAIN_S = 0.004, 0.0003
OWNER_ALONE = 0o600
POSTGRESQL_OPTIONS = "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s"
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={int(BUSY_TIMEOUT_S * 1000)}",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
)
ITS_OWN_STATES = ("25006", "42501", "XX")
"""What PostgreSQL says where it may only read, where its role may not write, and where its own machine fails it."""
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
OWNER_ONLY = ("alembic_version",)  # the web reads it: whoever alters it sends the next migration astray
READABLE_PRAGMAS = {"query_only", "data_version", "page_size"}
FORBIDDEN_ACTIONS = {
    getattr(sqlite3, f"SQLITE_{verb}_{noun}")
    for verb in ("CREATE", "DROP")
    for noun in ("INDEX", "TABLE", "TRIGGER", "VIEW", "TEMP_INDEX", "TEMP_TABLE", "TEMP_TRIGGER", "TEMP_VIEW", "VTABLE")
} | {sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}


class Busy(DomainError):
    """Too many people are writing at this moment; nothing was written."""

    status = 503


class Base(DeclarativeBase):
    """The tables' common ground: named constraints, and Python types that both databases keep alike."""

    registry = registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: Instant, date: Day, uuid.UUID: Id, int: BigInt, str: sa.Text},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def failed_by_itself(error: sa.exc.DBAPIError) -> bool:
    """Tell whether the database failed for reasons of its own, whatever was asked of it: to come back later may help.

    It cannot be reached, took too long, has no room, is damaged, or may only be read: as a stand-in or by its rights.
    """
    state = str(getattr(error.orig, "sqlstate", None))
    name = str(getattr(error.orig, "sqlite_errorname", None))
    return isinstance(error, sa.exc.OperationalError) or state.startswith(ITS_OWN_STATES) or name.startswith(DAMAGED)


@contextlib.contextmanager
def transaction(*, even_closed: bool = False) -> Iterator[Session]:
    """Write, in one unit that is committed at the end of the block or leaves nothing behind.

    The session is emptied on entry: whatever the write relies on is loaded inside the block, under the lock.
    Raises Busy where the lock cannot be had in time; BooksClosed while they are, but `even_closed` for doors.
    """
    session = db.session()
    if session.info.get("unit") == "write":
        raise RuntimeError("A write is under way already: it is opened once, in the route, the command or the job.")
    session.rollback()
    session.expunge_all()
    with _writing(session):
        if not even_closed:
            current_app.extensions["check_open"]()
        yield session


@contextlib.contextmanager
def note() -> Iterator[Session]:
    """Write a short line beside the page's own unit: last seen, looks, failed attempts. Never in `transaction()`."""
    if db.session().info.get("unit") == "write":
        raise RuntimeError("A note is written before or after a transaction, not inside it.")
    with Session(db.engine, expire_on_commit=False) as session, _writing(session):
        yield session


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """Read in a unit of its own that ends with the block; what was loaded stays readable, never written any more."""
    session = db.session()
    if session.info.get("unit") == "write":
        raise RuntimeError("A read of its own would undo the write that is under way: read inside it instead.")
    try:
        yield session
    finally:
        session.expunge_all()
        session.rollback()


@contextlib.contextmanager
def _writing(session: Session) -> Iterator[None]:
    with _writers_turn(db.engine):
        try:
            session.connection(execution_options={"unit": "write"})
        except sa.exc.OperationalError as busy:
            session.rollback()
            raise Busy(N_("Many people are writing just now. Nothing was changed. Please try again.")) from busy
        session.info["unit"] = "write"
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("unit", None)


@contextlib.contextmanager
def _writers_turn(engine: Engine) -> Iterator[None]:
    """Let one writer at a time at a SQLite file, of all processes.

    Versions 3.7.0 to 3.51.2 can damage the file when several writers and checkpoints meet; Debian 12 ships 3.40.
    Taken for every version, because it also shortens the longest wait. Raises Busy.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    until = time.monotonic() + BUSY_TIMEOUT_S
    # Whoever has just written would be back before those who sleep: so one of them stands next, and nobody passes.
    with _place_to_queue(engine, "next") as next_one, _place_to_queue(engine, "lock") as turn:
        _wait_for(next_one, until, LOOK_AGAIN_S)
        _wait_for(turn, until, NEXT_LOOKS_AGAIN_S)
        fcntl.flock(next_one, fcntl.LOCK_UN)
        yield  # closing the file gives the turn back


def _wait_for(place: IO[str], until: float, look_again_s: float) -> None:
    while True:
        try:
            return fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy(N_("Many people are writing just now. Nothing was changed. Please try again.")) from None
            time.sleep(look_again_s)


def _place_to_queue(engine: Engine, name: str) -> IO[str]:
    try:
        return Path(f"{engine.url.database}.{name}").open("a")
    except OSError as closed:  # a disk that is full, or may only be read
        raise Busy(N_("Nothing can be written just now. Nothing was changed. Please try again.")) from closed


def prepare(engine: Engine, *, guarded: bool) -> None:
    """Make an engine's connections follow the house's rules; `guarded` ones refuse to alter what is append-only."""
    if engine.dialect.name == "sqlite":
        _make_for_owner_alone(Path(str(engine.url.database)))
        sa.event.listen(engine, "connect", _sqlite_guarded if guarded else _sqlite_connect)
    sa.event.listen(engine, "begin", _begin)


def _make_for_owner_alone(file: Path) -> None:
    # Before SQLite makes it for everybody to read; what SQLite puts beside it follows its rights.
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=OWNER_ALONE)


def engine_options(url: str) -> dict[str, Any]:
    """Give the options an engine for this database is made with."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}}
    return {"connect_args": {"options": POSTGRESQL_OPTIONS}, "pool_pre_ping": True, "pool_size": 10}


def _begin(connection: Connection) -> None:
    # A deferred read that turns into a write fails at once, however long one would wait: the kind is told beforehand.
    write = connection.get_execution_options().get("unit") == "write"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
    elif not write:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_guarded(connection: sqlite3.Connection, record: object) -> None:
    _sqlite_connect(connection, record)
    tables = Base.metadata.tables.values()
    append_only = {table.name: table.info for table in tables if table.info.get("append_only")}
    closed = {
        sqlite3.SQLITE_INSERT: set(OWNER_ONLY),
        sqlite3.SQLITE_UPDATE: {
            *append_only,
            *OWNER_ONLY,
            *(each.name for each in tables if each.info.get("unaltered")),
        },
        sqlite3.SQLITE_DELETE: {*OWNER_ONLY, *(name for name, info in append_only.items() if "forgotten" not in info)},
    }
    frozen = {(table.name, column) for table in tables for column in table.info.get("frozen_columns", ())}

    def judge(action: int, first: str | None, second: str | None, _schema: str | None, trigger: str | None) -> int:
        if action == sqlite3.SQLITE_PRAGMA:
            return sqlite3.SQLITE_OK if first in READABLE_PRAGMAS else sqlite3.SQLITE_DENY
        if action in FORBIDDEN_ACTIONS or first in closed.get(action, ()):
            return sqlite3.SQLITE_DENY
        # Floors and ceilings move by the trigger of a limit change alone; SQLite names the trigger that is at work.
        if action == sqlite3.SQLITE_UPDATE and (first, second) in frozen and trigger is None:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    connection.set_authorizer(judge)
