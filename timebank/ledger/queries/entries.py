"""Reads of transfers that posting itself relies on, under the lock of the book."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.ledger import rules
from timebank.ledger.models import Account, Transfer, TransferNote, table_of
from timebank.ledger.queries.lists import MOST_AT_ONCE, among, length_for, named, run
from timebank.ledger.rules import AccountKind, Entry, Giving, Kind, Posting

TRANSFER = table_of(Transfer)


class Head(NamedTuple):
    """How many transfers a book holds, and the hash of the last."""

    seq: int
    hash: str


def standing(postings: Sequence[Posting]) -> dict[uuid.UUID, Entry]:
    """Give, by id, the transfers that have the id of one of these postings, or its source."""
    found: dict[uuid.UUID, Entry] = {}
    for start in range(0, len(postings), MOST_AT_ONCE):
        some = postings[start : start + MOST_AT_ONCE]
        ids = [posting.id for posting in some]
        sources: dict[str, list[str]] = defaultdict(list)
        for kind, source_id in {posting.source for posting in some}:
            sources[kind].append(source_id)
        values = {"community_id": some[0].community_id, **named("id", ids)}
        for place, (kind, source_ids) in enumerate(sources.items()):
            values |= {f"kind_{place}": kind, **named(f"source_{place}", source_ids)}
        statement = _with_id_or_source(length_for(ids), tuple(map(length_for, sources.values())))
        found |= {row.id: _entry(row) for row in run(statement, values)}
    return found


@cache
def _with_id_or_source(ids: int, sources: tuple[int, ...]) -> sa.Select[Any]:
    # Each branch names the book, or SQLite reads all of it: it takes the part they share for the only index.
    in_book = TRANSFER.c.community_id == sa.bindparam("community_id")
    same = [sa.and_(in_book, among(TRANSFER.c.id, "id", ids))]
    for place, length in enumerate(sources):
        of_kind = TRANSFER.c.source_kind == sa.bindparam(f"kind_{place}")
        same.append(sa.and_(in_book, of_kind, among(TRANSFER.c.source_id, f"source_{place}", length)))
    return sa.select(*TRANSFER.c).where(sa.or_(*same))


def present(community_id: int, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Give which of some ids stand in a community's book."""
    found: set[uuid.UUID] = set()
    for start in range(0, len(ids), MOST_AT_ONCE):
        some = ids[start : start + MOST_AT_ONCE]
        found |= set(run(_ids_among(length_for(some)), {"community_id": community_id, **named("id", some)}).scalars())
    return found


@cache
def _ids_among(length: int) -> sa.Select[Any]:
    in_book = TRANSFER.c.community_id == sa.bindparam("community_id")
    return sa.select(TRANSFER.c.id).where(in_book, among(TRANSFER.c.id, "id", length))


def entry(community_id: int, transfer_id: uuid.UUID) -> Entry:
    """Give one transfer of a community; raises NotFound."""
    found = _entries(TRANSFER.c.community_id == community_id, TRANSFER.c.id == transfer_id)
    if not found:
        raise NotFound(N_("There is no such entry."))
    return found[0]


def of_source(community_id: int, source: tuple[str, str]) -> list[Entry]:
    """Give the transfers that came of one source, by leg."""
    return _entries(
        TRANSFER.c.community_id == community_id,
        TRANSFER.c.source_kind == source[0],
        TRANSFER.c.source_id == source[1],
    )


def says_the_same(stands: Entry, note: str | None) -> bool:
    """Tell whether a transfer's note is this one. Of an erased note it is only known that there was one."""
    if note is None or stands.note_commitment is None:
        return note is stands.note_commitment
    salt = db.session.scalar(
        sa.select(TransferNote.salt).where(
            TransferNote.community_id == stands.posting.community_id, TransferNote.transfer_id == stands.id
        )
    )
    return salt is None or rules.commitment(salt, note) == stands.note_commitment


def noted_with_our_own(community_id: int, account_id: int) -> list[uuid.UUID]:
    """Give the transfers between an account and the community's own that have words beside them."""
    own = sa.select(Account.id).where(Account.community_id == community_id, Account.kind != AccountKind.MEMBER)
    found = db.session.scalars(
        sa.select(TRANSFER.c.id)
        .join(
            TransferNote,
            sa.and_(TransferNote.community_id == community_id, TransferNote.transfer_id == TRANSFER.c.id),
        )
        .where(
            TRANSFER.c.community_id == community_id,
            sa.or_(
                sa.and_(TRANSFER.c.payer_id == account_id, TRANSFER.c.payee_id.in_(own)),
                sa.and_(TRANSFER.c.payee_id == account_id, TRANSFER.c.payer_id.in_(own)),
            ),
        )
    )
    return list(found)


def givings_near(community_id: int, wanted: Sequence[Giving]) -> list[Giving]:
    """Give what the givers of some givings gave around those days and nobody took back."""
    payees = sorted({giving.payee_id for giving in wanted})
    # A giving at night, in a zone far from UTC, has its day one off: what may overlap lies within two days.
    first = min(giving.done_on for giving in wanted) - timedelta(days=2)
    last = max(giving.done_on for giving in wanted) + timedelta(days=2)
    values: dict[str, Any] = {"community_id": community_id, "first_day": first, "last_day": last}
    found: list[Giving] = []
    for start in range(0, len(payees), MOST_AT_ONCE):
        some = payees[start : start + MOST_AT_ONCE]
        rows = run(_given_by(length_for(some)), {**values, **named("payee", some)})
        found += [Giving._make(row) for row in rows]
    return found


@cache
def _given_by(payees: int) -> sa.Select[Any]:
    undone = TRANSFER.alias("undone")
    return sa.select(TRANSFER.c.payee_id, TRANSFER.c.done_on, TRANSFER.c.minutes, TRANSFER.c.starts_at).where(
        TRANSFER.c.community_id == sa.bindparam("community_id"),
        among(TRANSFER.c.payee_id, "payee", payees),
        TRANSFER.c.done_on.between(sa.bindparam("first_day"), sa.bindparam("last_day")),
        TRANSFER.c.kind == str(Kind.HELP),
        ~sa.exists().where(undone.c.community_id == TRANSFER.c.community_id, undone.c.reverses == TRANSFER.c.id),
    )


def _entries(*conditions: sa.ColumnElement[bool]) -> list[Entry]:
    rows = db.session.execute(sa.select(*TRANSFER.c).where(*conditions).order_by(TRANSFER.c.leg, TRANSFER.c.seq))
    return [_entry(row) for row in rows]


def _entry(row: sa.Row[Any]) -> Entry:
    posting = Posting(
        community_id=row.community_id,
        id=row.id,
        payer_id=row.payer_id,
        payee_id=row.payee_id,
        minutes=row.minutes,
        kind=row.kind,
        source=(row.source_kind, row.source_id),
        done_on=row.done_on,
        leg=row.leg,
        starts_at=row.starts_at,
        approved_by=row.approved_by,
        seconded_by=row.seconded_by,
        reverses=row.reverses,
    )
    return Entry(
        posting,
        row.seq,
        row.batch_id,
        row.posted_at,
        row.posted_by,
        row.payload_hash,
        row.note_commitment,
        row.prev,
        row.hash,
        repeated=True,
    )
