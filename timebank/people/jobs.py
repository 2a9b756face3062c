"""Periodic work of people: forgetting."""

from __future__ import annotations

from timebank.core import clock
from timebank.core.database import transaction
from timebank.people import actions

FORGETS = (
    "attempt",
    "sign_in",
    "one_time_key",
    "invitation",
    "role_proposal",
    "membership.why_left",
    "look",
    "acceptance",
    "paper_signature",
)


def forget_old() -> None:
    """Forget what was kept of doors, decisions, looks and consents when its term is over."""
    with transaction(even_closed=True):
        actions.forget_old(now=clock.now())
