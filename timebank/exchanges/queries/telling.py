"""Reads of what belongs to an exchange that was found already, and counts for the rules and the jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from timebank.communities.rules import Approval
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.exchanges import rules
from timebank.exchanges.models import Exchange, ExchangeEvent, ExchangeMessage, Opened, SaidSo, Thanks
from timebank.exchanges.rules import (
    BEFORE_THE_BOOK,
    FADING,
    IN_THE_BOOK,
    TAKEN_OVER_IN,
    UNDER_WAY,
    Facts,
    ForWhom,
    Keep,
    State,
    form_of,
)
from timebank.ledger import queries as ledger
from timebank.ledger.queries import MOST_AT_ONCE
from timebank.people.models import Membership
from timebank.people.rules import Standing
from timebank.safeguarding.queries import visible_to

MOST_WAITING = 100


def messages(exchange: Exchange) -> Sequence[ExchangeMessage]:
    """Give what the two wrote to each other, oldest first. Only for pages of the two themselves."""
    return db.session.scalars(
        sa.select(ExchangeMessage).where(ExchangeMessage.exchange_id == exchange.id).order_by(ExchangeMessage.id)
    ).all()


def thanks(exchange: Exchange) -> Sequence[Thanks]:
    """Give the words of thanks in an exchange."""
    return db.session.scalars(sa.select(Thanks).where(Thanks.exchange_id == exchange.id).order_by(Thanks.id)).all()


def public_thanks(viewer: Viewer, limit: int = 5) -> list[tuple[Thanks, Membership]]:
    """Give the latest words of thanks that both wished to be seen by all, with who wrote them. Both are still here."""
    rows = db.session.execute(
        sa.select(Thanks, Membership)
        .join(Membership, Membership.id == Thanks.membership_id)
        .join(Exchange, Exchange.id == Thanks.exchange_id)
        .where(
            Thanks.community_id == viewer.community_id,
            Exchange.alone_since.is_(None),
            Thanks.agreed_at.is_not(None),
            visible_to(viewer, Membership.person_id),
        )
        .order_by(Thanks.agreed_at.desc(), Thanks.id.desc())
        .limit(limit)
    )
    return [(word, who) for word, who in rows]


def events(exchange: Exchange) -> Sequence[ExchangeEvent]:
    """Give what happened to an exchange, in order."""
    return db.session.scalars(
        sa.select(ExchangeEvent).where(ExchangeEvent.exchange_id == exchange.id).order_by(ExchangeEvent.id)
    ).all()


def fewest_before(membership_ids: Sequence[int], enough: int) -> int:
    """Give how many exchanges in the book the newest of these members has, counted no further than `enough`."""
    return min(_counted_before(membership_ids, enough).values(), default=0)


def _counted_before(membership_ids: Iterable[int], enough: int) -> dict[int, int]:
    """Count members' exchanges in the book in one statement, each side of each no further than `enough`."""

    def some(side: Any) -> sa.ScalarSelect[Any]:
        own = sa.select(Exchange.id).where(side == Membership.id, Exchange.state.in_(sorted(IN_THE_BOOK)))
        cut = own.correlate(Membership).limit(enough).subquery()
        return sa.select(sa.func.count()).select_from(cut).scalar_subquery()

    rows = db.session.execute(
        sa.select(Membership.id, some(Exchange.giver_id) + some(Exchange.receiver_id)).where(
            Membership.id.in_(sorted(membership_ids))
        )
    )
    return {membership_id: min(count, enough) for membership_id, count in rows}


def opened_by(viewer: Viewer, exchange: Exchange) -> bool:
    """Tell whether the viewer has opened the details of an exchange as it stands now."""
    return exchange.id in opened(viewer, [exchange])


def opened(viewer: Viewer, exchanges: Sequence[Exchange]) -> set[int]:
    """Give the ids of those exchanges whose details the viewer has opened as they stand now."""
    wanted = sa.select(Opened.exchange_id, Opened.opened_at).where(
        Opened.opened_by == viewer.public_id, Opened.exchange_id.in_([exchange.id for exchange in exchanges])
    )
    opened_at: dict[int, datetime] = {exchange_id: at for exchange_id, at in db.session.execute(wanted)}
    return {each.id for each in exchanges if each.id in opened_at and opened_at[each.id] >= each.touched_at}


