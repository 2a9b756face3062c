"""Ways back in: a passphrase replaced, a link by e-mail, a card a coordinator prints; and the e-mail itself."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from timebank.communities import queries as communities
from timebank.core import audit, ids
from timebank.core.access import Actor, Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound, Refused
from timebank.core.text import folded
from timebank.core.words import N_
from timebank.outbox import actions as outbox
from timebank.people import queries, rules
from timebank.people.actions.signing_in import end_sign_ins
from timebank.people.models import Membership, OneTimeKey, Person

EMAIL_WRONG = N_("That does not look like an e-mail address. Please look at it again.")


class AgreeFirst(Exception):
    """Whose card this is takes part on paper, and reads the words of the community `slug` before anything else."""

    def __init__(self, slug: str) -> None:
        """Keep where to."""
        super().__init__(slug)
        self.slug = slug


def replace_passphrase(
    *, person: Person, passphrase_hash: str, but_token: str | None, now: datetime, by: Actor | None
) -> None:
    """Put a new passphrase in place of the old one; whoever else is signed in with the old one is out."""
    person.passphrase_hash, person.passphrase_at = passphrase_hash, now
    end_sign_ins(person_id=person.id, but_token=but_token)
    _use_up(person.id, ("card", "link"), now)
    audit.write("replace_passphrase", on=("person", person.public_id), by=by)


def print_card(*, membership: Membership, lasts: timedelta, now: datetime, by: Viewer) -> str:
    """Make a one-time card for a member who forgot their passphrase and give its code; earlier cards open nothing.

    The coordinator never sees or sets a passphrase: the card is used up by choosing a new one.
    """
    if lasts not in rules.CARD_LASTS.values():
        raise Refused(N_("Choose how long the card opens the door."), field="lasts")
    _use_up(membership.person_id, ("card",), now)
    code = ids.card_code()
    _keep_key("card", membership.person_id, queries.plain_code(code), now + lasts, now, by.public_id)
    audit.write("print_card", on=("membership", membership.public_id), by=by)
    return code


def ask_for_link(*, typed: str, now: datetime) -> None:
    """Send a link to a new passphrase where the e-mail is a confirmed one; whoever asks is told the same either way."""
    person = db.session.scalar(sa.select(Person).where(Person.email_confirmed == folded(typed)))
    if person is None or person.email is None:
        return
    _use_up(person.id, ("link",), now)
    outbox.put(person_id=person.id, kind="passphrase_link", ids={}, not_after=now + rules.LINK_LASTS, now=now)


def make_link_secret(*, person_id: uuid.UUID, kind: str, lasts: timedelta, now: datetime) -> str:
    """Make the secret of a link at the moment it is mailed, so that it is never kept; earlier links open nothing."""
    _use_up(person_id, (kind,), now)
    secret = ids.secret_token()
    _keep_key(kind, person_id, secret, now + lasts, now, "program")
    return secret


def set_passphrase_with_key(
    *, kind: str, secret: str, name: str | None, passphrase_hash: str, now: datetime, agreed_in: int | None = None
) -> Person:
    """Choose a new passphrase with a card (`name` says whose) or a link. The key is used up. Raises NotFound.

    Raises AgreeFirst for somebody on paper who has not agreed to the words of a community (`agreed_in`) with it.
    """
    key = queries.one_time_key(kind, queries.plain_code(secret) if kind == "card" else secret, now)
    person = db.session.get_one(Person, key.person_id)
    if name is not None and folded(name) not in {person.sign_in_folded, person.email_confirmed}:
        raise NotFound(rules.OPENS_NOTHING, field="code")
    places = queries.memberships(person.id) if person.on_paper and agreed_in is None else ()
    if places:
        raise AgreeFirst(communities.by_id(places[0].community_id).slug)
    key.used_at = now
    replace_passphrase(person=person, passphrase_hash=passphrase_hash, but_token=None, now=now, by=None)
    return person


def give_email(*, person: Person, email: str, now: datetime, by: Viewer) -> None:
    """Keep an e-mail to be confirmed (blank: none any more). Before it is confirmed only the link is sent there."""
    _use_up(person.id, ("email",), now)
    if not email.strip():
        person.email = person.email_asked_at = person.email_confirmed = None
        audit.write("give_email", on=("person", person.public_id), by=by)
        return
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(EMAIL_WRONG, field="email") from None
    person.email, person.email_asked_at = address, now
    if person.email_confirmed != folded(address):
        person.email_confirmed = None
        outbox.put(person_id=person.id, kind="confirm_email", ids={}, not_after=now + rules.EMAIL_LINK_LASTS, now=now)
    audit.write("give_email", on=("person", person.public_id), by=by)


def confirm_email(*, secret: str, now: datetime) -> None:
    """Confirm an e-mail by the link that was sent there. Raises NotFound where the link opens nothing."""
    key = queries.one_time_key("email", secret, now)
    person = db.session.get_one(Person, key.person_id)
    address = folded(person.email or "")
    taken = db.session.scalar(
        sa.select(Person.id).where(Person.email_confirmed == address, Person.id != person.id).limit(1)
    )
    key.used_at = now
    # Somebody else's confirmed e-mail: told as for a used link, for who holds it is nobody's business.
    if not address or taken is not None:
        raise NotFound(rules.OPENS_NOTHING)
    person.email_confirmed = address
    audit.write("confirm_email", on=("person", person.public_id), by=None)


def _keep_key(kind: str, person_id: uuid.UUID, secret: str, ends_at: datetime, now: datetime, by: str) -> None:
    db.session.add(
        OneTimeKey(
            kind=kind,
            person_id=person_id,
            secret_hash=queries.hashed(secret),
            made_by=by,
            made_at=now,
            ends_at=ends_at,
        )
    )


def _use_up(person_id: uuid.UUID, kinds: tuple[str, ...], now: datetime) -> None:
    db.session.execute(
        sa.update(OneTimeKey)
        .where(OneTimeKey.person_id == person_id, OneTimeKey.kind.in_(kinds), OneTimeKey.used_at.is_(None))
        .values(used_at=now)
    )
