"""Reads of accounts and books."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from timebank.core.database import db
from timebank.core.errors import Conflict, NotFound
from timebank.core.words import N_
from timebank.ledger.models import Account, Anchor, Book, table_of
from timebank.ledger.queries.lists import MOST_AT_ONCE, among, length_for, named, run
from timebank.ledger.rules import AccountKind, AccountState

ACCOUNT = table_of(Account)
COLUMNS = (
    ACCOUNT.c.id,
    ACCOUNT.c.community_id,
    ACCOUNT.c.public_id,
    ACCOUNT.c.kind,
    ACCOUNT.c.floor,
    ACCOUNT.c.ceiling,
    ACCOUNT.c.balance,
    ACCOUNT.c.given,
    ACCOUNT.c.received,
    ACCOUNT.c.moved,
)


def has_book(community_id: int) -> bool:
    """Tell whether a community's book was opened."""
    return db.session.scalar(sa.select(Book.seq).where(Book.community_id == community_id)) is not None


def is_anchored(community_id: int, seq: int, sent_to: str) -> bool:
    """Tell whether the head with this number was sent there before."""
    return db.session.get(Anchor, (community_id, seq, sent_to)) is not None


def account(community_id: int, account_id: int) -> AccountState:
    """Give an account of a community as it stands; raises NotFound."""
    return _one(ACCOUNT.c.community_id == community_id, ACCOUNT.c.id == account_id)


def balance(community_id: int, account_id: int) -> int:
    """Give an account's balance in minutes; raises NotFound."""
    return account(community_id, account_id).balance


def pot_of(community_id: int) -> AccountState:
    """Give a community's pot."""
    return _one(ACCOUNT.c.community_id == community_id, ACCOUNT.c.kind == AccountKind.POT)


def adjustment_of(community_id: int) -> AccountState:
    """Give the account that carries what nobody can: the rest of a reversal, or of a settlement."""
    return _one(ACCOUNT.c.community_id == community_id, ACCOUNT.c.kind == AccountKind.ADJUSTMENT)


def accounts(community_id: int) -> Sequence[AccountState]:
    """Give all accounts of a community, oldest first."""
    found = db.session.execute(sa.select(*COLUMNS).where(ACCOUNT.c.community_id == community_id).order_by(ACCOUNT.c.id))
    return [_state(row) for row in found]


def states(community_id: int, account_ids: Sequence[int]) -> dict[int, AccountState]:
    """Give some accounts of a community by id. Raises Conflict where one is not of this community."""
    found: dict[int, AccountState] = {}
    for start in range(0, len(account_ids), MOST_AT_ONCE):
        some = account_ids[start : start + MOST_AT_ONCE]
        rows = run(_some_accounts(length_for(some)), {"community_id": community_id, **named("account", some)})
        found |= {row.id: _state(row) for row in rows}
    if len(found) != len(set(account_ids)):
        raise Conflict(N_("Giver and receiver belong to different communities."))
    return found


@cache
def _some_accounts(length: int) -> sa.Select[Any]:
    in_book = ACCOUNT.c.community_id == sa.bindparam("community_id")
    return sa.select(*COLUMNS).where(in_book, among(ACCOUNT.c.id, "account", length))


def _one(*conditions: sa.ColumnElement[bool]) -> AccountState:
    row = db.session.execute(sa.select(*COLUMNS).where(*conditions).order_by(ACCOUNT.c.id).limit(1)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such account here."))
    return _state(row)


def _state(row: Sequence[Any]) -> AccountState:
    account_id, community_id, public_id, kind, *minutes = row
    return AccountState(account_id, community_id, public_id, AccountKind(kind), *minutes)
