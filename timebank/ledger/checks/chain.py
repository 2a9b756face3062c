"""Invariants of the chain: numbers without a gap, hashes that fit, anchors that match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks.found import Violation, is_postgresql, rows
from timebank.ledger.models import Transfer, table_of
from timebank.ledger.rules import FIELDS, NOTHING, Sent, commitment, genesis, link

TRANSFER = table_of(Transfer)
INSTANTS = {"starts_at", "posted_at"}
OPTIONAL = {"reverses", "starts_at", "approved_by", "seconded_by", "note_commitment"}


def numbers_are_gapless(session: Session) -> Iterator[Violation]:
    """I8: a book's transfers are numbered 1, 2, 3 …, as many as its head says."""
    statement = """
        SELECT b.community_id, b.seq, count(t.seq), coalesce(min(t.seq), 1), coalesce(max(t.seq), 0)
        FROM book b LEFT JOIN transfer t ON t.community_id = b.community_id GROUP BY b.community_id, b.seq
    """
    for community_id, seq, count, first, last in rows(session, statement):
        if (count, first, last) != (seq, 1, seq):
            yield Violation(
                community_id,
                "book",
                f"It should hold {seq} transfers; there are {count}, numbered from {first} to {last}.",
            )


def chain_is_whole(session: Session) -> Iterator[Violation]:
    """I9: each transfer's hash is that of its fields and the hash before, and the head is the last."""
    heads: dict[int, str] = dict(rows(session, "SELECT community_id, head FROM book"))
    ends: dict[int, str] = {}
    breaks = len(FIELDS) - 1
    row = TRANSFER.c
    as_lines: sa.ColumnClause[str] = sa.literal_column(_as_lines(session))
    statement = sa.select(row.community_id, row.seq, row.prev, row.hash, as_lines).order_by(row.community_id, row.seq)
    for community_id, seq, prev, own, lines in rows(session, statement):
        before = ends.get(community_id)
        if before is None:
            before = genesis(community_id)
        if prev != before:
            yield Violation(community_id, f"transfer {seq}", "It does not follow the one before it.")
        if own != link(prev, lines) or lines.count("\n") != breaks:
            yield Violation(community_id, f"transfer {seq}", "It was altered: its hash is another.")
        ends[community_id] = own
    for community_id, head in heads.items():
        if head != ends.get(community_id, genesis(community_id)):
            yield Violation(community_id, "book", "Its head is not the hash of its last transfer.")


def notes_are_as_written(session: Session) -> Iterator[Violation]:
    """I3: the words beside a transfer are those it was bound to; erased ones are gone with their salt."""
    statement = """
        SELECT n.community_id, t.seq, n.salt, n.text, t.note_commitment FROM transfer_note n
        JOIN transfer t ON t.community_id = n.community_id AND t.id = n.transfer_id ORDER BY n.community_id, t.seq
    """
    for community_id, seq, salt, text, bound in rows(session, statement):
        if commitment(salt, text) != bound:
            yield Violation(community_id, f"transfer {seq}", "The words beside it are not those that were written.")


def anchors_match(session: Session) -> Iterator[Violation]:
    """I9: the anchors kept in the database match the chain."""
    kept = [Sent(*row) for row in rows(session, "SELECT community_id, seq, head FROM anchor ORDER BY 1, 2")]
    yield from sent_anchors_match(session, kept)


def sent_anchors_match(session: Session, sent: Iterable[Sent]) -> Iterator[Violation]:
    """I9: anchors kept outside match the chain, which notices a tail that was cut, or written anew."""
    for anchor in sent:
        found = [
            row[0]
            for row in rows(
                session,
                "SELECT hash FROM transfer WHERE community_id = :community_id AND seq = :seq",
                community_id=anchor.community_id,
                seq=anchor.seq,
            )
        ]
        if anchor.seq == 0:
            found = [genesis(anchor.community_id)]
        if found != [anchor.head]:
            words = "another transfer stands there." if found else "there is no such transfer any more."
            yield Violation(anchor.community_id, f"transfer {anchor.seq}", f"An anchor does not match: {words}")


def _as_lines(session: Session) -> str:
    """Write the expression that gives a transfer's fields as the chain hashes them, one a line.

    The database writes the lines: to read twenty columns into Python and join them there takes twice as long.
    """
    postgresql = is_postgresql(session)
    parts = []
    for name in FIELDS:
        told = name
        if postgresql and name in INSTANTS:
            told = f"""to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        elif postgresql:
            told = f"{name}::text"
        parts.append(f"coalesce({told}, '{NOTHING}')" if name in OPTIONAL else told)
    if postgresql:
        return f"concat_ws(chr(10), {', '.join(parts)})"
    line_ends = "\n".join("%s" for _ in FIELDS)
    return f"printf('{line_ends}', {', '.join(parts)})"
