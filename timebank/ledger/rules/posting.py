"""What a transfer is: its kinds, what may be asked for, what it moves, and what takes it back."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from timebank.core.errors import Conflict, Refused
from timebank.core.minutes import check_minutes
from timebank.core.words import N_

MOST_MINUTES = 2**31 - 1


class AccountKind(StrEnum):
    """Whose minutes an account holds."""

    MEMBER = "member"
    GROUP = "group"
    POT = "pot"
    ADJUSTMENT = "adjustment"
    BRIDGE = "bridge"


class Kind(StrEnum):
    """Why minutes moved."""

    HELP = "help"  # somebody gave time to somebody
    CORRECTION = "correction"  # help again, as it really was, after a reversal
    IMPORTED = "imported"  # help kept in another timebank's books before
    OPENING = "opening"  # a balance brought along
    GIFT = "gift"  # minutes handed on, to the pot for instance
    DRAWN = "drawn"  # minutes handed out by the pot
    SETTLEMENT = "settlement"  # what was left when somebody left
    REVERSAL = "reversal"  # takes help back
    RETURN = "return"  # takes back minutes that only moved


TALLY = {Kind.HELP: 1, Kind.CORRECTION: 1, Kind.IMPORTED: 1, Kind.REVERSAL: -1}
"""How a kind counts in what was given and received: more, less, or not at all."""

COUNTER_ENTRIES = frozenset({Kind.REVERSAL, Kind.RETURN})
OWN_SOURCES = frozenset({"reversal", "settlement"})
BROUGHT_ALONG = "import"
"""The kind of source of all that was brought along from the time before, help or not."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A wish for one transfer. `id` is the key under which it happens once, `source` the kind and id of what caused it.

    The payer received the help, the payee gave it. `leg` counts the transfers of one source.
    """

    community_id: int
    id: uuid.UUID
    payer_id: int
    payee_id: int
    minutes: int
    kind: str
    source: tuple[str, str]
    done_on: date
    leg: int = 0
    starts_at: datetime | None = None
    note: str | None = None
    approved_by: str | None = None
    seconded_by: str | None = None
    reverses: uuid.UUID | None = None


class Entry(NamedTuple):
    """A transfer as it stands in the book. `repeated` tells that it stood there before it was asked for."""

    posting: Posting
    seq: int
    batch_id: uuid.UUID
    posted_at: datetime
    posted_by: str
    payload_hash: str
    note_commitment: str | None
    prev: str
    hash: str
    repeated: bool = False

    @property
    def id(self) -> uuid.UUID:
        """Give the transfer's id."""
        return self.posting.id


@dataclass(frozen=True)
class Reversal:
    """A wish to take a transfer back under the key `new_id`. `approvers` are public ids, two at most."""

    community_id: int
    transfer_id: uuid.UUID
    new_id: uuid.UUID
    approvers: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Leaving:
    """A wish to bring an account to nothing, because whoever held it leaves, under the key `new_id`."""

    community_id: int
    account_id: int
    new_id: uuid.UUID
    done_on: date
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewLimits:
    """A wish for other limits of an account, in minutes. `second` is the other person where a rule is set aside."""

    community_id: int
    account_id: int
    floor: int
    ceiling: int
    why: str
    second: str | None = None


@dataclass(slots=True)
class Movement:
    """What a batch moves on one account, in minutes: balance = given - received + moved."""

    given: int = 0
    received: int = 0
    moved: int = 0

    @property
    def net(self) -> int:
        """Give what is added to the balance."""
        return self.given - self.received + self.moved


def check_posting(posting: Posting) -> None:
    """Judge a posting by itself. Raises Refused with a sentence, ValueError for what only a mistake of ours sends."""
    if posting.kind in COUNTER_ENTRIES or posting.reverses is not None or posting.source[0] in OWN_SOURCES:
        raise ValueError("A transfer is taken back by `reverse` and an account settled by `settle`.")
    if posting.kind == Kind.HELP:
        check_minutes(posting.minutes)
    check_shape(posting)


