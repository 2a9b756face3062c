"""The chain: each transfer is hashed together with the hash before it, so that no row can change unseen.

Version 1. The digest is SHA-256, in hexadecimal, of UTF-8 lines joined by line feeds: the version, the hash before,
then FIELDS in order. Whole numbers in decimal, UUIDs with hyphens, days as 2025-03-01, instants in UTC as
2025-03-01T09:30:00.000000Z; what is not there is a tab. Words of the book are printable, so that no line can hold
another. Nothing in it is about a person but public ids: an erased name leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

from timebank.ledger.rules.posting import Entry, Posting

VERSION = "1"
NOTHING = "\t"
FIELDS = (
    "community_id",
    "seq",
    "id",
    "batch_id",
    "payer_id",
    "payee_id",
    "minutes",
    "kind",
    "source_kind",
    "source_id",
    "leg",
    "reverses",
    "done_on",
    "starts_at",
    "posted_at",
    "posted_by",
    "approved_by",
    "seconded_by",
    "payload_hash",
    "note_commitment",
)
"""The columns of a transfer that are hashed, in order."""


class Sent(NamedTuple):
    """An anchor as it was kept outside of the database: a book's number of transfers, and the chain's hash there."""

    community_id: int
    seq: int
    head: str


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(value: str | int | uuid.UUID | date | None) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value)


def _lines(values: Iterable[str | int | uuid.UUID | date | None]) -> str:
    return "\n".join(map(_line, values))


def genesis(community_id: int) -> str:
    """Give the hash a community's chain begins with."""
    return _digest(f"{VERSION}\nbook\n{community_id}")


def link(prev: str, lines: str) -> str:
    """Give a transfer's hash from the hash before it and its fields as lines."""
    return _digest(f"{VERSION}\n{prev}\n{lines}")


def commitment(salt: str, note: str) -> str:
    """Give what binds a transfer to its note. Without the salt, erased with the note, it tells nothing of it."""
    return _digest(f"{salt}\n{note}")


def payload_digest(posting: Posting) -> str:
    """Give the digest of what a posting asks for. Its note, which can be erased, has a digest of its own."""
    return _digest(
        _lines(
            (
                VERSION,
                posting.community_id,
                posting.id,
                posting.payer_id,
                posting.payee_id,
                posting.minutes,
                posting.kind,
                *posting.source,
                posting.leg,
                posting.reverses,
                posting.done_on,
                posting.starts_at,
                posting.approved_by,
                posting.seconded_by,
            )
        )
    )


def sealed(entry: Entry) -> Entry:
    """Give an entry with its hash."""
    posting = entry.posting
    lines = _lines(
        (
            posting.community_id,
            entry.seq,
            posting.id,
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
        )
    )
    return entry._replace(hash=link(entry.prev, lines))
