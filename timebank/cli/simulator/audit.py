"""What is looked at each night: every invariant, and whether the books say what the plain model says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.cli.simulator.memory import Memory
from timebank.cli.simulator.model import CARRIER, POT, Holder, Line, Model
from timebank.ledger.rules import Sent
from timebank.upkeep import queries as upkeep

# Asked in words of its own, so that a query that errs does not hide from its own mistake.
ACCOUNTS = """
SELECT account.id, community.slug, account.kind, account.balance, membership.id FROM account
JOIN community ON community.id = account.community_id LEFT JOIN membership ON membership.account_id = account.id
"""
TRANSFERS = "SELECT payer_id, payee_id, minutes FROM transfer"
OF_ALL = {"pot": POT, "adjustment": CARRIER}


def untruths(session: Session, memory: Memory, model: Model, anchors: Sequence[Sent]) -> Iterator[str]:
    """Find whatever is not as it should be, each in a sentence. `anchors` are all heads the books ever had."""
    for found in upkeep.violations(session, anchors):
        yield f"{found.row}: {found.sentence}"
    holders, balances = _accounts(session, memory)
    lines: Counter[Line] = Counter()
    for payer_id, payee_id, minutes in session.connection().execute(sa.text(TRANSFERS)):
        (place, payer), (_place, payee) = holders[payer_id], holders[payee_id]
        lines[place, payer, payee, minutes] += 1
    for line, many in (model.lines - lines).items():
        yield f"Acknowledged and not in the book, {many} times: {_told(line)}."
    for line, many in (lines - model.lines).items():
        yield f"In the book and not acknowledged, {many} times: {_told(line)}."
    for place, name in balances.keys() | model.balances.keys():
        stands, told = balances[place, name], model.balances[place, name]
        if stands != told:
            yield f"{name} of {place} holds {stands} min; what was done makes {told} min."
    for place in {place for place, _name in balances}:
        if total := sum(balance for (where, _name), balance in balances.items() if where == place):
            yield f"The balances of {place} sum to {total} min."


def _accounts(session: Session, memory: Memory) -> tuple[dict[int, Holder], Counter[Holder]]:
    names = memory.names_of_memberships()
    holders: dict[int, Holder] = {}
    balances: Counter[Holder] = Counter()
    for account_id, place, kind, balance, membership_id in session.connection().execute(sa.text(ACCOUNTS)):
        holders[account_id] = (place, OF_ALL[kind]) if kind in OF_ALL else names[membership_id]
        balances[holders[account_id]] += balance
    return holders, balances


def _told(line: Line) -> str:
    place, payer, payee, minutes = line
    return f"{place}, {payer} to {payee}, {minutes} min"
