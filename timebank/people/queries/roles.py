"""Reads of who does what."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from timebank.core.access import Role
from timebank.core.database import db
from timebank.people.models import Membership, Person, RoleHeld, RoleProposal
from timebank.people.rules import HERE


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


def hosts() -> Sequence[uuid.UUID]:
    """Give the persons who look after the installation."""
    return db.session.scalars(sa.select(Person.id).where(Person.is_host).order_by(Person.id)).all()


def coordinators_with_email(community_id: int) -> Sequence[uuid.UUID]:
    """Give a community's coordinators who confirmed an e-mail, the longest serving first."""
    wanted = (
        sa.select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(RoleHeld, RoleHeld.membership_id == Membership.id)
        .where(RoleHeld.community_id == community_id, RoleHeld.role == Role.COORDINATOR)
        .where(Membership.standing.in_(HERE), Person.email_confirmed.is_not(None))
    )
    return db.session.scalars(wanted.order_by(RoleHeld.id)).all()
