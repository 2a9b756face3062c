"""Let people leave: an exchange knows since when one of its two is gone, and a place why it was left for somebody.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; both may be empty, so that no table is built anew. Whoever has left already is looked up."""
    op.add_column("exchange", sa.Column("alone_since", columns.Instant(), nullable=True))
    op.execute(
        "UPDATE exchange SET alone_since = (SELECT min(m.left_at) FROM membership m "
        "WHERE m.standing = 'left' AND (m.id = exchange.giver_id OR m.id = exchange.receiver_id))"
    )
    op.add_column("membership", sa.Column("why_left", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the columns out again."""
    op.drop_column("membership", "why_left")
    op.drop_column("exchange", "alone_since")
