"""The states of an offer or request, who moves it and how; what may stand in one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from timebank.communities.rules import Named
from timebank.core.errors import Conflict, NotAllowed, Refused
from timebank.core.words import N_

MOST_OPEN = 40  # of one member
LONGEST_TITLE = 100
LONGEST_WORDS = 2_000
LONGEST_PART = 1_000
LONGEST_WHEN = 200
LONGEST_REASON = 500


class State(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    ENDED = "ended"


class Verb(StrEnum):
    """What can be done with a listing."""

    SAVE = "save"
    PUBLISH = "publish"
    PAUSE = "pause"
    PUBLISH_AGAIN = "publish_again"
    END = "end"


class Who(StrEnum):
    """Somebody, seen from a listing."""

    OWNER = "whose it is"
    COORDINATOR = "a coordinator whose it is not"


class ForWhom(StrEnum):
    """Who the help is for; the form of co-production follows from it."""

    PERSON = "person"
    GROUP = "group"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Move:
    """From a state, by a verb, by somebody, to another state."""

    state: State
    verb: Verb
    who: Who
    leads_to: State
    wants_reason: bool = False


TABLE: tuple[Move, ...] = (
    Move(State.DRAFT, Verb.SAVE, Who.OWNER, State.DRAFT),
    Move(State.DRAFT, Verb.PUBLISH, Who.OWNER, State.PUBLISHED),
    Move(State.DRAFT, Verb.END, Who.OWNER, State.ENDED),
    Move(State.PUBLISHED, Verb.SAVE, Who.OWNER, State.PUBLISHED),
    Move(State.PUBLISHED, Verb.PAUSE, Who.OWNER, State.PAUSED),
    Move(State.PUBLISHED, Verb.END, Who.OWNER, State.ENDED),
    Move(State.PUBLISHED, Verb.END, Who.COORDINATOR, State.ENDED, wants_reason=True),
    Move(State.PAUSED, Verb.SAVE, Who.OWNER, State.PAUSED),
    Move(State.PAUSED, Verb.PUBLISH_AGAIN, Who.OWNER, State.PUBLISHED),
    Move(State.PAUSED, Verb.END, Who.OWNER, State.ENDED),
)


@dataclass(frozen=True)
class Doer:
    """Whoever wants to do something with a listing."""

    is_owner: bool
    coordinates: bool = False


def state_on(state: str, until: date | None, today: date) -> State:
    """Give where a listing stands on a day: past its last day it has ended. A draft waits, whatever its day."""
    if until is not None and until < today and state != State.DRAFT:
        return State.ENDED
    return State(state)


def moves(state: State, doer: Doer) -> Iterator[Move]:
    """Give the moves the doer may make now."""
    who = Who.OWNER if doer.is_owner else Who.COORDINATOR if doer.coordinates else None
    return (move for move in TABLE if move.state is state and move.who is who)


def verbs(state: State, doer: Doer) -> frozenset[Verb]:
    """Give what the doer may do now, for the buttons."""
    return frozenset(move.verb for move in moves(state, doer))


def check_may(verb: Verb, state: State, doer: Doer) -> Move:
    """Give the move `verb` is. Raises Conflict where things stand otherwise, NotAllowed where it is for others."""
    if state is State.ENDED:
        raise Conflict(N_("This has ended. Nothing was changed. You can write a new one like it."))
    if not any(move.verb is verb and move.state is state for move in TABLE):
        raise Conflict(N_("That has been done already, or things have changed meanwhile. Please look at it again."))
    for move in moves(state, doer):
        if move.verb is verb:
            return move
    raise NotAllowed(N_("This is for somebody else to do. Nothing was changed."))


def check_room(open_now: int) -> None:
    """Raise Conflict for more open offers and requests than others can read: drafts and those that rest count too."""
    if open_now >= MOST_OPEN:
        raise Conflict(
            N_("You have %(most)s offers and requests already. End one that is over, and there is room for a new one."),
            most=MOST_OPEN,
        )


def check_until(until: date | None, today: date) -> None:
    """Raise Refused for a last day that is over."""
    if until is not None and until < today:
        raise Refused(N_("That day is over. Choose today or a later day, or leave it empty."), field="until")


def check_code(entries: tuple[Named, ...], code: str | None, *, present: str | None, field: str) -> str | None:
    """Give back a code of a community's list; one that is retired only where it stood there before."""
    if not code:
        return None
    if code != present and code not in {entry.code for entry in entries if not entry.retired}:
        raise Refused(N_("Please choose one from the list."), field=field)
    return code


TIME = re.compile(r"(?<![\d.:])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d.:])")
DAY = re.compile(r"(?<!\d)(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2}))(?![-./]?\d)")
NUMBER = re.compile(r"\+?\d(?:[\s()./–-]{0,3}\d){6,}")  # noqa: RUF001 - the dash people type
ADDRESS = re.compile(r"[^\s@]+\s?(?:@|[(\[]at[)\]])\s?[^\s@.]+(?:\.|\s?[(\[]dot[)\]])\s?[^\s@.]+", re.IGNORECASE)


def looks_like_contact(text: str) -> bool:
    """Tell whether words look like a telephone number or an e-mail; times and days do not."""
    plain = unicodedata.normalize("NFKC", text)
    if ADDRESS.search(plain):
        return True
    return NUMBER.search(DAY.sub("|", TIME.sub("|", plain))) is not None


def check_no_contact(text: str, *, field: str) -> None:
    """Raise Refused for words with a number or an e-mail in them: who reads a listing need not be who it is for."""
    if looks_like_contact(text):
        raise Refused(
            N_("This looks like a telephone number or an e-mail. Please take it out: you talk inside the exchange."),
            field=field,
        )
