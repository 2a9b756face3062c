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

TRANSFER = table_of(Transfer)

SUMS = "SELECT community_id, sum(balance) FROM account GROUP BY community_id HAVING sum(balance) <> 0"

# A line for each account and kind. Not for each community too: an account has one, which another check looks at.
MOVED = "SELECT {side}_id, kind, sum(minutes) FROM transfer GROUP BY {side}_id, kind"

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
    tallied = _tallied(session)
    accounts = "SELECT id, community_id, public_id, balance, given, received, moved FROM account ORDER BY id"
    for account_id, community_id, public_id, balance, *told in rows(session, accounts):
        given, received, moved = tallied.get(account_id, [0, 0, 0])
        if told != [given, received, moved] or balance != given - received + moved:
            yield Violation(
                community_id,
                f"account {public_id}",
                f"It says balance {balance}, given {told[0]}, received {told[1]}, moved {told[2]}; "
                f"the transfers say given {given}, received {received}, moved {moved}.",
            )


def _tallied(session: Session) -> dict[int, list[int]]:
    """Give what each account gave, received and moved, in minutes, as the transfers say."""
    tallied: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for side, place, sign in (("payee", 0, 1), ("payer", 1, -1)):
        for account_id, kind, minutes in rows(session, MOVED.format(side=side)):
            counts = TALLY.get(kind, 0)
            if counts > 0:
                tallied[account_id][place] += int(minutes)
            elif counts < 0:  # a reversal's payer is who gave, and its payee who received
                tallied[account_id][1 - place] -= int(minutes)
            else:
                tallied[account_id][2] += sign * int(minutes)
    return tallied


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
    balances: dict[int, int] = defaultdict(int)
    touched: set[int] = set()
    here, batch = 0, ""
    statement = (
        "SELECT community_id, seq, batch_id, payer_id, payee_id, minutes FROM transfer ORDER BY community_id, seq"
    )
    for community_id, seq, batch_id, payer_id, payee_id, minutes in rows(session, statement):
        if batch_id != batch or community_id != here:
            if touched:
                yield from _outside((here, batch), touched, balances, limits)
            here, batch = community_id, batch_id
            touched.clear()
            limits.up_to(community_id, seq)
        balances[payer_id] -= minutes
        balances[payee_id] += minutes
        touched.add(payer_id)
        touched.add(payee_id)
    if touched:
        yield from _outside((here, batch), touched, balances, limits)


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
