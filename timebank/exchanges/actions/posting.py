"""The second pair of eyes, and the book: from “both say so” to “in the book”."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from timebank.communities.rules import Settings
from timebank.core import clock
from timebank.core.access import Actor, Program, Viewer
from timebank.core.errors import Conflict, NotAllowed
from timebank.core.words import N_
from timebank.exchanges import queries, rules
from timebank.exchanges.actions.common import check, move, settings_of
from timebank.exchanges.models import Exchange
from timebank.exchanges.rules import Facts, ForWhom, Keep, State, Verb
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Leaving, NewLimits, Posting
from timebank.people.queries import member_by_id
from timebank.people.rules import HERE

SOURCE = "exchange"


def facts_of(exchange: Exchange) -> Facts:
    """Give what the community's choice of when somebody else looks is about."""
    return queries.facts_of(exchange, settings_of(exchange).approval)


def approve(*, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Be the second pair of eyes: it looks right, and goes into the book."""
    _approve([exchange], now=now, by=by)


def approve_several(*, exchanges: Sequence[Exchange], now: datetime, by: Viewer) -> None:
    """Approve several at once, all or none: only ordinary ones, or those whose details the viewer has opened."""
    for exchange in exchanges:
        check(exchange, Verb.APPROVE, by)
        ordinary = rules.is_ordinary(settings_of(exchange).approval, facts_of(exchange))
        if not ordinary and not queries.opened_by(by, exchange):
            raise NotAllowed(N_("Please open “%(title)s” first: it is not an everyday one."), title=exchange.title)
    _approve(exchanges, now=now, by=by)


def _approve(exchanges: Sequence[Exchange], *, now: datetime, by: Viewer) -> None:
    for exchange in exchanges:
        check(exchange, Verb.APPROVE, by)
        exchange.approved_by, exchange.approved_at = by.public_id, now
        move(exchange, Verb.APPROVE, State.POSTED, now=now, by=by)
    post_now(exchanges, now=now, by=by)


def post_now(exchanges: Sequence[Exchange], *, now: datetime, by: Actor) -> None:
    """Write the hours of exchanges into the book, in one batch.

    Raises what the ledger raises; then nothing is written.
    """
    if not exchanges:
        return
    community_id = exchanges[0].community_id
    ledger.lock_book(community_id)
    settings = settings_of(exchanges[0])
    postings = [posting for exchange in exchanges for posting in _postings(exchange, settings, now)]
    today = clock.day_of(now, settings.zone)
    # Each account once: what several exchanges bring it goes on together.
    former = {each.account_id: each for exchange in exchanges for each in former_of(exchange, today)}
    ledger.post_and_settle(postings, list(former.values()), now=now, by=by)
    for exchange in exchanges:
        exchange.posted_at = now
    for membership_id in sorted({party for exchange in exchanges for party in exchange.parties}):
        _no_longer_new(membership_id, settings, now)


def former_of(exchange: Exchange, today: date, *, why: str = "posted") -> list[Leaving]:
    """Give the accounts of those of the two who have left: what comes to them goes on to the pot at once."""
    return [
        Leaving(exchange.community_id, account_id, uuid.uuid5(exchange.transfer_id, f"{why} {account_id}"), today)
        for account_id in queries.former_accounts(exchange)
    ]


def _postings(exchange: Exchange, settings: Settings, now: datetime) -> list[Posting]:
    giver = member_by_id(exchange.giver_id).account_id
    pot = ledger_queries.pot_of(exchange.community_id).id
    payer: int | None = pot
    if exchange.for_whom != ForWhom.EVERYONE and exchange.receiver_id is not None:
        payer = member_by_id(exchange.receiver_id).account_id
    if giver is None or payer is None:
        raise Conflict(N_("One of the two has no place in the book."))
    done_on = exchange.on_day or clock.day_of(now, settings.zone)
    first = Posting(
        community_id=exchange.community_id,
        id=exchange.transfer_id,
        payer_id=payer,
        payee_id=giver,
        minutes=exchange.minutes,
        kind="help",
        source=(SOURCE, exchange.public_id),
        done_on=done_on,
        starts_at=exchange.starts_at,
        approved_by=exchange.approved_by,
    )
    if exchange.keep != Keep.POT or payer == pot:
        return [first]
    gift_id = uuid.uuid5(exchange.transfer_id, "gift")
    gift = Posting(exchange.community_id, gift_id, giver, pot, exchange.minutes, "gift", first.source, done_on, leg=1)
    return [first, gift]


def _no_longer_new(membership_id: int, settings: Settings, now: datetime) -> None:
    """Give a member everybody's limits once they have enough exchanges in the book."""
    member = member_by_id(membership_id)
    if member.standing not in HERE or member.account_id is None:
        return
    if settings.newcomer_floor_minutes == settings.floor_minutes:
        return
    state = ledger_queries.account(member.community_id, member.account_id)
    if state.floor != settings.newcomer_floor_minutes:
        return
    if queries.fewest_before([membership_id], settings.newcomer_exchanges) < settings.newcomer_exchanges:
        return
    wanted = NewLimits(member.community_id, state.id, settings.floor_minutes, state.ceiling, why="no longer new")
    ledger.change_limits(wanted, now=now, by=Program(member.community_id))
