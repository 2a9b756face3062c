"""Files a copy is made of: a scratch database that nobody else reads, one moment of a busy one, a disk that is full."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from timebank.core import schema
from timebank.core.errors import Conflict, DomainError, Refused
from timebank.core.words import N_
from timebank.upkeep import queries

PIECE = 1 << 20
FOR_OWNER_ALONE = 0o600
NOT_WRITABLE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")
SNAPSHOT = "REPEATABLE READ"


class NoRoom(DomainError):
    """The disk is full, or may not be written to; whatever was begun is taken away again."""

    status = 507


@contextmanager
def scratch(file: Path) -> Iterator[tuple[str, Session]]:
    """Read a database file that nobody else reads. Gives the migration it is at, and a session."""
    engine = schema.owner_engine(f"sqlite:///{file}")
    try:
        with Session(engine) as session:
            revision = schema.revision(session.connection())
            if revision is None:
                raise Refused(N_("This is a database of something else."))
            yield revision, session
    except sa.exc.DatabaseError as broken:
        raise Refused(N_("This copy cannot be read: it is no database, or a broken one.")) from broken
    finally:
        engine.dispose()


@contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Turn what a full or closed disk says into a sentence."""
    try:
        yield
    except (OSError, sqlite3.OperationalError, sa.exc.OperationalError) as refused:
        said = refused.orig if isinstance(refused, sa.exc.OperationalError) else refused
        if not isinstance(said, OSError) and not getattr(said, "sqlite_errorname", "").startswith(NOT_WRITABLE):
            raise
        raise NoRoom(
            N_("Nothing could be written to %(folder)s: is the disk full, or closed to writing? Nothing was changed."),
            folder=str(folder),
        ) from refused


@contextmanager
def place_to_work(folder: Path) -> Iterator[Path]:
    """Give a place in the folder, made where it is not there, that is gone afterwards whatever happens."""
    with full_disk_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder) as work:
            yield Path(work)


@contextmanager
def from_one_moment(url: str) -> Iterator[Connection]:
    """Read a database as it is at one moment, whatever is written meanwhile."""
    engine: Engine = schema.owner_engine(url)
    try:
        level = {"isolation_level": SNAPSHOT} if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(**level) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


@contextmanager
def writing_to(url: str) -> Iterator[Connection]:
    """Write to a database as the owner of its tables, in one transaction."""
    engine = schema.owner_engine(url)
    try:
        with engine.connect().execution_options(unit="write") as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def check_all(session: Session) -> None:
    """Raise Conflict where a restored database breaks an invariant."""
    for found in queries.violations(session):
        raise Conflict(
            N_("The copy breaks an invariant at %(row)s: %(told)s"),
            row=found.row,
            told=found.sentence,
        )


def settle_down(file: Path, place: Path) -> None:
    """Move a finished file to its place, for its owner alone, so that it is still there after a power cut."""
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.chmod(FOR_OWNER_ALONE)
    file.replace(place)
    keep_folder(place.parent)


def keep_folder(folder: Path) -> None:
    """Let what was moved into a folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def make_single(file: Path) -> None:
    """Let all of a SQLite database be in its one file. Raises OperationalError while somebody else reads it."""
    with closing(sqlite3.connect(file, timeout=0)) as alone:
        alone.execute("PRAGMA journal_mode=DELETE")


def sha256(file: Path) -> str:
    """Give the digest of a file."""
    told = hashlib.sha256()
    with file.open("rb") as opened:
        for piece in iter(lambda: opened.read(PIECE), b""):
            told.update(piece)
    return told.hexdigest()
