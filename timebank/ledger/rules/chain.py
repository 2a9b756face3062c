"""The chain: each transfer is hashed together with the hash before it, so that no row can change unseen.

Version 1. The digest is SHA-256, in hexadecimal, of UTF-8 lines joined by line feeds: the version, the hash before,
then FIELDS in order. Whole numbers in decimal, UUIDs with hyphens, days as 2025-03-01, instants in UTC as
2025-03-01T09:30:00.000000Z; what is not there is a tab. Words of the book are printable, so that no line can hold
another. Nothing in it is about a person but public ids: an erased name leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from functools import lru_cache
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


def _line(value: str | uuid.UUID | None) -> str:
    return NOTHING if value is None else str(value)


@lru_cache(maxsize=256)  # a batch is posted at one instant
def _instant(value: datetime | None) -> str:
    if value is None:
        return NOTHING
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class _Told(NamedTuple):
    """What both digests of a transfer say of it, as lines: its id, what was done, who approved."""

    id: str
    deed: str
    approval: str


def _told(posting: Posting) -> _Told:
    kind, source_id = posting.source
    deed = (
        f"{posting.payer_id}\n{posting.payee_id}\n{posting.minutes}\n{posting.kind}\n{kind}\n{source_id}\n{posting.leg}\n"
        f"{_line(posting.reverses)}\n{posting.done_on}\n{_instant(posting.starts_at)}"
    )
    return _Told(str(posting.id), deed, f"{_line(posting.approved_by)}\n{_line(posting.seconded_by)}")


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
    return _payload_digest(posting.community_id, _told(posting))


def _payload_digest(community_id: int, told: _Told) -> str:
    return _digest(f"{VERSION}\n{community_id}\n{told.id}\n{told.deed}\n{told.approval}")


def sealed(entry: Entry) -> Entry:
    """Give an entry with its digests: of what was asked for, and the one that binds it to the entry before."""
    community_id = entry.posting.community_id
    told = _told(entry.posting)
    payload_hash = _payload_digest(community_id, told)
    lines = (
        f"{community_id}\n{entry.seq}\n{told.id}\n{entry.batch_id}\n{told.deed}\n"
        f"{_instant(entry.posted_at)}\n{entry.posted_by}\n{told.approval}\n"
        f"{payload_hash}\n{_line(entry.note_commitment)}"
    )
    return entry._replace(payload_hash=payload_hash, hash=link(entry.prev, lines))
