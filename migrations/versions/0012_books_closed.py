"""Keep when the books were closed because something in them was wrong.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "closure",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("closed_at", columns.Instant(), nullable=False),
        sa.Column("found", columns.BigInt, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("opened_at", columns.Instant(), nullable=True),
        sa.CheckConstraint(
            "(opened_by IS NULL) = (opened_at IS NULL)", name=op.f("ck_closure_opened_by_with_opened_at")
        ),
        sa.CheckConstraint("found > 0", name=op.f("ck_closure_found")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("closure")
