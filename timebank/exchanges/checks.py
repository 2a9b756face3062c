"""What must hold between exchanges and the book (I5, I11, I12); run by `timebank verify`."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks import Check, Violation

# What is looked for, in a sentence, and the exchanges (community, public id) where it is so.
BETWEEN = {
    "It does not agree with the book.": (
        "SELECT e.community_id, e.public_id FROM exchange e LEFT JOIN transfer t "
        "ON t.community_id = e.community_id AND t.id = e.transfer_id AND t.minutes = e.minutes "
        "WHERE (e.state IN ('posted', 'correcting', 'put_right')) <> (t.id IS NOT NULL)"
    ),
    "The book says it was, and there is no such exchange, or not so.": (
        "SELECT t.community_id, t.source_id FROM transfer t "
        "LEFT JOIN exchange e ON e.public_id = t.source_id AND e.community_id = t.community_id "
        "WHERE t.source_kind = 'exchange' AND (e.id IS NULL OR t.leg NOT IN (0, 1) "
        "OR (t.leg = 0 AND t.id <> e.transfer_id) OR (t.leg = 1 AND e.keep <> 'pot'))"
    ),
    "Its hours went between others than its two.": (
        "SELECT e.community_id, e.public_id FROM exchange e "
        "JOIN transfer t ON t.community_id = e.community_id AND t.id = e.transfer_id "
        "JOIN account a ON a.id = t.payer_id JOIN membership g ON g.id = e.giver_id "
        "LEFT JOIN membership r ON r.id = e.receiver_id "
        "WHERE t.payee_id <> g.account_id OR t.source_kind <> 'exchange' OR t.source_id <> e.public_id OR CASE "
        "WHEN e.for_whom = 'everyone' OR r.id IS NULL THEN a.kind <> 'pot' ELSE t.payer_id <> r.account_id END"
    ),
    "Its hours were for the pot, and the pot has them not.": (
        "SELECT e.community_id, e.public_id FROM exchange e "
        "JOIN transfer t ON t.community_id = e.community_id AND t.id = e.transfer_id "
        "LEFT JOIN transfer p ON p.community_id = e.community_id AND p.source_kind = 'exchange' "
        "AND p.source_id = e.public_id AND p.leg = 1 AND p.minutes = t.minutes "
        "WHERE (e.keep = 'pot' AND e.for_whom <> 'everyone' AND e.receiver_id IS NOT NULL) <> (p.id IS NOT NULL)"
    ),
    "What was put right is not all taken back, or something else is.": (
        "SELECT e.community_id, e.public_id FROM exchange e JOIN transfer t ON t.community_id = e.community_id "
        "AND t.source_kind = 'exchange' AND t.source_id = e.public_id "
        "LEFT JOIN transfer r ON r.community_id = t.community_id AND r.reverses = t.id "
        "WHERE (e.state = 'put_right') <> (r.id IS NOT NULL)"
    ),
    "What happened to it last led elsewhere.": (
        "SELECT e.community_id, e.public_id FROM exchange e WHERE e.state <> "
        "(SELECT v.new FROM exchange_event v WHERE v.exchange_id = e.id ORDER BY v.id DESC LIMIT 1)"
    ),
}
TWO = {
    "It was approved by one of its two, or by who typed it.": (
        "SELECT e.community_id, e.public_id FROM exchange e JOIN person p ON p.public_id = e.approved_by "
        "LEFT JOIN membership m ON m.person_id = p.id AND m.community_id = e.community_id "
        "WHERE m.id = e.giver_id OR m.id = e.receiver_id OR e.approved_by = e.typed_by"
    ),
    "The book names another approver.": (
        "SELECT e.community_id, e.public_id FROM exchange e "
        "JOIN transfer t ON t.community_id = e.community_id AND t.id = e.transfer_id "
        "WHERE coalesce(e.approved_by, '') <> coalesce(t.approved_by, '')"
    ),
    "It was put right by one alone.": (
        "SELECT e.community_id, e.public_id FROM exchange e JOIN transfer t ON t.community_id = e.community_id "
        "AND t.source_kind = 'exchange' AND t.source_id = e.public_id "
        "JOIN transfer r ON r.community_id = t.community_id AND r.reverses = t.id "
        "WHERE r.approved_by IS NULL OR r.seconded_by IS NULL OR r.approved_by = r.seconded_by "
        "OR r.approved_by <> coalesce(e.asked_by, '') OR r.seconded_by <> r.posted_by"
    ),
}


def posted_stand_in_the_book(session: Session) -> Iterator[Violation]:
    """I5 and I11: what is in the book has its transfers, whole and between its two, and nothing else has one."""
    yield from _found(session, BETWEEN)


def two_pairs_of_eyes(session: Session) -> Iterator[Violation]:
    """I12: whoever approved is neither of the two nor typed it, and what was put right two people agreed to."""
    yield from _found(session, TWO)


def _found(session: Session, sentences: dict[str, str]) -> Iterator[Violation]:
    for sentence, statement in sentences.items():
        for community_id, public_id in session.execute(sa.text(statement)):
            yield Violation(community_id, f"exchange {public_id}", sentence)


CHECKS: tuple[Check, ...] = (posted_stand_in_the_book, two_pairs_of_eyes)
