"""Talk inside the exchange, thank, and keep that somebody who approves has looked."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import Conflict, NotAllowed, Refused
from timebank.core.text import clean_words
from timebank.core.words import N_
from timebank.exchanges.models import Exchange, ExchangeMessage, Opened, Thanks
from timebank.exchanges.rules import THANKABLE, State

LONGEST_MESSAGE = 2_000
LONGEST_THANKS = 500


def _check_party(exchange: Exchange, by: Viewer) -> int:
    if by.membership_id is None or by.membership_id not in exchange.parties:
        raise NotAllowed(N_("Only the two themselves talk here."))
    if exchange.alone_since is not None:
        raise Conflict(N_("The other has left. Nobody would read it."))
    return by.membership_id


def talk(*, exchange: Exchange, words: str, now: datetime, by: Viewer) -> None:
    """Write to the other."""
    membership_id = _check_party(exchange, by)
    text = clean_words(words, longest=LONGEST_MESSAGE, field="words")
    if not text:
        raise Refused(N_("Please write something first."), field="words")
    db.session.add(
        ExchangeMessage(
            community_id=exchange.community_id,
            exchange_id=exchange.id,
            membership_id=membership_id,
            words=text,
            written_at=now,
        )
    )
    exchange.touched_at = max(exchange.touched_at, now)
    exchange.reminded_at = None


def thank(*, exchange: Exchange, words: str, public: bool, now: datetime, by: Viewer) -> None:
    """Thank the other, once. A public word is shown when the other lets it be."""
    membership_id = _check_party(exchange, by)
    if State(exchange.state) not in THANKABLE:
        raise Conflict(N_("Thanks come when it is done."))
    text = clean_words(words, longest=LONGEST_THANKS, field="words")
    if not text:
        raise Refused(N_("Please write something first."), field="words")
    if db.session.scalar(
        sa.select(Thanks.id).where(Thanks.exchange_id == exchange.id, Thanks.membership_id == membership_id)
    ):
        raise Conflict(N_("You have said thank you already."))
    db.session.add(
        Thanks(
            community_id=exchange.community_id,
            exchange_id=exchange.id,
            membership_id=membership_id,
            words=text,
            public=public,
            written_at=now,
        )
    )


def agree_to_show(*, thanks: Thanks, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Let a public word of thanks to oneself be shown to all."""
    membership_id = _check_party(exchange, by)
    if thanks.membership_id == membership_id or not thanks.public or thanks.agreed_at is not None:
        raise Conflict(N_("There is nothing to agree to here."))
    thanks.agreed_at = now


def hide(*, thanks: Thanks, exchange: Exchange, by: Viewer) -> None:
    """Take a word of thanks out of what all may read, as either of the two; between them it stays."""
    membership_id = _check_party(exchange, by)
    if not thanks.public:
        raise Conflict(N_("That is between the two of you already."))
    thanks.agreed_at = None
    # Whoever was thanked may let it be shown again later; whoever wrote it has taken the wish back.
    thanks.public = thanks.membership_id != membership_id
    db.session.flush()


def opened(session: Session, *, exchange_id: int, now: datetime, by: Viewer) -> None:
    """Keep, inside `note()`, that somebody who approves opened the details."""
    found = session.scalar(sa.select(Opened).where(Opened.exchange_id == exchange_id, Opened.opened_by == by.public_id))
    if found is None:
        session.add(
            Opened(community_id=by.community_id, exchange_id=exchange_id, opened_by=by.public_id, opened_at=now)
        )
    else:
        found.opened_at = now
