"""What must hold where two people decide about a third (I12); run by `timebank verify`."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks import Check, Violation

# An override names two people; a change without a second one is the program's, or the member's own leaving.
OVERRIDES = sa.text(
    "SELECT c.community_id, c.id FROM limit_change c JOIN membership m ON m.account_id = c.account_id "
    "JOIN person p ON p.id = m.person_id "
    "WHERE c.seconded_by IS NOT NULL AND p.public_id IN (c.made_by, c.seconded_by)"
)
ROLES = sa.text(
    "SELECT r.community_id, r.public_id FROM role_proposal r JOIN membership m ON m.id = r.membership_id "
    "JOIN person p ON p.id = m.person_id WHERE p.public_id = r.decided_by AND r.agreed"
)


def limits_are_set_by_two_others(session: Session) -> Iterator[Violation]:
    """I12: whoever set a limit aside with a second person did so for somebody else than either of them."""
    for community_id, change_id in session.execute(OVERRIDES):
        yield Violation(community_id, f"limit_change {change_id}", "Somebody had a say in their own limits.")


def roles_are_agreed_by_others(session: Session) -> Iterator[Violation]:
    """I12: nobody was the second person to a role of their own."""
    for community_id, public_id in session.execute(ROLES):
        yield Violation(community_id, f"role_proposal {public_id}", "Somebody agreed to a role of their own.")


CHECKS: tuple[Check, ...] = (limits_are_set_by_two_others, roles_are_agreed_by_others)
