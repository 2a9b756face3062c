"""What was brought along from other books: whose number is whose, and which offers and requests came already.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "member_before",
        sa.Column("community_id", columns.BigInt, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_member_before_community_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_member_before_membership_id")),
        sa.PrimaryKeyConstraint("community_id", "number", name=op.f("pk_member_before")),
        sa.UniqueConstraint("membership_id", name=op.f("uq_member_before_membership_id")),
    )
    op.create_table(
        "listing_before",
        sa.Column("community_id", columns.BigInt, autoincrement=False, nullable=False),
        sa.Column("row_id", columns.Id(), nullable=False),
        sa.Column("listing_id", columns.BigInt, nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_listing_before_community_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_before_listing_id")),
        sa.PrimaryKeyConstraint("community_id", "row_id", name=op.f("pk_listing_before")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_listing_before_listing_id")),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("listing_before")
    op.drop_table("member_before")
