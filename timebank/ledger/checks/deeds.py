"""Invariants of what transfers tell: reversals mirror what they take back, and nobody gives twice at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy.orm import Session

from timebank.ledger.checks.found import Violation, rows
from timebank.ledger.rules import COUNTER_ENTRIES, LONGEST_IN_A_DAY, TALLY, AccountKind, Giving, Kind, overlap

COUNTERS = """
SELECT r.community_id, r.source_id, r.kind, r.minutes, r.payee_id, r.payer_id, payer.kind, r.reverses,
       o.minutes, o.payer_id, o.payee_id, o.kind, o.id
FROM transfer r
JOIN account payer ON payer.id = r.payer_id
LEFT JOIN transfer m ON m.community_id = r.community_id AND m.source_kind = r.source_kind
    AND m.source_id = r.source_id AND m.reverses IS NOT NULL
LEFT JOIN transfer o ON o.community_id = m.community_id AND o.id = m.reverses
WHERE r.kind IN :counter_entries OR r.reverses IS NOT NULL
ORDER BY r.community_id, r.source_id, r.leg
"""

TIMED = """
SELECT t.community_id, t.payee_id, t.done_on, t.minutes, t.starts_at
FROM transfer t
JOIN account a ON a.id = t.payee_id AND a.kind = :member
LEFT JOIN transfer r ON r.community_id = t.community_id AND r.reverses = t.id
WHERE t.kind = :help AND r.id IS NULL AND t.starts_at IS NOT NULL
ORDER BY t.community_id, t.payee_id, t.starts_at
"""

LONG_DAYS = """
SELECT t.community_id, t.payee_id, t.done_on
FROM transfer t
JOIN account a ON a.id = t.payee_id AND a.kind = :member
LEFT JOIN transfer r ON r.community_id = t.community_id AND r.reverses = t.id
WHERE t.kind = :help AND r.id IS NULL
GROUP BY t.community_id, t.payee_id, t.done_on
HAVING sum(t.minutes) > :longest AND count(t.starts_at) < count(*)
"""

COUNTING = {"member": str(AccountKind.MEMBER), "help": str(Kind.HELP)}


def reversals_mirror(session: Session) -> Iterator[Violation]:
    """I7: what takes a transfer back does so once, whole, in the other direction, and is never taken back itself."""
    counters = rows(session, COUNTERS, counter_entries=sorted(map(str, COUNTER_ENTRIES)))
    for (community_id, source_id), found in groupby(counters, key=itemgetter(0, 1)):
        legs = list(found)
        if not _mirrors(legs):
            yield Violation(community_id, f"transfer {source_id}", "What takes it back does not mirror it once.")


def _mirrors(legs: list[Any]) -> bool:
    *_, minutes, payer_id, payee_id, kind, original_id = legs[0]
    if original_id is None or kind in COUNTER_ENTRIES:
        return False
    expected = Kind.REVERSAL if TALLY.get(Kind(kind)) else Kind.RETURN
    marked = [leg for leg in legs if leg[7] is not None]
    return (
        len(marked) == 1
        and sum(leg[3] for leg in legs) == minutes
        and all(str(leg[12]) == leg[1] and leg[2] == expected and leg[4] == payer_id for leg in legs)
        and all(leg[5] == payee_id or leg[6] == AccountKind.ADJUSTMENT for leg in legs)
    )


def nobody_gives_twice_at_once(session: Session) -> Iterator[Violation]:
    """I14: one member's givings that stand do not overlap, and a day the clock does not tell holds 12 hours at most."""
    for community_id, payee_id, day in rows(session, LONG_DAYS, longest=LONGEST_IN_A_DAY, **COUNTING):
        yield Violation(community_id, f"account {payee_id}", f"It gave more than 12 hours on {day}.")
    latest: Giving | None = None
    for community_id, payee_id, done_on, minutes, starts_at in rows(session, TIMED, **COUNTING):
        start = starts_at if isinstance(starts_at, datetime) else datetime.fromisoformat(starts_at)
        giving = Giving(payee_id, done_on, minutes, start)
        if latest is None or latest.payee_id != payee_id:
            latest = giving
            continue
        if overlap(giving, latest):
            yield Violation(community_id, f"account {payee_id}", f"It gave to two at the same time on {done_on}.")
        latest = max(giving, latest, key=attrgetter("ends_at"))
