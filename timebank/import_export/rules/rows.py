"""What is brought along: people, what they offer and ask for, hours. And the ids that are made of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from timebank.communities.rules import Named
from timebank.core.errors import Refused
from timebank.core.text import clean_words, folded
from timebank.core.words import N_
from timebank.import_export.rules.cells import Moment, line_of, needed_line
from timebank.listings import rules as listings
from timebank.people import rules as people

POT = ""
"""Stands for the pot where a transfer names a member's number."""
LONGEST_NOTE = 1_000
NAMESPACE = uuid.UUID("6c1f4d0e-6a53-5f0a-9a55-0b8c9d3e7f21")


@dataclass(frozen=True)
class Here:
    """What rows are judged by: the moment, the community's zone and kinds of help, and whose numbers are known.

    `known` says in which line a number stands; 0 where it was brought along before.
    """

    now: datetime
    zone: str
    kinds: tuple[Named, ...] = ()
    known: dict[str, int] = field(default_factory=dict)

    def meet(self, number: str, line: int) -> None:
        """Keep whose number a line tells. Raises Refused where another line told it."""
        first = self.known.get(number, 0)
        if first:
            raise Refused(N_("Number %(number)s stands in line %(line)s already."), number=number, line=first)
        self.known[number] = line

    def check_known(self, number: str) -> None:
        """Raise Refused for a number that is nobody's."""
        if number not in self.known:
            raise Refused(N_("There is no member with the number %(number)s."), number=number)


@dataclass(frozen=True)
class BroughtPerson:
    """Somebody who was a member before."""

    number: str
    called: str
    joined: Moment | None
    phone: str
    email: str


@dataclass(frozen=True)
class BroughtListing:
    """An offer or a request from before."""

    number: str
    is_offer: bool
    title: str
    words: str
    kind: str | None
    made_at: datetime
    until: date | None


@dataclass(frozen=True)
class BroughtTransfer:
    """Hours from before: the payer received help, the payee gave it; either may be the POT."""

    payer: str
    payee: str
    minutes: int
    happened: Moment
    note: str
    rounded: bool = False


def check_called(text: str) -> str:
    """Give what somebody is called, tidied. Raises Refused."""
    return needed_line(text, people.LONGEST_CALLED, "name")


def check_reach(text: str, column: str) -> str:
    """Give a way to reach somebody, tidied. Raises Refused."""
    return line_of(text, people.LONGEST_CONTACT, column)


def check_title(text: str) -> str:
    """Give a listing's title, tidied. Raises Refused."""
    title = needed_line(text, listings.LONGEST_TITLE, "title")
    listings.check_no_contact(title, field="title")
    return title


def check_words(text: str) -> str:
    """Give a listing's words, tidied. Raises Refused."""
    words = clean_words(text, longest=listings.LONGEST_WORDS, field="words")
    listings.check_no_contact(words, field="words")
    return words


def check_days(made: Moment | None, until: Moment | None, now: datetime) -> tuple[datetime, date | None]:
    """Give when a listing was written, and its last day if it has one. Raises Refused where it ends before.

    Where nobody says when it was written it was now, or on its last day where that is over.
    """
    if until is None:
        return (made.at if made else now), None
    if made is not None and until.day < made.day:
        raise Refused(N_("It ends before it was written."), field="until")
    return (made.at if made else min(until.at, now)), until.day


def check_kind(cell: str, kinds: tuple[Named, ...]) -> str | None:
    """Give the code of a kind of help by its name; none for none. Raises Refused for a name that is not on the list."""
    wanted = folded(cell)
    if not wanted:
        return None
    for kind in kinds:
        if not kind.retired and folded(kind.name) == wanted:
            return kind.code
    raise Refused(N_("That kind of help is not on the community's list."), field="kind")


def check_transfer(transfer: BroughtTransfer, here: Here) -> BroughtTransfer:
    """Give a transfer back whose two are two, and known. Raises Refused."""
    if transfer.payer == transfer.payee:
        raise Refused(N_("Both sides are the same."))
    for number in (transfer.payer, transfer.payee):
        if number != POT:
            here.check_known(number)
    return transfer


def check_note(text: str) -> str:
    """Give a note, tidied. Raises Refused."""
    return clean_words(text, longest=LONGEST_NOTE, field="reason")


def _id(community: str, kind: str, *told: object) -> uuid.UUID:
    # Lengths stand before the parts, so that no part can pass for two.
    parts = "\n".join(f"{len(str(part))}:{part}" for part in (community, kind, *told))
    return uuid.uuid5(NAMESPACE, parts)


def listing_id(community: str, listing: BroughtListing, occurrence: int) -> uuid.UUID:
    """Give the id under which a listing is brought along once; `occurrence` counts equal ones.

    `community` is the community's public id, here as below.
    """
    return _id(community, "listing", listing.number, listing.is_offer, listing.title, listing.words, occurrence)


def transfer_id(community: str, transfer: BroughtTransfer, occurrence: int) -> uuid.UUID:
    """Give the id under which a transfer is posted once; `occurrence` counts equal ones, in the order of the file.

    The note is not in it: the id stays in the book for good, and somebody could try out words until one fits it,
    after the note itself was erased.
    """
    told = (transfer.payer, transfer.payee, transfer.minutes, transfer.happened.told)
    return _id(community, "transfer", *told, occurrence)
