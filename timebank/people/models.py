"""A person (one login) and their place in each community."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, both_or_none, personal
from timebank.core.database import Model
from timebank.people.rules import ATTEMPTS, CONSENTS, DECISIONS, LOOKS, REASONS, SIGN_INS

MEMBER, LOGIN = "while a member", "while the person has a login"
FOR_GOOD = "as long as the community, as a pseudonym"


class Person(Model):
    """One login. Erased persons keep their row and its id, and nothing else."""

    __tablename__ = "person"
    __table_args__ = (both_or_none("email", "email_asked_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    sign_in_name: Mapped[str] = mapped_column(info=personal("name", keep=LOGIN))
    sign_in_folded: Mapped[str] = mapped_column(unique=True, info=personal("name", keep=LOGIN))
    passphrase_hash: Mapped[str] = mapped_column(info=personal("secret", keep=LOGIN))
    passphrase_at: Mapped[datetime] = mapped_column(info=personal("sign-in", keep=LOGIN))
    email: Mapped[str | None] = mapped_column(info=personal("contact", keep=LOGIN))
    email_asked_at: Mapped[datetime | None] = mapped_column(info=personal("contact", keep=LOGIN))
    email_confirmed: Mapped[str | None] = mapped_column(unique=True, info=personal("contact", keep=LOGIN))
    is_host: Mapped[bool] = mapped_column(default=False, info=personal("role", keep=LOGIN))
    made_at: Mapped[datetime] = mapped_column(info=personal("sign-in", keep=LOGIN))
    language: Mapped[str | None] = mapped_column(info=personal("language", keep=LOGIN))

    @property
    def on_paper(self) -> bool:
        """Tell whether they take part on paper: there is no passphrase, and none opens their door."""
        return not self.passphrase_hash and bool(self.sign_in_name)  # erased, there is no name either


class Membership(Model):
    """A person's place in one community: how they are called there and what they wished to say. Left, it is blank."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "person_id", name="uq_membership_person"),
        sa.CheckConstraint("standing IN ('asked', 'active', 'paused', 'declined', 'left')", name="standing_known"),
        both_or_none("answered_by", "answered_at"),
        sa.Index("ix_membership_standing", "community_id", "standing", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    standing: Mapped[str] = mapped_column(info=personal("membership", keep=MEMBER))
    called: Mapped[str] = mapped_column(info=personal("name", keep=MEMBER))
    likes: Mapped[str] = mapped_column(default="", info=personal("words", keep=MEMBER))
    easier: Mapped[str] = mapped_column(default="", info=personal("words", keep=MEMBER))
    area: Mapped[str | None] = mapped_column(info=personal("coarse area", keep=MEMBER))
    times: Mapped[str] = mapped_column(default="", info=personal("words", keep=MEMBER))
    search: Mapped[str] = mapped_column(default="", info=personal("words", keep=MEMBER))
    came_at: Mapped[datetime] = mapped_column(info=personal("membership", keep=FOR_GOOD))
    joined_at: Mapped[datetime | None] = mapped_column(info=personal("membership", keep=FOR_GOOD))
    left_at: Mapped[datetime | None] = mapped_column(info=personal("membership", keep=FOR_GOOD))
    why_left: Mapped[str | None] = mapped_column(info=personal("words", keep=REASONS))
    answered_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=FOR_GOOD))
    answered_at: Mapped[datetime | None] = mapped_column(info=personal("membership", keep=FOR_GOOD))
    answer: Mapped[str] = mapped_column(default="", info=personal("words", keep=MEMBER))


class WayToReach(Model):
    """How a member can be reached. Seen by coordinators alone, and each look is written down first."""

    __tablename__ = "way_to_reach"

    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(default="", info=personal("contact", keep=MEMBER))
    email: Mapped[str] = mapped_column(default="", info=personal("contact", keep=MEMBER))
    someone: Mapped[str] = mapped_column(default="", info=personal("contact", keep=MEMBER))
    place_and_day: Mapped[str] = mapped_column(default="", info=personal("contact", keep=MEMBER))


class Look(Model):
    """Somebody looked at a member's record: who, at what, when. Written before it is shown."""

    __tablename__ = "look"
    __table_args__ = (
        sa.Index("ix_look_membership", "membership_id", "id"),
        {"info": {"append_only": True, "forgotten": ("looked_at", LOOKS)}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    what: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    looked_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=LOOKS))
    looked_at: Mapped[datetime] = mapped_column(info=personal("pseudonym", keep=LOOKS))


