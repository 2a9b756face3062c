"""Periodic work of exchanges: remind of silent ones, then let them fade."""

from __future__ import annotations

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.database import db, reading, transaction
from timebank.core.errors import Conflict
from timebank.exchanges import actions, queries, rules
from timebank.exchanges.models import Exchange


def remind_and_fade() -> None:
    """Go through the communities; each exchange in a transaction of its own, which looks at it again."""
    now = clock.now()
    with reading():
        times = [
            (each.id, each.chosen.remind_after_days, each.chosen.fade_after_days) for each in communities.open_ones()
        ]
    for community_id, remind_after, fade_after in times:
        with reading():
            silent = queries.silent_since(community_id, now, remind_after)
        for exchange_id in silent:
            _look_at(exchange_id, fade_after, remind_after)


def _look_at(exchange_id: int, fade_after: int, remind_after: int) -> None:
    now = clock.now()
    with transaction():
        exchange = db.session.get_one(Exchange, exchange_id, with_for_update=True)
        # A reminder always comes first, and leaves the days between the two to answer it.
        if exchange.reminded_at is None:
            if rules.is_due(exchange.touched_at, now, remind_after):
                actions.remind(exchange=exchange, now=now)
        elif rules.is_due(exchange.reminded_at, now, fade_after - remind_after):
            try:
                actions.fade(exchange=exchange, now=now)
            except Conflict:
                return
