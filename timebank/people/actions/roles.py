"""Give and take roles: some by one coordinator, two of them only with a second person."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from timebank.communities import actions as communities
from timebank.core import audit, ids
from timebank.core.access import Actor, Role, Viewer
from timebank.core.database import db
from timebank.core.errors import Conflict
from timebank.core.words import N_
from timebank.people import rules
from timebank.people.actions.signing_in import end_sign_ins
from timebank.people.models import Membership, Person, RoleHeld, RoleProposal


def propose_role(*, membership: Membership, role: Role, give: bool, now: datetime, by: Viewer) -> RoleProposal | None:
    """Give or take a role. For coordinator and keeper a second person answers first: the proposal is returned.

    Raises NotAllowed for who may not, Conflict where nothing would change or nobody would be left.
    """
    rules.check_may_propose_role(by, role)
    _check_makes_sense(membership, role, give=give)
    if role not in rules.TWO_PEOPLE:
        _set(membership, role, give=give, now=now, by=by)
        return None
    waiting = sa.select(RoleProposal.id).where(
        RoleProposal.membership_id == membership.id, RoleProposal.role == role, RoleProposal.decided_at.is_(None)
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Conflict(N_("This has been asked already and waits for a second person."))
    proposal = RoleProposal(
        public_id=ids.public_id(),
        community_id=membership.community_id,
        membership_id=membership.id,
        role=role,
        give=give,
        proposed_by=by.public_id,
        proposed_at=now,
    )
    db.session.add(proposal)
    audit.write("propose_role", on=("role_proposal", proposal.public_id), by=by)
    return proposal


def answer_proposal(*, proposal: RoleProposal, agree: bool, now: datetime, by: Viewer) -> None:
    """Answer a proposed role as the second person. Raises NotAllowed, or Conflict where things have changed."""
    rules.check_may_agree_role(by, proposed_by=proposal.proposed_by, about_membership_id=proposal.membership_id)
    communities.lock(proposal.community_id)
    db.session.refresh(proposal)  # a yes and a no at the same moment are one answer
    if proposal.decided_at is not None:
        raise Conflict(N_("Somebody has answered this already."))
    proposal.decided_by, proposal.decided_at, proposal.agreed = by.public_id, now, agree
    if agree:
        membership = db.session.get_one(Membership, proposal.membership_id)
        role = Role(proposal.role)
        _check_makes_sense(membership, role, give=proposal.give)
        _set(membership, role, give=proposal.give, now=now, by=by, proposed_by=proposal.proposed_by)
    audit.write("answer_proposal", on=("role_proposal", proposal.public_id), by=by)


def put_in_role(*, membership: Membership, role: Role, now: datetime, by: Actor) -> None:
    """Put somebody in a role as the host decided: by an invitation made at the console, or the demo."""
    _set(membership, role, give=True, now=now, by=by)


def _check_makes_sense(membership: Membership, role: Role, *, give: bool) -> None:
    communities.lock(membership.community_id)  # two taken at the same moment must not both find the other still there
    db.session.refresh(membership)  # they may have left while this waited for the lock
    if membership.standing not in rules.HERE:
        raise Conflict(N_("Only somebody who is a member here can hold a role."))
    if give and db.session.get_one(Person, membership.person_id).on_paper:
        raise Conflict(N_("A role is for somebody who signs in. They can take their place over with a card first."))
    holders = set(
        db.session.scalars(
            sa.select(RoleHeld.membership_id)
            .join(Membership, Membership.id == RoleHeld.membership_id)
            .where(
                RoleHeld.community_id == membership.community_id,
                RoleHeld.role == role,
                Membership.standing.in_(rules.HERE),
            )
        )
    )
    if give == (membership.id in holders):
        raise Conflict(N_("That is so already."))
    if not give:
        rules.check_can_be_without(role, len(holders - {membership.id}))


def _set(
    membership: Membership, role: Role, *, give: bool, now: datetime, by: Actor, proposed_by: str | None = None
) -> None:
    if give:
        db.session.add(
            RoleHeld(
                community_id=membership.community_id,
                membership_id=membership.id,
                role=role,
                given_by=proposed_by or by.public_id,
                given_at=now,
                agreed_by=by.public_id if proposed_by else None,
                agreed_at=now if proposed_by else None,
            )
        )
    else:
        db.session.execute(sa.delete(RoleHeld).where(RoleHeld.membership_id == membership.id, RoleHeld.role == role))
    db.session.flush()
    # What somebody may see has changed: they sign in again, and a cookie caught earlier opens nothing more.
    end_sign_ins(person_id=membership.person_id)
    audit.write(
        "give_role" if give else "take_role", on=("membership", membership.public_id), by=by, ids={"role": role}
    )
