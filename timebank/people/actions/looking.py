"""Write down who looked at whose record, and forget what was kept long enough."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.people.models import Attempt, Look, Membership, OneTimeKey, SignIn

ATTEMPTS_KEPT = timedelta(days=1)
SIGN_INS_KEPT = timedelta(days=30)
REASONS_KEPT = timedelta(days=365)


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
    """Delete tries at secrets after a day, sign-ins and one-time keys thirty days after they ended.

    And a year after somebody was helped to leave, what the coordinator wrote about it.
    """
    db.session.execute(sa.delete(Attempt).where(Attempt.at < now - ATTEMPTS_KEPT))
    db.session.execute(sa.delete(SignIn).where(SignIn.ends_at < now - SIGN_INS_KEPT))
    db.session.execute(sa.delete(OneTimeKey).where(OneTimeKey.ends_at < now - SIGN_INS_KEPT))
    long_gone = sa.update(Membership).where(Membership.why_left.is_not(None), Membership.left_at < now - REASONS_KEPT)
    db.session.execute(long_gone.values(why_left=None))
