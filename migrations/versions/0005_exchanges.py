"""Let two people agree on help, do it, and both say so.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import append_only, columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = {"exchange_event": (("id",),)}


def upgrade() -> None:
    """Make the tables, then what keeps some of them as written."""
    op.create_table(
        "exchange",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("transfer_id", columns.Id(), nullable=False),
        sa.Column("listing_id", columns.BigInt, nullable=True),
        sa.Column("giver_id", columns.BigInt, nullable=False),
        sa.Column("receiver_id", columns.BigInt, nullable=True),
        sa.Column("author_id", columns.BigInt, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("minutes", columns.BigInt, nullable=False),
        sa.Column("on_day", columns.Day(), nullable=True),
        sa.Column("starts_at", columns.Instant(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("keep", sa.Text(), nullable=False),
        sa.Column("typed_by", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("touched_at", columns.Instant(), nullable=False),
        sa.Column("reminded_at", columns.Instant(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", columns.Instant(), nullable=True),
        sa.Column("posted_at", columns.Instant(), nullable=True),
        sa.CheckConstraint("for_whom IN ('person', 'group', 'everyone')", name=op.f("ck_exchange_for_whom_known")),
        sa.CheckConstraint("keep IN ('keep', 'pot', 'none')", name=op.f("ck_exchange_keep_known")),
        sa.CheckConstraint(
            "receiver_id IS NOT NULL OR for_whom = 'everyone'", name=op.f("ck_exchange_receiver_or_everyone")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'said', 'confirmed', 'help', 'posted', 'correcting', 'put_right', 'favour', 'declined', 'withdrawn', 'faded', 'closed')",
            name=op.f("ck_exchange_state_known"),
        ),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_exchange_approved_by_with_approved_at")
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_exchange_minutes_of_a_day")),
        sa.CheckConstraint("receiver_id IS NULL OR giver_id <> receiver_id", name=op.f("ck_exchange_two_people")),
        sa.ForeignKeyConstraint(["author_id"], ["membership.id"], name=op.f("fk_exchange_author_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_exchange_community_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["membership.id"], name=op.f("fk_exchange_giver_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_exchange_listing_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["membership.id"], name=op.f("fk_exchange_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exchange_public_id")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_exchange_transfer_id")),
    )
    op.create_index("ix_exchange_giver", "exchange", ["giver_id", "id"], unique=False)
    op.create_index("ix_exchange_receiver", "exchange", ["receiver_id", "id"], unique=False)
    op.create_index("ix_exchange_state", "exchange", ["community_id", "state", "touched_at"], unique=False)
    op.create_table(
        "exchange_event",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("exchange_id", columns.BigInt, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("minutes", columns.BigInt, nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_exchange_event_community_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_event_exchange_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_event")),
    )
    op.create_index("ix_exchange_event_exchange", "exchange_event", ["exchange_id", "id"], unique=False)
    op.create_table(
        "exchange_message",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("exchange_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_exchange_message_community_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_message_exchange_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_exchange_message_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_message")),
    )
    op.create_index("ix_exchange_message_exchange", "exchange_message", ["exchange_id", "id"], unique=False)
    op.create_table(
        "exchange_opened",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("exchange_id", columns.BigInt, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_exchange_opened_community_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_opened_exchange_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_opened")),
        sa.UniqueConstraint("exchange_id", "opened_by", name="uq_exchange_opened_once"),
    )
    op.create_table(
        "thanks",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("exchange_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("written_at", columns.Instant(), nullable=False),
        sa.Column("agreed_at", columns.Instant(), nullable=True),
        sa.CheckConstraint("agreed_at IS NULL OR public", name=op.f("ck_thanks_agreed_if_public")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_thanks_community_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_thanks_exchange_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_thanks_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("exchange_id", "membership_id", name="uq_thanks_once"),
    )
    dialect = op.get_bind().dialect.name
    for table, keys in APPEND_ONLY.items():
        for statement in append_only.triggers(dialect, table, keys):
            op.execute(statement)


def downgrade() -> None:
    """Take the tables away; their triggers go with them."""
    op.drop_table("thanks")
    op.drop_table("exchange_opened")
    op.drop_index("ix_exchange_message_exchange", table_name="exchange_message")
    op.drop_table("exchange_message")
    op.drop_index("ix_exchange_event_exchange", table_name="exchange_event")
    op.drop_table("exchange_event")
    op.drop_index("ix_exchange_state", table_name="exchange")
    op.drop_index("ix_exchange_receiver", table_name="exchange")
    op.drop_index("ix_exchange_giver", table_name="exchange")
    op.drop_table("exchange")
