"""Write mails: subjects tell nothing to who looks over a shoulder, links are made at the moment of sending."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext
from flask_mailman import EmailMessage

from timebank.core import languages
from timebank.core.database import db
from timebank.core.door import settings
from timebank.people.actions import make_link_secret
from timebank.people.models import Person
from timebank.people.rules import EMAIL_LINK_LASTS, LINK_LASTS


def write(*, kind: str, ids: dict[str, Any], person_id: uuid.UUID, now: datetime) -> EmailMessage | None:
    """Write the mail of a message, with a fresh link; None where it is not wanted any more."""
    person = db.session.get(Person, person_id)
    if person is None or person.email is None:
        return None
    with force_locale(person.language or languages.SOURCE):
        return _write(person, person.email, kind, ids, now)


def _write(person: Person, to: str, kind: str, ids: dict[str, Any], now: datetime) -> EmailMessage | None:
    if person.email_confirmed and kind == "books_closed":
        words = gettext("The nightly look at the books found something. Nobody can write until you have looked.")
        return _plain(to, words, gettext("Run `timebank verify` on the machine. It says what is wrong."))
    if person.email_confirmed and kind == "anchor":
        words = gettext("Please keep this mail. With it one can tell whether the book was changed behind your back.")
        return _plain(to, words, f"{ids['seq']}  {ids['head']}")
    if kind == "passphrase_link" and person.email_confirmed:
        secret = make_link_secret(person_id=person.id, kind="link", lasts=LINK_LASTS, now=now)
        words = gettext(
            "Somebody, probably you, asked for a link to choose a new passphrase. It works once, for half an hour."
        )
        return _letter(to, words, f"/new-passphrase/{secret}")
    if kind == "confirm_email" and not person.email_confirmed:
        secret = make_link_secret(person_id=person.id, kind="email", lasts=EMAIL_LINK_LASTS, now=now)
        words = gettext("Please open this link to confirm that this is your e-mail. It works for a week.")
        return _letter(to, words, f"/confirm-email/{secret}")
    return None


def _plain(to: str, *words: str) -> EmailMessage:
    body = "\n\n".join(words) + "\n"
    return EmailMessage(subject=gettext("A note for you"), body=body, from_email=settings().mail_from, to=[to])


def _letter(to: str, words: str, path: str) -> EmailMessage:
    ending = gettext("If it was not you, do nothing: nothing has changed.")
    return _plain(to, words, f"{settings().address}{path}", ending)
