"""Post transfers: lock the book, answer what stands there already, judge, move the accounts, write the rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from timebank.core import ids
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.core.errors import Conflict, NotFound
from timebank.core.words import N_
from timebank.ledger import queries, rules
from timebank.ledger.actions.inserting import insert
from timebank.ledger.models import Account, Book, Transfer, TransferNote, table_of
from timebank.ledger.queries import Head
from timebank.ledger.rules import AccountState, Entry, Movement, Posting

BOOK = table_of(Book)
ACCOUNT = table_of(Account)
TRANSFER = table_of(Transfer)
NOTE = table_of(TransferNote)

# Made once: to build a statement costs more than to run it.
LOCK = sa.select(BOOK.c.seq, BOOK.c.head).where(BOOK.c.community_id == sa.bindparam("book_id")).with_for_update()
MOVE_HEAD = (
    sa.update(BOOK)
    .where(BOOK.c.community_id == sa.bindparam("book_id"))
    .values(seq=sa.bindparam("last_seq"), head=sa.bindparam("last_hash"))
)
NEW_BALANCE = ACCOUNT.c.balance + sa.bindparam("net", type_=sa.BigInteger)
MOVE = (
    sa.update(ACCOUNT)
    .where(
        ACCOUNT.c.id == sa.bindparam("account_id"),
        ACCOUNT.c.community_id == sa.bindparam("book_id"),
        NEW_BALANCE.between(ACCOUNT.c.floor, ACCOUNT.c.ceiling),
    )
    .values(
        balance=NEW_BALANCE,
        given=ACCOUNT.c.given + sa.bindparam("more_given", type_=sa.BigInteger),
        received=ACCOUNT.c.received + sa.bindparam("more_received", type_=sa.BigInteger),
        moved=ACCOUNT.c.moved + sa.bindparam("more_moved", type_=sa.BigInteger),
    )
)


def lock_book(community_id: int) -> Head:
    """Lock a community's book until the transaction ends, and give its head.

    For callers too who judge something that must hold while they post. Two communities in one transaction are locked
    in the order of their ids. Raises NotFound where no book was opened.
    """
    if db.session().info.get("unit") != "write":
        raise RuntimeError("The book is locked inside `transaction()`; anywhere else the lock would hold nothing.")
    row = queries.run(LOCK, {"book_id": community_id}).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such community here."))
    return Head(row.seq, row.head)


def post(posting: Posting, *, now: datetime, by: Actor) -> Entry:
    """Post one transfer, or give the one that stands under its id with the same payload.

    Raises Conflict where something else stands there, LimitReached where an account would pass a limit, Refused for
    what cannot be posted. Nothing has been written then. The transfer itself tells who posted it and when.
    """
    return post_batch([posting], now=now, by=by)[0]


def post_batch(postings: Sequence[Posting], *, now: datetime, by: Actor) -> list[Entry]:
    """Post transfers of one community together, all or none, limits judged at the end. Raises as `post` does."""
    for posting in postings:
        rules.check_posting(posting)
    return write(postings, now=now, by=by)


def write(postings: Sequence[Posting], *, now: datetime, by: Actor) -> list[Entry]:
    """Post what was judged by itself already: `post_batch` for others, `reverse` and `settle` for their own kinds."""
    if not postings:
        return []
    community_id = postings[0].community_id
    if any(posting.community_id != community_id for posting in postings):
        raise ValueError("A batch belongs to one community.")
    head = lock_book(community_id)
    standing, fresh = _sorted_out(postings)
    if fresh:
        movements = rules.movements(fresh)
        states = queries.states(community_id, sorted(movements))
        _check_time(fresh, states)
        rules.check_limits(states, movements)
        # Nothing was written up to here, so that a refusal leaves nothing behind even where the caller goes on.
        _move(community_id, movements)
        standing |= {entry.id: entry for entry in _insert(fresh, head, now, by)}
    return [standing[posting.id] for posting in postings]


def _sorted_out(postings: Sequence[Posting]) -> tuple[dict[uuid.UUID, Entry], list[Posting]]:
    """Part what stands in the book already from what is new. Raises Conflict where the same key says something else."""
    standing = queries.standing(postings)
    taken = {(*entry.posting.source, entry.posting.leg): entry.id for entry in standing.values()}
    fresh: dict[uuid.UUID, Posting] = {}
    for posting in postings:
        stands = standing.get(posting.id)
        if stands is not None:
            same_note = queries.says_the_same(stands, posting.note)
            rules.check_same(rules.payload_digest(posting), stands, same_note=same_note)
            standing[posting.id] = stands._replace(posting=posting)
        elif (same := fresh.setdefault(posting.id, posting)) is not posting and same != posting:
            raise Conflict(N_("This is in the book already, and it says something else."))
        if taken.setdefault((*posting.source, posting.leg), posting.id) != posting.id:
            raise Conflict(N_("This is in the book already."))
    return standing, list(fresh.values())


def _check_time(fresh: Sequence[Posting], states: Mapping[int, AccountState]) -> None:
    wanted = [
        giving
        for posting in fresh
        if states[posting.payee_id].kind == rules.AccountKind.MEMBER and (giving := rules.giving_of(posting))
    ]
    if wanted:
        rules.check_time(wanted, queries.givings_near(fresh[0].community_id, wanted))


def _move(community_id: int, movements: Mapping[int, Movement]) -> None:
    """Move the accounts, each once and in id order. The statement holds the limits too: a wall behind the judgement."""
    parameters = [
        {
            "account_id": account_id,
            "book_id": community_id,
            "net": movement.net,
            "more_given": movement.given,
            "more_received": movement.received,
            "more_moved": movement.moved,
        }
        for account_id, movement in sorted(movements.items())
    ]
    moved = queries.run(MOVE, parameters)
    if moved.rowcount != len(parameters):
        raise RuntimeError("An account changed under the lock of its book: nothing may be written beside it.")


def _insert(fresh: Sequence[Posting], head: Head, now: datetime, by: Actor) -> list[Entry]:
    entries: list[Entry] = []
    notes: list[tuple[object, ...]] = []
    prev = head.hash
    for seq, posting in enumerate(fresh, head.seq + 1):
        committed = None
        if posting.note is not None:
            salt = ids.new_uuid().hex
            committed = rules.commitment(salt, posting.note)
            notes.append((posting.community_id, posting.id, salt, posting.note))
        unsealed = Entry(posting, seq, fresh[0].id, now, by.public_id, "", committed, prev, "")
        entries.append(rules.sealed(unsealed))
        prev = entries[-1].hash
    insert(TRANSFER, [_row(entry) for entry in entries])
    if notes:
        insert(NOTE, notes)
    queries.run(MOVE_HEAD, {"book_id": fresh[0].community_id, "last_seq": entries[-1].seq, "last_hash": prev})
    return entries


def _row(entry: Entry) -> tuple[object, ...]:
    """Give a transfer's values in the order of its columns."""
    posting = entry.posting
    return (
        posting.community_id,
        posting.id,
        entry.seq,
        entry.batch_id,
        posting.payer_id,
        posting.payee_id,
        posting.minutes,
        posting.kind,
        *posting.source,
        posting.leg,
        posting.reverses,
        posting.done_on,
        posting.starts_at,
        entry.posted_at,
        entry.posted_by,
        posting.approved_by,
        posting.seconded_by,
        entry.payload_hash,
        entry.note_commitment,
        entry.prev,
        entry.hash,
    )
