"""The three files TimeOverflow takes: comma or semicolon, no header, columns by their place."""

from __future__ import annotations

from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.import_export.rules import cells
from timebank.import_export.rules.rows import (
    POT,
    BroughtListing,
    BroughtPerson,
    BroughtTransfer,
    Here,
    check_called,
    check_days,
    check_note,
    check_reach,
    check_title,
    check_transfer,
    check_words,
)

WIDTHS = {"users.csv": 10, "posts.csv": 8, "transfers.csv": 8}


def person(row: tuple[str, ...], here: Here) -> BroughtPerson:
    """Read a member: number, joined on, three names, gender, birth date, two phones, e-mail. Gender and birth stay."""
    number, joined, *names, _gender, _born, phone, second_phone, email = row
    phones = [each for each in (check_reach(phone, "phone"), check_reach(second_phone, "second phone")) if each]
    return BroughtPerson(
        number=cells.plain_number(number),
        called=check_called(" ".join(names)),
        joined=cells.past(joined, here.zone, here.now, "joined on") if joined.strip() else None,
        phone=check_reach(", ".join(phones), "phone"),
        email=check_reach(email, "e-mail"),
    )


def listing(row: tuple[str, ...], here: Here) -> BroughtListing:
    """Read a post: member, Offer or Inquiry, title, text, category, created at, from, until.

    A category is only a number there, its name is in no file: so the kind of help stays open.
    """
    number, kind, title, words, _category, created, _since, until = row
    made = cells.past(created, here.zone, here.now, "created at") if created.strip() else None
    if kind.strip().casefold() not in {"offer", "inquiry"}:
        raise Refused(N_("This is neither an Offer nor an Inquiry."), field="type")
    last = cells.moment(until, here.zone, "until") if until.strip() else None
    made_at, last_day = check_days(made, last, here.now)
    found = BroughtListing(
        number=cells.plain_number(number),
        is_offer=kind.strip().casefold() == "offer",
        title=check_title(title),
        words=check_words(words),
        kind=None,
        made_at=made_at,
        until=last_day,
    )
    here.check_known(found.number)
    return found


def transfer(row: tuple[str, ...], here: Here) -> BroughtTransfer:
    """Read a transfer: payer, its type, payee, its type, seconds, created at, reason, post."""
    payer, payer_type, payee, payee_type, seconds, created, reason, _post = row
    minutes, rounded = cells.minutes_of_seconds(seconds)
    found = BroughtTransfer(
        payer=_side(payer, payer_type),
        payee=_side(payee, payee_type),
        minutes=minutes,
        happened=cells.past(created, here.zone, here.now, "created at"),
        note=check_note(reason),
        rounded=rounded,
    )
    return check_transfer(found, here)


def _side(number: str, kind: str) -> str:
    match kind.strip().casefold():
        case "organization":
            return POT
        case "member":
            return cells.plain_number(number)
    raise Refused(N_("This is neither a Member nor an Organization."), field="type")
