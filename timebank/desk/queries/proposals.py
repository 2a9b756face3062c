"""Roles and limits that want a second person. Every read begins at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound, Stale
from timebank.core.words import N_
from timebank.desk.models import LimitProposal
from timebank.desk.rules import may_agree_limits
from timebank.ledger import queries as ledger
from timebank.ledger.rules import AccountState
from timebank.people.models import Membership, RoleProposal
from timebank.people.rules import HERE, may_agree_role
from timebank.safeguarding.queries import visible_to

ANSWERED = N_("Somebody has answered already.")


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
        for proposal, member in open_limits(viewer)
        if may_agree_limits(viewer, proposed_by=proposal.proposed_by, about_membership_id=member.id)
    ]


def open_limits(viewer: Viewer) -> Sequence[sa.Row[LimitProposal, Membership]]:
    """Give all proposed limits of those who are here, with whom they are about: also those others will answer."""
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


def asked_about(viewer: Viewer, member: Membership) -> tuple[Sequence[RoleProposal], LimitProposal | None]:
    """Give what was proposed about a member and waits for a second person, whoever may be that: roles, and limits."""
    roles = db.session.scalars(
        sa.select(RoleProposal)
        .where(RoleProposal.membership_id == member.id, RoleProposal.decided_at.is_(None))
        .order_by(RoleProposal.id)
    ).all()
    return roles, next((proposal for proposal, about in open_limits(viewer) if about.id == member.id), None)


def role_to_answer(viewer: Viewer, public_id: str) -> RoleProposal:
    """Give a proposed role this viewer may answer; raises NotFound, and Stale where somebody has answered."""
    proposal: RoleProposal = _to_answer(viewer, RoleProposal, public_id)
    return proposal


def limits_to_answer(viewer: Viewer, public_id: str) -> LimitProposal:
    """Give proposed limits this viewer may answer; raises NotFound, and Stale where somebody has answered."""
    proposal: LimitProposal = _to_answer(viewer, LimitProposal, public_id)
    return proposal


def _to_answer(viewer: Viewer, kind: type[Any], public_id: str) -> Any:
    wanted = (
        sa.select(kind)
        .join(Membership, Membership.id == kind.membership_id)
        .where(
            kind.community_id == viewer.community_id,
            kind.public_id == public_id,
            visible_to(viewer, Membership.person_id),
        )
    )
    found = db.session.scalar(wanted)
    may = may_agree_role if kind is RoleProposal else may_agree_limits
    if found is None or not may(viewer, proposed_by=found.proposed_by, about_membership_id=found.membership_id):
        raise NotFound(N_("There is nothing like that here, or it has ended."))
    if found.decided_at is not None:
        raise Stale(ANSWERED)
    return found
