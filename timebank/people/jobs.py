"""Periodic work of people: forgetting."""

from __future__ import annotations

from timebank.core import clock
from timebank.core.database import transaction
from timebank.people import actions


def forget_old() -> None:
    """Forget tries at secrets, ended sign-ins and used keys when their time is over."""
    with transaction(even_closed=True):
        actions.forget_old(now=clock.now())
