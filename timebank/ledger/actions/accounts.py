"""Open books and accounts, change limits, erase notes, and keep where the chain's head was sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from timebank.core import audit, clock, ids
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.core.errors import Conflict
from timebank.core.words import N_
from timebank.ledger import queries, rules
from timebank.ledger.actions.posting import lock_book
from timebank.ledger.models import Account, Anchor, Book, LimitChange, TransferNote, table_of
from timebank.ledger.rules import WIDE, AccountKind, AccountState, NewLimits


def open_book(*, community_id: int, by: Actor) -> None:
    """Open a community's book with its pot, which pays no more than it holds, and its adjustment account.

    Raises Conflict where there is one already.
    """
    if queries.has_book(community_id):
        raise Conflict(N_("This community has a book already."))
    db.session.execute(
        sa.insert(table_of(Book)).values(community_id=community_id, seq=0, head=rules.genesis(community_id))
    )
    audit.write("open_book", on=("book", community_id), by=by)
    open_account(community_id=community_id, kind=AccountKind.POT, floor=0, ceiling=WIDE, by=by)
    open_account(community_id=community_id, kind=AccountKind.ADJUSTMENT, floor=-WIDE, ceiling=WIDE, by=by)


def open_account(*, community_id: int, kind: str, floor: int, ceiling: int, by: Actor) -> AccountState:
    """Open an account with nothing in it and its limits in minutes, the floor at nothing or below.

    Raises ValueError for limits around anything but nothing.
    """
    if not -WIDE <= floor <= 0 <= ceiling <= WIDE:
        raise ValueError("An account begins with nothing, between its floor and its ceiling.")
    head = lock_book(community_id)
    account = Account(
        community_id=community_id,
        public_id=ids.public_id(),
        kind=str(AccountKind(kind)),
        floor=0,
        ceiling=0,
        balance=0,
        given=0,
        received=0,
        moved=0,
    )
    db.session.add(account)
    db.session.flush()
    audit.write("open_account", on=("account", account.public_id), by=by)
    # The first limits are a change too: so the changes tell all of an account's limits, from its first day.
    wanted = NewLimits(community_id, account.id, floor, ceiling, why="opened")
    return _set_limits(queries.account(community_id, account.id), wanted, head.seq, clock.now(), by)


def change_limits(wanted: NewLimits, *, now: datetime, by: Actor) -> AccountState:
    """Give an account other limits; nothing is written where it has them already. Gives the account.

    Raises Refused without a reason or where the second person is the first, Conflict where the balance lies outside.
    """
    head = lock_book(wanted.community_id)
    state = queries.account(wanted.community_id, wanted.account_id)
    rules.check_two_people(by.public_id, wanted.second)
    rules.check_new_limits(state, wanted)
    after = _set_limits(state, wanted, head.seq, now, by)
    if after != state:
        audit.write("change_limits", on=("account", state.public_id), by=by)
    return after


def _set_limits(state: AccountState, wanted: NewLimits, after_seq: int, now: datetime, by: Actor) -> AccountState:
    if (state.floor, state.ceiling) == (wanted.floor, wanted.ceiling):
        return state
    change = sa.insert(table_of(LimitChange)).values(
        community_id=wanted.community_id,
        account_id=wanted.account_id,
        after_seq=after_seq,
        old_floor=state.floor,
        old_ceiling=state.ceiling,
        new_floor=wanted.floor,
        new_ceiling=wanted.ceiling,
        made_by=by.public_id,
        made_at=now,
        seconded_by=wanted.second,
        why=wanted.why.strip(),
    )
    db.session.execute(change)
    return queries.account(wanted.community_id, wanted.account_id)


def forget_notes(*, community_id: int, transfer_ids: Sequence[uuid.UUID], by: Actor) -> int:
    """Erase the notes of transfers, with their salts; the transfers stay. Gives how many there were."""
    erased = 0
    notes = table_of(TransferNote)
    for start in range(0, len(transfer_ids), queries.MOST_AT_ONCE):
        some = transfer_ids[start : start + queries.MOST_AT_ONCE]
        gone = db.session.execute(
            sa.delete(notes).where(notes.c.community_id == community_id, notes.c.transfer_id.in_(some))
        )
        erased += getattr(gone, "rowcount", 0)
    if erased:
        audit.write("forget_notes", on=("book", community_id), by=by)
    return erased


def anchor(*, community_id: int, sent_to: str, now: datetime, by: Actor) -> tuple[int, str]:
    """Keep that the head of the chain is sent somewhere else. Gives its number and hash, which are what is sent."""
    head = lock_book(community_id)
    if not queries.is_anchored(community_id, head.seq, sent_to):
        db.session.add(Anchor(community_id=community_id, seq=head.seq, head=head.hash, sent_to=sent_to, at=now))
        db.session.flush()
        audit.write("anchor", on=("book", community_id), by=by)
    return head.seq, head.hash
