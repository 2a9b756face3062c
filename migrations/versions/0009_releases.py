"""Keep what is told of a community's quarter, and who let it leave the house.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import append_only, columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "release": (("id",), ("public_id",), ("community_id", "quarter")),
    "release_approval": (("id",), ("release_id",)),
}


def upgrade() -> None:
    """Make the tables, then what keeps them as written."""
    op.create_table(
        "release",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("content", columns.Json, nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("inputs", columns.BigInt, nullable=False),
        sa.Column("ledger_seq", columns.BigInt, nullable=False),
        sa.Column("ledger_head", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("secret_fingerprint", sa.Text(), nullable=False),
        sa.Column("prepared_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_release_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("public_id", name=op.f("uq_release_public_id")),
        sa.UniqueConstraint("community_id", "quarter", name="uq_release_quarter"),
    )
    op.create_table(
        "release_approval",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("release_id", columns.BigInt, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_release_approval_community_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_approval_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_approval")),
        sa.UniqueConstraint("release_id", name="uq_release_approval_once"),
    )
    dialect = op.get_bind().dialect.name
    for table, keys in APPEND_ONLY.items():
        for statement in append_only.triggers(dialect, table, keys):
            op.execute(statement)


def downgrade() -> None:
    """Take the tables away; their triggers go with them."""
    op.drop_table("release_approval")
    op.drop_table("release")
