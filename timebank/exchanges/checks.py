"""What must hold between exchanges and the book (I5, I11, I12); run by `timebank verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks import Violation


def posted_stand_in_the_book(session: Session) -> Iterator[Violation]:
    """I11: what is in the book as posted has its transfer with the same minutes, and nothing else has one."""
    rows = session.execute(
        sa.text(
            "SELECT e.community_id, e.public_id, e.state FROM exchange e LEFT JOIN transfer t "
            "ON t.community_id = e.community_id AND t.id = e.transfer_id AND t.minutes = e.minutes "
            "WHERE (e.state IN ('posted', 'correcting', 'put_right')) <> (t.id IS NOT NULL)"
        )
    )
    for community_id, public_id, state in rows:
        yield Violation(community_id, public_id, f"An exchange that is {state} does not agree with the book.")


def approvers_are_no_parties(session: Session) -> Iterator[Violation]:
    """I12: whoever approved is neither of the two, nor typed it."""
    rows = session.execute(
        sa.text(
            "SELECT e.community_id, e.public_id FROM exchange e JOIN person p ON p.public_id = e.approved_by "
            "LEFT JOIN membership m ON m.person_id = p.id AND m.community_id = e.community_id "
            "WHERE m.id = e.giver_id OR m.id = e.receiver_id OR e.approved_by = e.typed_by"
        )
    )
    for community_id, public_id in rows:
        yield Violation(community_id, public_id, "An exchange was approved by one of its two, or by who typed it.")


CHECKS: tuple[Callable[[Session], Iterator[Violation]], ...] = (posted_stand_in_the_book, approvers_are_no_parties)
