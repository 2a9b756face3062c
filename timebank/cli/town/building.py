"""Build the town by walking its plan, in one transaction, and tell how to sign in to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from timebank.cli.town import walk_exchanges, walk_people
from timebank.cli.town.known import Known
from timebank.cli.town.plan import plan
from timebank.cli.town.steps import Span
from timebank.communities import queries as communities
from timebank.core import clock, ids
from timebank.core.database import transaction
from timebank.core.errors import Conflict
from timebank.core.hashing import hashing
from timebank.core.words import N_

PASSPHRASE = "kettle garden bicycle"  # noqa: S105  # nosec B105
VERBS = {**walk_people.VERBS, **walk_exchanges.VERBS}


def build(
    *,
    seed: int,
    span: Span,
    tell: Callable[[date], None] = lambda _month: None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Build the town of a seed and some days in a database that holds no community.

    `tell` hears of each new month, `stopped` is asked before each step. It is one transaction: whoever stops it in the
    middle leaves the database as it was, on SQLite and on PostgreSQL alike, and the next run begins anew. Raises
    Conflict where there is a community already, KeyboardInterrupt where it was stopped.
    """
    steps = plan(seed, span)
    known = Known(hashing().hash(PASSPHRASE))  # once for all of them: it is made to be slow
    month = None
    with ids.seeded(Random(f"{seed}/{span.last}/ids")), transaction():  # noqa: S311  # nosec B311
        if communities.any_exists():
            raise Conflict(N_("There is a community here already. An invented town wants an empty database."))
        for step in steps:
            if stopped():
                raise KeyboardInterrupt
            if step.at.month != month:
                month = step.at.month
                tell(step.at.date())
            with clock.set_to(step.at):
                VERBS[step.verb](known, step)
