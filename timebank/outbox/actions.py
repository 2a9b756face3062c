"""Put a message in, take due ones out, say what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from timebank.core.database import db
from timebank.outbox import rules
from timebank.outbox.models import Message, PeriodicWork

CLAIMED_FOR = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)


def put(
    *,
    person_id: uuid.UUID,
    kind: str,
    ids: dict[str, Any],
    now: datetime,
    community_id: int | None = None,
    not_after: datetime | None = None,
) -> None:
    """Keep that somebody is to be told something, in the transaction of what it is about."""
    db.session.add(
        Message(
            community_id=community_id,
            person_id=person_id,
            kind=kind,
            ids=ids,
            put_at=now,
            due_at=now,
            not_after=not_after,
        )
    )


def anything_due(*, now: datetime) -> bool:
    """Tell whether a message is due."""
    wanted = sa.select(Message.id).where(Message.done_at.is_(None), Message.due_at <= now)
    return db.session.scalar(wanted.limit(1)) is not None


def claim(*, now: datetime, most: int = 20) -> Sequence[Message]:
    """Take due messages, oldest first, so that no other loop takes them for five minutes."""
    found = db.session.scalars(
        sa.select(Message)
        .where(Message.done_at.is_(None), Message.due_at <= now)
        .order_by(Message.due_at, Message.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for message in found:
        message.due_at = now + CLAIMED_FOR
        message.tries += 1
    return found


def settle(*, message_id: int, outcome: str | None, now: datetime) -> None:
    """Say what came of a message; None means it could not be delivered and is tried again later, or given up."""
    message = db.session.get_one(Message, message_id)
    if outcome is None:
        again = rules.next_try(message.tries, now, message.not_after)
        if again is not None:
            message.due_at = again
            return
        outcome = "given up"
    message.done_at, message.outcome = now, outcome


def take_due_work(*, name: str, every: timedelta, now: datetime) -> bool:
    """Tell whether a piece of periodic work is due, and take it on: nobody else will until it is due again."""
    work = db.session.scalar(sa.select(PeriodicWork).where(PeriodicWork.name == name).with_for_update())
    if work is None:
        work = PeriodicWork(name=name, due_at=now, outcome="")
        db.session.add(work)
    if work.due_at > now:
        return False
    work.due_at, work.ran_at, work.outcome = now + every, now, "begun"
    return True


def say_how_work_went(*, name: str, outcome: str) -> None:
    """Keep what came of a piece of periodic work."""
    db.session.execute(sa.update(PeriodicWork).where(PeriodicWork.name == name).values(outcome=outcome))


def forget(*, person_id: uuid.UUID) -> None:
    """Delete all that was to be told, or was told, to somebody whose login is closed."""
    db.session.execute(sa.delete(Message).where(Message.person_id == person_id))


def forget_old(*, now: datetime) -> None:
    """Delete messages thirty days after they were done."""
    db.session.execute(sa.delete(Message).where(Message.done_at < now - KEPT_FOR))
