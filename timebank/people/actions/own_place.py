"""Say something about oneself, be away and come back."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.communities import queries as communities
from timebank.core import audit, search
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import Refused
from timebank.core.text import clean_line, clean_words
from timebank.core.words import N_
from timebank.people import rules
from timebank.people.models import Membership, Person, WayToReach


def fold(membership: Membership) -> None:
    """Keep what a search looks through."""
    # Folded once, in Python, so that both databases forgive the same accents and endings.
    membership.search = search.index(f"{membership.called} {membership.likes} {membership.easier}")


def say_about_myself(*, membership: Membership, said: dict[str, str], by: Viewer) -> None:
    """Keep what a member says about themself: called, likes, easier, area, times. All but the first may be blank."""
    keep_said(membership, said)
    audit.write("say_about_myself", on=("membership", membership.public_id), by=by)


def keep_said(membership: Membership, said: dict[str, str]) -> None:
    """Write down what a member says about themself, here or to a coordinator. Raises Refused on a field."""
    if "called" in said:
        membership.called = clean_line(said["called"], longest=rules.LONGEST_CALLED, field="called")
        if not membership.called:
            raise Refused(N_("What would you like to be called?"), field="called")
    for what in ("likes", "easier", "times"):
        if what in said:
            setattr(membership, what, clean_words(said[what], longest=rules.LONGEST_WORDS, field=what))
    if "area" in said:
        codes = {entry.code for entry in communities.by_id(membership.community_id).chosen.areas if not entry.retired}
        if said["area"] and said["area"] not in codes | {membership.area}:
            raise Refused(N_("Please choose one from the list."), field="area")
        membership.area = said["area"] or None
    fold(membership)


def say_how_to_reach(*, membership: Membership, said: dict[str, str], by: Viewer) -> None:
    """Keep how a member can be reached: phone, email, someone, place_and_day. All of it may stay blank."""
    keep_reach(membership, said)
    audit.write("say_how_to_reach", on=("membership", membership.public_id), by=by)


def keep_reach(membership: Membership, said: dict[str, str]) -> None:
    """Write down how a member can be reached. Raises Refused on a field."""
    reach = db.session.get(WayToReach, membership.id)
    if reach is None:
        reach = WayToReach(membership_id=membership.id)
        db.session.add(reach)
    for what in ("phone", "email", "someone", "place_and_day"):
        if what in said:
            setattr(reach, what, clean_line(said[what], longest=rules.LONGEST_CONTACT, field=what))


def choose_language(session: Session, *, person_id: uuid.UUID, language: str) -> None:
    """Keep in which language somebody wants to read, inside `note()`: it is theirs alone, and asks no lock."""
    session.execute(sa.update(Person).where(Person.id == person_id).values(language=language))


def pause(*, membership: Membership, by: Viewer) -> None:
    """Be away for a while: nothing is proposed to who is away, and nothing is lost."""
    membership.standing = rules.check_move("pause", membership.standing)
    audit.write("pause", on=("membership", membership.public_id), by=by)


def come_back(*, membership: Membership, by: Viewer) -> None:
    """Be back."""
    membership.standing = rules.check_move("come_back", membership.standing)
    audit.write("come_back", on=("membership", membership.public_id), by=by)
