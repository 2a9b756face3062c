"""Who is here, as far as the viewer may see. Every read begins at the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from timebank.core import search
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.pages import PAGE, Page, page_of, read_mark
from timebank.core.words import N_
from timebank.people import queries as people
from timebank.people.models import Look, Membership, Person
from timebank.people.rules import Standing
from timebank.safeguarding.queries import visible_to


@dataclass(frozen=True)
class Found:
    """What to look for among members: words in what they are called or say, and an area; blank means all."""

    words: str = ""
    area: str = ""


def _members(viewer: Viewer) -> sa.Select[Membership]:
    return people.members_of(viewer.community_id).where(visible_to(viewer, Membership.person_id))


def members(viewer: Viewer, wanted: Found, after: str | None) -> Page[Membership]:
    """Give the members the viewer may see, newest first."""
    query = _members(viewer).where(*search.matches(Membership.search, wanted.words))
    if wanted.area:
        query = query.where(Membership.area == wanted.area)
    mark = read_mark(after, (int,))
    if mark is not None:
        query = query.where(Membership.id < mark[0])
    found = db.session.scalars(query.order_by(Membership.id.desc()).limit(PAGE + 1)).all()
    return page_of(found, lambda each: (each.id,))


def member(viewer: Viewer, public_id: str) -> Membership:
    """Give one member; raises NotFound where there is none, or none the viewer may know of: the two are told alike."""
    found = db.session.scalar(_members(viewer).where(Membership.public_id == public_id))
    if found is None:
        raise NotFound(N_("There is nobody like that here."))
    return found


@dataclass(frozen=True)
class LookSeen:
    """A look at the viewer's own record: by whom (None for who is not to be seen), and when."""

    called: str | None
    at: datetime


def looks(viewer: Viewer) -> list[LookSeen]:
    """Give who looked at how the viewer can be reached, newest first, at most a hundred."""
    who = sa.and_(
        Membership.person_id == Person.id,
        Membership.community_id == Look.community_id,
        Membership.standing != Standing.LEFT,
        visible_to(viewer, Membership.person_id),
    )
    found = db.session.execute(
        sa.select(Membership.called, Look.looked_at)
        .select_from(Look)
        .join(Person, Person.public_id == Look.looked_by, isouter=True)
        .join(Membership, who, isouter=True)
        .where(Look.membership_id == viewer.membership_id)
        .order_by(Look.id.desc())
        .limit(100)
    )
    return [LookSeen(called, at) for called, at in found]
