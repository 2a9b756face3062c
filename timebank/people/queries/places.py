"""Reads of persons and of their places in communities. Pages here show a person only themselves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.people.models import Acceptance, Membership, Person, RoleHeld, WayToReach
from timebank.people.queries.roles import roles_of
from timebank.people.rules import HERE, NOTHING_MATCHES, Standing


def viewer_of(person_id: uuid.UUID, community_id: int | None) -> Viewer:
    """Make the viewer a person is in a community (or nowhere in particular)."""
    person = db.session.get_one(Person, person_id)
    membership = membership_of(person_id, community_id) if community_id is not None else None
    if membership is None:
        called = _called_elsewhere(person)
        return Viewer(person.id, person.public_id, called, is_host=person.is_host, language=person.language)
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
        language=person.language,
    )


def _called_elsewhere(person: Person) -> str:
    places = memberships(person.id)
    # Never the name for signing in: that one is nobody else's business. It ends with the word drawn for it.
    return places[-1].called if places else person.sign_in_name.rpartition(" ")[0]


def membership_of(person_id: uuid.UUID, community_id: int) -> Membership | None:
    """Give a person's place in a community, whatever its standing; one that was left is no place any more."""
    return db.session.scalar(
        sa.select(Membership).where(
            Membership.person_id == person_id,
            Membership.community_id == community_id,
            Membership.standing != Standing.LEFT,
        )
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
    # An erased person has no passphrase either, and no name: nobody speaks for who has left.
    logins = sa.select(Person.id).where(Person.passphrase_hash == NOTHING_MATCHES, Person.sign_in_name != "")
    found: sa.ColumnElement[bool] = whose.person_id.in_(logins)
    return found


def memberships(person_id: uuid.UUID) -> Sequence[Membership]:
    """Give all places a person has and has not left, oldest first."""
    return db.session.scalars(
        sa.select(Membership)
        .where(Membership.person_id == person_id, Membership.standing != Standing.LEFT)
        .order_by(Membership.id)
    ).all()


def way_to_reach(membership_id: int) -> WayToReach:
    """Give how a member can be reached; empty where they said nothing."""
    found = db.session.get(WayToReach, membership_id)
    return found or WayToReach(membership_id=membership_id, phone="", email="", someone="", place_and_day="")


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


def member_by_id(membership_id: int) -> Membership:
    """Give a membership by its number, for features that keep the number."""
    return db.session.get_one(Membership, membership_id)
