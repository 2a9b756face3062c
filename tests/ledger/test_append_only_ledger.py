"""What is in the book stays: every way past, tried on the web's own connection, is refused and changes nothing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

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
]
POSTGRESQL_WAYS = [
    "TRUNCATE transfer CASCADE",
    "TRUNCATE book CASCADE",
    "TRUNCATE account CASCADE",
    "TRUNCATE limit_change",
    "TRUNCATE anchor",
]
OWNERS_WAYS = [
    "DROP TRIGGER transfer_no_change ON transfer",
    "ALTER TABLE transfer DISABLE TRIGGER ALL",
    "ALTER TABLE transfer DISABLE ROW LEVEL SECURITY",
    "DROP TABLE transfer CASCADE",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
]


def test_the_walls_cannot_be_taken_down(kept: Town) -> None:
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
