"""Keep in which language somebody wants to read.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; it may be empty, so that no table is built anew."""
    op.add_column("person", sa.Column("language", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the column out again."""
    op.drop_column("person", "language")
