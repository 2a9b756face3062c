"""Forget the words of exchanges that are long over: what stays is that there was one, when, and how long it took."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from timebank.core.database import db
from timebank.core.keeping import over_before
from timebank.exchanges.models import OPENINGS, TITLES, WHILE, Exchange, ExchangeEvent, ExchangeMessage, Opened, Thanks
from timebank.exchanges.rules import ENDED, State
from timebank.people.models import Membership

DONE = [*ENDED, State.POSTED]


def forget_old(*, now: datetime) -> None:
    """Keep what the columns promise: words go a term after the exchange, its title when nobody is left to read it."""
    long_over = over_before(WHILE, now)
    # Not when it was touched last: who writes “good morning” there does not begin the exchange anew.
    later = sa.select(ExchangeEvent.id).where(
        ExchangeEvent.exchange_id == Exchange.id, ExchangeEvent.done_at >= long_over
    )
    over = sa.and_(Exchange.state.in_(DONE), Exchange.made_at < long_over, ~later.exists())
    ids = sa.select(Exchange.id).where(over)
    execute = db.session.execute
    for said in (ExchangeMessage, Thanks):
        execute(sa.delete(said).where(said.exchange_id.in_(ids), said.written_at < long_over))
    worded = sa.or_(Exchange.place != "", Exchange.reason != "")
    execute(sa.update(Exchange).where(over, worded).values(place="", reason=""))
    execute(sa.delete(Opened).where(Opened.opened_at < over_before(OPENINGS, now)))
    gone = sa.select(Membership.id).where(Membership.standing == "left", Membership.left_at < over_before(TITLES, now))
    nobody = sa.and_(
        Exchange.giver_id.in_(gone), sa.or_(Exchange.receiver_id.is_(None), Exchange.receiver_id.in_(gone))
    )
    execute(sa.update(Exchange).where(over, nobody, Exchange.title != "").values(title=""))
