"""Periodic work of releases: make those whose quarter is frozen, so that they wait for a coordinator."""

from __future__ import annotations

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Program
from timebank.core.database import reading, transaction
from timebank.core.door import settings
from timebank.releases import actions, queries
from timebank.releases.rules import Quarter, due


def prepare_due() -> None:
    """Make what is due and not there, each release in a transaction of its own, oldest quarter first.

    Where there is no secret nothing is made, and `timebank doctor` says so. With another secret than before it fails.
    """
    if not settings().release_secret:
        return
    now = clock.now()
    for community_id, quarter in _missing():
        with transaction():
            actions.prepare(community_id=community_id, quarter=quarter, now=now, by=Program(community_id))


def _missing() -> list[tuple[int, Quarter]]:
    now = clock.now()
    with reading():
        return [
            (here.id, quarter)
            for here in communities.open_ones()
            for quarter in due(here.opened_at, now, here.chosen.zone)
            if queries.of_quarter(here.id, quarter) is None
        ]
