"""Let people in: persons, memberships, roles, invitations, sign-ins.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from timebank.core import append_only, columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = {"look": (("id",),), "acceptance": (("id",), ("membership_id", "wording_id"))}


def upgrade() -> None:
    """Make the tables, then what keeps some of them as written."""
    op.create_table(
        "attempt",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_bucket_at", "attempt", ["bucket", "at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("sign_in_folded", sa.Text(), nullable=False),
        sa.Column("passphrase_hash", sa.Text(), nullable=False),
        sa.Column("passphrase_at", columns.Instant(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_asked_at", columns.Instant(), nullable=True),
        sa.Column("email_confirmed", sa.Text(), nullable=True),
        sa.Column("is_host", sa.Boolean(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.CheckConstraint(
            "(email IS NULL) = (email_asked_at IS NULL)", name=op.f("ck_person_email_with_email_asked_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email_confirmed", name=op.f("uq_person_email_confirmed")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
        sa.UniqueConstraint("sign_in_folded", name=op.f("uq_person_sign_in_folded")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("places", columns.BigInt, nullable=False),
        sa.Column("taken", columns.BigInt, nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_at", columns.Instant(), nullable=True),
        sa.CheckConstraint(
            "(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_invitation_ended_by_with_ended_at")
        ),
        sa.CheckConstraint("places BETWEEN 1 AND 3", name=op.f("ck_invitation_places")),
        sa.CheckConstraint("role IS NULL OR places = 1", name=op.f("ck_invitation_role_for_one")),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name=op.f("ck_invitation_taken")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_invitation_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index("ix_invitation_open", "invitation", ["community_id", "ends_at"], unique=False)
    op.create_table(
        "one_time_key",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", columns.Id(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.Column("used_at", columns.Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('card', 'link', 'email')", name=op.f("ck_one_time_key_kind_known")),
        sa.CheckConstraint("ends_at > made_at", name=op.f("ck_one_time_key_ends_later")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_key_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_one_time_key_secret_hash")),
    )
    op.create_index(op.f("ix_one_time_key_person_id"), "one_time_key", ["person_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", columns.Id(), nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        sa.Column("started_at", columns.Instant(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.Column("idle_timeout_s", columns.BigInt, nullable=False),
        sa.Column("ends_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("person_id", columns.Id(), nullable=False),
        sa.Column("account_id", columns.BigInt, nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("likes", sa.Text(), nullable=False),
        sa.Column("easier", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("times", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("came_at", columns.Instant(), nullable=False),
        sa.Column("joined_at", columns.Instant(), nullable=True),
        sa.Column("left_at", columns.Instant(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", columns.Instant(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('asked', 'active', 'paused', 'declined', 'left')", name=op.f("ck_membership_standing_known")
        ),
        sa.CheckConstraint(
            "(answered_by IS NULL) = (answered_at IS NULL)", name=op.f("ck_membership_answered_by_with_answered_at")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_membership_community_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("account_id", name=op.f("uq_membership_account_id")),
        sa.UniqueConstraint("community_id", "person_id", name="uq_membership_person"),
        sa.UniqueConstraint("public_id", name=op.f("uq_membership_public_id")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_index("ix_membership_standing", "membership", ["community_id", "standing", "id"], unique=False)
    op.create_table(
        "acceptance",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("wording_id", columns.BigInt, nullable=False),
        sa.Column("accepted_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_acceptance_membership_id")),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name=op.f("fk_acceptance_wording_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("membership_id", "wording_id", name="uq_acceptance_once"),
    )
    op.create_table(
        "look",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("looked_by", sa.Text(), nullable=False),
        sa.Column("looked_at", columns.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_look_community_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_look_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
    )
    op.create_index("ix_look_membership", "look", ["membership_id", "id"], unique=False)
    op.create_table(
        "role_held",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", columns.Instant(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=True),
        sa.Column("agreed_at", columns.Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('second', 'coordinator', 'keeper', 'funder')", name=op.f("ck_role_held_role_known")
        ),
        sa.CheckConstraint(
            "(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_role_held_agreed_by_with_agreed_at")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_role_held_community_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_role_held_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_held")),
        sa.UniqueConstraint("membership_id", "role", name="uq_role_held_once"),
    )
    op.create_index("ix_role_held_role", "role_held", ["community_id", "role"], unique=False)
    op.create_table(
        "role_proposal",
        sa.Column("id", columns.BigInt, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("community_id", columns.BigInt, nullable=False),
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("give", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", columns.Instant(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", columns.Instant(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("(agreed IS NULL) = (decided_by IS NULL)", name=op.f("ck_role_proposal_decided")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_role_proposal_decided_by_with_decided_at")
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_role_proposal_two_people")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_role_proposal_community_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_role_proposal_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_proposal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_role_proposal_public_id")),
    )
    op.create_index("ix_role_proposal_open", "role_proposal", ["community_id", "decided_at"], unique=False)
    op.create_table(
        "way_to_reach",
        sa.Column("membership_id", columns.BigInt, nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("someone", sa.Text(), nullable=False),
        sa.Column("place_and_day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_way_to_reach_membership_id")),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_way_to_reach")),
    )
    dialect = op.get_bind().dialect.name
    for table, keys in APPEND_ONLY.items():
        for statement in append_only.triggers(dialect, table, keys):
            op.execute(statement)


def downgrade() -> None:
    """Take the tables away; their triggers go with them."""
    op.drop_table("way_to_reach")
    op.drop_index("ix_role_proposal_open", table_name="role_proposal")
    op.drop_table("role_proposal")
    op.drop_index("ix_role_held_role", table_name="role_held")
    op.drop_table("role_held")
    op.drop_index("ix_look_membership", table_name="look")
    op.drop_table("look")
    op.drop_table("acceptance")
    op.drop_index("ix_membership_standing", table_name="membership")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_one_time_key_person_id"), table_name="one_time_key")
    op.drop_table("one_time_key")
    op.drop_index("ix_invitation_open", table_name="invitation")
    op.drop_table("invitation")
    op.drop_table("person")
    op.drop_index("ix_attempt_bucket_at", table_name="attempt")
    op.drop_table("attempt")
