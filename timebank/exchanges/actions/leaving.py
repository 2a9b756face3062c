"""What becomes of somebody's exchanges when they leave the community."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from timebank.core.access import Actor
from timebank.core.database import db
from timebank.exchanges import queries, rules
from timebank.exchanges.actions.common import move
from timebank.exchanges.models import Exchange, Thanks
from timebank.exchanges.rules import State, Verb


def forget(*, membership_id: int, now: datetime, by: Actor) -> None:
    """End what was only arranged, leave a way on for whoever was the other, and show no thanks to all any more.

    Titles and what the two wrote stay with the other of the two: it is their record too. Names are gone by themselves,
    for they are read from the membership.
    """
    for exchange in queries.of_leaver(membership_id):
        old = State(exchange.state)
        follows = rules.after_parting(queries.standing_of(exchange), membership_id)
        if follows is not old:
            move(exchange, Verb.PART, follows, now=now, by=by)
        elif old is State.SAID:
            exchange.touched_at, exchange.reminded_at = now, None  # the other has all the days there are to answer
    theirs = sa.or_(Exchange.giver_id == membership_id, Exchange.receiver_id == membership_id)
    db.session.execute(sa.update(Exchange).where(theirs, Exchange.alone_since.is_(None)).values(alone_since=now))
    mine = sa.select(Exchange.id).where(theirs)
    db.session.execute(sa.update(Thanks).where(Thanks.exchange_id.in_(mine)).values(public=False, agreed_at=None))
