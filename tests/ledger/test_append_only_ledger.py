"""What is in the book stays: every way past, tried on the web's own connection, is refused and changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.ledger.town import Town, owner
from timebank.core.database import db, transaction

COPY = "SELECT {columns} FROM {table} WHERE community_id = :c ORDER BY 1 LIMIT 1"


def columns(table: str, **changes: str) -> str:
    """List a table's columns for a copy of a row, some of them with another value."""
    return ", ".join(changes.get(column.name, column.name) for column in db.metadata.tables[table].columns)


def attempt(town: Town, statement: str) -> None:
    """Try a statement as the web; it must be refused, and nothing may be different."""
    before = town.rows()
    with pytest.raises(sa.exc.DBAPIError), transaction() as session:
        session.execute(sa.text(statement), {"c": town.id, "a": town.accounts["ana"]})
    assert town.rows() == before
    assert town.violations() == []


@pytest.fixture
def kept(town: Town) -> Town:
    """Give a town with something in every table."""
    original = town.help("ana", "ben", 90, note="thank you", approved_by="dan", seconded_by="eve")
    town.reverse(original.id)
    town.help("ana", "ben", 30)
    town.limit("ana", -700, 2400)
    with transaction() as session:
        session.execute(
            sa.text(
                "INSERT INTO anchor SELECT community_id, seq, 'mail', head, :at FROM book WHERE community_id = :c"
            ).bindparams(sa.bindparam("at", type_=db.metadata.tables["anchor"].c.at.type)),
            {"c": town.id, "at": original.posted_at},
        )
    return town


@pytest.mark.parametrize("table", ["transfer", "limit_change", "anchor"])
@pytest.mark.parametrize(
    "verb", ["UPDATE {t} SET community_id = community_id WHERE community_id = :c", "DELETE FROM {t}"]
)
def test_rows_are_neither_altered_nor_removed(kept: Town, table: str, verb: str) -> None:
    attempt(kept, verb.format(t=table))


@pytest.mark.parametrize("column", [*["minutes", "payer_id", "done_on", "kind", "hash", "posted_by", "reverses"]])
def test_no_column_of_a_transfer_can_be_written_again(kept: Town, column: str) -> None:
    attempt(kept, f"UPDATE transfer SET {column} = {column}")


@pytest.mark.parametrize("table", ["book", "account", "transfer"])
def test_books_and_accounts_are_not_removed(kept: Town, table: str) -> None:
    attempt(kept, f"DELETE FROM {table} WHERE community_id = :c")


@pytest.mark.parametrize(
    "change",
    ["floor = -99999", "ceiling = 99999", "kind = 'group'", "community_id = 99", "id = 99999", "public_id = 'x'"],
)
def test_an_account_stays_what_it_is_and_its_limits_where_they_are(kept: Town, change: str) -> None:
    attempt(kept, f"UPDATE account SET {change} WHERE id = :a")


def test_a_balance_cannot_pass_its_limits_or_leave_its_parts(kept: Town) -> None:
    attempt(kept, "UPDATE account SET balance = balance - 5000, received = received + 5000 WHERE id = :a")
    attempt(kept, "UPDATE account SET balance = balance + 1 WHERE id = :a")


def test_an_account_begins_with_nothing_and_without_limits(kept: Town) -> None:
    for changes in ({"floor": "-9999", "balance": "0"}, {"ceiling": "9999", "balance": "0"}):
        zero = {"given": "0", "received": "0", "moved": "0", "floor": "0", "ceiling": "0"}
        copy = columns("account", **{**zero, "id": "id + 100", "public_id": "'new'", **changes})
        attempt(kept, f"INSERT INTO account {COPY.format(columns=copy, table='account')}")


def test_a_limit_change_that_begins_at_other_limits_is_refused(kept: Town) -> None:
    copy = columns("limit_change", id="id + 100", new_floor="-9999")
    attempt(kept, f"INSERT INTO limit_change {COPY.format(columns=copy, table='limit_change')}")
    copy = columns("limit_change", id="id + 100", old_floor="new_floor", made_by="'dan'", seconded_by="'dan'")
    attempt(kept, f"INSERT INTO limit_change {COPY.format(columns=copy, table='limit_change')}")


