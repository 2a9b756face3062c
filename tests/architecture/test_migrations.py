"""The migrated tables are the models' tables, triggers included, up and down, with data, on both databases."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.orm import Session

from config import ROOT
from tests.architecture.town import populate
from tests.databases import Backend
from timebank import create_app
from timebank.core import append_only, schema
from timebank.core.database import Base, db
from timebank.core.errors import Conflict
from timebank.upkeep import queries as upkeep

TABLES = Base.metadata.sorted_tables
FILLED = (
    "community",
    "setting_change",
    "person",
    "membership",
    "look",
    "account",
    "transfer",
    "listing",
    "exchange",
    "release",
)


def append_only_tables() -> list[sa.Table]:
    return [table for table in TABLES if table.info.get("append_only")]


def differences(connection: sa.Connection) -> list[Any]:
    """Give how the database differs from the models, and from what migrations promise beside them."""
    options = {"compare_type": connection.dialect.name == "postgresql", "compare_server_default": True}
    found = list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))
    inspector = sa.inspect(connection)
    for table in TABLES:
        if inspector.has_table(table.name):
            found += _differing_parts(inspector, table)
    return found + _triggers(connection)


def _differing_parts(inspector: sa.Inspector, table: sa.Table) -> Iterator[tuple[str, object, object]]:
    """Compare what Alembic does not: checks, names of keys, the columns' own types where they are told alike."""
    theirs = {str(check["name"]): str(check["sqltext"]) for check in inspector.get_check_constraints(table.name)}
    ours = {str(each.name): str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
    if inspector.dialect.name == "sqlite":  # PostgreSQL writes a condition down in its own words
        yield from ([] if ours == theirs else [(table.name, ours, theirs)])
    elif set(ours) != set(theirs):
        yield table.name, set(ours), set(theirs)
    keys = inspector.get_pk_constraint(table.name)
    if (keys["name"], keys["constrained_columns"]) != (table.primary_key.name, [c.name for c in table.primary_key]):
        yield table.name, table.primary_key, keys
    foreign = {str(key["name"]) for key in inspector.get_foreign_keys(table.name)}
    named = {str(key.name) for key in table.foreign_key_constraints}
    if foreign != named:
        yield table.name, named, foreign


def _triggers(connection: sa.Connection) -> list[tuple[str, set[str]]]:
    dialect = connection.dialect.name
    present = set(connection.scalars(sa.text(schema.TRIGGERS[dialect])))
    wanted = {each for table in TABLES for each in append_only.walls(dialect, table)}
    missing, unknown = wanted - present, present - wanted
    return [(what, which) for what, which in (("missing", missing), ("unknown", unknown)) if which]


def revisions() -> list[str]:
    """Give the migrations, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def fresh(backend: Backend, tmp_path: Path) -> Iterator[Backend]:
    """Give a database of its own, without any table."""
    if backend.name == "sqlite":
        url = f"sqlite:///{tmp_path}/fresh.sqlite"
        made = Backend("sqlite", url, url, tmp_path)
        yield made
        made.owner().dispose()
        return
    name = f"fresh_{uuid.uuid4().hex}"
    server = sa.create_engine(backend.owner_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    urls = [
        sa.make_url(url).set(database=name).render_as_string(hide_password=False)
        for url in (backend.url, backend.owner_url)
    ]
    made = Backend("postgresql", *urls, tmp_path)
    yield made
    made.owner().dispose()
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def fill(backend: Backend) -> dict[str, int]:
    """Put a whole town into a database and give how many rows each table holds."""
    app = create_app(backend.settings(), TESTING=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)
    populate(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return counts(backend)


def counts(backend: Backend) -> dict[str, int]:
    with backend.owner().connect() as connection:
        present = sa.inspect(connection).get_table_names()
        found = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in TABLES
            if table.name in present
        }
    backend.owner().dispose()
    return found


def differences_of(backend: Backend) -> list[Any]:
    with backend.owner().connect() as connection:
        found = differences(connection)
    backend.owner().dispose()
    return found


def test_migrated_tables_equal_the_models(app: Flask, backend: Backend) -> None:
    del app
    assert differences_of(backend) == []


def test_comparing_notices_what_is_missing(fresh: Backend) -> None:
    schema.upgrade(fresh.owner_url, app_url=fresh.url)
    harm = {
        "sqlite": ["DROP TRIGGER transfer_no_update", "DROP INDEX ix_membership_standing"],
        "postgresql": [
            "DROP TRIGGER transfer_no_change ON transfer",
            "DROP INDEX ix_membership_standing",
            "ALTER TABLE person DROP CONSTRAINT ck_person_email_with_email_asked_at",
            "ALTER TABLE person ALTER COLUMN made_at TYPE date",
            "ALTER TABLE audit_line DISABLE TRIGGER audit_line_no_change",
        ],
    }
    with fresh.owner().connect().execution_options(unit="write") as connection, connection.begin():
        known = differences(connection)
        for statement in harm[fresh.name]:
            connection.exec_driver_sql(statement)
            found = differences(connection)
            assert str(found) != str(known), statement
            known = found


def test_migrations_go_down_and_up_step_by_step_with_a_town_inside(fresh: Backend) -> None:
    schema.upgrade(fresh.owner_url, app_url=fresh.url)
    before = fill(fresh)
    assert {name for name in FILLED if not before[name]} == set()
    for revision in [*revisions()[:-1][::-1], "base"]:
        schema.downgrade(fresh.owner_url, revision)
        left = counts(fresh)
        assert {name: before[name] for name in left} == left, f"going down to {revision} lost rows of other tables"
    with fresh.owner().connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
        assert set(connection.scalars(sa.text(schema.TRIGGERS[fresh.name]))) == set()
    fresh.owner().dispose()
    for revision in revisions():
        schema.upgrade(fresh.owner_url, app_url=fresh.url, to=revision)
    assert differences_of(fresh) == []
    assert fill(fresh) == before


BOOK = ("book", "account", "transfer", "transfer_note", "limit_change", "anchor")


NO_SUCH = "The book says it was, and there is no such exchange, or not so."


def book_of(backend: Backend) -> dict[str, list[Any]]:
    """Give every row of the ledger's tables, those that there are."""
    with backend.owner().connect() as connection:
        present = sa.inspect(connection).get_table_names()
        wanted = {name: sa.select(Base.metadata.tables[name]) for name in BOOK if name in present}
        found = {name: sorted(map(str, connection.execute(each))) for name, each in wanted.items()}
    backend.owner().dispose()
    return found


def violations_of(backend: Backend) -> list[Any]:
    with Session(backend.owner()) as session:
        found = list(upkeep.violations(session))
    backend.owner().dispose()
    return found


def test_from_every_migration_the_books_come_back_whole(fresh: Backend) -> None:
    schema.upgrade(fresh.owner_url, app_url=fresh.url)
    fill(fresh)
    before = book_of(fresh)
    assert before["transfer"]
    assert violations_of(fresh) == []
    ledger_from = revisions().index("0002")
    for revision in revisions()[ledger_from:-1][::-1]:
        schema.downgrade(fresh.owner_url, revision)
        assert book_of(fresh) == before, f"going down to {revision}"
        schema.upgrade(fresh.owner_url, app_url=fresh.url)
        assert book_of(fresh) == before, f"coming up from {revision}"
        # Below the exchanges' own tables their rows are gone for good, and verify is right to say so.
        lost = {NO_SUCH} if revision < "0005" else set()
        assert {each.sentence for each in violations_of(fresh)} == lost, f"coming up from {revision}"


@pytest.mark.parametrize("table", [table.name for table in append_only_tables()])
@pytest.mark.parametrize("way", ["upgrade", "downgrade"])
def test_a_migration_that_builds_a_table_anew_is_refused_and_undone(
    fresh: Backend, monkeypatch: pytest.MonkeyPatch, table: str, way: str
) -> None:
    schema.upgrade(fresh.owner_url, app_url=fresh.url)

    def rebuild(config: Config, _to: str) -> None:
        operations = Operations(MigrationContext.configure(config.attributes["connection"]))
        with operations.batch_alter_table(table, recreate="always") as anew:
            anew.add_column(sa.Column("more", sa.Text()))

    monkeypatch.setattr(schema.command, way, rebuild)
    with pytest.raises((Conflict, sa.exc.DBAPIError)) as refused:
        getattr(schema, way)(fresh.owner_url, to="head")
    if isinstance(refused.value, Conflict):
        assert f"{table}_no_" in str(refused.value)
    assert differences_of(fresh) == []


def test_without_the_look_at_the_walls_such_a_migration_would_pass(
    fresh: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_check_walls", lambda *_: None)
    with pytest.raises(pytest.fail.Exception):
        test_a_migration_that_builds_a_table_anew_is_refused_and_undone(fresh, monkeypatch, "look", "upgrade")
    assert differences_of(fresh) != []


def test_newest_migration_goes_down_and_up_again_with_everything_kept(fresh: Backend) -> None:
    schema.upgrade(fresh.owner_url, app_url=fresh.url)
    before = fill(fresh)
    schema.downgrade(fresh.owner_url, revisions()[-2])
    kept = counts(fresh)
    schema.upgrade(fresh.owner_url, app_url=fresh.url)
    assert {name: counts(fresh)[name] for name in kept} == kept
    assert {name: before[name] for name in kept} == kept
    assert differences_of(fresh) == []


def pairs(connection: sa.Connection, statement: str) -> dict[str, str]:
    return {name: sql for name, sql in connection.execute(sa.text(statement))}


def test_guard_against_replacing_looks_at_every_unique_key(app: Flask, backend: Backend) -> None:
    if backend.name == "postgresql":
        return  # there no statement deletes a row without its delete trigger
    del app
    with backend.owner().connect() as connection:
        guards = pairs(
            connection, "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%replace'"
        )
    for table in append_only_tables():
        unique = [each for each in table.constraints if isinstance(each, sa.UniqueConstraint | sa.PrimaryKeyConstraint)]
        keys = [[column.name for column in each.columns] for each in unique]
        keys += [[column.name for column in index.columns] for index in table.indexes if index.unique]
        for key in keys:
            same = "(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")"
            assert same in guards[table.name], f"{table.name}: the guard lets INSERT OR REPLACE pass by {key}"


def test_strict_tables_are_strict(app: Flask, backend: Backend) -> None:
    if backend.name == "postgresql":
        return
    del app
    with backend.owner().connect() as connection:
        found = pairs(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    for table in TABLES:
        wanted = bool(table.dialect_options["sqlite"]["strict"])
        assert found[table.name].rstrip().upper().endswith("STRICT") == wanted, table.name


def test_web_may_alter_nothing_that_is_append_only(app: Flask, backend: Backend) -> None:
    del backend
    with app.app_context(), db.engine.connect().execution_options(unit="write") as connection:
        for table in append_only_tables():
            deleting = [] if "forgotten" in table.info else [f"DELETE FROM {table.name}"]  # there its trigger judges
            for statement in (f"UPDATE {table.name} SET {table.columns[0].name} = 0", *deleting):
                with pytest.raises(sa.exc.DatabaseError, match=r"not authorized|permission denied"), connection.begin():
                    connection.exec_driver_sql(statement)


def test_migrations_never_rebuild_a_table() -> None:
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "batch_alter_table" not in names, f"{path.name}: a rebuild on SQLite drops triggers and unnamed checks"


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        f"{table.name}: {constraint}" for table in TABLES for constraint in table.constraints if constraint.name is None
    ]
    assert unnamed == []
