"""What every move shares: the check, the one event line, the moment of the last sign of life."""

from __future__ import annotations

from datetime import datetime

from timebank.communities import queries as communities
from timebank.communities.rules import Settings
from timebank.core.access import Actor, Viewer
from timebank.core.database import db
from timebank.core.errors import Refused
from timebank.core.text import clean_words
from timebank.core.words import N_
from timebank.exchanges import queries, rules
from timebank.exchanges.models import Exchange, ExchangeEvent
from timebank.exchanges.rules import State, Verb

LONGEST_REASON = 1_000


def settings_of(exchange: Exchange) -> Settings:
    """Give the settings of an exchange's community, as they are inside this transaction."""
    return communities.by_id(exchange.community_id).chosen


def check(exchange: Exchange, verb: Verb, by: Viewer) -> rules.Move:
    """Give the move a verb is for this viewer; raises Stale or NotAllowed."""
    return rules.check_may(verb, queries.doer_of(by), queries.standing_of(exchange, by))


def speaker(exchange: Exchange, by: Viewer) -> int | None:
    """Give whose word this is: the viewer's own, or that of the one on paper for whom they carry it."""
    if by.membership_id in exchange.parties:
        return by.membership_id
    return min(queries.standing_of(exchange, by).carried, default=None)


def move(exchange: Exchange, verb: str, new: State, *, now: datetime, by: Actor) -> None:
    """Bring an exchange into another state and write down from where, by whom, when. The only place that does."""
    old = exchange.state
    exchange.state = new
    exchange.touched_at = now
    exchange.reminded_at = None
    db.session.add(
        ExchangeEvent(
            community_id=exchange.community_id,
            exchange_id=exchange.id,
            verb=verb,
            old=old,
            new=new,
            minutes=exchange.minutes,
            done_by=by.public_id,
            done_at=now,
        )
    )
    db.session.flush()


def reason_given(raw: str) -> str:
    """Give a reason, tidied; raises Refused where there is none."""
    reason = clean_words(raw, longest=LONGEST_REASON, field="reason")
    if not reason:
        raise Refused(N_("Please write a few words: the others will want to know."), field="reason")
    return reason
