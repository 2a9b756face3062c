"""Open the ledger: books, accounts, transfers, their notes, limit changes and anchors, and what keeps them as written.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import append_only
from timebank.core.columns import BigInt, Day, Id, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEYS = {
    "transfer": (
        ("community_id", "id"),
        ("community_id", "seq"),
        ("community_id", "source_kind", "source_id", "leg"),
        ("community_id", "reverses"),
    ),
    "limit_change": (("id",),),
    "anchor": (("community_id", "seq", "sent_to"),),
}

# Accounts and books are written to all the time, but a row of theirs is never removed or replaced by another.
SQLITE = [
    "CREATE TRIGGER book_no_delete BEFORE DELETE ON book BEGIN SELECT RAISE(ABORT, 'a book is kept'); END",
    "CREATE TRIGGER book_no_replace BEFORE INSERT ON book "
    "WHEN EXISTS (SELECT 1 FROM book WHERE community_id = NEW.community_id) "
    "BEGIN SELECT RAISE(ABORT, 'a book is kept'); END",
    "CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'an account is kept'); END",
    "CREATE TRIGGER account_no_replace BEFORE INSERT ON account "
    "WHEN EXISTS (SELECT 1 FROM account WHERE id = NEW.id OR public_id = NEW.public_id) "
    "BEGIN SELECT RAISE(ABORT, 'an account is kept'); END",
    "CREATE TRIGGER account_begins BEFORE INSERT ON account "
    "WHEN NEW.floor <> 0 OR NEW.ceiling <> 0 OR NEW.given <> 0 OR NEW.received <> 0 OR NEW.moved <> 0 "
    "BEGIN SELECT RAISE(ABORT, 'an account begins with nothing'); END",
    "CREATE TRIGGER account_same BEFORE UPDATE OF id, public_id, community_id, kind ON account "
    "BEGIN SELECT RAISE(ABORT, 'an account stays what it is'); END",
    "CREATE TRIGGER account_limits BEFORE UPDATE OF floor, ceiling ON account "
    "WHEN (SELECT new_floor = NEW.floor AND new_ceiling = NEW.ceiling FROM limit_change "
    "WHERE community_id = OLD.community_id AND account_id = OLD.id ORDER BY id DESC LIMIT 1) IS NOT 1 "
    "BEGIN SELECT RAISE(ABORT, 'limits move by a limit change'); END",
    "CREATE TRIGGER limit_change_moves AFTER INSERT ON limit_change BEGIN "
    "SELECT RAISE(ABORT, 'the limits are others') WHERE NOT EXISTS (SELECT 1 FROM account "
    "WHERE community_id = NEW.community_id AND id = NEW.account_id "
    "AND floor = NEW.old_floor AND ceiling = NEW.old_ceiling); "
    "UPDATE account SET floor = NEW.new_floor, ceiling = NEW.new_ceiling "
    "WHERE community_id = NEW.community_id AND id = NEW.account_id; END",
]

# The web's role may not move limits; the function that does so is its owner's, and trusts no search path but its own.
POSTGRESQL = [
    "CREATE TRIGGER book_no_delete BEFORE DELETE ON book FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER book_no_truncate BEFORE TRUNCATE ON book FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER account_no_delete BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER account_begins BEFORE INSERT ON account FOR EACH ROW "
    "WHEN (NEW.floor <> 0 OR NEW.ceiling <> 0 OR NEW.given <> 0 OR NEW.received <> 0 OR NEW.moved <> 0) "
    "EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER account_same BEFORE UPDATE OF id, public_id, community_id, kind ON account "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER account_limits BEFORE UPDATE OF floor, ceiling ON account "
    "FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change()",
    """
    CREATE FUNCTION move_limits() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DECLARE moved bigint;
    BEGIN
        EXECUTE format(
            'UPDATE %I.account SET floor = $1, ceiling = $2 '
            'WHERE community_id = $3 AND id = $4 AND floor = $5 AND ceiling = $6', TG_TABLE_SCHEMA
        ) USING NEW.new_floor, NEW.new_ceiling, NEW.community_id, NEW.account_id, NEW.old_floor, NEW.old_ceiling;
        GET DIAGNOSTICS moved = ROW_COUNT;
        IF moved <> 1 THEN
            RAISE EXCEPTION 'the limits are others' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER limit_change_moves AFTER INSERT ON limit_change FOR EACH ROW EXECUTE FUNCTION move_limits()",
]