NEW_KEYS = {
    "community_id, id": {"seq": "seq + 100", "source_id": "'new'", "reverses": "NULL"},
    "community_id, seq": {"id": "'00000000-0000-0000-0000-000000000001'", "source_id": "'new'", "reverses": "NULL"},
    "community_id, source_kind, source_id, leg": {
        "id": "'00000000-0000-0000-0000-000000000001'",
        "seq": "seq + 100",
        "reverses": "NULL",
    },
    "community_id, reverses": {
        "id": "'00000000-0000-0000-0000-000000000001'",
        "seq": "seq + 100",
        "source_id": "'new'",
    },
}


@pytest.mark.parametrize("key", NEW_KEYS)
@pytest.mark.parametrize("upsert", [False, True])
def test_a_row_is_not_replaced_by_one_with_the_same_key(kept: Town, key: str, *, upsert: bool) -> None:
    postgresql = db.engine.dialect.name == "postgresql"
    changes = dict(NEW_KEYS[key], minutes="minutes + 5")
    if postgresql and "id" in changes:
        changes["id"] += "::uuid"
    copy = columns("transfer", **changes)
    which = "reverses IS NOT NULL" if "reverses" in key else "reverses IS NULL"
    rows = f"SELECT {copy} FROM transfer WHERE community_id = :c AND {which} LIMIT 1"
    if not (upsert or postgresql):
        attempt(kept, f"INSERT OR REPLACE INTO transfer {rows}")
        return
    rows = f"SELECT * FROM ({rows}) AS copied WHERE true"
    attempt(kept, f"INSERT INTO transfer {rows} ON CONFLICT ({key}) DO UPDATE SET minutes = excluded.minutes")


def test_accounts_and_books_are_not_replaced(kept: Town) -> None:
    verb = "INSERT" if db.engine.dialect.name == "postgresql" else "INSERT OR REPLACE"
    nothing = {"balance": "0", "given": "0", "received": "0", "moved": "0", "floor": "0", "ceiling": "0"}
    for table, changes in (
        ("account", nothing),
        ("account", {**nothing, "id": "id + 100"}),
        ("book", {"seq": "99"}),
    ):
        copy = COPY.format(columns=columns(table, **changes), table=table)
        attempt(kept, f"{verb} INTO {table} {copy}")
    copy = COPY.format(columns=columns("account", **nothing), table="account")
    rows = f"SELECT * FROM ({copy}) AS copied WHERE true"
    attempt(kept, f"INSERT INTO account {rows} ON CONFLICT (id) DO UPDATE SET floor = -99999")


