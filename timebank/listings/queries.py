"""Offers and requests as the viewer may see them. Every read of others' begins at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from timebank.core import search
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.pages import PAGE, Page, page_of, read_mark
from timebank.core.words import N_
from timebank.listings.models import Listing
from timebank.listings.rules import State, state_on
from timebank.people.models import Membership
from timebank.people.rules import Standing
from timebank.safeguarding.queries import visible_to

MOST_OWN = 200


@dataclass(frozen=True)
class Found:
    """What to look for: words, a kind of help, an area, `offer` or `request`; blank means all."""

    words: str = ""
    kind: str = ""
    area: str = ""
    way: str = ""


def _with_owner(viewer: Viewer) -> sa.Select[Listing]:
    return (
        sa.select(Listing)
        .join(Membership, Membership.id == Listing.membership_id)
        .options(contains_eager(Listing.owner))
        .where(Listing.community_id == viewer.community_id)
    )


def _visible(viewer: Viewer, today: date) -> sa.Select[Listing]:
    """Select what is published and not past, of members who are here and whom the viewer may see."""
    return _with_owner(viewer).where(
        Listing.state == State.PUBLISHED,
        sa.or_(Listing.until.is_(None), Listing.until >= today),
        Membership.standing == Standing.ACTIVE,
        visible_to(viewer, Membership.person_id),
    )


def _one(query: sa.Select[Listing], public_id: str, *, lock: bool) -> Listing:
    wanted = query.where(Listing.public_id == public_id)
    found = db.session.scalar(wanted.with_for_update(of=Listing) if lock else wanted)
    if found is None:
        raise NotFound(N_("There is nothing like that here, or it has ended."))
    return found


def visible_listing(viewer: Viewer, public_id: str, today: date, *, lock: bool = False) -> Listing:
    """Give a listing that is open on this day; raises NotFound where there is none the viewer may know of."""
    return _one(_visible(viewer, today), public_id, lock=lock)


def own_listing(viewer: Viewer, public_id: str, *, lock: bool = False) -> Listing:
    """Give a listing of the viewer's own, in whatever state; raises NotFound."""
    return _one(_with_owner(viewer).where(Listing.membership_id == viewer.membership_id), public_id, lock=lock)


def own_open_request(viewer: Viewer, listing_id: int | None, today: date) -> Listing | None:
    """Give a request of the viewer's own that others can still answer; None where it is none, or over."""
    if listing_id is None:
        return None
    wanted = _with_owner(viewer).where(Listing.id == listing_id, Listing.membership_id == viewer.membership_id)
    found = db.session.scalar(wanted.where(Listing.is_offer.is_(False)))
    return found if found is not None and state_on(found.state, found.until, today) is State.PUBLISHED else None


def shown_listing(viewer: Viewer, public_id: str, today: date) -> Listing:
    """Give a listing the viewer may open: one that is open to them, or their own; raises NotFound."""
    try:
        return own_listing(viewer, public_id)
    except NotFound:
        return visible_listing(viewer, public_id, today)


def browse(viewer: Viewer, wanted: Found, today: date, after: str | None = None) -> Page[Listing]:
    """Give the listings the viewer may see, newest first."""
    query = _visible(viewer, today).where(*search.matches(Listing.search, wanted.words))
    if wanted.kind:
        query = query.where(Listing.kind == wanted.kind)
    if wanted.area:
        query = query.where(Listing.area == wanted.area)
    if wanted.way:
        query = query.where(Listing.is_offer.is_(wanted.way == "offer"))
    mark = read_mark(after, (int,))
    if mark is not None:
        query = query.where(Listing.id < mark[0])
    found = db.session.scalars(query.order_by(Listing.id.desc()).limit(PAGE + 1)).all()
    return page_of(found, lambda each: (each.id,))


def newest(viewer: Viewer, today: date, limit: int) -> Sequence[Listing]:
    """Give the newest listings of others, for the viewer's home."""
    query = _visible(viewer, today).where(Listing.membership_id != viewer.membership_id)
    return db.session.scalars(query.order_by(Listing.id.desc()).limit(limit)).all()


def of_member(viewer: Viewer, membership_id: int, today: date) -> Sequence[Listing]:
    """Give a member's open listings, newest first, for their page."""
    query = _visible(viewer, today).where(Listing.membership_id == membership_id)
    return db.session.scalars(query.order_by(Listing.id.desc()).limit(MOST_OWN)).all()


@dataclass(frozen=True)
class Own:
    """The viewer's own listings, newest first, by where they stand on this day."""

    published: Sequence[Listing]
    paused: Sequence[Listing]
    drafts: Sequence[Listing]
    ended: Sequence[Listing]


def own(viewer: Viewer, today: date) -> Own:
    """Give the viewer's own listings in all states."""
    query = _with_owner(viewer).where(Listing.membership_id == viewer.membership_id)
    found = db.session.scalars(query.order_by(Listing.id.desc()).limit(MOST_OWN)).all()
    by_state = {state: [each for each in found if state_on(each.state, each.until, today) is state] for state in State}
    return Own(*(by_state[state] for state in (State.PUBLISHED, State.PAUSED, State.DRAFT, State.ENDED)))
