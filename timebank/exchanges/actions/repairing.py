"""Put right what stands in the book: by a counter-entry, agreed by both, or by two people entitled."""

from __future__ import annotations

import uuid
from datetime import datetime

from timebank.core import clock
from timebank.core.access import Viewer
from timebank.exchanges.actions.common import check, move, reason_given, settings_of
from timebank.exchanges.actions.posting import SOURCE, former_of
from timebank.exchanges.models import Exchange
from timebank.exchanges.rules import State, Verb
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Reversal


def ask_to_put_right(*, exchange: Exchange, reason: str, now: datetime, by: Viewer) -> None:
    """Ask that what stands in the book is taken back, with a reason; somebody else agrees first."""
    check(exchange, Verb.ASK_PUT_RIGHT, by)
    exchange.reason = reason_given(reason)
    exchange.asked_by = by.public_id
    move(exchange, Verb.ASK_PUT_RIGHT, State.CORRECTING, now=now, by=by)


def agree_to_put_right(*, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Agree: each transfer of the exchange gets its counter-entry, the gift before the help it came from."""
    check(exchange, Verb.AGREE_PUT_RIGHT, by)
    asked_by = exchange.asked_by or ""
    entries = ledger_queries.of_source(exchange.community_id, (SOURCE, exchange.public_id))
    today = clock.day_of(now, settings_of(exchange).zone)
    for entry in sorted(entries, key=lambda each: -each.posting.leg):
        reversal = Reversal(
            community_id=exchange.community_id,
            transfer_id=entry.id,
            new_id=uuid.uuid5(entry.id, "put right"),
            approvers=(asked_by, by.public_id),
        )
        former = former_of(exchange, today, why=f"put right {entry.posting.leg}")
        ledger.reverse(reversal, former=former, now=now, by=by)
    move(exchange, Verb.AGREE_PUT_RIGHT, State.PUT_RIGHT, now=now, by=by)


def leave_it(*, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Leave the book as it is."""
    check(exchange, Verb.LEAVE_IT, by)
    exchange.asked_by = None
    move(exchange, Verb.LEAVE_IT, State.POSTED, now=now, by=by)