SQLITE_WAYS = [
    "DROP TRIGGER transfer_no_update",
    "DROP TABLE transfer",
    "ALTER TABLE transfer RENAME TO gone",
    "CREATE TRIGGER mine AFTER INSERT ON book BEGIN UPDATE account SET floor = -99999; END",
    "CREATE TEMP TRIGGER mine AFTER INSERT ON audit_line BEGIN UPDATE account SET floor = -99999; END",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA ignore_check_constraints = ON",
    "ATTACH DATABASE ':memory:' AS other",
    "CREATE TEMP TABLE transfer AS SELECT * FROM main.transfer",
    "CREATE TEMP TRIGGER friend AFTER INSERT ON account BEGIN DELETE FROM transfer; END",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = OFF",
    "PRAGMA trusted_schema = ON",
    "PRAGMA defer_foreign_keys = ON",
    "PRAGMA legacy_alter_table = ON",
    "PRAGMA schema_version = 99",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "SELECT * FROM pragma_writable_schema",
    "SELECT load_extension('mine')",
    "CREATE VIRTUAL TABLE mine USING fts5(words)",
    "CREATE TEMP VIEW transfer AS SELECT * FROM main.transfer",
    "UPDATE sqlite_master SET sql = '' WHERE name = 'transfer_no_update'",
    "VACUUM",
    "ANALYZE",
    "DETACH DATABASE main",
    "UPDATE OR IGNORE limit_change SET why = 'other'",
    "INSERT OR REPLACE INTO transfer_note SELECT community_id, transfer_id, salt, 'other' FROM transfer_note",
]
POSTGRESQL_WAYS = [
    "TRUNCATE transfer CASCADE",
    "TRUNCATE book CASCADE",
    "TRUNCATE account CASCADE",
    "TRUNCATE limit_change",
    "TRUNCATE anchor",
    "TRUNCATE audit_line",
    "DO $$ BEGIN DELETE FROM transfer; END $$",
    "WITH gone AS (DELETE FROM transfer RETURNING 1) SELECT count(*) FROM gone",
    "CREATE TEMP TABLE transfer (LIKE public.transfer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "ALTER SYSTEM SET fsync = off",
]
BOTH_WAYS = [
    "UPDATE transfer_note SET text = 'other'",
    "UPDATE transfer_note SET transfer_id = (SELECT id FROM transfer WHERE seq = 3)",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM alembic_version",
    "INSERT INTO alembic_version VALUES ('0001')",
    "DELETE FROM account",
    "DELETE FROM book",
    "UPDATE book SET community_id = community_id + 99",
]
OWNERS_WAYS = [
    "ALTER TABLE transfer DISABLE TRIGGER transfer_no_change",
    "ALTER TABLE account DISABLE TRIGGER USER",
    "ALTER TABLE account ALTER COLUMN floor SET DEFAULT -99999",
    "ALTER TABLE account DROP CONSTRAINT ck_account_balance_within_limits",
    "CREATE RULE friend AS ON INSERT TO transfer DO INSTEAD NOTHING",
    "CREATE TRIGGER friend BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "SET ROLE pg_database_owner",
    "SET SESSION AUTHORIZATION postgres",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "ALTER FUNCTION move_limits() SECURITY INVOKER",
    "DROP FUNCTION move_limits() CASCADE",
    "MERGE INTO transfer t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO account a USING (SELECT 1) s ON a.id = :a WHEN MATCHED THEN UPDATE SET floor = -99999",
    "COPY transfer FROM PROGRAM 'true'",
    "CREATE TABLE transfer_of_mine (LIKE transfer)",
    "DROP TRIGGER transfer_no_change ON transfer",
    "ALTER TABLE transfer DISABLE TRIGGER ALL",
    "ALTER TABLE transfer DISABLE ROW LEVEL SECURITY",
    "DROP TABLE transfer CASCADE",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
]


def test_the_walls_cannot_be_taken_down(kept: Town) -> None:
    for way in BOTH_WAYS:
        attempt(kept, way)
    if db.engine.dialect.name == "sqlite":
        for way in SQLITE_WAYS:
            attempt(kept, way)
        return
    for way in POSTGRESQL_WAYS:
        attempt(kept, way)
    with transaction() as session:
        owns = session.scalar(
            sa.text("SELECT pg_has_role(tableowner, 'MEMBER') FROM pg_tables WHERE tablename = 'book'")
        )
    assert not owns, "The web is to connect as a role that does not own the tables; the tests too."
    for way in OWNERS_WAYS:
        attempt(kept, way)


def test_a_row_is_not_replaced_by_its_number_in_the_file(kept: Town) -> None:
    if db.engine.dialect.name != "sqlite":
        attempt(kept, "UPDATE transfer SET ctid = ctid")
        return
    copy = columns("transfer", id="'x'", seq="seq + 100", source_id="'new'", reverses="NULL", minutes="1")
    names = columns("transfer")
    attempt(kept, f"INSERT OR REPLACE INTO transfer (rowid, {names}) SELECT rowid, {copy} FROM transfer LIMIT 1")
    attempt(kept, "UPDATE OR REPLACE transfer SET rowid = rowid + 1")
    attempt(kept, "UPDATE OR REPLACE account SET id = id + 1 WHERE id = :a")


@pytest.mark.parametrize("minutes", ["'sixty'", "60.5", "NULL", "-60", "0", "x'3630'"])
def test_minutes_are_whole_numbers_above_nothing(kept: Town, minutes: str) -> None:
    changes = dict(NEW_KEYS["community_id, reverses"], reverses="NULL", minutes=minutes)
    if db.engine.dialect.name == "postgresql":
        changes["id"] += "::uuid"
        if minutes == "60.5":  # there it is rounded on the way in, so ask for what cannot be
            changes["minutes"] = "'60.5'::text"
    attempt(kept, f"INSERT INTO transfer {COPY.format(columns=columns('transfer', **changes), table='transfer')}")