def kind_word(viewer: Viewer, exchange: Exchange) -> str | None:
    """Give the kind word for a party before they agree or say it is done; None where their limits are far."""
    gives = exchange.giver_id == viewer.membership_id
    pays = exchange.receiver_id == viewer.membership_id and exchange.for_whom != ForWhom.EVERYONE
    if State(exchange.state) not in BEFORE_THE_BOOK or not (gives or pays):
        return None
    account_id = db.session.scalar(sa.select(Membership.account_id).where(Membership.id == viewer.membership_id))
    if account_id is None or viewer.community_id is None:
        return None
    return rules.kind_word(ledger.account(viewer.community_id, account_id), exchange.minutes, gives=gives)


def said_so(exchange: Exchange) -> frozenset[int]:
    """Give who of the two has said themself that what was typed from paper was so."""
    return frozenset(db.session.scalars(sa.select(SaidSo.membership_id).where(SaidSo.exchange_id == exchange.id)))


def wants_word_of(exchange: Exchange, membership_id: int) -> bool:
    """Tell whether an exchange was typed for this party, who has not said yet that it was so."""
    typed = exchange.typed_by is not None and State(exchange.state) in TAKEN_OVER_IN
    return typed and membership_id in exchange.parties - said_so(exchange)


def typed_among(viewer: Viewer, public_ids: Sequence[str]) -> set[str]:
    """Give which of these exchanges were typed from paper for the viewer, who has not said yet that it was so."""
    known = sa.select(SaidSo.exchange_id).where(SaidSo.membership_id == viewer.membership_id)
    found = sa.select(Exchange.public_id).where(
        Exchange.public_id.in_(public_ids), Exchange.typed_by.is_not(None), Exchange.id.not_in(known)
    )
    return set(db.session.scalars(found))


def titles(public_ids: Sequence[str]) -> dict[str, str]:
    """Give the titles of exchanges by their public ids, for the lines of a party's own statement."""
    rows = db.session.execute(sa.select(Exchange.public_id, Exchange.title).where(Exchange.public_id.in_(public_ids)))
    return {public_id: title for public_id, title in rows}


def forms(public_ids: Sequence[str]) -> dict[str, str]:
    """Give the forms of co-production of exchanges by their public ids, for figures that name nobody."""
    found: dict[str, str] = {}
    for start in range(0, len(public_ids), MOST_AT_ONCE):
        some = public_ids[start : start + MOST_AT_ONCE]
        rows = db.session.execute(
            sa.select(Exchange.public_id, Exchange.for_whom, Exchange.keep).where(Exchange.public_id.in_(some))
        )
        found |= {public_id: form_of(ForWhom(for_whom), Keep(keep)) for public_id, for_whom, keep in rows}
    return found


def of_leaver(membership_id: int) -> Sequence[Exchange]:
    """Give the exchanges of somebody who leaves that are neither ended nor quietly in the book, locked."""
    return db.session.scalars(
        sa.select(Exchange)
        .where(
            sa.or_(Exchange.giver_id == membership_id, Exchange.receiver_id == membership_id),
            Exchange.state.in_(UNDER_WAY),
        )
        .order_by(Exchange.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def former_accounts(exchange: Exchange) -> list[int]:
    """Give the accounts of those of the two who have left."""
    if exchange.alone_since is None:
        return []
    wanted = sa.select(Membership.account_id).where(
        Membership.id.in_(exchange.parties), Membership.standing == Standing.LEFT, Membership.account_id.is_not(None)
    )
    return [account_id for account_id in db.session.scalars(wanted.order_by(Membership.id)) if account_id is not None]


def silent_since(community_id: int, now: datetime, days: int) -> list[int]:
    """Give the ids of exchanges that could fade and have been silent for so many days, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Exchange.id)
            .where(
                Exchange.community_id == community_id,
                Exchange.state.in_(FADING),
                Exchange.touched_at <= now - timedelta(days=days),
            )
            .order_by(Exchange.touched_at)
            .limit(MOST_WAITING)
        )
    )


def facts_of(exchange: Exchange, policy: Approval) -> Facts:
    """Give what a community's choice of when somebody else looks is about."""
    return facts_of_several([exchange], policy)[exchange.id]


def facts_of_several(exchanges: Sequence[Exchange], policy: Approval) -> dict[int, Facts]:
    """Give the facts of some exchanges of one community by their ids, in one statement however many there are."""
    enough = policy.first_of_newcomer
    parties = {party for exchange in exchanges for party in exchange.parties}
    before = _counted_before(parties, enough) if enough and parties else dict.fromkeys(parties, 0)
    return {
        exchange.id: Facts(
            minutes=exchange.minutes,
            kind=exchange.kind,
            fewest_before=min(before[party] for party in exchange.parties),
            takes_from_pot=exchange.for_whom == ForWhom.EVERYONE,
            typed_from_slip=exchange.typed_by is not None,
        )
        for exchange in exchanges
    }