def upgrade() -> None:
    """Make the tables, then the triggers."""
    _accounts()
    _transfers()
    _limits_and_anchors()
    dialect = op.get_bind().dialect.name
    for table, keys in KEYS.items():
        for statement in append_only.triggers(dialect, table, keys):
            op.execute(statement)
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Take the ledger away, with all that was in it."""
    for table in ("anchor", "limit_change", "transfer_note", "transfer", "account", "book"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION move_limits()")


def _in_book(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["community_id"], ["book.community_id"], name=f"fk_{table}_community_id")


def _of_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community_id", column], ["account.community_id", "account.id"], name=f"fk_{table}_community_id_{column}"
    )


def _accounts() -> None:
    op.create_table(
        "book",
        sa.Column("community_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("community_id", name="pk_book"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name="fk_book_community_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("public_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        *(
            sa.Column(name, BigInt, nullable=False)
            for name in ("floor", "ceiling", "balance", "given", "received", "moved")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        _in_book("account"),
        sa.UniqueConstraint("public_id", name="uq_account_public_id"),
        sa.UniqueConstraint("community_id", "id", name="uq_account_community_id_id"),
        sa.CheckConstraint(
            "kind IN ('member', 'group', 'pot', 'adjustment', 'bridge')", name=op.f("ck_account_kind_known")
        ),
        sa.CheckConstraint("balance BETWEEN floor AND ceiling", name=op.f("ck_account_balance_within_limits")),
        sa.CheckConstraint("balance = given - received + moved", name=op.f("ck_account_balance_is_its_parts")),
        sqlite_strict=True,
    )
    op.create_index("ix_account_community_id_kind", "account", ["community_id", "kind"])


def _transfers() -> None:
    op.create_table(
        "transfer",
        sa.Column("community_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("payer_id", BigInt, nullable=False),
        sa.Column("payee_id", BigInt, nullable=False),
        sa.Column("minutes", BigInt, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("source_kind", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("leg", BigInt, nullable=False),
        sa.Column("reverses", Id),
        sa.Column("done_on", Day, nullable=False),
        sa.Column("starts_at", Instant),
        sa.Column("posted_at", Instant, nullable=False),
        sa.Column("posted_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("seconded_by", sa.Text),
        sa.Column("payload_hash", sa.Text, nullable=False),
        sa.Column("note_commitment", sa.Text),
        sa.Column("prev", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "id", name="pk_transfer"),
        _in_book("transfer"),
        _of_account("transfer", "payer_id"),
        _of_account("transfer", "payee_id"),
        sa.ForeignKeyConstraint(
            ["community_id", "reverses"],
            ["transfer.community_id", "transfer.id"],
            name="fk_transfer_community_id_reverses",
        ),
        *(sa.UniqueConstraint(*key, name=f"uq_transfer_{'_'.join(key)}") for key in KEYS["transfer"][1:]),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_transfer_minutes_positive")),
        sa.CheckConstraint("payer_id <> payee_id", name=op.f("ck_transfer_two_accounts")),
        sa.CheckConstraint("seconded_by <> approved_by", name=op.f("ck_transfer_two_people")),
        sqlite_strict=True,
    )
    for side in ("payer", "payee"):
        op.create_index(f"ix_transfer_{side}_newest", "transfer", ["community_id", f"{side}_id", "seq"])
        op.create_index(f"ix_transfer_{side}_day", "transfer", ["community_id", f"{side}_id", "done_on"])
    op.create_table(
        "transfer_note",
        sa.Column("community_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("transfer_id", Id, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "transfer_id", name="pk_transfer_note"),
        sa.ForeignKeyConstraint(
            ["community_id", "transfer_id"],
            ["transfer.community_id", "transfer.id"],
            name="fk_transfer_note_community_id_transfer_id",
        ),
        sqlite_strict=True,
    )


def _limits_and_anchors() -> None:
    limits = ("after_seq", "old_floor", "old_ceiling", "new_floor", "new_ceiling")
    op.create_table(
        "limit_change",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        *(sa.Column(name, BigInt, nullable=False) for name in limits),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("seconded_by", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_limit_change"),
        _in_book("limit_change"),
        _of_account("limit_change", "account_id"),
        sa.CheckConstraint("new_floor <= new_ceiling", name=op.f("ck_limit_change_floor_below_ceiling")),
        sa.CheckConstraint("seconded_by <> made_by", name=op.f("ck_limit_change_two_people")),
        sqlite_strict=True,
    )
    op.create_index("ix_limit_change_account_newest", "limit_change", ["community_id", "account_id", "id"])
    op.create_table(
        "anchor",
        sa.Column("community_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("seq", BigInt, autoincrement=False, nullable=False),
        sa.Column("sent_to", sa.Text, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("community_id", "seq", "sent_to", name="pk_anchor"),
        _in_book("anchor"),
        sqlite_strict=True,
    )
