"""The migrated tables are the models' tables, triggers included, up and down, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from tests.databases import Backend
from timebank.core import append_only, schema
from timebank.core.database import Base


def test_migrated_tables_equal_the_models(app: Flask, backend: Backend) -> None:
    with backend.owner().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": backend.name == "postgresql"})
        assert compare_metadata(context, Base.metadata) == []
        inspector = sa.inspect(connection)
        for table in Base.metadata.sorted_tables:
            ours = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
            theirs = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
            assert ours == theirs, table.name


def test_every_append_only_table_has_its_triggers(app: Flask, backend: Backend) -> None:
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if backend.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with backend.owner().connect() as connection:
        present = set(connection.scalars(sa.text(catalogue)))
    for table in Base.metadata.sorted_tables:
        if table.info.get("append_only"):
            assert present.issuperset(append_only.names(backend.name, table.name)), table.name


def test_migrations_go_down_and_up_again(app: Flask, backend: Backend) -> None:
    backend.owner().dispose()
    schema.downgrade(backend.owner_url, "base")
    try:
        with backend.owner().connect() as connection:
            assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
    finally:
        schema.upgrade(backend.owner_url, app_url=backend.url)
