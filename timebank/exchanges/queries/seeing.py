"""Reads of exchanges. Whatever shows another person begins at the gate; a stranger's exchange is not found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.pages import PAGE, Page, page_of, read_mark
from timebank.core.words import N_
from timebank.exchanges.models import Exchange, SaidSo
from timebank.exchanges.rules import CARRIED, TAKEN_OVER_IN, UNDER_WAY, Doer, Standing, State, Verb, moves
from timebank.people import queries as people
from timebank.people.models import Membership
from timebank.people.rules import HERE
from timebank.safeguarding.queries import visible_to

MOST_WAITING = 100
LOOKED_AFTER = (State.CONFIRMED, State.HELP, State.CORRECTING)
Giver = aliased(Membership, name="giver")
Receiver = aliased(Membership, name="receiver")


@dataclass(frozen=True)
class Seen:
    """An exchange as somebody may see it, with its two by their names (None for who left or is not to be seen)."""

    exchange: Exchange
    giver: Membership | None
    receiver: Membership | None

    @classmethod
    def of(cls, exchange: Exchange, giver: Membership, receiver: Membership | None) -> Seen:
        """See an exchange with those of its two who are still here."""
        two = (each if each is not None and each.standing in HERE else None for each in (giver, receiver))
        return cls(exchange, *two)

    def other(self, viewer: Viewer) -> Membership | None:
        """Give the one of the two who is not the viewer."""
        return self.receiver if self.exchange.giver_id == viewer.membership_id else self.giver


def doer_of(viewer: Viewer) -> Doer:
    """See a viewer as the rules do."""
    return Doer(
        viewer.membership_id,
        viewer.public_id,
        coordinates=viewer.has(Role.COORDINATOR),
        seconds=viewer.has(Role.SECOND),
    )


def standing_of(exchange: Exchange, viewer: Viewer | None = None) -> Standing:
    """See an exchange as the rules do. Who is on paper is looked up where this viewer might speak for them."""
    state = State(exchange.state)
    might = viewer is not None and viewer.has(Role.COORDINATOR) and viewer.membership_id not in exchange.parties
    paper = on_paper_in(exchange) if might and state in CARRIED else frozenset()
    return Standing(
        state,
        exchange.parties,
        exchange.author_id,
        exchange.typed_by,
        exchange.asked_by,
        on_paper=paper,
        alone=exchange.alone_since is not None,
    )


def on_paper_in(exchange: Exchange) -> frozenset[int]:
    """Give which of the two take part on paper."""
    wanted = sa.select(Membership.id).where(Membership.id.in_(exchange.parties), people.on_paper())
    return frozenset(db.session.scalars(wanted))


def verbs(viewer: Viewer, exchange: Exchange) -> list[Verb]:
    """Give what the viewer may do with an exchange now, in the table's order."""
    return list(dict.fromkeys(move.verb for move in moves(doer_of(viewer), standing_of(exchange, viewer))))


def _with_both(viewer: Viewer) -> sa.Select[Exchange, Membership, Membership]:
    """Select exchanges whose people the viewer may see, with both of the two."""
    return (
        sa.select(Exchange, Giver, Receiver)
        .join(Giver, Giver.id == Exchange.giver_id)
        .outerjoin(Receiver, Receiver.id == Exchange.receiver_id)
        .where(
            visible_to(viewer, Giver.person_id),
            sa.or_(Exchange.receiver_id.is_(None), visible_to(viewer, Receiver.person_id)),
        )
    )


def _seen(viewer: Viewer) -> sa.Select[Exchange, Membership, Membership]:
    """Select the exchanges of the viewer's community whose people the viewer may see, with both of the two."""
    return _with_both(viewer).where(Exchange.community_id == viewer.community_id)


def _own(viewer: Viewer) -> sa.ColumnElement[bool]:
    return sa.or_(Exchange.giver_id == viewer.membership_id, Exchange.receiver_id == viewer.membership_id)


def _of(
    viewer: Viewer, narrow: Callable[[sa.Select[int]], sa.Select[int]]
) -> sa.Select[Exchange, Membership, Membership]:
    """Select the viewer's own exchanges, each side narrowed along an index of its own: the book's length never matters.

    They are of this community because the viewer's membership is; to say so would lead SQLite through all of them.
    """
    sides = [
        sa.select(narrow(sa.select(Exchange.id).where(side == viewer.membership_id)).subquery())
        for side in (Exchange.giver_id, Exchange.receiver_id)
    ]
    return _with_both(viewer).where(Exchange.id.in_(sa.union_all(*sides)))


def get_visible(viewer: Viewer, public_id: str, *, lock: bool = False) -> Seen:
    """Give an exchange the viewer is a party of, or looks after at this moment. Raises NotFound.

    `lock` where it is to be changed: the row stays as it is until the transaction ends.
    """
    wanted = _seen(viewer).where(Exchange.public_id == public_id)
    if viewer.has(Role.COORDINATOR, Role.SECOND):
        wanted = wanted.where(sa.or_(_own(viewer), Exchange.state.in_((*LOOKED_AFTER, State.POSTED)), _by_hand(viewer)))
    else:
        wanted = wanted.where(_own(viewer))
    if lock:
        wanted = wanted.with_for_update(of=Exchange)
    found = db.session.execute(wanted).first()
    if found is None:
        raise NotFound(N_("There is no such exchange here."))
    return Seen.of(*found)


