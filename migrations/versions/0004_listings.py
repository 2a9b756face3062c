"""Offers and requests.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "listing",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("is_offer", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("would_like", sa.Text(), nullable=False),
        sa.Column("would_do", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("suits", sa.Text(), nullable=False),
        sa.Column("until", columns.Day(), nullable=True),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.Column("why_ended", sa.Text(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (state <> 'ended')", name=op.f("ck_listing_ended")),
        sa.CheckConstraint("for_whom IN ('person', 'group', 'everyone')", name=op.f("ck_listing_for_whom_known")),
        sa.CheckConstraint("state IN ('draft', 'published', 'paused', 'ended')", name=op.f("ck_listing_state_known")),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_listing_ended_by_with_ended_at")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_listing_community_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_listing_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_listing_public_id")),
    )
    op.create_index(op.f("ix_listing_membership_id"), "listing", ["membership_id"], unique=False)
    op.create_index("ix_listing_state", "listing", ["community_id", "state", "id"], unique=False)


def downgrade() -> None:
    """Take the table away."""
    op.drop_index("ix_listing_state", table_name="listing")
    op.drop_index(op.f("ix_listing_membership_id"), table_name="listing")
    op.drop_table("listing")