def test_a_search_path_of_ones_own_moves_no_other_limits(kept: Town, app: Flask) -> None:
    """The function that moves limits runs as the tables' owner: it must not be led to tables of somebody else."""
    if db.engine.dialect.name != "postgresql":
        return
    copy = columns(
        "limit_change", id="id + 100", old_floor="-700", old_ceiling="2400", new_floor="-650", new_ceiling="2400"
    )
    last = "WHERE account_id = :a ORDER BY id DESC LIMIT 1"
    with owner(app) as connection:  # as it may be where somebody gave the web's role more than it needs
        connection.execute(sa.text(f"GRANT TEMPORARY ON DATABASE {connection.engine.url.database} TO PUBLIC"))
    with transaction() as session:
        session.execute(sa.text("CREATE TEMP TABLE account (LIKE public.account) ON COMMIT DROP"))
        session.execute(sa.text("SET LOCAL search_path = pg_temp, public"))
        moved = sa.text(f"INSERT INTO public.limit_change SELECT {copy} FROM public.limit_change {last}")
        session.execute(moved, {"a": kept.accounts["ana"]})
        floor = sa.text("SELECT floor FROM public.account WHERE id = :a")
        assert session.scalar(floor, {"a": kept.accounts["ana"]}) == -650
    with owner(app) as connection:
        connection.execute(sa.text(f"REVOKE TEMPORARY ON DATABASE {connection.engine.url.database} FROM PUBLIC"))
    assert kept.violations() == []


BEHIND = {
    "sqlite": {
        "transfer_no_update": "UPDATE transfer SET minutes = minutes + 1 WHERE seq = 1",
        "transfer_no_delete": "DELETE FROM transfer WHERE seq = 3",
        "transfer_no_replace": "INSERT OR REPLACE INTO transfer SELECT {copy} FROM transfer WHERE seq = 3",
        "limit_change_no_update": "UPDATE limit_change SET why = 'other'",
        "account_limits": "UPDATE account SET floor = -99999",
        "account_same": "UPDATE account SET kind = 'group' WHERE kind = 'member'",
        "account_begins": "INSERT INTO account SELECT {account} FROM account LIMIT 1",
    },
    "postgresql": {
        "transfer_no_change": "UPDATE transfer SET minutes = minutes + 1 WHERE seq = 1",
        "anchor_no_truncate": "TRUNCATE anchor",
        "limit_change_no_change": "DELETE FROM limit_change",
        "account_limits": "UPDATE account SET floor = -99999",
        "account_same": "UPDATE account SET kind = 'group' WHERE kind = 'member'",
        "account_begins": "INSERT INTO account SELECT {account} FROM account LIMIT 1",
    },
}


def test_each_wall_is_the_one_that_holds(kept: Town, app: Flask) -> None:
    """With all walls up each way fails for the owner too; with its own wall down it succeeds."""
    dialect = db.engine.dialect.name
    copy = columns("transfer", minutes="minutes + 5")
    account = columns("account", id="id + 100", public_id="'new'", floor="floor - 1")
    db.session.remove()
    for wall, way in BEHIND[dialect].items():
        statement = way.format(copy=copy, account=account)
        with pytest.raises(sa.exc.DBAPIError), owner(app) as connection:
            connection.exec_driver_sql("PRAGMA recursive_triggers = OFF" if dialect == "sqlite" else "SELECT 1")
            connection.exec_driver_sql(statement)
        with owner(app) as connection:
            table = wall.removesuffix("_" + wall.split("_no_")[-1]).removesuffix("_no") if "_no_" in wall else "account"
            connection.exec_driver_sql(f"DROP TRIGGER {wall}" + ("" if dialect == "sqlite" else f" ON {table}"))
            assert connection.exec_driver_sql(statement).rowcount, wall
            connection.rollback()
    assert kept.violations() == []


def test_even_the_owner_meets_the_triggers(kept: Town, app: object) -> None:
    for way in (
        "UPDATE transfer SET minutes = minutes + 1",
        "DELETE FROM transfer",
        "DELETE FROM account",
        "UPDATE account SET floor = -99999",
        "UPDATE account SET kind = 'pot'",
    ):
        with pytest.raises(sa.exc.DBAPIError), owner(app) as connection:  # type: ignore[arg-type]
            connection.exec_driver_sql(way)
    assert kept.violations() == []
