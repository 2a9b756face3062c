"""What must hold of the pot's own transfers; run by `timebank verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks import Violation

MOVES = sa.text(
    "SELECT t.community_id, t.id FROM transfer t "
    "LEFT JOIN account a ON a.id = t.payer_id LEFT JOIN account b ON b.id = t.payee_id "
    "WHERE t.source_kind = 'pot' AND NOT (coalesce("
    "(t.kind = 'gift' AND a.kind = 'member' AND b.kind = 'pot') OR "
    "(t.kind = 'drawn' AND a.kind = 'pot' AND b.kind = 'member'), 1 = 0))"
)
TO_THEMSELVES = sa.text(
    "SELECT t.community_id, t.id FROM transfer t "
    "JOIN membership m ON m.account_id = t.payee_id JOIN person p ON p.id = m.person_id "
    "WHERE t.source_kind = 'pot' AND t.kind = 'drawn' AND t.posted_by = p.public_id"
)


def the_pot_is_on_one_side(session: Session) -> Iterator[Violation]:
    """What was given went from a member to the pot, and what was passed on from the pot to a member."""
    for community_id, transfer_id in session.execute(MOVES):
        yield Violation(community_id, f"transfer {transfer_id}", "It is the pot's and moves nothing in or out of it.")


def nobody_passes_on_to_themself(session: Session) -> Iterator[Violation]:
    """Whoever passed hours on from the pot did not receive them."""
    for community_id, transfer_id in session.execute(TO_THEMSELVES):
        yield Violation(community_id, f"transfer {transfer_id}", "Whoever passed these hours on received them.")


CHECKS: tuple[Callable[[Session], Iterator[Violation]], ...] = (the_pot_is_on_one_side, nobody_passes_on_to_themself)
