"""Let lines that are kept for a term be forgotten when it is over, and not a moment before.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from alembic import op

from timebank.core import append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TERMS = {
    "audit_line": ("at", "2 years"),
    "look": ("looked_at", "6 years"),
    "acceptance": ("accepted_at", "7 years"),
    "paper_signature": ("said_at", "7 years"),
}


def upgrade() -> None:
    """Let each delete trigger look at the line's age by the database's clock."""
    dialect = op.get_bind().dialect.name
    for table, (column, term) in TERMS.items():
        for statement in append_only.for_a_term(dialect, table, column, term):
            op.execute(statement)


def downgrade() -> None:
    """Let it refuse always."""
    dialect = op.get_bind().dialect.name
    for table in TERMS:
        for statement in append_only.for_good(dialect, table):
            op.execute(statement)
