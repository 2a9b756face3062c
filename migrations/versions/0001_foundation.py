"""Lay the ground: communities, their settings and words, the outbox, periodic work, the audit.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import append_only, columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "audit_line": (("id",),),
    "setting_change": (("id",),),
    "wording": (("id",), ("community_id", "kind", "version")),
}


def upgrade() -> None:
    """Make the tables, then what keeps some of them as written."""
    op.create_table(
        "audit_line",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("ids", columns.Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
    )
    op.create_table(
        "community",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("settings", columns.Json, nullable=False),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.Column("closed_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("public_id", name=op.f("uq_community_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_community_slug")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=True),
        sa.Column("person_id", columns.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ids", columns.Json, nullable=False),
        sa.Column("put_at", columns.Instant(), nullable=False),
        sa.Column("due_at", columns.Instant(), nullable=False),
        sa.Column("not_after", columns.Instant(), nullable=True),
        sa.Column("tries", columns.BigInt, nullable=False),
        sa.Column("done_at", columns.Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_outbox_done")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_due", "outbox", ["done_at", "due_at"], unique=False)
    op.create_table(
        "periodic_work",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", columns.Instant(), nullable=False),
        sa.Column("ran_at", columns.Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_work")),
    )
    op.create_table(
        "setting_change",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("old", columns.Json, nullable=False),
        sa.Column("new", columns.Json, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=True),
        sa.Column("agreed_at", columns.Instant(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("undoes", columns.BigInt, nullable=True),
        sa.CheckConstraint(
            "(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_setting_change_agreed_by_with_agreed_at")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_setting_change_community_id")),
        sa.ForeignKeyConstraint(["undoes"], ["setting_change.id"], name=op.f("fk_setting_change_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_change")),
    )
    op.create_index("ix_setting_change_newest", "setting_change", ["community_id", "id"], unique=False)
    op.create_table(
        "wording",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", columns.BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("since", columns.Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('house', 'privacy')", name=op.f("ck_wording_kind_known")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_wording_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("community_id", "kind", "version", name="uq_wording_version"),
    )
    dialect = op.get_bind().dialect.name
    for table, keys in APPEND_ONLY.items():
        for statement in append_only.triggers(dialect, table, keys):
            op.execute(statement)


def downgrade() -> None:
    """Take the tables away; their triggers go with them."""
    op.drop_table("wording")
    op.drop_index("ix_setting_change_newest", table_name="setting_change")
    op.drop_table("setting_change")
    op.drop_table("periodic_work")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("community")
    op.drop_table("audit_line")
