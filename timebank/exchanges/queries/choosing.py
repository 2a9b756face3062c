"""With whom an exchange can begin. Every read begins at the gate; whoever reads releases is nobody to choose."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.people import queries as people
from timebank.people.models import Membership
from timebank.people.rules import Standing
from timebank.safeguarding.queries import visible_to

MOST = 1_000


def _members(viewer: Viewer) -> sa.Select[Membership]:
    return people.members_of(viewer.community_id).where(visible_to(viewer, Membership.person_id))


def members(viewer: Viewer) -> Sequence[Membership]:
    """Give the members the viewer may see and who are not away, by name, for choosing one."""
    wanted = _members(viewer).where(Membership.standing == Standing.ACTIVE)
    return db.session.scalars(wanted.order_by(Membership.called, Membership.id).limit(MOST)).all()


def member(viewer: Viewer, public_id: str) -> Membership:
    """Give a member the viewer may see, to begin an exchange with; raises NotFound."""
    found = db.session.scalar(_members(viewer).where(Membership.public_id == public_id))
    if found is None:
        raise NotFound(N_("There is nobody like that here."))
    return found


def takes_part_on_paper(member: Membership) -> bool:
    """Tell whether a member is reached in person, so that a coordinator carries what is said."""
    return bool(db.session.scalar(sa.select(people.on_paper()).where(Membership.id == member.id)))
