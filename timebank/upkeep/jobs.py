"""The nightly look at the books, and the audit's own forgetting."""

from __future__ import annotations

from itertools import islice

from timebank.core import audit, clock, log
from timebank.core.access import Program
from timebank.core.database import reading, transaction
from timebank.upkeep import actions, queries

MOST_TOLD = 20
FORGETS = ("audit_line",)


def forget_old() -> None:
    """Forget lines of the audit whose term is over."""
    with transaction():
        audit.forget_old(now=clock.now())


def look_at_the_books() -> None:
    """Look for everything that should not be; where there is something, close the books and tell the hosts."""
    with reading() as session:
        found = list(islice(queries.violations(session), MOST_TOLD))
    if not found:
        return
    log.books_closed(found)
    with transaction(even_closed=True):
        actions.close_books(found=len(found), now=clock.now(), by=Program())
