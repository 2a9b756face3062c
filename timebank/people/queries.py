"""Reads of persons and memberships, as rows for the features above. Pages here show a person only themselves."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.text import folded
from timebank.core.words import N_
from timebank.people.models import (
    Acceptance,
    Invitation,
    Membership,
    OneTimeKey,
    Person,
    RoleHeld,
    RoleProposal,
    SignIn,
    WayToReach,
)
from timebank.people.rules import HERE, NOTHING_MATCHES, OPENS_NOTHING


def hashed(secret: str) -> str:
    """Hash a secret of at least 57 random bits, as it is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in_by_token(token: str, now: datetime) -> SignIn | None:
    """Give the sign-in a cookie belongs to, while it lasts."""
    found = db.session.scalar(sa.select(SignIn).where(SignIn.token_hash == hashed(token), SignIn.ends_at > now))
    if found is None or (now - found.seen_at).total_seconds() > found.idle_timeout_s:
        return None
    return found


def viewer_of(person_id: uuid.UUID, community_id: int | None) -> Viewer:
    """Make the viewer a person is in a community (or nowhere in particular)."""
    person = db.session.get_one(Person, person_id)
    membership = membership_of(person_id, community_id) if community_id is not None else None
    if membership is None:
        return Viewer(person.id, person.public_id, _called_elsewhere(person), is_host=person.is_host)
    roles = roles_of(membership.id) if membership.standing in HERE else frozenset()
    # A funder sees releases and nothing else: holding that role is not being a member.
    if membership.standing in HERE and Role.FUNDER not in roles:
        roles |= {Role.MEMBER}
    return Viewer(
        person_id=person.id,
        public_id=person.public_id,
        called=membership.called,
        community_id=community_id,
        membership_id=membership.id,
        member_public_id=membership.public_id,
        standing=membership.standing,
        roles=roles,
        is_host=person.is_host,
    )


def _called_elsewhere(person: Person) -> str:
    places = memberships(person.id)
    # Never the name for signing in: that one is nobody else's business. It ends with the word drawn for it.
    return places[-1].called if places else person.sign_in_name.rpartition(" ")[0]


def roles_of(membership_id: int) -> frozenset[Role]:
    """Give the roles a membership holds beside being a member."""
    held = db.session.scalars(sa.select(RoleHeld.role).where(RoleHeld.membership_id == membership_id))
    return frozenset(Role(role) for role in held)


def looks_after_others(person_id: uuid.UUID) -> bool:
    """Tell whether somebody holds a role anywhere in which they see others' records."""
    wanted = sa.select(RoleHeld.id).join(Membership, Membership.id == RoleHeld.membership_id)
    wanted = wanted.where(Membership.person_id == person_id, RoleHeld.role != Role.SECOND)
    host = db.session.scalar(sa.select(Person.is_host).where(Person.id == person_id))
    return bool(host) or db.session.scalar(wanted.limit(1)) is not None


def membership_of(person_id: uuid.UUID, community_id: int) -> Membership | None:
    """Give a person's place in a community, whatever its standing."""
    return db.session.scalar(
        sa.select(Membership).where(Membership.person_id == person_id, Membership.community_id == community_id)
    )


def own_person(viewer: Viewer) -> Person:
    """Give the viewer's own login."""
    return db.session.get_one(Person, viewer.person_id)


def own_membership(viewer: Viewer) -> Membership:
    """Give the viewer's own place in the community; raises NotFound where there is none."""
    found = db.session.get(Membership, viewer.membership_id) if viewer.membership_id is not None else None
    if found is None:
        raise NotFound(N_("You have no place in this community yet."))
    return found


def members_of(community_id: int | None) -> sa.Select[Membership]:
    """Give the members of a community for features above to show; they add the gate, this adds none."""
    # Whoever reads releases is no member.
    funders = sa.select(RoleHeld.membership_id).where(
        RoleHeld.community_id == community_id, RoleHeld.role == Role.FUNDER
    )
    return sa.select(Membership).where(
        Membership.community_id == community_id,
        Membership.standing.in_(HERE),
        Membership.account_id.is_not(None),
        Membership.id.not_in(funders),
    )


def on_paper(whose: Any = Membership) -> sa.ColumnElement[bool]:
    """Give the condition that a membership's person takes part on paper, for features above; `whose` is its alias."""
    logins = sa.select(Person.id).where(Person.passphrase_hash == NOTHING_MATCHES)
    found: sa.ColumnElement[bool] = whose.person_id.in_(logins)
    return found


