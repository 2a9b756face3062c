"""What leaving would mean, and whom a coordinator may help with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from timebank.core.access import Role, Viewer
from timebank.core.audit import AuditLine
from timebank.core.database import db
from timebank.exchanges import queries as exchanges
from timebank.exchanges.queries import Seen
from timebank.exchanges.rules import Verb
from timebank.ledger import queries as ledger
from timebank.people import queries as people
from timebank.people.models import Membership, Person
from timebank.people.rules import Standing
from timebank.safeguarding.queries import visible_to

HELP = "help_to_leave"
MOST_HELPED = 100


@dataclass(frozen=True)
class Meaning:
    """What leaving would mean: minutes left over (below nothing: missing), what waits for a word, what else ends."""

    balance: int
    waiting: Sequence[Seen]
    is_last_place: bool
    is_only_coordinator: bool


def meaning(viewer: Viewer, today: date) -> Meaning:
    """Give what leaving would mean for the viewer; raises NotFound for who has no place here."""
    membership = people.own_membership(viewer)
    account_id = membership.account_id
    counted = people.role_counts(membership.community_id)
    return Meaning(
        balance=ledger.balance(membership.community_id, account_id) if account_id is not None else 0,
        waiting=[seen for seen in exchanges.under_way(viewer, today) if _wants_a_word(viewer, seen)],
        is_last_place=len(people.memberships(membership.person_id)) == 1 and not viewer.is_host,
        is_only_coordinator=viewer.has(Role.COORDINATOR) and counted.get(Role.COORDINATOR, 0) == 1,
    )


def _wants_a_word(viewer: Viewer, seen: Seen) -> bool:
    return Verb.CONFIRM in exchanges.verbs(viewer, seen.exchange)


@dataclass(frozen=True)
class Helped:
    """That somebody was helped to leave: when, by whom (None for who is not to be seen), and why. Never who it was."""

    at: datetime
    called: str | None
    why: str


def helped(viewer: Viewer) -> list[Helped]:
    """Give who was helped to leave by whom, newest first, as long as the reasons are kept."""
    helper = aliased(Membership)
    told = sa.and_(
        AuditLine.object_id == Membership.public_id,
        AuditLine.verb == HELP,
        AuditLine.community_id == Membership.community_id,
    )
    who = sa.and_(
        helper.person_id == Person.id,
        helper.community_id == Membership.community_id,
        helper.standing != Standing.LEFT,
        visible_to(viewer, helper.person_id),
    )
    rows = db.session.execute(
        sa.select(Membership.left_at, helper.called, Membership.why_left)
        .join(AuditLine, told)
        .outerjoin(Person, Person.public_id == AuditLine.actor)
        .outerjoin(helper, who)
        .where(Membership.community_id == viewer.community_id, Membership.why_left.is_not(None))
        .order_by(Membership.left_at.desc(), Membership.id)
        .limit(MOST_HELPED)
    )
    return [Helped(at, called, why) for at, called, why in rows if at is not None and why is not None]
