"""What `timebank doctor` looks at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from config import KEPT_IN_FILES
from timebank.cli import roles
from timebank.core import console, schema
from timebank.core.database import Base, reading
from timebank.core.door import settings
from timebank.releases import queries as releases
from timebank.releases.rules import fingerprint
from timebank.upkeep import queries as upkeep

OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
OLDEST_POSTGRESQL = 130000


@dataclass(frozen=True)
class Finding:
    """One thing looked at: a sentence, and whether it is well."""

    well: bool
    sentence: str


def look(engine: Engine) -> Iterator[Finding]:
    """Look at the settings, then at the database as the web sees it."""
    yield Finding(True, f"The settings make sense. The site is at {settings().address}.")
    for name in KEPT_IN_FILES:
        kept = settings().instance_dir / name
        if kept.is_file() and kept.stat().st_mode & 0o077:
            yield Finding(
                False, f"Others on this machine can read {name} in the instance folder. Run: chmod 600 on it."
            )
    if not settings().release_secret:
        yield Finding(False, "No releases are made: there is no secret for them. Run `make setup`.")
    if settings().demo:
        yield Finding(True, "This is a demo: its people are invented and their passphrase is known.")
    if not settings().mail_server:
        yield Finding(True, "No mail is sent: there is no MAIL_SERVER. Cards work without it.")
    try:
        with engine.connect() as connection:
            yield _version(connection)
        state = console.state_of_database()
    except SQLAlchemyError:
        yield Finding(False, "The database cannot be reached. Is it running, and is DATABASE_URL right?")
        return
    yield _migrations(state)
    if state == "ready":
        with engine.connect() as connection:
            yield from _triggers(connection)
            yield from _rights(connection)
        yield from _secret_of_releases()
        yield _books()


def _version(connection: Connection) -> Finding:
    if connection.dialect.name == "sqlite":
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            return Finding(False, f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or later is needed.")
        return Finding(True, f"SQLite {sqlite3.sqlite_version}; writers take turns by a lock file.")
    number = int(str(connection.scalar(sa.text("SHOW server_version_num"))))
    version = connection.scalar(sa.text("SHOW server_version"))
    if number < OLDEST_POSTGRESQL:
        return Finding(False, f"PostgreSQL {version} is too old; 13 or later is needed.")
    return Finding(True, f"PostgreSQL {version}.")


def _migrations(state: str) -> Finding:
    sentences = {
        "ready": "The tables are up to date.",
        "empty": "The database is empty. Run `timebank migrate`.",
        "behind": "The tables are older than the program. Run `timebank migrate`.",
        "foreign": "This is a database of something else. Is DATABASE_URL right?",
        "ahead": "The tables are newer than the program. Update the program.",
    }
    return Finding(state == "ready", sentences[state])


def _triggers(connection: Connection) -> Iterator[Finding]:
    tables = [table.name for table in Base.metadata.sorted_tables if table.info.get("append_only")]
    missing = schema.missing_walls(connection)
    if missing:
        yield Finding(False, f"Triggers are missing: {', '.join(missing)}. Restore the newest backup or ask for help.")
    else:
        yield Finding(True, f"{len(tables)} tables can only be added to, and their triggers are in place.")


def _secret_of_releases() -> Iterator[Finding]:
    with reading():
        known = releases.fingerprints()
    secret = settings().release_secret.encode()
    if secret and known - {fingerprint(secret)}:
        yield Finding(False, "The secret of the releases is another one than before. Put the old one back.")


def _rights(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        name = Path(str(connection.engine.url.database))
        if name.stat().st_mode & 0o007:
            yield Finding(False, "Others on this machine can read the database file. Run: chmod 600 on it.")
        return
    role = str(connection.scalar(sa.text("SELECT current_user")))
    troubles = list(roles.too_much(connection, role))
    if troubles:
        more = f" (and {len(troubles) - 1} more)" if len(troubles) > 1 else ""
        yield Finding(
            False,
            f"The web's role {troubles[0]}{more}. Give it a role of its own: `timebank db roles`, see docs/hosts.",
        )
    else:
        yield Finding(True, "The web's role owns nothing, and can alter neither tables nor the book.")


def _books() -> Finding:
    with reading():
        lasting = upkeep.closure()
    if lasting is None:
        return Finding(True, "The books are open.")
    return Finding(
        False,
        f"The books are closed since {lasting.closed_at:%Y-%m-%d %H:%M} UTC: {lasting.found} findings. "
        "Run `timebank verify`; when nothing is wrong any more, `timebank verify --open-again`.",
    )
