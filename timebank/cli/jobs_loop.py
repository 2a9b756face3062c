"""The jobs loop: every few seconds deliver what is due, run periodic work, each piece in its own transaction."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from timebank.core import clock, log
from timebank.core.database import reading, transaction
from timebank.core.errors import DomainError
from timebank.desk import jobs as desk
from timebank.exchanges import jobs as exchanges
from timebank.notices import jobs as notices
from timebank.outbox import actions as outbox
from timebank.people import jobs as people
from timebank.releases import jobs as releases
from timebank.upkeep import jobs as upkeep
from timebank.upkeep import queries as upkeep_queries

EVERY_S = 3.0


@dataclass(frozen=True)
class Work:
    """Periodic work: what it is called, how often it is due, and what does it (opening its own transactions).

    `forgets` are the tables, or columns of them, whose promise to be forgotten after a term it keeps.
    """

    name: str
    every: timedelta
    do: Callable[[], None]
    forgets: tuple[str, ...] = ()


PERIODIC = (
    Work("remind_and_fade", timedelta(hours=1), exchanges.remind_and_fade),
    Work("forget_old", timedelta(hours=1), people.forget_old, people.FORGETS),
    Work("prepare_releases", timedelta(hours=1), releases.prepare_due),
    Work("forget_messages", timedelta(hours=24), notices.forget_old, notices.FORGETS),
    Work("forget_words", timedelta(hours=24), exchanges.forget_old, exchanges.FORGETS),
    Work("forget_limits", timedelta(hours=24), desk.forget_old, desk.FORGETS),
    Work("forget_audit", timedelta(hours=24), upkeep.forget_old, upkeep.FORGETS),
)
LOOK_AT_THE_BOOKS = Work("look_at_the_books", timedelta(hours=24), upkeep.look_at_the_books)


def keep_going() -> None:
    """Go round until told to stop."""
    stopped = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _signal, _frame: stopped.set())
    while not stopped.is_set():
        one_round()
        stopped.wait(EVERY_S)


def one_round() -> None:
    """Deliver what is due, then run what periodic work is due. One failing piece does not stop the others."""
    _try("deliver", notices.deliver_due)
    with reading():
        closed = upkeep_queries.closure() is not None
    for work in (LOOK_AT_THE_BOOKS,) if closed else (*PERIODIC, LOOK_AT_THE_BOOKS):
        with transaction(even_closed=True):
            due = outbox.take_due_work(name=work.name, every=work.every, now=clock.now())
        if due:
            outcome = _try(work.name, work.do)
            with transaction(even_closed=True):
                outbox.say_how_work_went(name=work.name, outcome=outcome)


def _try(name: str, do: Callable[[], None]) -> str:
    try:
        do()
    except DomainError as refusal:
        log.broke(refusal, number=name)
        return "refused"
    except Exception as error:  # noqa: BLE001 - the loop outlives whatever one piece meets
        log.broke(error, number=name)
        return "failed"
    return "done"
