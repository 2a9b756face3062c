"""Periodic work of the desk: forgetting."""

from __future__ import annotations

from timebank.core import clock
from timebank.core.database import transaction
from timebank.desk import actions

FORGETS = ("limit_proposal",)


def forget_old() -> None:
    """Forget proposed limits when their term is over; what was agreed stands in the book."""
    with transaction():
        actions.forget_old(now=clock.now())
