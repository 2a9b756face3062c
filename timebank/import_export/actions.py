"""Bring along people, listings and hours. Each piece can be brought again, and nothing comes twice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from timebank.communities import queries as communities
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.import_export import queries
from timebank.import_export.models import ListingBefore, MemberBefore
from timebank.import_export.rules import POT, BroughtListing, BroughtPerson, BroughtTransfer, Reach
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import BROUGHT_ALONG, Kind, NewLimits, Posting
from timebank.listings import actions as listings
from timebank.listings.actions import Said
from timebank.listings.models import Listing
from timebank.people import actions as people
from timebank.people.queries import member_by_id

WHY = "room for the hours from before"
WHY_NOT = "the hours from before are in the book"


def bring_people(*, community_id: int, rows: Sequence[BroughtPerson], now: datetime, by: Actor) -> int:
    """Make people members who take part on paper, since the day they joined. Gives how many were not here yet."""
    ledger.lock_book(community_id)  # two who bring the same files take turns
    known = queries.members(community_id, [row.number for row in rows])
    fresh = [row for row in rows if row.number not in known]
    for row in fresh:
        membership = people.bring_on_paper(
            community_id=community_id,
            called=row.called,
            said={},
            reach={"phone": row.phone, "email": row.email},
            now=row.joined.at if row.joined else now,
            by=by,
        )
        db.session.add(MemberBefore(community_id=community_id, number=row.number, membership_id=membership.id))
    return len(fresh)


def bring_listings(*, community_id: int, rows: Sequence[tuple[uuid.UUID, BroughtListing]], by: Actor) -> int:
    """Publish offers and requests of those who are here. Gives how many were not here yet."""
    ledger.lock_book(community_id)
    owners = queries.members(community_id, [row.number for _, row in rows])
    known = queries.listings(community_id, [row_id for row_id, _ in rows])
    brought = 0
    for row_id, row in rows:
        if row_id in known or not owners[row.number].is_here:
            continue
        listing = listings.bring_along(
            membership=member_by_id(owners[row.number].membership_id),
            is_offer=row.is_offer,
            said=Said(row.title, row.words, kind=row.kind, until=row.until),
            now=row.made_at,
            by=by,
        )
        db.session.add(ListingBefore(community_id=community_id, row_id=row_id, listing_id=listing.id))
        brought += 1
    return brought


def make_room(*, community_id: int, reaches: Sequence[Reach], now: datetime, by: Actor) -> None:
    """Give accounts limits that hold all they are going to go through, and never narrower ones than everybody's."""
    ledger.lock_book(community_id)
    usual = communities.by_id(community_id).chosen
    known = queries.members(community_id, [reach.number for reach in reaches])
    for reach in reaches:
        if reach.number == POT:
            state = ledger_queries.pot_of(community_id)
            floor, ceiling = state.floor, state.ceiling
        else:
            # Whoever has a history is no newcomer.
            state = ledger_queries.account(community_id, known[reach.number].account_id or 0)
            floor, ceiling = min(state.floor, usual.floor_minutes), max(state.ceiling, usual.ceiling_minutes)
        floor, ceiling = min(floor, state.balance + reach.lowest), max(ceiling, state.balance + reach.highest)
        ledger.change_limits(NewLimits(community_id, state.id, floor, ceiling, why=WHY), now=now, by=by)


def close_pot(*, community_id: int, now: datetime, by: Actor) -> None:
    """Let the pot pay no more than it holds again, once its history is in the book."""
    ledger.lock_book(community_id)
    pot = ledger_queries.pot_of(community_id)
    floor = max(pot.floor, min(0, pot.balance))
    ledger.change_limits(NewLimits(community_id, pot.id, floor, pot.ceiling, why=WHY_NOT), now=now, by=by)


def bring_transfers(
    *, community_id: int, rows: Sequence[tuple[uuid.UUID, BroughtTransfer]], now: datetime, by: Actor
) -> int:
    """Post hours from before, in the order given, in one batch. Gives how many were not in the book yet."""
    ledger.lock_book(community_id)
    known = ledger_queries.present(community_id, [row_id for row_id, _ in rows])
    fresh = [(row_id, row) for row_id, row in rows if row_id not in known]
    numbers = {number for _, row in fresh for number in (row.payer, row.payee)}
    accounts = {number: each.account_id or 0 for number, each in queries.members(community_id, numbers).items()}
    accounts[POT] = ledger_queries.pot_of(community_id).id
    postings = [
        Posting(
            community_id=community_id,
            id=row_id,
            payer_id=accounts[row.payer],
            payee_id=accounts[row.payee],
            minutes=row.minutes,
            kind=_kind(row),
            source=(BROUGHT_ALONG, str(row_id)),
            done_on=row.happened.day,
            note=row.note or None,
        )
        for row_id, row in fresh
    ]
    ledger.post_batch(postings, now=now, by=by)
    return len(fresh)


def _kind(row: BroughtTransfer) -> Kind:
    if row.payee == POT:
        return Kind.GIFT
    return Kind.DRAWN if row.payer == POT else Kind.IMPORTED


def forget(*, membership_id: int) -> None:
    """Let go of what ties somebody's listings to the files they came from. Their number stays, so that they do too."""
    mine = sa.select(Listing.id).where(Listing.membership_id == membership_id)
    db.session.execute(sa.delete(ListingBefore).where(ListingBefore.listing_id.in_(mine)))
