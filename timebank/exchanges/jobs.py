"""Periodic work of exchanges: remind of silent ones, let them fade, and forget the words of old ones."""

from __future__ import annotations

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.database import db, reading, transaction
from timebank.exchanges import actions, queries
from timebank.exchanges.models import Exchange

FORGETS = (
    "exchange_message",
    "thanks",
    "exchange.place",
    "exchange.reason",
    "exchange.title",
    "exchange_opened",
)


def forget_old() -> None:
    """Forget the words of exchanges that are long over."""
    with transaction():
        actions.forget_old(now=clock.now())


def remind_and_fade() -> None:
    """Go through the communities; each exchange in a transaction of its own, which looks at it again."""
    now = clock.now()
    with reading():
        times = [(each.id, each.chosen.remind_after_days) for each in communities.open_ones()]
    for community_id, remind_after in times:
        with reading():
            silent = queries.silent_since(community_id, now, remind_after)
        for exchange_id in silent:
            with transaction():
                exchange = db.session.get_one(Exchange, exchange_id, with_for_update=True)
                actions.let_time_pass(exchange=exchange, now=clock.now())
