"""Other limits for a member: proposed by a coordinator with a reason, and in force when a second person agrees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from timebank.communities import actions as communities
from timebank.communities.actions import LONGEST_REASON
from timebank.core import audit, ids
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import Conflict, Refused, Stale
from timebank.core.keeping import over_before
from timebank.core.text import clean_words
from timebank.core.words import N_
from timebank.desk import rules
from timebank.desk.models import KEEP, LimitProposal
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import AccountState, NewLimits, check_new_limits
from timebank.people.models import Membership
from timebank.people.rules import HERE


@dataclass(frozen=True)
class WantedLimits:
    """How far somebody may go, in minutes: the floor at nothing or below, the ceiling at nothing or above, and why."""

    floor: int
    ceiling: int
    why: str


@dataclass(frozen=True)
class _Proposer:
    """Whoever proposed, as the one who acts when a second person has agreed."""

    public_id: str
    community_id: int | None


def propose_limits(*, membership: Membership, wanted: WantedLimits, now: datetime, by: Viewer) -> LimitProposal:
    """Propose other limits for a member. Nothing changes until a second person agrees.

    Raises NotAllowed, Refused on a field, Conflict where it is so already, is asked already, or cannot be.
    """
    rules.check_may_propose_limits(by, membership.id)
    communities.lock(membership.community_id)
    why = clean_words(wanted.why, longest=LONGEST_REASON, field="why")
    if not why:
        raise Refused(N_("Please say why, in a few words: others will want to know."), field="why")
    state = _account(membership)
    check_new_limits(state, _limits(membership, state, wanted.floor, wanted.ceiling, why))
    if (state.floor, state.ceiling) == (wanted.floor, wanted.ceiling):
        raise Conflict(N_("That is so already."))
    waiting = sa.select(LimitProposal.id).where(
        LimitProposal.membership_id == membership.id, LimitProposal.decided_at.is_(None)
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Conflict(N_("This has been asked already and waits for a second person."))
    proposal = LimitProposal(
        public_id=ids.public_id(),
        community_id=membership.community_id,
        membership_id=membership.id,
        floor=wanted.floor,
        ceiling=wanted.ceiling,
        why=why,
        proposed_by=by.public_id,
        proposed_at=now,
    )
    db.session.add(proposal)
    audit.write("propose_limits", on=("limit_proposal", proposal.public_id), by=by)
    return proposal


def answer_limits(*, proposal: LimitProposal, agree: bool, now: datetime, by: Viewer) -> None:
    """Answer proposed limits as the second person; agreed, they stand in the book with both names and the reason.

    Raises NotAllowed, or Conflict where somebody has answered or the member's hours lie outside meanwhile.
    """
    rules.check_may_agree_limits(by, proposed_by=proposal.proposed_by, about_membership_id=proposal.membership_id)
    communities.lock(proposal.community_id)
    db.session.refresh(proposal)  # a yes and a no at the same moment are one answer
    if proposal.decided_at is not None:
        raise Stale(N_("Somebody has answered already."))
    if agree:
        membership = db.session.get_one(Membership, proposal.membership_id)
        state = _account(membership)
        wanted = _limits(membership, state, proposal.floor, proposal.ceiling, proposal.why, second=by.public_id)
        ledger.change_limits(wanted, now=now, by=_Proposer(proposal.proposed_by, proposal.community_id))
    proposal.decided_by, proposal.decided_at, proposal.agreed = by.public_id, now, agree
    audit.write("answer_limits", on=("limit_proposal", proposal.public_id), by=by)


def forget_old(*, now: datetime) -> None:
    """Delete proposals whose term is over since they were answered, or since they were made and nobody did."""
    since = sa.func.coalesce(LimitProposal.decided_at, LimitProposal.proposed_at)
    db.session.execute(sa.delete(LimitProposal).where(since < over_before(KEEP, now)))


def _account(membership: Membership) -> AccountState:
    if membership.account_id is None or membership.standing not in HERE:
        raise Conflict(N_("Only somebody who is a member here has hours."))
    return ledger_queries.account(membership.community_id, membership.account_id)


def _limits(
    membership: Membership, state: AccountState, floor: int, ceiling: int, why: str, second: str | None = None
) -> NewLimits:
    if not floor <= 0 <= ceiling:
        raise Refused(N_("The lowest point lies below the highest one."), field="floor")
    return NewLimits(membership.community_id, state.id, floor, ceiling, why, second)
