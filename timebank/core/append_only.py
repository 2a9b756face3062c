"""Triggers that keep rows as they were written, for migrations to create and `timebank doctor` to look for."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from timebank.core import keeping


def triggers(dialect: str, table: str, keys: Sequence[tuple[str, ...]] = (("id",),)) -> list[str]:
    """Give the statements that make a table append-only.

    `keys` are the column groups that are unique: on SQLite INSERT OR REPLACE deletes the row with the same key and no
    delete trigger sees it, so a guard refuses to insert over any of them.
    """
    return _sqlite(table, keys) if dialect == "sqlite" else _postgresql(table)


def for_a_term(dialect: str, table: str, column: str, term: str) -> list[str]:
    """Give the statements that let rows be deleted when a term (“2 years”) after `column` is over, and never before."""
    over = keeping.over_by_the_database(dialect, f"OLD.{column}", term)
    if dialect == "sqlite":
        refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
        return [
            f"DROP TRIGGER {table}_no_delete",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN ({over}) IS NOT 1 BEGIN {refuse} END",
        ]
    return [
        f"DROP TRIGGER {table}_no_change ON {table}",
        f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' AND {over} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()",
    ]


def for_good(dialect: str, table: str) -> list[str]:
    """Give the statements that take such a term back: rows stay for ever again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_delete", _sqlite(table, (("id",),))[1]]
    return [
        f"DROP TRIGGER {table}_no_change ON {table}",
        f"DROP FUNCTION {table}_keep()",
        _postgresql(table)[1],
    ]


def names(dialect: str, table: str) -> list[str]:
    """Give the names of those triggers."""
    kinds = ("update", "delete", "replace") if dialect == "sqlite" else ("change", "truncate")
    return [f"{table}_no_{kind}" for kind in kinds]


def walls(dialect: str, table: sa.Table) -> list[str]:
    """Give the names of all triggers a table is to have: those, where it is append-only, and its model's own."""
    kept = names(dialect, table.name) if table.info.get("append_only") else []
    return kept + [f"{table.name}_{kind}" for kind in table.info.get("walls", {}).get(dialect, ())]


def _sqlite(table: str, keys: Sequence[tuple[str, ...]]) -> list[str]:
    same = " OR ".join("(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")" for key in keys)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse} END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse} END",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} BEGIN {refuse} END",
    ]


def _postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]
