"""Write down who looked at whose record, and forget what was kept long enough."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.keeping import forget_lines, over_before
from timebank.people.models import (
    Acceptance,
    Attempt,
    Invitation,
    Look,
    Membership,
    OneTimeKey,
    PaperSignature,
    RoleProposal,
    SignIn,
)
from timebank.people.rules import ATTEMPTS, CONSENTS, DECISIONS, REASONS, SIGN_INS


def look(session: Session, *, membership_id: int, what: str, now: datetime, by: Viewer) -> None:
    """Write down, inside `note()` and before it is shown, that `by` looks at `what` of a member."""
    session.add(
        Look(
            community_id=by.community_id,
            membership_id=membership_id,
            what=what,
            looked_by=by.public_id,
            looked_at=now,
        )
    )


def look_at_reach(session: Session, *, membership_id: int, now: datetime, by: Viewer) -> None:
    """Write down that a coordinator looks at how a member can be reached."""
    look(session, membership_id=membership_id, what="reach", now=now, by=by)


def forget_old(*, now: datetime) -> None:
    """Keep what the columns promise of doors, decisions, looks, reasons and consents: what is older is deleted."""
    execute = db.session.execute
    execute(sa.delete(Attempt).where(Attempt.at < over_before(ATTEMPTS, now)))
    for opened in (SignIn, OneTimeKey):
        execute(sa.delete(opened).where(opened.ends_at < over_before(SIGN_INS, now)))
    decided = over_before(DECISIONS, now)
    execute(sa.delete(Invitation).where(sa.func.coalesce(Invitation.ended_at, Invitation.ends_at) < decided))
    execute(
        sa.delete(RoleProposal).where(sa.func.coalesce(RoleProposal.decided_at, RoleProposal.proposed_at) < decided)
    )
    long_gone = sa.update(Membership).where(Membership.why_left.is_not(None))
    execute(long_gone.where(Membership.left_at < over_before(REASONS, now)).values(why_left=None))
    forget_lines(db.session(), Look.metadata.tables[Look.__tablename__], now=now)
    gone = sa.select(Membership.id).where(
        Membership.standing == "left", Membership.left_at < over_before(CONSENTS, now)
    )
    for kept in (Acceptance, PaperSignature):
        lines = kept.metadata.tables[kept.__tablename__]
        forget_lines(db.session(), lines, now=now, where=lines.c.membership_id.in_(gone))
