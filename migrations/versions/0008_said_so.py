"""Slips: who says themself that what was typed from paper was so.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "said_so",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("exchange_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("said_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_said_so_community_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_said_so_exchange_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_said_so_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said_so")),
        sa.UniqueConstraint("exchange_id", "membership_id", name="uq_said_so_once"),
    )
    op.create_index(op.f("ix_said_so_membership_id"), "said_so", ["membership_id"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("said_so")
