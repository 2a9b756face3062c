"""People on paper: who says that somebody signed the words on a sheet.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import append_only, columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEYS = (("id",), ("membership_id", "wording_id"))


def upgrade() -> None:
    """Make the table, then what keeps it as written."""
    op.create_table(
        "paper_signature",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("wording_id", columns.BigInt, nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_paper_signature_membership_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_paper_signature_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_signature")),
        sa.UniqueConstraint("membership_id", "wording_id", name="uq_paper_signature_once"),
    )
    for statement in append_only.triggers(op.get_bind().dialect.name, "paper_signature", KEYS):
        op.execute(statement)


def downgrade() -> None:
    """Take the table away; its triggers go with it."""
    op.drop_table("paper_signature")
