"""Reads of the ways in: names for signing in, cards, codes, and the sign-ins that last."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.text import folded
from timebank.core.words import N_
from timebank.people.models import Invitation, Membership, OneTimeKey, Person, SignIn
from timebank.people.rules import OPENS_NOTHING


def hashed(secret: str) -> str:
    """Hash a secret of at least 57 random bits, as it is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in_by_token(token: str, now: datetime) -> SignIn | None:
    """Give the sign-in a cookie belongs to, while it lasts."""
    found = db.session.scalar(sa.select(SignIn).where(SignIn.token_hash == hashed(token), SignIn.ends_at > now))
    if found is None or (now - found.seen_at).total_seconds() > found.idle_timeout_s:
        return None
    return found


def sign_ins(person_id: uuid.UUID, now: datetime) -> Sequence[SignIn]:
    """Give a person's sign-ins that still last, newest first."""
    found = db.session.scalars(
        sa.select(SignIn).where(SignIn.person_id == person_id, SignIn.ends_at > now).order_by(SignIn.id.desc())
    )
    return [each for each in found if (now - each.seen_at).total_seconds() <= each.idle_timeout_s]


def person_by_name(typed: str) -> Person | None:
    """Give the person who signs in by this: their name for signing in, or their confirmed e-mail.

    The drawn word may come first: beside a name that is written from the right it may seem to.
    """
    name = folded(typed)
    word, _, rest = name.partition(" ")
    names = {name, f"{rest} {word}"}
    wanted = sa.or_(Person.sign_in_folded.in_(names), Person.email_confirmed == name)
    return db.session.scalar(sa.select(Person).where(wanted).order_by(Person.sign_in_folded != name).limit(1))


def invitation_by_code(community_id: int, code: str, now: datetime, *, lock: bool = False) -> Invitation:
    """Give the invitation a code belongs to, while there is a place; raises NotFound. `lock` where a place is taken."""
    wanted = sa.select(Invitation).where(
        Invitation.community_id == community_id, Invitation.code_hash == hashed(plain_code(code))
    )
    found = db.session.scalar(wanted.with_for_update() if lock else wanted)
    if found is None or found.ended_at is not None or found.ends_at <= now or found.taken >= found.places:
        raise NotFound(
            N_(
                "This code opens no door. Look at it once more, letter by letter. "
                "If it is right it is used up: ask whoever gave it to you for a new one."
            ),
            field="code",
        )
    return found


def open_invitations(community_id: int, now: datetime) -> Sequence[Invitation]:
    """Give the invitations that still open, newest first."""
    return db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.community_id == community_id,
            Invitation.ended_at.is_(None),
            Invitation.ends_at > now,
            Invitation.taken < Invitation.places,
        )
        .order_by(Invitation.id.desc())
    ).all()


def invitation_made(public_id: str) -> bool:
    """Tell whether an invitation with this id was made already, whatever became of it."""
    return db.session.scalar(sa.select(Invitation.id).where(Invitation.public_id == public_id)) is not None


def plain_code(code: str) -> str:
    """Strip what people add to a code when they copy it from paper: spaces, hyphens, capitals."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def one_time_key(kind: str, secret: str, now: datetime) -> OneTimeKey:
    """Give the one-time key a secret belongs to, while it opens; raises NotFound."""
    found = db.session.scalar(
        sa.select(OneTimeKey).where(OneTimeKey.kind == kind, OneTimeKey.secret_hash == hashed(secret)).with_for_update()
    )
    if found is None or found.used_at is not None or found.ends_at <= now:
        raise NotFound(OPENS_NOTHING, field="code")
    return found


def sign_in_names(community_id: int) -> dict[str, str]:
    """Give the names for signing in by what people are called; for the demo's invented people alone."""
    found = db.session.execute(
        sa.select(Membership.called, Person.sign_in_name)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.community_id == community_id)
        .order_by(Membership.id.desc())
    )
    return {called: name for called, name in found}
