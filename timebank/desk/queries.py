"""What waits for coordinators and seconds, and the people they look after. Every read begins at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from timebank.communities import queries as communities
from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.desk.models import LimitProposal
from timebank.desk.rules import (
    STUCK_EXCHANGE,
    STUCK_ON_PAPER,
    STUCK_PROPOSAL,
    may_agree_limits,
    nobody_can_carry,
    nobody_can_look,
    nobody_can_second,
)
from timebank.exchanges import queries as exchanges
from timebank.exchanges.queries import Seen
from timebank.exchanges.rules import Doer, Verb, is_ordinary, why_approve
from timebank.ledger import queries as ledger
from timebank.ledger.rules import AccountState
from timebank.people import queries as people
from timebank.people.models import Membership, PaperSignature, Person, RoleHeld, RoleProposal
from timebank.people.rules import HERE, Standing, may_agree_role, missing_roles
from timebank.releases import queries as releases
from timebank.safeguarding.queries import visible_to

MOST_WAITING = 100


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: its kind (which names its card), since when, and what is needed to decide."""

    kind: str
    since: datetime
    about: Any


def waiting(viewer: Viewer) -> list[Waiting]:
    """Give what waits for this viewer, oldest first."""
    found: list[Waiting] = []
    if viewer.has(Role.COORDINATOR):
        found += [Waiting("release", each.prepared_at, each) for each in releases.waiting(viewer)]
        found += [Waiting("newcomer", each.came_at, each) for each in asked(viewer)]
    if viewer.has(Role.COORDINATOR, Role.SECOND):
        found += exchanges_waiting(viewer)
        found += [Waiting("role", each.proposal.proposed_at, each) for each in roles_to_agree(viewer)]
        found += [Waiting("limits", each.proposal.proposed_at, each) for each in limits_to_agree(viewer)]
    return sorted(found, key=lambda each: each.since)


def asked(viewer: Viewer) -> Sequence[Membership]:
    """Give who asked to join, oldest first."""
    return db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.community_id == viewer.community_id,
            Membership.standing == Standing.ASKED,
            visible_to(viewer, Membership.person_id),
        )
        .order_by(Membership.came_at, Membership.id)
        .limit(MOST_WAITING)
    ).all()


@dataclass(frozen=True)
class RoleToAgree:
    """A proposed role, and whom it is about."""

    proposal: RoleProposal
    member: Membership


def roles_to_agree(viewer: Viewer) -> list[RoleToAgree]:
    """Give the proposed roles this viewer may answer as the second person."""
    found = db.session.execute(
        sa.select(RoleProposal, Membership)
        .join(Membership, Membership.id == RoleProposal.membership_id)
        .where(
            RoleProposal.community_id == viewer.community_id,
            RoleProposal.decided_at.is_(None),
            visible_to(viewer, Membership.person_id),
        )
        .order_by(RoleProposal.id)
    ).all()
    return [
        RoleToAgree(proposal, member)
        for proposal, member in found
        if may_agree_role(viewer, proposed_by=proposal.proposed_by, about_membership_id=member.id)
    ]


@dataclass(frozen=True)
class LimitsToAgree:
    """Proposed limits, whom they are about, and how far they may go now."""

    proposal: LimitProposal
    member: Membership
    now: AccountState


def limits_to_agree(viewer: Viewer) -> list[LimitsToAgree]:
    """Give the proposed limits this viewer may answer as the second person."""
    return [
        LimitsToAgree(proposal, member, limits_of(member))
        for proposal, member in _open_limits(viewer)
        if may_agree_limits(viewer, proposed_by=proposal.proposed_by, about_membership_id=member.id)
    ]


def _open_limits(viewer: Viewer) -> Sequence[sa.Row[LimitProposal, Membership]]:
    return db.session.execute(
        sa.select(LimitProposal, Membership)
        .join(Membership, Membership.id == LimitProposal.membership_id)
        .where(
            LimitProposal.community_id == viewer.community_id,
            LimitProposal.decided_at.is_(None),
            Membership.standing.in_(HERE),
            visible_to(viewer, Membership.person_id),
        )
        .order_by(LimitProposal.id)
    ).all()


def limits_of(member: Membership) -> AccountState:
    """Give how far a member who is here may go, and where they stand."""
    assert member.account_id is not None
    return ledger.account(member.community_id, member.account_id)


@dataclass(frozen=True)
class ExchangeWaiting:
    """An exchange that waits: what the viewer may do, why somebody else looks, may it be taken with others."""

    seen: Seen
    verbs: list[Verb]
    why: str | None
    ordinary: bool


def exchanges_waiting(viewer: Viewer) -> list[Waiting]:
    """Give the exchanges that wait for this viewer."""
    policy = communities.by_id(viewer.community_id or 0).chosen.approval
    looked_after = exchanges.to_look_after(viewer)
    facts_of = exchanges.facts_of_several([seen.exchange for seen in looked_after], policy)
    opened = exchanges.opened(viewer, [seen.exchange for seen in looked_after])
    found = []
    for seen in looked_after:
        facts = facts_of[seen.exchange.id]
        verbs = exchanges.verbs(viewer, seen.exchange)
        why = why_approve(policy, facts) if Verb.APPROVE in verbs else None
        together = Verb.APPROVE in verbs and (is_ordinary(policy, facts) or seen.exchange.id in opened)
        about = ExchangeWaiting(seen, verbs, gettext(why) if why else None, ordinary=together)
        found.append(Waiting("exchange", seen.exchange.touched_at, about))
    return found


def what_cannot_be_done(viewer: Viewer) -> list[str]:
    """Give sentences on what the community cannot do yet for want of people in roles, and on what waits for nobody."""
    counts = people.role_counts(viewer.community_id or 0)
    found = list(missing_roles(counts, counts.get(Role.COORDINATOR, 0)))
    doers = _who_looks_after(viewer)
    exchanges_stuck = [each for each in exchanges.awaiting_approval(viewer) if nobody_can_look(each, doers)]
    asked = [(each.proposed_by, each.membership_id) for each in people.open_role_proposals(viewer.community_id or 0)]
    asked += [(proposal.proposed_by, member.id) for proposal, member in _open_limits(viewer)]
    if exchanges_stuck:
        found.append(STUCK_EXCHANGE)
    if any(nobody_can_carry(each, doers) for each in exchanges.awaiting_carrier(viewer)):
        found.append(STUCK_ON_PAPER)
    if any(nobody_can_second(proposed_by, about, doers) for proposed_by, about in asked):
        found.append(STUCK_PROPOSAL)
    return found


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
