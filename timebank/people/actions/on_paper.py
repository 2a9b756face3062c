"""People who take part on paper: bring them in, keep what they tell a coordinator, let them take their place over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from timebank.communities import queries as communities
from timebank.core import audit
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.core.errors import Conflict, NotFound
from timebank.core.words import N_
from timebank.people import queries, rules
from timebank.people.actions.doors import set_passphrase_with_key
from timebank.people.actions.joining import NewPerson, agree_to_words, new_person, place_of, welcome
from timebank.people.actions.own_place import keep_reach, keep_said
from timebank.people.models import Membership, PaperSignature, Person


@dataclass(frozen=True)
class UsedCard:
    """What somebody types from their card, and the hash of the passphrase they choose with it."""

    name: str
    code: str
    passphrase_hash: str


def bring_on_paper(
    *, community_id: int, called: str, said: dict[str, str], reach: dict[str, str], now: datetime, by: Actor
) -> Membership:
    """Make somebody a member who does not use the site. They get a name for signing in, and no passphrase opens it.

    `said` holds likes, easier, area, times; `reach` holds phone, email, someone, place_and_day: each may be missing or
    blank. Raises Refused on a field.
    """
    person = new_person(given=NewPerson(called, rules.NOTHING_MATCHES), now=now)
    membership = place_of(person, community_id, called, now)
    membership.standing = rules.check_move("join", membership.standing)
    welcome(membership=membership, now=now, by=by)
    keep_said(membership, said)
    keep_reach(membership, reach)
    audit.write("bring_on_paper", on=("membership", membership.public_id), by=by)
    return membership


def say_for(*, membership: Membership, said: dict[str, str], reach: dict[str, str], by: Actor) -> None:
    """Keep what somebody on paper says about themself and how they can be reached.

    Raises Conflict for who has taken their place over: they say it themselves.
    """
    if not db.session.get_one(Person, membership.person_id).on_paper:
        raise Conflict(N_("They use the site themselves now, and say this about themselves."))
    keep_said(membership, said)
    keep_reach(membership, reach)
    audit.write("say_for", on=("membership", membership.public_id), by=by)


def keep_signature(*, membership: Membership, now: datetime, by: Actor) -> None:
    """Keep that whoever looks after the sheets says: the words in force now were signed on paper."""
    kept = set(
        db.session.scalars(sa.select(PaperSignature.wording_id).where(PaperSignature.membership_id == membership.id))
    )
    wordings = {communities.wording(membership.community_id, kind).id for kind in ("house", "privacy")}
    db.session.add_all(
        PaperSignature(membership_id=membership.id, wording_id=wording_id, said_by=by.public_id, said_at=now)
        for wording_id in sorted(wordings - kept)
    )
    audit.write("keep_signature", on=("membership", membership.public_id), by=by)


def take_over(*, community_id: int, card: UsedCard, now: datetime) -> Person:
    """Choose a passphrase with a card and accept the words in force, in one go. The card is used up.

    Raises NotFound where the card opens nothing, or nothing here.
    """
    person = set_passphrase_with_key(
        kind="card",
        secret=card.code,
        name=card.name,
        passphrase_hash=card.passphrase_hash,
        now=now,
        agreed_in=community_id,
    )
    membership = queries.membership_of(person.id, community_id)
    if membership is None or membership.standing not in rules.HERE:
        raise NotFound(rules.OPENS_NOTHING, field="code")
    wordings = {communities.wording(community_id, kind).id for kind in ("house", "privacy")}
    agree_to_words(membership=membership, wording_ids=wordings, now=now)
    return person
