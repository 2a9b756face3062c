"""Other limits for a member, until a second person has answered.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "limit_proposal",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("floor", columns.BigInt, nullable=False),
        sa.Column("ceiling", columns.BigInt, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", columns.Instant(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", columns.Instant(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_limit_proposal_two_people")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_limit_proposal_decided_by_with_decided_at")
        ),
        sa.CheckConstraint("(agreed IS NULL) = (decided_by IS NULL)", name=op.f("ck_limit_proposal_decided")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_limit_proposal_community_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_limit_proposal_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_limit_proposal_public_id")),
    )
    op.create_index("ix_limit_proposal_open", "limit_proposal", ["community_id", "decided_at"])
    op.create_index("ix_limit_proposal_membership", "limit_proposal", ["membership_id"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("limit_proposal")
