"""All invariants in one list, whether the books are closed, and what of them can be told in two lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.communities.models import Community
from timebank.core.database import Base, db
from timebank.core.errors import BooksClosed
from timebank.core.words import N_
from timebank.exchanges import checks as exchanges
from timebank.ledger import checks as ledger
from timebank.ledger.checks import Check, Violation
from timebank.ledger.rules import Sent
from timebank.people import checks as people
from timebank.pot import checks as pot
from timebank.privacy import checks as privacy
from timebank.releases import checks as releases
from timebank.upkeep.models import Closure

CHECKS: tuple[Check, ...] = (
    ledger.walls_stand,
    *ledger.CHECKS,
    *people.CHECKS,
    *exchanges.CHECKS,
    *pot.CHECKS,
    *releases.CHECKS,
    *privacy.CHECKS,
)
"""What `timebank verify`, the nightly look, every copy and the tests ask."""
HEADS = "SELECT community_id, seq, head FROM book ORDER BY community_id"


def violations(session: Session, sent: Sequence[Sent] = ()) -> Iterator[Violation]:
    """Look for everything that should not be in a database; compare it with anchors kept elsewhere."""
    for check in CHECKS:
        yield from check(session)
    yield from ledger.sent_anchors_match(session, sent)


def closure() -> Closure | None:
    """Give the closure that still lasts."""
    return db.session.scalar(sa.select(Closure).where(Closure.opened_at.is_(None)).limit(1))


def check_open() -> None:
    """Let nobody write while the books are closed; raises BooksClosed. Every transaction asks it first."""
    if closure() is not None:
        raise BooksClosed(N_("Somebody is looking at the books. Nothing was changed. Please come back later."))


def heads(session: Session) -> list[Sent]:
    """Give each book's number of transfers and the last hash of its chain."""
    return [Sent(*row) for row in session.connection().execute(sa.text(HEADS))]


def row_counts(session: Session) -> dict[str, int]:
    """Count the rows of every table."""
    connection = session.connection()
    wanted = ((table.name, sa.select(sa.func.count()).select_from(table)) for table in Base.metadata.sorted_tables)
    return {name: connection.scalar(count) or 0 for name, count in wanted}


def holds_anything(session: Session) -> bool:
    """Tell whether a database with its tables made belongs to a community already."""
    return session.scalar(sa.select(Community.id).limit(1)) is not None