def check_shape(posting: Posting) -> None:
    """Judge what every posting is held to. Raises as `check_posting` does."""
    if posting.payer_id == posting.payee_id:
        raise Refused(N_("Giver and receiver are the same. Please choose somebody else."))
    if not 1 <= posting.minutes <= MOST_MINUTES:
        raise Refused(N_("How long did it take? At least one minute."), field="minutes")
    if posting.starts_at is not None and posting.starts_at.tzinfo is None:
        raise ValueError("An instant knows its zone.")
    if posting.starts_at is not None and abs(posting.starts_at.date() - posting.done_on) > timedelta(days=1):
        raise ValueError("Something begins on the day it is done, in whatever zone that day is told.")
    Kind(posting.kind)
    for text in (*posting.source, posting.approved_by, posting.seconded_by):
        # The chain is told line by line: a line break inside a word would let two rows read alike.
        if text is not None and not (text and text.isprintable()):
            raise ValueError(f"{text!r} cannot stand in the book.")
    if posting.seconded_by is not None and posting.seconded_by == posting.approved_by:
        raise Refused(N_("The second person needs to be somebody else."))


def check_same(payload_hash: str, stands: Entry, *, same_note: bool) -> None:
    """Make sure that what stands under an id is what is asked for again. Raises Conflict."""
    if payload_hash != stands.payload_hash or not same_note:
        raise Conflict(N_("This is in the book already, and it says something else."))


def approvers_of(approvers: Sequence[str]) -> tuple[str | None, str | None]:
    """Give who approved and who was the second person, of two public ids at most. Raises Refused where they are one."""
    if len(approvers) > len(set(approvers)):
        raise Refused(N_("The second person needs to be somebody else."))
    first, second, *more = (*approvers, None, None)
    if any(more):
        raise ValueError("Two people approve at most.")
    return first, second


def movements(postings: Iterable[Posting]) -> dict[int, Movement]:
    """Give what a batch moves, by account, each account once."""
    found: dict[int, Movement] = defaultdict(Movement)
    for posting in postings:
        payer, payee = found[posting.payer_id], found[posting.payee_id]
        tally = TALLY.get(Kind(posting.kind), 0)
        if tally > 0:
            payee.given += posting.minutes
            payer.received += posting.minutes
        elif tally < 0:
            payer.given -= posting.minutes
            payee.received -= posting.minutes
        else:
            payee.moved += posting.minutes
            payer.moved -= posting.minutes
    return dict(found)


def counter_entry(original: Posting, reversal: Reversal) -> Posting:
    """Give the posting that takes another back, whole. Raises Conflict where that is a counter-entry itself."""
    if original.kind in COUNTER_ENTRIES:
        raise Conflict(N_("This took an entry back. It cannot be taken back itself; please write a new entry."))
    first, second = approvers_of(reversal.approvers)
    return replace(
        original,
        id=reversal.new_id,
        payer_id=original.payee_id,
        payee_id=original.payer_id,
        kind=str(Kind.REVERSAL if TALLY.get(Kind(original.kind)) else Kind.RETURN),
        source=("reversal", str(original.id)),
        leg=0,
        starts_at=None,
        note=reversal.note,
        approved_by=first,
        seconded_by=second,
        reverses=original.id,
    )


def halves(whole: Posting, carried: int, other_payer_id: int) -> list[Posting]:
    """Share a posting's minutes: its payer pays what can be `carried`, another account the rest, as another leg."""
    if carried >= whole.minutes:
        return [whole]
    rest = replace(whole, payer_id=other_payer_id, minutes=whole.minutes - max(carried, 0), leg=1)
    if carried <= 0:
        return [rest]
    return [
        replace(whole, minutes=carried),
        replace(rest, id=uuid.uuid5(whole.id, "rest"), reverses=None, note=None),
    ]
