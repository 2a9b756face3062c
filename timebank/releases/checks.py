"""What must hold of releases; run by `timebank verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks import Violation
from timebank.releases.models import Release
from timebank.releases.rules import digest


def releases_are_as_they_left_the_house(session: Session) -> Iterator[Violation]:
    """What a release tells is what was hashed when it was made."""
    for release in session.scalars(sa.select(Release).order_by(Release.id)):
        if digest(release.content) != release.content_hash or release.content["quarter"] != release.quarter:
            yield Violation(release.community_id, release.public_id, "A release is not as it was made.")


def releases_stand_on_the_book(session: Session) -> Iterator[Violation]:
    """The book still holds the transfer a release was made up to."""
    rows = session.execute(
        sa.text(
            "SELECT r.community_id, r.public_id FROM release r LEFT JOIN transfer t "
            "ON t.community_id = r.community_id AND t.seq = r.ledger_seq AND t.hash = r.ledger_head "
            "WHERE r.ledger_seq > 0 AND t.id IS NULL"
        )
    )
    for community_id, public_id in rows:
        yield Violation(community_id, public_id, "A release was made from another book than this one.")


CHECKS: tuple[Callable[[Session], Iterator[Violation]], ...] = (
    releases_are_as_they_left_the_house,
    releases_stand_on_the_book,
)
