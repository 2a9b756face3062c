"""Close the books where something in them is wrong, and open them again."""

from __future__ import annotations

from datetime import datetime

from timebank.core import audit
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.outbox import actions as outbox
from timebank.people import queries as people
from timebank.upkeep import queries
from timebank.upkeep.models import Closure


def close_books(*, found: int, now: datetime, by: Actor) -> None:
    """Let nobody write until the books were looked at, and tell the hosts. Nothing more where they are closed."""
    if queries.closure() is not None:
        return
    db.session.add(Closure(closed_at=now, found=found))
    audit.write("close_books", on=("books", "all"), by=by)
    for person_id in people.hosts():
        outbox.put(person_id=person_id, kind="books_closed", ids={}, now=now)


def open_again(*, now: datetime, by: Actor) -> bool:
    """Open the books again. Tells whether they were closed."""
    lasting = queries.closure()
    if lasting is None:
        return False
    lasting.opened_by, lasting.opened_at = by.public_id, now
    audit.write("open_books_again", on=("books", "all"), by=by)
    return True