class RoleHeld(Model):
    """A role somebody holds in a community beside being a member."""

    __tablename__ = "role_held"
    __table_args__ = (
        sa.UniqueConstraint("membership_id", "role", name="uq_role_held_once"),
        sa.CheckConstraint("role IN ('second', 'coordinator', 'keeper', 'funder')", name="role_known"),
        both_or_none("agreed_by", "agreed_at"),
        sa.Index("ix_role_held_role", "community_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    role: Mapped[str] = mapped_column(info=personal("role", keep=MEMBER))
    given_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=MEMBER))
    given_at: Mapped[datetime] = mapped_column(info=personal("role", keep=MEMBER))
    agreed_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=MEMBER))
    agreed_at: Mapped[datetime | None] = mapped_column(info=personal("role", keep=MEMBER))


class RoleProposal(Model):
    """A role to be given or taken that wants a second person; open until somebody entitled answers."""

    __tablename__ = "role_proposal"
    __table_args__ = (
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        both_or_none("decided_by", "decided_at"),
        sa.CheckConstraint("(agreed IS NULL) = (decided_by IS NULL)", name="decided"),
        sa.Index("ix_role_proposal_open", "community_id", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    role: Mapped[str] = mapped_column(info=personal("role", keep=DECISIONS))
    give: Mapped[bool] = mapped_column(info=NOT_PERSONAL)
    proposed_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=DECISIONS))
    proposed_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    decided_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=DECISIONS))
    decided_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    agreed: Mapped[bool | None] = mapped_column(info=NOT_PERSONAL)


class Invitation(Model):
    """A way in for one to three people who come together; the code itself is only on the card."""

    __tablename__ = "invitation"
    __table_args__ = (
        sa.CheckConstraint("places BETWEEN 1 AND 3", name="places"),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name="taken"),
        sa.CheckConstraint("role IS NULL OR places = 1", name="role_for_one"),
        both_or_none("ended_by", "ended_at"),
        sa.Index("ix_invitation_open", "community_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    code_hash: Mapped[str] = mapped_column(unique=True, info=NOT_PERSONAL)
    places: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    taken: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    role: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    made_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=DECISIONS))
    made_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    ends_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    ended_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=DECISIONS))
    ended_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)


class Acceptance(Model):
    """Somebody accepted a version of the house agreement or of the privacy words."""

    __tablename__ = "acceptance"
    __table_args__ = (
        sa.UniqueConstraint("membership_id", "wording_id", name="uq_acceptance_once"),
        {"info": {"append_only": True, "forgotten": ("accepted_at", CONSENTS)}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    wording_id: Mapped[int] = mapped_column(sa.ForeignKey("wording.id"))
    accepted_at: Mapped[datetime] = mapped_column(info=personal("consent", keep=CONSENTS))


class PaperSignature(Model):
    """Somebody signed a version of the words on paper: a coordinator who keeps the sheet says so."""

    __tablename__ = "paper_signature"
    __table_args__ = (
        sa.UniqueConstraint("membership_id", "wording_id", name="uq_paper_signature_once"),
        {"info": {"append_only": True, "forgotten": ("said_at", CONSENTS)}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    wording_id: Mapped[int] = mapped_column(sa.ForeignKey("wording.id"))
    said_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=CONSENTS))
    said_at: Mapped[datetime] = mapped_column(info=personal("consent", keep=CONSENTS))


class SignIn(Model):
    """One sign-in on one device, on the server, so that it can be ended from anywhere."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info=personal("secret", keep=SIGN_INS))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    shared_device: Mapped[bool] = mapped_column(info=personal("sign-in", keep=SIGN_INS))
    started_at: Mapped[datetime] = mapped_column(info=personal("sign-in", keep=SIGN_INS))
    seen_at: Mapped[datetime] = mapped_column(info=personal("sign-in", keep=SIGN_INS))
    idle_timeout_s: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    ends_at: Mapped[datetime] = mapped_column(info=personal("sign-in", keep=SIGN_INS))


class OneTimeKey(Model):
    """A secret that opens one thing once: a printed card, a link to a new passphrase, a link for an e-mail."""

    __tablename__ = "one_time_key"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('card', 'link', 'email')", name="kind_known"),
        sa.CheckConstraint("ends_at > made_at", name="ends_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True, info=personal("secret", keep=SIGN_INS))
    made_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=SIGN_INS))
    made_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    ends_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=personal("sign-in", keep=SIGN_INS))


class Attempt(Model):
    """One try at a secret, kept for a day under a keyed hash of who tried what."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index("ix_attempt_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(info=personal("pseudonym", keep=ATTEMPTS))
    at: Mapped[datetime] = mapped_column(info=personal("sign-in", keep=ATTEMPTS))
