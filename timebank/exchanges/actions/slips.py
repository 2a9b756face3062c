"""What was typed from paper: each of the two can say themself that it was so, and make it theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from timebank.core import audit
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotAllowed, Stale
from timebank.core.words import N_
from timebank.exchanges import queries
from timebank.exchanges.models import Exchange, SaidSo


def say_so(*, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Take over what was typed from paper: yes, that was so.

    Raises NotAllowed for who is neither of the two, Stale where nothing was typed for them or they have said so.
    """
    if by.membership_id is None or by.membership_id not in exchange.parties:
        raise NotAllowed(N_("This is for somebody else to do. Nothing was changed."))
    if not queries.wants_word_of(exchange, by.membership_id):
        raise Stale(N_("That has been done already, or things have changed meanwhile. Please look at it again."))
    keep_said_so(exchange, {by.membership_id}, now)
    audit.write("say_so", on=("exchange", exchange.public_id), by=by)


def keep_said_so(exchange: Exchange, membership_ids: Collection[int], now: datetime) -> None:
    """Keep who of the two says so themself; once is enough."""
    known = set(db.session.scalars(sa.select(SaidSo.membership_id).where(SaidSo.exchange_id == exchange.id)))
    db.session.add_all(
        SaidSo(community_id=exchange.community_id, exchange_id=exchange.id, membership_id=each, said_at=now)
        for each in sorted(set(membership_ids) - known)
    )
    db.session.flush()


def forget_said_so(exchange: Exchange) -> None:
    """Forget who said so: something else is said now."""
    db.session.execute(sa.delete(SaidSo).where(SaidSo.exchange_id == exchange.id))
