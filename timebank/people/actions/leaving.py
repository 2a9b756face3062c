"""Leave a community: what a member said is erased, roles end, and a login that opens nothing more is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from timebank.communities import actions as communities
from timebank.core import ids
from timebank.core.access import Program, Role
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.outbox import actions as outbox
from timebank.people import queries, rules
from timebank.people.actions.signing_in import end_sign_ins
from timebank.people.models import Membership, OneTimeKey, Person, RoleHeld, RoleProposal, WayToReach
from timebank.people.rules import Standing

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def to_leave(membership_id: int) -> Membership:
    """Give a place that is about to be left, locked; raises NotFound where it was left meanwhile."""
    wanted = sa.select(Membership).where(Membership.id == membership_id, Membership.standing != Standing.LEFT)
    # Those who refer to it need not wait; those who decide by its standing do (`hold_standings`).
    locked = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = db.session.scalar(locked)
    if found is None:
        raise NotFound(N_("You have no place in this community yet."))
    return found


def hold_standings(membership_ids: Sequence[int]) -> set[str]:
    """Give where some members stand now, and let nobody change it until the transaction ends."""
    wanted = sa.select(Membership.standing).where(Membership.id.in_(membership_ids)).order_by(Membership.id)
    return set(db.session.scalars(wanted.with_for_update(read=True)))


def check_can_leave(membership: Membership) -> None:
    """Raise Conflict where the last coordinator would leave others behind. Locks the community: two ask in turn."""
    communities.lock(membership.community_id)
    coordinates = Role.COORDINATOR in queries.roles_of(membership.id)
    others = sa.select(sa.func.count(Membership.id)).where(
        Membership.community_id == membership.community_id,
        Membership.id != membership.id,
        Membership.standing.in_((*rules.HERE, Standing.ASKED)),
    )
    counted = queries.role_counts(membership.community_id).get(Role.COORDINATOR, 0)
    rules.check_can_leave(
        coordinates=coordinates,
        other_coordinators=counted - coordinates,
        others=db.session.scalar(others) or 0,
    )


def forget(*, membership: Membership, why: str | None, now: datetime) -> bool:
    """Leave a place: roles and open proposals end, words, name and ways to reach are erased, the row stays.

    Invitations stay open. Tells whether the login was closed, because it opened nothing else.
    """
    person = db.session.get_one(Person, membership.person_id)
    _end_roles(membership, person, now)
    db.session.execute(sa.delete(WayToReach).where(WayToReach.membership_id == membership.id))
    membership.standing = rules.check_move("leave", membership.standing)
    membership.left_at, membership.why_left = now, why
    membership.called = membership.likes = membership.easier = membership.times = ""
    membership.search = membership.answer = ""
    membership.area = None
    db.session.flush()
    elsewhere = bool(queries.memberships(person.id)) or person.is_host
    if elsewhere:
        # The login lives on: what was left must not lead to it, and the same person may begin here anew.
        membership.person_id = _stand_in().id
    else:
        _close(person)
    db.session.flush()
    return not elsewhere


def _end_roles(membership: Membership, person: Person, now: datetime) -> None:
    db.session.execute(sa.delete(RoleHeld).where(RoleHeld.membership_id == membership.id))
    by_or_about = sa.or_(
        RoleProposal.membership_id == membership.id,
        sa.and_(RoleProposal.community_id == membership.community_id, RoleProposal.proposed_by == person.public_id),
    )
    db.session.execute(
        sa.update(RoleProposal)
        .where(RoleProposal.decided_at.is_(None), by_or_about)
        .values(decided_by=Program().public_id, decided_at=now, agreed=False)
    )


def _close(person: Person) -> None:
    """Erase a login: nothing opens it any more, and nothing in it tells whose it was."""
    end_sign_ins(person_id=person.id)
    db.session.execute(sa.delete(OneTimeKey).where(OneTimeKey.person_id == person.id))
    outbox.forget(person_id=person.id)
    for column, value in _erased(person.public_id).items():
        setattr(person, column, value)


def _erased(public_id: str) -> dict[str, object]:
    return {
        "sign_in_name": "",
        # Told apart by a capital, which no typed name keeps when it is folded: nobody finds it by typing.
        "sign_in_folded": f"ERASED {public_id}",
        "passphrase_hash": rules.NOTHING_MATCHES,
        "passphrase_at": NEVER,
        "email": None,
        "email_asked_at": None,
        "email_confirmed": None,
        "made_at": NEVER,
    }


def _stand_in() -> Person:
    public_id = ids.public_id()
    person = Person(id=ids.new_uuid(), public_id=public_id, is_host=False, **_erased(public_id))
    db.session.add(person)
    db.session.flush()
    return person
