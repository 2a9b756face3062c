"""Reads of the pot: its closed months, which name nobody, and the members hours can be passed on to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.ledger import queries as ledger
from timebank.people import queries as people
from timebank.people.models import Membership
from timebank.pot import rules
from timebank.pot.rules import Month
from timebank.safeguarding.queries import visible_to

MOST_CHOICES = 1_000


def closed_months(viewer: Viewer, now: datetime) -> list[Month]:
    """Give what came in and went out in each month that is over, oldest first, those between with nothing too.

    What moves in a month is told when the month is over, because a sum that changes tells who changed it. Months are
    those of UTC, as the ledger sums them, so that nothing is ever added to one that was shown.
    """
    until = now.astimezone(UTC).date()
    found = ledger.pot_by_month(viewer.community_id or 0, until)
    return rules.without_gaps([Month(*month) for month in found], until)


def may_give(viewer: Viewer, own: Membership) -> int:
    """Give how many minutes the viewer has and may give to the pot; nothing for who has none left over."""
    if own.account_id is None:
        return 0
    return max(ledger.account(viewer.community_id or 0, own.account_id).balance, 0)


def in_it_now(viewer: Viewer) -> int:
    """Give how many minutes can be passed on now; for coordinators, who pass them on.

    None where more was handed out than came in, as in books brought along from elsewhere.
    """
    return max(ledger.pot_of(viewer.community_id or 0).balance, 0)


def _others(viewer: Viewer) -> sa.Select[Membership]:
    return people.members_of(viewer.community_id).where(
        visible_to(viewer, Membership.person_id), Membership.id != viewer.membership_id
    )


def others(viewer: Viewer) -> Sequence[Membership]:
    """Give the other members the viewer may see, by name, for choosing one."""
    return db.session.scalars(_others(viewer).order_by(Membership.called, Membership.id).limit(MOST_CHOICES)).all()


def other(viewer: Viewer, public_id: str) -> Membership:
    """Give another member the viewer may see; raises NotFound on the field where one is chosen."""
    found = db.session.scalar(_others(viewer).where(Membership.public_id == public_id))
    if found is None:
        raise NotFound(N_("Please choose somebody from the list."), field="to")
    return found
