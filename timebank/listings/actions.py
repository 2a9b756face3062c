"""Write an offer or a request, change it, publish, pause, end it; forget those of somebody who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from timebank.communities import queries as communities
from timebank.communities.models import Community
from timebank.core import audit, clock, ids, search
from timebank.core.access import Actor, Role, Viewer
from timebank.core.database import db
from timebank.core.errors import NotAllowed, Refused
from timebank.core.text import clean_line, clean_words
from timebank.core.words import N_
from timebank.listings import rules
from timebank.listings.models import Listing
from timebank.listings.rules import ForWhom, State, Verb
from timebank.people import queries as people
from timebank.people.models import Membership


@dataclass(frozen=True)
class Said:
    """What somebody says in a listing, as typed. All but the title may be blank."""

    title: str
    words: str = ""
    would_like: str = ""
    would_do: str = ""
    kind: str | None = None
    area: str | None = None
    when: str = ""
    until: date | None = None
    for_whom: str = ForWhom.PERSON


def write(*, is_offer: bool, said: Said, now: datetime, by: Viewer) -> Listing:
    """Write a draft. Raises Refused with a sentence on a field, Conflict where there are as many as there may be."""
    membership = people.own_membership(by)
    rules.check_room(_open_ones(membership.id, _today(communities.by_id(membership.community_id), now)))
    listing = Listing(
        public_id=ids.public_id(),
        community_id=membership.community_id,
        membership_id=membership.id,
        is_offer=is_offer,
        state=State.DRAFT,
        made_at=now,
    )
    _keep(listing, said, now)
    db.session.add(listing)
    db.session.flush()
    audit.write("write_listing", on=("listing", listing.public_id), by=by)
    return listing


def bring_along(*, membership: Membership, is_offer: bool, said: Said, now: datetime, by: Actor) -> Listing:
    """Publish what a member offered or asked for elsewhere, as of `now`, when it was written there. Raises Refused."""
    listing = Listing(
        public_id=ids.public_id(),
        community_id=membership.community_id,
        membership_id=membership.id,
        is_offer=is_offer,
        state=State.PUBLISHED,
        made_at=now,
    )
    _keep(listing, said, now)
    db.session.add(listing)
    db.session.flush()
    audit.write("bring_along_listing", on=("listing", listing.public_id), by=by)
    return listing


def change(*, listing: Listing, said: Said, now: datetime, by: Viewer) -> None:
    """Say something else in one's own listing. Raises Refused on a field, Conflict where it has ended."""
    _check_may(Verb.SAVE, listing, now, by)
    _keep(listing, said, now)
    audit.write("change_listing", on=("listing", listing.public_id), by=by)


def move(*, listing: Listing, verb: Verb, why: str = "", now: datetime, by: Viewer) -> None:
    """Publish, pause, publish again or end a listing. Raises NotAllowed, Conflict, or Refused for a missing reason."""
    found = _check_may(verb, listing, now, by)
    reason = clean_words(why, longest=rules.LONGEST_REASON, field="why") if found.wants_reason else ""
    if found.wants_reason and not reason:
        raise Refused(N_("Please write a kind word that says why: it is what they will read."), field="why")
    if found.leads_to is State.PUBLISHED:
        rules.check_until(listing.until, _today(_community(listing), now))
    listing.state = found.leads_to
    if found.leads_to is State.ENDED:
        listing.ended_by, listing.ended_at, listing.why_ended = by.public_id, now, reason
    audit.write(f"{verb}_listing", on=("listing", listing.public_id), by=by)


def forget(*, membership_id: int) -> None:
    """End the listings of somebody who left and leave no word in them."""
    now = clock.now()
    blank = dict.fromkeys(("title", "words", "would_like", "would_do", "when", "search", "why_ended"), "")
    mine = sa.update(Listing).where(Listing.membership_id == membership_id)
    db.session.execute(mine.where(Listing.ended_at.is_(None)).values(ended_by="program", ended_at=now, state="ended"))
    db.session.execute(mine.values({**{getattr(Listing, name): value for name, value in blank.items()}, "area": None}))


def _open_ones(membership_id: int, today: date) -> int:
    waits = sa.or_(Listing.state == State.DRAFT, Listing.until.is_(None), Listing.until >= today)
    mine = sa.select(sa.func.count()).select_from(Listing).where(Listing.membership_id == membership_id)
    return db.session.scalar(mine.where(Listing.state != State.ENDED, waits)) or 0


def _community(listing: Listing) -> Community:
    return communities.by_id(listing.community_id)


def _today(community: Community, now: datetime) -> date:
    return clock.day_of(now, community.chosen.zone)


def _check_may(verb: Verb, listing: Listing, now: datetime, by: Viewer) -> rules.Move:
    if listing.community_id != by.community_id:
        raise NotAllowed(N_("This is for somebody else to do. Nothing was changed."))
    state = rules.state_on(listing.state, listing.until, _today(_community(listing), now))
    doer = rules.Doer(listing.membership_id == by.membership_id, coordinates=by.has(Role.COORDINATOR))
    return rules.check_may(verb, state, doer)


def _keep(listing: Listing, said: Said, now: datetime) -> None:
    community = _community(listing)
    listing.title = clean_line(said.title, longest=rules.LONGEST_TITLE, field="title")
    if not listing.title:
        raise Refused(N_("Please say in a few words what it is."), field="title")
    listing.words = clean_words(said.words, longest=rules.LONGEST_WORDS, field="words")
    listing.when = clean_line(said.when, longest=rules.LONGEST_WHEN, field="when")
    for part in ("would_like", "would_do"):
        text = "" if listing.is_offer else getattr(said, part)
        setattr(listing, part, clean_words(text, longest=rules.LONGEST_PART, field=part))
    for part in ("title", "words", "would_like", "would_do", "when"):
        rules.check_no_contact(getattr(listing, part), field=part)
    chosen = community.chosen
    listing.kind = rules.check_code(chosen.kinds, said.kind, present=listing.kind, field="kind")
    listing.area = rules.check_code(chosen.areas, said.area, present=listing.area, field="area")
    rules.check_until(said.until, _today(community, now))
    listing.until = said.until
    if said.for_whom not in set(ForWhom):
        raise Refused(N_("Please choose one from the list."), field="for_whom")
    listing.for_whom = said.for_whom
    # Folded once, in Python, so that both databases forgive the same accents and endings.
    listing.search = search.index(f"{listing.title} {listing.words} {listing.would_like} {listing.would_do}")
