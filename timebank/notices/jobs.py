"""Deliver what is due in the outbox."""

from __future__ import annotations

import smtplib
import uuid
from dataclasses import dataclass
from typing import Any

from timebank.core import clock
from timebank.core.database import reading, transaction
from timebank.core.door import settings
from timebank.notices import mail
from timebank.outbox import actions as outbox


@dataclass(frozen=True)
class Due:
    """A claimed message as plain values, to be worked on outside any transaction."""

    id: int
    kind: str
    ids: dict[str, Any]
    person_id: uuid.UUID


FORGETS = ("outbox",)


def deliver_due() -> None:
    """Take due messages and deliver each; one that fails is tried again later."""
    if not settings().mail_server:
        _end_all_without_mail()
        return
    with transaction(even_closed=True):
        due = [Due(each.id, each.kind, each.ids, each.person_id) for each in outbox.claim(now=clock.now())]
    for message in due:
        outcome = _deliver(message)
        with transaction(even_closed=True):
            outbox.settle(message_id=message.id, outcome=outcome, now=clock.now())


def _deliver(message: Due) -> str | None:
    with transaction(even_closed=True):
        letter = mail.write(kind=message.kind, ids=message.ids, person_id=message.person_id, now=clock.now())
    if letter is None:
        return "not wanted any more"
    try:
        with letter.get_connection():  # closed also where it fails
            letter.send()
    except (smtplib.SMTPException, OSError):
        return None
    return "sent"


def _end_all_without_mail() -> None:
    with reading():
        waiting = outbox.anything_due(now=clock.now())
    if not waiting:
        return
    with transaction(even_closed=True):
        for each in outbox.claim(now=clock.now()):
            outbox.settle(message_id=each.id, outcome="no mail here", now=clock.now())


def forget_old() -> None:
    """Forget messages a month after they were done."""
    with transaction(even_closed=True):
        outbox.forget_old(now=clock.now())
