"""Invariants of the accounts: their sums, their limits over all of history, no transfer out of its community."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks.found import Violation, rows
from timebank.ledger.models import Transfer, table_of
from timebank.ledger.rules import TALLY

MORE = [str(kind) for kind, tally in TALLY.items() if tally > 0]
LESS = [str(kind) for kind, tally in TALLY.items() if tally < 0]
TRANSFER = table_of(Transfer)

SUMS = "SELECT community_id, sum(balance) FROM account GROUP BY community_id HAVING sum(balance) <> 0"

# The plus keeps SQLite from reading the whole table in an index's order, which takes twice as long.
PARTS = """
SELECT a.community_id, a.public_id, a.balance, a.given, a.received, a.moved,
       coalesce(p.more, 0) - coalesce(q.less, 0), coalesce(q.more, 0) - coalesce(p.less, 0),
       coalesce(p.other, 0) - coalesce(q.other, 0)
FROM account a
LEFT JOIN (SELECT +community_id AS community_id, payee_id AS account_id,
    sum(CASE WHEN kind IN :more THEN minutes ELSE 0 END) AS more,
    sum(CASE WHEN kind IN :less THEN minutes ELSE 0 END) AS less,
    sum(CASE WHEN kind IN :more OR kind IN :less THEN 0 ELSE minutes END) AS other
    FROM transfer GROUP BY +community_id, payee_id) p ON p.community_id = a.community_id AND p.account_id = a.id
LEFT JOIN (SELECT +community_id AS community_id, payer_id AS account_id,
    sum(CASE WHEN kind IN :more THEN minutes ELSE 0 END) AS more,
    sum(CASE WHEN kind IN :less THEN minutes ELSE 0 END) AS less,
    sum(CASE WHEN kind IN :more OR kind IN :less THEN 0 ELSE minutes END) AS other
    FROM transfer GROUP BY +community_id, payer_id) q ON q.community_id = a.community_id AND q.account_id = a.id
"""

OUTSIDE = """
SELECT t.community_id, t.id FROM transfer t
LEFT JOIN account a ON a.id = t.payer_id LEFT JOIN account b ON b.id = t.payee_id
WHERE a.community_id IS NULL OR b.community_id IS NULL
   OR a.community_id <> t.community_id OR b.community_id <> t.community_id OR a.id = b.id
"""

CHANGES = """
SELECT community_id, after_seq, account_id, old_floor, old_ceiling, new_floor, new_ceiling, id
FROM limit_change ORDER BY community_id, after_seq, id
"""


def balances_sum_to_nothing(session: Session) -> Iterator[Violation]:
    """I1: the balances of a community sum to nothing."""
    for community_id, total in rows(session, SUMS):
        yield Violation(community_id, "account", f"The balances sum to {total} minutes instead of 0.")


def balances_are_their_rows(session: Session) -> Iterator[Violation]:
    """I2: what an account holds, gave, received and moved is what the transfers say."""
    for community_id, public_id, balance, given, received, moved, *told in rows(session, PARTS, more=MORE, less=LESS):
        tallied = [int(total) for total in told]
        if [given, received, moved] != tallied or balance != tallied[0] - tallied[1] + tallied[2]:
            yield Violation(
                community_id,
                f"account {public_id}",
                f"It says balance {balance}, given {given}, received {received}, moved {moved}; "
                f"the transfers say given {tallied[0]}, received {tallied[1]}, moved {tallied[2]}.",
            )


def each_key_and_source_once(session: Session) -> Iterator[Violation]:
    """I4 and I5: an id is posted once, and a source once per leg, whatever became of the constraints."""
    for names in (("id",), ("source_kind", "source_id", "leg")):
        key = [TRANSFER.c[name] for name in ("community_id", *names)]
        count = sa.func.count()
        for community_id, *same, times in rows(session, sa.select(*key, count).group_by(*key).having(count > 1)):
            words = " ".join(map(str, same))
            yield Violation(community_id, f"transfer {words}", f"It was posted {times} times.")


def transfers_stay_inside(session: Session) -> Iterator[Violation]:
    """I13: a transfer's two accounts are two, and of its own community."""
    for community_id, transfer_id in rows(session, OUTSIDE):
        yield Violation(community_id, f"transfer {transfer_id}", "Its accounts are not two of this community.")


class _Limits:
    """The limits of all accounts, moved along with history. Every account begins with none: 0 to 0."""

    def __init__(self, session: Session) -> None:
        self.now: dict[int, tuple[int, int]] = {}
        self.wrong: list[Violation] = []
        self._changes: dict[int, list[Any]] = defaultdict(list)
        latest: dict[int, tuple[int, int]] = {}
        for change in rows(session, CHANGES):
            community_id, _, account_id, *old, floor, ceiling, change_id = change
            if latest.get(account_id, (0, 0)) != tuple(old):
                self.wrong.append(Violation(community_id, f"limit_change {change_id}", "It begins at other limits."))
            latest[account_id] = (floor, ceiling)
            self._changes[community_id].append(change)
        for account_id, community_id, *limits in rows(session, "SELECT id, community_id, floor, ceiling FROM account"):
            if latest.get(account_id, (0, 0)) != tuple(limits):
                words = "Its limits moved without a limit change."
                self.wrong.append(Violation(community_id, f"account {account_id}", words))
        for changes in self._changes.values():
            changes.reverse()

    def up_to(self, community_id: int, seq: int) -> None:
        """Move on to the limits in force when a book's transfer `seq` was posted."""
        changes = self._changes[community_id]
        while changes and changes[-1][1] < seq:
            _, _, account_id, _, _, *limits, _ = changes.pop()
            self.now[account_id] = (limits[0], limits[1])


def limits_held(session: Session) -> Iterator[Violation]:
    """I6: at the end of every batch each account it touched was within the limits of that time."""
    limits = _Limits(session)
    yield from limits.wrong
    balances: dict[int, int] = {}
    touched: set[int] = set()
    batch: tuple[int, str] | None = None
    statement = (
        "SELECT community_id, seq, batch_id, payer_id, payee_id, minutes FROM transfer ORDER BY community_id, seq"
    )
    for community_id, seq, batch_id, payer_id, payee_id, minutes in rows(session, statement):
        if batch != (community_id, batch_id):
            if batch:
                yield from _outside(batch, touched, balances, limits)
            batch, touched = (community_id, batch_id), set()
            limits.up_to(community_id, seq)
        balances[payer_id] = balances.get(payer_id, 0) - minutes
        balances[payee_id] = balances.get(payee_id, 0) + minutes
        touched |= {payer_id, payee_id}
    if batch:
        yield from _outside(batch, touched, balances, limits)


def _outside(
    batch: tuple[int, str], touched: set[int], balances: dict[int, int], limits: _Limits
) -> Iterator[Violation]:
    for account_id in touched:
        floor, ceiling = limits.now.get(account_id, (0, 0))
        if not floor <= balances[account_id] <= ceiling:
            yield Violation(
                batch[0],
                f"batch {batch[1]}",
                f"It left account {account_id} at {balances[account_id]}, outside of {floor} to {ceiling} minutes.",
            )
