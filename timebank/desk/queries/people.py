"""The people coordinators look after, who does what, and what cannot be done for want of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from timebank.communities import queries as communities
from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.desk.queries.proposals import open_limits
from timebank.desk.rules import (
    STUCK_EXCHANGE,
    STUCK_ON_PAPER,
    STUCK_PROPOSAL,
    FirstStep,
    nobody_can_carry,
    nobody_can_look,
    nobody_can_second,
)
from timebank.desk.rules import first_steps as steps_of
from timebank.exchanges import queries as exchanges
from timebank.exchanges.rules import Doer
from timebank.people import queries as people
from timebank.people.models import Membership, PaperSignature, Person, RoleHeld
from timebank.people.rules import HERE, Standing, missing_roles
from timebank.safeguarding.queries import visible_to


def what_cannot_be_done(viewer: Viewer) -> list[str]:
    """Give sentences on what the community cannot do yet for want of people in roles, and on what waits for nobody."""
    counts = people.role_counts(viewer.community_id or 0)
    found = list(missing_roles(counts, counts.get(Role.COORDINATOR, 0)))
    doers = _who_looks_after(viewer)
    exchanges_stuck = [each for each in exchanges.awaiting_approval(viewer) if nobody_can_look(each, doers)]
    asked = [(each.proposed_by, each.membership_id) for each in people.open_role_proposals(viewer.community_id or 0)]
    asked += [(proposal.proposed_by, member.id) for proposal, member in open_limits(viewer)]
    if exchanges_stuck:
        found.append(STUCK_EXCHANGE)
    if any(nobody_can_carry(each, doers) for each in exchanges.awaiting_carrier(viewer)):
        found.append(STUCK_ON_PAPER)
    if any(nobody_can_second(proposed_by, about, doers) for proposed_by, about in asked):
        found.append(STUCK_PROPOSAL)
    return found


def first_steps(viewer: Viewer, now: datetime) -> list[FirstStep]:
    """Give what a community that opened lately has not done yet, for its coordinators."""
    if not viewer.has(Role.COORDINATOR):
        return []
    community = communities.by_id(viewer.community_id or 0)
    look_after = {doer.public_id for doer in _who_looks_after(viewer)}
    return steps_of(community.chosen, days_open=(now - community.opened_at).days, look_after=len(look_after))


def _who_looks_after(viewer: Viewer) -> list[Doer]:
    """Give everybody here who may be a second pair of eyes, as the rules see them; shown to nobody."""
    rows = db.session.execute(
        sa.select(Membership.id, Person.public_id, RoleHeld.role)
        .join(RoleHeld, RoleHeld.membership_id == Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.community_id == viewer.community_id,
            Membership.standing == Standing.ACTIVE,
            RoleHeld.role.in_((Role.COORDINATOR, Role.SECOND)),
        )
    )
    return [
        Doer(membership_id, public_id, coordinates=role == Role.COORDINATOR, seconds=role == Role.SECOND)
        for membership_id, public_id, role in rows
    ]


def people_in_roles(viewer: Viewer) -> list[tuple[Membership, str]]:
    """Give who holds which role here."""
    found = db.session.execute(
        sa.select(Membership, RoleHeld.role)
        .join(RoleHeld, RoleHeld.membership_id == Membership.id)
        .where(
            Membership.community_id == viewer.community_id,
            Membership.standing.in_(HERE),
            visible_to(viewer, Membership.person_id),
        )
        .order_by(RoleHeld.role, Membership.id)
    )
    return [(member, role) for member, role in found]


def login(member: Membership) -> Person:
    """Give a member's login, for the card a coordinator prints and for telling who takes part on paper."""
    return db.session.get_one(Person, member.person_id)


def on_paper(viewer: Viewer) -> Sequence[Membership]:
    """Give the members who take part on paper, by name."""
    wanted = people.members_of(viewer.community_id).where(people.on_paper(), visible_to(viewer, Membership.person_id))
    return db.session.scalars(wanted.order_by(Membership.called, Membership.id)).all()


def signature(member: Membership) -> PaperSignature | None:
    """Give the latest word that a member signed on paper; None where nobody has said so."""
    found = sa.select(PaperSignature).where(PaperSignature.membership_id == member.id)
    return db.session.scalar(found.order_by(PaperSignature.id.desc()).limit(1))


def called_by(viewer: Viewer, person_ids: set[str]) -> dict[str, str]:
    """Give what the persons with these public ids are called here, as far as the viewer may see."""
    found = db.session.execute(
        sa.select(Person.public_id, Membership.called)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.community_id == viewer.community_id, Membership.standing != Standing.LEFT)
        .where(Person.public_id.in_(person_ids), visible_to(viewer, Person.id))
    )
    return {public_id: called for public_id, called in found}
