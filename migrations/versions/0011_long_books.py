"""Let a member's home cost the same however long the book is: what is under way, and thanks for all to read.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_exchange_giver_state": ("exchange", ["giver_id", "state"]),
    "ix_exchange_receiver_state": ("exchange", ["receiver_id", "state"]),
    "ix_exchange_giver_typed": ("exchange", ["giver_id", "typed_by"]),
    "ix_exchange_receiver_typed": ("exchange", ["receiver_id", "typed_by"]),
    "ix_thanks_agreed": ("thanks", ["community_id", "agreed_at"]),
}


def upgrade() -> None:
    """Make the indexes."""
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Take them away."""
    for name, (table, _columns) in INDEXES.items():
        op.drop_index(name, table_name=table)
