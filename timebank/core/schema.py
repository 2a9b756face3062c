"""The database's shape: which migration it is at, bringing it up to date, and what the web's own role may do."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from config import ROOT
from timebank.core import append_only, database
from timebank.core.errors import Conflict
from timebank.core.words import N_

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


def owner_engine(url: str) -> Engine:
    """Make an engine that may change tables: for migrations and for tests that play the owner."""
    options = {} if url.startswith("postgresql") else database.engine_options(url)
    engine = sa.create_engine(url, **options)
    database.prepare(engine, guarded=False)
    return engine


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, *, app_url: str | None = None, to: str = "head") -> None:
    """Bring the database at `url` up to date, and let the role of `app_url` (where it is another one) do its work.

    Raises Conflict, with everything as it was, where a migration takes down what keeps rows as written.
    """
    engine = owner_engine(url)
    try:
        with engine.connect().execution_options(unit="write") as connection, connection.begin():
            missing = missing_walls(connection)
            command.upgrade(_config(connection), to)
            _check_walls(connection, missing)
            role = sa.make_url(app_url).username if app_url else None
            if engine.dialect.name == "postgresql" and role and role != engine.url.username:
                let_work(connection, role)
    finally:
        engine.dispose()


def downgrade(url: str, to: str) -> None:
    """Take the database at `url` back to an earlier migration."""
    engine = owner_engine(url)
    try:
        with engine.connect().execution_options(unit="write") as connection, connection.begin():
            missing = missing_walls(connection)
            command.downgrade(_config(connection), to)
            _check_walls(connection, missing)
    finally:
        engine.dispose()


def _check_walls(connection: Connection, before: Sequence[str]) -> None:
    # A table that is built anew on SQLite comes back without its triggers, and nothing else would say so.
    missing = [name for name in missing_walls(connection) if name not in before]
    if revision(connection) != newest():  # on the way, walls that come later are not missed
        own = [table.name for table in database.Base.metadata.sorted_tables if table.info.get("append_only")]
        always = {name for table in own for name in append_only.names(connection.dialect.name, table)}
        missing = [name for name in missing if name in always]
    if missing:
        raise Conflict(N_("A migration takes down what keeps rows as written: %(names)s."), names=", ".join(missing))


def missing_walls(connection: Connection) -> list[str]:
    """Give the triggers that are to keep rows as written and are not there, or are asleep, of the tables there are."""
    dialect = connection.dialect.name
    present = set(connection.scalars(sa.text(TRIGGERS[dialect])))
    tables = set(connection.scalars(sa.text(TABLES[dialect])))
    ours = [table for table in database.Base.metadata.sorted_tables if table.name in tables]
    return [name for table in ours for name in append_only.walls(dialect, table) if name not in present]


def let_work(connection: Connection, role: str) -> None:
    """Let the web's role read and write, but alter nothing that is append-only, nor any limit, nor any table."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    present = set(sa.inspect(connection).get_table_names())
    _forbid_tables_of_its_own(connection, quoted)
    connection.execute(sa.text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(sa.text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    for table in database.Base.metadata.sorted_tables:
        if table.name not in present:
            continue
        connection.execute(sa.text(f"REVOKE ALL ON {table.name} FROM {quoted}"))
        if table.info.get("append_only"):
            # What is kept for a term may be deleted when its trigger finds that the term is over.
            rights = "SELECT, INSERT, DELETE" if "forgotten" in table.info else "SELECT, INSERT"
            connection.execute(sa.text(f"GRANT {rights} ON {table.name} TO {quoted}"))
        elif table.info.get("unaltered"):
            connection.execute(sa.text(f"GRANT SELECT, INSERT, DELETE ON {table.name} TO {quoted}"))
        elif frozen := table.info.get("frozen_columns"):
            free = ", ".join(column.name for column in table.columns if column.name not in {*frozen, "id"})
            connection.execute(sa.text(f"GRANT SELECT, INSERT, UPDATE ({free}) ON {table.name} TO {quoted}"))
        else:
            connection.execute(sa.text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO {quoted}"))
    for table_name in present.intersection(database.OWNER_ONLY):
        connection.execute(sa.text(f"GRANT SELECT ON {table_name} TO {quoted}"))


def _forbid_tables_of_its_own(connection: Connection, quoted: str) -> None:
    # A temporary table stands before one of ours of the same name, and would be read and written in its place.
    name = connection.scalar(
        sa.text("SELECT datname FROM pg_database WHERE datname = current_database() AND pg_has_role(datdba, 'MEMBER')")
    )
    if name is not None:
        database_name = connection.dialect.identifier_preparer.quote(name)
        connection.execute(sa.text(f"REVOKE TEMPORARY ON DATABASE {database_name} FROM PUBLIC, {quoted}"))


def revision(connection: Connection) -> str | None:
    """Give the migration a database is at; None for an empty one."""
    # Not through Alembic: it asks by PRAGMA, which the web's connections refuse.
    catalogue = (
        "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.dialect.name == "sqlite"
        else "SELECT count(*) FROM pg_tables WHERE tablename = 'alembic_version'"
    )
    if not connection.scalar(sa.text(catalogue)):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def holds_tables(connection: Connection) -> bool:
    """Tell whether a database holds any table, ours or not; those of PostgreSQL's extensions do not count."""
    catalogue = (
        "SELECT count(*) FROM sqlite_master"
        if connection.dialect.name == "sqlite"
        else "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
    )
    return bool(connection.scalar(sa.text(catalogue)))


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config)


def knows(revision_id: str) -> bool:
    """Tell whether this version of the program has a migration of that name."""
    return any(script.revision == revision_id for script in _scripts().walk_revisions())


def newest() -> str:
    """Give the newest migration of this version of the program."""
    head = _scripts().get_current_head()
    if head is None:
        raise RuntimeError("There are no migrations beside the program.")
    return head
