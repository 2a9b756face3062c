"""Come in, by a code or by asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from timebank.communities import queries as communities
from timebank.core import audit, ids, passphrases
from timebank.core.access import Actor, Role, Viewer
from timebank.core.database import db
from timebank.core.errors import Conflict, NotAllowed, NotFound, Refused
from timebank.core.text import clean_line, clean_words, folded
from timebank.core.words import N_
from timebank.ledger import actions as ledger
from timebank.people import queries, rules
from timebank.people.actions.own_place import fold
from timebank.people.actions.roles import put_in_role
from timebank.people.models import Acceptance, Invitation, Membership, Person
from timebank.people.rules import Standing

TRIES_FOR_A_NAME = 20


@dataclass(frozen=True)
class NewPerson:
    """What somebody gives to get a login: the name they want to be called, and the hash of their passphrase."""

    called: str
    passphrase_hash: str


def new_person(*, given: NewPerson, now: datetime, is_host: bool = False) -> Person:
    """Make a login. The name for signing in is what they are called and a word drawn for them.

    Whoever is asked for a free name learns who is here already; with a word of its own a name is never taken.
    """
    called = clean_line(given.called, longest=rules.LONGEST_CALLED, field="called")
    if not called:
        raise Refused(N_("What would you like to be called?"), field="called")
    for _ in range(TRIES_FOR_A_NAME):
        name = f"{called} {passphrases.one_word(ids.new_uuid().int)}"
        person = Person(
            id=ids.new_uuid(),
            public_id=ids.public_id(),
            sign_in_name=name,
            sign_in_folded=folded(name),
            passphrase_hash=given.passphrase_hash,
            passphrase_at=now,
            is_host=is_host,
            made_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(person)
        except IntegrityError:
            continue  # two people with one name drew one word
        return person
    raise Conflict(N_("That name cannot be used just now. Please add another word to it."), field="called")


def invite(
    *, community_id: int, places: int, role: Role | None = None, public_id: str | None = None, now: datetime, by: Actor
) -> tuple[Invitation, str]:
    """Make an invitation for one to three people and give the code for its card; only its hash is kept.

    `public_id` is drawn with the page it is asked on, so that a page sent again makes no second one.
    """
    if not 1 <= places <= rules.MOST_PLACES or (role is not None and places != 1):
        raise Refused(N_("One invitation brings one, two or three people."), field="places")
    code = ids.card_code()
    invitation = Invitation(
        public_id=public_id or ids.public_id(),
        community_id=community_id,
        code_hash=queries.hashed(queries.plain_code(code)),
        places=places,
        role=role,
        made_by=by.public_id,
        made_at=now,
        ends_at=now + rules.INVITATION_LASTS,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.write("invite", on=("invitation", invitation.public_id), by=by)
    return invitation, code


def end_invitation(*, invitation: Invitation, now: datetime, by: Actor) -> None:
    """Let an invitation open nothing any more."""
    if invitation.ended_at is not None:
        raise Conflict(N_("This invitation has ended already."))
    invitation.ended_by, invitation.ended_at = by.public_id, now
    audit.write("end_invitation", on=("invitation", invitation.public_id), by=by)


def join_with_code(*, invitation: Invitation, person: Person, called: str, now: datetime) -> Membership:
    """Take a place of an invitation: the person is a member at once. Raises Conflict for who is one already."""
    membership = place_of(person, invitation.community_id, called, now)
    membership.standing = rules.check_move("join", membership.standing)
    invitation.taken += 1
    welcome(membership=membership, now=now, by=_self(person, membership))
    if invitation.role is not None:
        put_in_role(membership=membership, role=Role(invitation.role), now=now, by=_self(person, membership))
    return membership


def ask_to_join(*, community_id: int, person: Person, called: str, now: datetime) -> Membership:
    """Ask to become a member; a coordinator answers."""
    if not communities.by_id(community_id).chosen.join_by_asking:
        raise NotAllowed(N_("People join here with an invitation. Ask somebody you know here, or call."))
    membership = place_of(person, community_id, called, now)
    if membership.standing != Standing.ASKED:
        membership.standing = rules.check_move("ask_again", membership.standing)
        membership.answered_by = membership.answered_at = None
        membership.came_at = now
    audit.write("ask_to_join", on=("membership", membership.public_id), by=_self(person, membership))
    return membership


def place_of(person: Person, community_id: int, called: str, now: datetime) -> Membership:
    """Give the person's place in the community, a new one where they have none; refused for who is here already."""
    membership = queries.membership_of(person.id, community_id)
    if membership is not None:
        if membership.standing in rules.HERE:
            raise Conflict(N_("You are a member here already."))
        return membership
    membership = Membership(
        public_id=ids.public_id(),
        community_id=community_id,
        person_id=person.id,
        standing=Standing.ASKED,
        called=clean_line(called, longest=rules.LONGEST_CALLED, field="called"),
        likes="",
        easier="",
        times="",
        came_at=now,
    )
    fold(membership)
    db.session.add(membership)
    db.session.flush()
    return membership


def _self(person: Person, membership: Membership) -> Viewer:
    return Viewer(
        person.id, person.public_id, membership.called, membership.community_id, membership.id, membership.public_id
    )


def accept(*, membership: Membership, now: datetime, by: Actor) -> None:
    """Welcome somebody who asked."""
    membership.standing = rules.check_move("accept", membership.standing)
    membership.answered_by, membership.answered_at = by.public_id, now
    welcome(membership=membership, now=now, by=by)


def answer_request(*, membership: Membership, welcome: bool, why: str, now: datetime, by: Actor) -> None:
    """Answer somebody who asked to join: welcome them, or kindly decline, with a reason they will read."""
    if welcome:
        accept(membership=membership, now=now, by=by)
        return
    reason = clean_words(why, longest=rules.LONGEST_WORDS, field="why")
    if not reason:
        raise Refused(N_("Please write a kind word that says why: it is what they will read."), field="why")
    membership.standing = rules.check_move("decline", membership.standing)
    membership.answered_by, membership.answered_at = by.public_id, now
    membership.answer = reason
    audit.write("decline", on=("membership", membership.public_id), by=by)


def welcome(*, membership: Membership, now: datetime, by: Actor) -> None:
    """Make somebody a member in full: from now on, with an account of their own and a newcomer's limits."""
    settings = communities.by_id(membership.community_id).chosen
    if membership.account_id is None:
        membership.account_id = ledger.open_account(
            community_id=membership.community_id,
            kind="member",
            floor=settings.newcomer_floor_minutes,
            ceiling=settings.ceiling_minutes,
            by=by,
        ).id
    membership.joined_at = now
    membership.left_at = None
    audit.write("welcome", on=("membership", membership.public_id), by=by)


def agree_to_words(*, membership: Membership, wording_ids: set[int], now: datetime) -> None:
    """Keep that a member accepted these versions of the house agreement and the privacy words."""
    fresh = wording_ids - queries.accepted_wordings(membership.id)
    db.session.add_all(
        Acceptance(membership_id=membership.id, wording_id=wording_id, accepted_at=now) for wording_id in sorted(fresh)
    )


def to_answer(community_id: int, public_id: str) -> Membership:
    """Give a membership of this community for writing, locked; raises NotFound."""
    wanted = sa.select(Membership).where(Membership.community_id == community_id, Membership.public_id == public_id)
    # What was read before the lock does not count.
    found = db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound(N_("There is nobody like that here."))
    return found