def memberships(person_id: uuid.UUID) -> Sequence[Membership]:
    """Give all places a person has and has not left, oldest first."""
    return db.session.scalars(
        sa.select(Membership)
        .where(Membership.person_id == person_id, Membership.standing != "left")
        .order_by(Membership.id)
    ).all()


def person_by_name(typed: str) -> Person | None:
    """Give the person who signs in by this: their name for signing in, or their confirmed e-mail."""
    name = folded(typed)
    return db.session.scalar(
        sa.select(Person).where(sa.or_(Person.sign_in_folded == name, Person.email_confirmed == name)).limit(1)
    )


def invitation_by_code(community_id: int, code: str, now: datetime, *, lock: bool = False) -> Invitation:
    """Give the invitation a code belongs to, while there is a place; raises NotFound. `lock` where a place is taken."""
    wanted = sa.select(Invitation).where(
        Invitation.community_id == community_id, Invitation.code_hash == hashed(plain_code(code))
    )
    found = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None or found.ended_at is not None or found.ends_at <= now or found.taken >= found.places:
        raise NotFound(
            N_("This code does not open the door any more. Ask whoever gave it to you for a new one."), field="code"
        )
    return found


def plain_code(code: str) -> str:
    """Strip what people add to a code when they copy it from paper: spaces, hyphens, capitals."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def one_time_key(kind: str, secret: str, now: datetime) -> OneTimeKey:
    """Give the one-time key a secret belongs to, while it opens; raises NotFound."""
    found = db.session.scalar(
        sa.select(OneTimeKey).where(OneTimeKey.kind == kind, OneTimeKey.secret_hash == hashed(secret)).with_for_update()
    )
    if found is None or found.used_at is not None or found.ends_at <= now:
        raise NotFound(OPENS_NOTHING, field="code")
    return found


def way_to_reach(membership_id: int) -> WayToReach:
    """Give how a member can be reached; empty where they said nothing."""
    found = db.session.get(WayToReach, membership_id)
    return found or WayToReach(membership_id=membership_id, phone="", email="", someone="", place_and_day="")


def sign_ins(person_id: uuid.UUID, now: datetime) -> Sequence[SignIn]:
    """Give a person's sign-ins that still last, newest first."""
    found = db.session.scalars(
        sa.select(SignIn).where(SignIn.person_id == person_id, SignIn.ends_at > now).order_by(SignIn.id.desc())
    )
    return [each for each in found if (now - each.seen_at).total_seconds() <= each.idle_timeout_s]


def role_counts(community_id: int) -> dict[str, int]:
    """Give how many people here hold each role, those who left not counted."""
    found = db.session.execute(
        sa.select(RoleHeld.role, sa.func.count())
        .join(Membership, Membership.id == RoleHeld.membership_id)
        .where(RoleHeld.community_id == community_id, Membership.standing.in_(HERE))
        .group_by(RoleHeld.role)
    )
    return {role: count for role, count in found}


def open_role_proposals(community_id: int) -> Sequence[RoleProposal]:
    """Give the roles that wait for a second person, oldest first."""
    return db.session.scalars(
        sa.select(RoleProposal)
        .where(RoleProposal.community_id == community_id, RoleProposal.decided_at.is_(None))
        .order_by(RoleProposal.id)
    ).all()


def open_invitations(community_id: int, now: datetime) -> Sequence[Invitation]:
    """Give the invitations that still open, newest first."""
    return db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.community_id == community_id,
            Invitation.ended_at.is_(None),
            Invitation.ends_at > now,
            Invitation.taken < Invitation.places,
        )
        .order_by(Invitation.id.desc())
    ).all()


def accepted_wordings(membership_id: int) -> set[int]:
    """Give the ids of the wordings a member has accepted."""
    return set(db.session.scalars(sa.select(Acceptance.wording_id).where(Acceptance.membership_id == membership_id)))


def names_of_accounts(community_id: int) -> dict[int, str]:
    """Give what people are called by the id of their account; for the host's own listing alone."""
    found = db.session.execute(
        sa.select(Membership.account_id, Membership.called).where(
            Membership.community_id == community_id, Membership.account_id.is_not(None)
        )
    )
    return {account_id: called for account_id, called in found if account_id is not None}


def sign_in_names(community_id: int) -> dict[str, str]:
    """Give the names for signing in by what people are called; for the demo's invented people alone."""
    found = db.session.execute(
        sa.select(Membership.called, Person.sign_in_name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.community_id == community_id)
        .order_by(Membership.id.desc())
    )
    return {called: name for called, name in found}


def member_by_id(membership_id: int) -> Membership:
    """Give a membership by its number, for features that keep the number."""
    return db.session.get_one(Membership, membership_id)