def _by_hand(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Give the condition that a coordinator carries what is said, because one of the two is on paper."""
    if not viewer.has(Role.COORDINATOR):
        return sa.false()
    return sa.and_(Exchange.state.in_(CARRIED), sa.or_(people.on_paper(Giver), people.on_paper(Receiver)))


def _to_carry(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Give the condition that a coordinator has to ask somebody on paper, or to type a slip anew that came back."""
    giver, receiver = people.on_paper(Giver), people.on_paper(Receiver)
    waits = sa.or_(
        sa.and_(giver, Exchange.author_id != Exchange.giver_id),
        sa.and_(receiver, Exchange.author_id != Exchange.receiver_id),
    )
    came_back = sa.and_(Exchange.state == State.AGREED, giver, receiver)
    return sa.and_(_by_hand(viewer), sa.or_(came_back, sa.and_(Exchange.state != State.AGREED, waits)))


def own(viewer: Viewer, after: str | None) -> Page[Seen]:
    """Give a page of the viewer's own exchanges, the newest first."""
    mark = read_mark(after, (int,))

    def newest(own_side: sa.Select[int]) -> sa.Select[int]:
        older = own_side if mark is None else own_side.where(Exchange.id < mark[0])
        return older.order_by(Exchange.id.desc()).limit(PAGE + 1)

    wanted = _of(viewer, newest)
    rows = db.session.execute(wanted.order_by(Exchange.id.desc()).limit(PAGE + 1)).all()
    return page_of([Seen.of(*row) for row in rows], lambda seen: (seen.exchange.id,))


def under_way(viewer: Viewer, today: date) -> list[Seen]:
    """Give the viewer's exchanges that are neither ended nor in the book, those that wait for the viewer first."""
    wanted = _of(viewer, lambda own_side: own_side.where(Exchange.state.in_(sorted(UNDER_WAY))))
    rows = db.session.execute(wanted.order_by(Exchange.touched_at).limit(MOST_WAITING)).all()
    found = [Seen.of(*row) for row in rows]
    return sorted(found, key=lambda seen: not waits_for(viewer, seen.exchange, today))


def under_way_from(viewer: Viewer, listing_id: int) -> Seen | None:
    """Give what the viewer is doing already because of a listing; None where nothing is under way from it."""
    wanted = _of(viewer, lambda own_side: own_side.where(Exchange.state.in_(sorted(UNDER_WAY))))
    row = db.session.execute(wanted.where(Exchange.listing_id == listing_id).order_by(Exchange.id).limit(1)).first()
    return Seen.of(*row) if row else None


def waits_for(viewer: Viewer, exchange: Exchange, today: date) -> bool:
    """Tell whether an exchange waits for an answer of the viewer. What is still to come on its day waits for nobody."""
    waiting = {Verb.AGREE, Verb.CONFIRM, Verb.AGREE_PUT_RIGHT}
    if exchange.on_day is None or exchange.on_day <= today:
        waiting.add(Verb.SAY_DONE)
    return not waiting.isdisjoint(verbs(viewer, exchange))


def to_look_after(viewer: Viewer) -> list[Seen]:
    """Give the exchanges that wait for a coordinator or a second, oldest first; never the viewer's own."""
    states = LOOKED_AFTER if viewer.has(Role.COORDINATOR) else (State.CONFIRMED, State.CORRECTING)
    wanted = _seen(viewer).where(
        Exchange.state.in_(sorted({*states, *CARRIED})),  # what is in the book long ago is not even looked at
        sa.or_(Exchange.state.in_(states), _to_carry(viewer)),
        sa.not_(sa.func.coalesce(_own(viewer), sa.false())),
    )
    rows = db.session.execute(wanted.order_by(Exchange.touched_at, Exchange.id).limit(MOST_WAITING)).all()
    found = [Seen.of(*row) for row in rows]
    return [seen for seen in found if verbs(viewer, seen.exchange)]


def awaiting_approval(viewer: Viewer) -> list[Standing]:
    """Give what waits here for a second pair of eyes, as the rules see it: to tell whether anybody may look."""
    rows = db.session.execute(_seen(viewer).where(Exchange.state == State.CONFIRMED).limit(MOST_WAITING))
    return [standing_of(exchange) for exchange, _giver, _receiver in rows]


def awaiting_carrier(viewer: Viewer) -> list[Standing]:
    """Give what a coordinator has to carry here, as the rules see it: to tell whether anybody may."""
    rows = db.session.execute(_seen(viewer).where(_to_carry(viewer)).limit(MOST_WAITING))
    return [replace(standing_of(exchange), on_paper=on_paper_in(exchange)) for exchange, _giver, _receiver in rows]


def typed_for(viewer: Viewer) -> list[Seen]:
    """Give what was typed from paper for the viewer, who has not said yet that it was so; the oldest first."""
    known = sa.select(SaidSo.exchange_id).where(SaidSo.membership_id == viewer.membership_id)

    def typed(own_side: sa.Select[int]) -> sa.Select[int]:
        new = own_side.where(Exchange.typed_by.is_not(None), Exchange.id.not_in(known))
        return new.where(Exchange.state.in_(sorted(TAKEN_OVER_IN)))

    wanted = _of(viewer, typed)
    rows = db.session.execute(wanted.order_by(Exchange.id).limit(MOST_WAITING)).all()
    return [Seen.of(*row) for row in rows]
