"""Invariants of what transfers tell: reversals mirror what they take back, and nobody gives twice at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from timebank.ledger.checks.found import Violation, is_postgresql, rows
from timebank.ledger.rules import COUNTER_ENTRIES, LONGEST_IN_A_DAY, TALLY, AccountKind, Giving, Kind, clashes

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

# Who may have given too much at once: everything counts here, also what was taken back, so that one pass is enough.
# The plus keeps SQLite from reading the whole table in an index's order, which takes twice as long.
LONG_DAYS = """
SELECT DISTINCT community_id, payee_id FROM (
    SELECT +community_id AS community_id, payee_id, done_on FROM transfer WHERE kind = :help
    GROUP BY +community_id, payee_id, done_on HAVING sum(minutes) > :longest AND count(starts_at) < count(*)
) AS days
"""
OVERLAPS = """
SELECT DISTINCT community_id, payee_id FROM (
    SELECT community_id, payee_id, begins, max(begins + 60 * minutes) OVER (
        PARTITION BY community_id, payee_id ORDER BY begins ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS free FROM (
        SELECT community_id, payee_id, minutes, {begins} AS begins FROM transfer
        WHERE kind = :help AND starts_at IS NOT NULL
    ) AS timed
) AS steps WHERE begins < free
"""
SECONDS = {
    "sqlite": "CAST(strftime('%s', starts_at) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM starts_at) AS bigint)",
}
GIVEN = """
SELECT t.done_on, t.minutes, t.starts_at FROM transfer t
JOIN account a ON a.id = t.payee_id AND a.kind = :member
WHERE t.community_id = :community_id AND t.payee_id = :payee_id AND t.kind = :help AND NOT EXISTS (
    SELECT 1 FROM transfer r WHERE r.community_id = t.community_id AND r.reverses = t.id
)
"""


WORDS = {"overlap": "It gave to two at the same time", "day": "It gave more than 12 hours"}


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
    overlaps = OVERLAPS.replace("{begins}", SECONDS["postgresql" if is_postgresql(session) else "sqlite"])
    suspects = {
        *map(tuple, rows(session, LONG_DAYS, help=Kind.HELP.value, longest=LONGEST_IN_A_DAY)),
        *map(tuple, rows(session, overlaps, help=Kind.HELP.value)),
    }
    for community_id, payee_id in sorted(suspects):
        account = {"community_id": community_id, "payee_id": payee_id}
        given = rows(session, GIVEN, help=Kind.HELP.value, member=AccountKind.MEMBER.value, **account)
        for giving, what in clashes([_giving(payee_id, *row) for row in given]):
            yield Violation(community_id, f"account {payee_id}", f"{WORDS[what]} on {giving.done_on}.")


def _giving(payee_id: int, done_on: Any, minutes: int, starts_at: Any) -> Giving:
    if isinstance(done_on, str):
        return Giving(
            payee_id, date.fromisoformat(done_on), minutes, datetime.fromisoformat(starts_at) if starts_at else None
        )
    return Giving(payee_id, done_on, minutes, starts_at)
