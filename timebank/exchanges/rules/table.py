"""Every state of an exchange, every verb, who may and what follows. Check, buttons and `docs/states.md` read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from timebank.core.errors import Conflict, NotAllowed
from timebank.core.words import N_


class State(StrEnum):
    """Where an exchange stands."""

    ASKED = "asked"
    AGREED = "agreed"
    SAID = "said"
    CONFIRMED = "confirmed"
    HELP = "help"
    POSTED = "posted"
    CORRECTING = "correcting"
    PUT_RIGHT = "put_right"
    FAVOUR = "favour"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FADED = "faded"
    CLOSED = "closed"


class Who(StrEnum):
    """Somebody, seen from an exchange. A party is the giver or the receiver."""

    PARTY = "either of the two"
    WAITED_FOR = "the one who is waited for"
    AUTHOR = "the one who spoke last"
    COORDINATOR = "a coordinator who is neither of the two"
    APPROVER = "a coordinator or second who is neither of the two, nor typed it"
    SECOND_PERSON = "the other of the two, or a coordinator or second who did not ask"
    CARRIER = "a coordinator, who is neither of the two, for one who is on paper"
    PROGRAM = "the passing of time"


class Verb(StrEnum):
    """What can be done with an exchange."""

    AGREE = "agree"
    CHANGE = "change"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    SAY_DONE = "say_done"
    CONFIRM = "confirm"
    SAY_OTHER = "say_other"
    TAKE_BACK = "take_back"
    ASK_HELP = "ask_help"
    GIVE_BACK = "give_back"
    CLOSE = "close"
    APPROVE = "approve"
    ASK_PUT_RIGHT = "ask_put_right"
    AGREE_PUT_RIGHT = "agree_put_right"
    LEAVE_IT = "leave_it"
    FADE = "fade"


class Keep(StrEnum):
    """What the giver does with the hours: keeps them, gives them to the pot, or takes none (a favour)."""

    HOURS = "keep"
    POT = "pot"
    NONE = "none"


class ForWhom(StrEnum):
    """Who the help is for; the form of co-production follows from it."""

    PERSON = "person"
    GROUP = "group"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Move:
    """From a state, by a verb, by somebody, to one of some states (which one, `after_confirming` decides)."""

    state: State
    verb: Verb
    who: Who
    leads_to: tuple[State, ...]
    wants_reason: bool = False


TABLE: tuple[Move, ...] = (
    Move(State.ASKED, Verb.AGREE, Who.WAITED_FOR, (State.AGREED,)),
    Move(State.ASKED, Verb.CHANGE, Who.PARTY, (State.ASKED,)),
    Move(State.ASKED, Verb.DECLINE, Who.WAITED_FOR, (State.DECLINED,)),
    Move(State.ASKED, Verb.WITHDRAW, Who.AUTHOR, (State.WITHDRAWN,)),
    Move(State.ASKED, Verb.AGREE, Who.CARRIER, (State.AGREED,)),
    Move(State.ASKED, Verb.CHANGE, Who.CARRIER, (State.ASKED,)),
    Move(State.ASKED, Verb.DECLINE, Who.CARRIER, (State.DECLINED,)),
    Move(State.ASKED, Verb.FADE, Who.PROGRAM, (State.FADED,)),
    Move(State.AGREED, Verb.SAY_DONE, Who.PARTY, (State.SAID,)),
    Move(State.AGREED, Verb.CHANGE, Who.PARTY, (State.ASKED,)),
    Move(State.AGREED, Verb.WITHDRAW, Who.PARTY, (State.WITHDRAWN,)),
    Move(State.AGREED, Verb.WITHDRAW, Who.CARRIER, (State.WITHDRAWN,)),
    Move(State.AGREED, Verb.FADE, Who.PROGRAM, (State.FADED,)),
    Move(State.SAID, Verb.CONFIRM, Who.WAITED_FOR, (State.POSTED, State.CONFIRMED, State.FAVOUR)),
    Move(State.SAID, Verb.SAY_OTHER, Who.WAITED_FOR, (State.SAID,)),
    Move(State.SAID, Verb.CONFIRM, Who.CARRIER, (State.CONFIRMED, State.FAVOUR)),
    Move(State.SAID, Verb.SAY_OTHER, Who.CARRIER, (State.SAID,)),
    Move(State.SAID, Verb.TAKE_BACK, Who.AUTHOR, (State.AGREED,)),
    Move(State.SAID, Verb.ASK_HELP, Who.PARTY, (State.HELP,), wants_reason=True),
    Move(State.SAID, Verb.FADE, Who.PROGRAM, (State.FADED,)),
    Move(State.CONFIRMED, Verb.APPROVE, Who.APPROVER, (State.POSTED,)),
    Move(State.CONFIRMED, Verb.GIVE_BACK, Who.APPROVER, (State.AGREED,), wants_reason=True),
    Move(State.CONFIRMED, Verb.TAKE_BACK, Who.PARTY, (State.AGREED,)),
    Move(State.HELP, Verb.SAY_DONE, Who.PARTY, (State.SAID,)),
    Move(State.HELP, Verb.GIVE_BACK, Who.COORDINATOR, (State.AGREED,), wants_reason=True),
    Move(State.HELP, Verb.CLOSE, Who.COORDINATOR, (State.CLOSED,), wants_reason=True),
    Move(State.POSTED, Verb.ASK_PUT_RIGHT, Who.PARTY, (State.CORRECTING,), wants_reason=True),
    Move(State.POSTED, Verb.ASK_PUT_RIGHT, Who.COORDINATOR, (State.CORRECTING,), wants_reason=True),
    Move(State.CORRECTING, Verb.AGREE_PUT_RIGHT, Who.SECOND_PERSON, (State.PUT_RIGHT,)),
    Move(State.CORRECTING, Verb.LEAVE_IT, Who.PARTY, (State.POSTED,)),
    Move(State.CORRECTING, Verb.LEAVE_IT, Who.COORDINATOR, (State.POSTED,)),
    Move(State.CORRECTING, Verb.FADE, Who.PROGRAM, (State.POSTED,)),
)
ENDED = frozenset({State.PUT_RIGHT, State.FAVOUR, State.DECLINED, State.WITHDRAWN, State.FADED, State.CLOSED})
IN_THE_BOOK = frozenset({State.POSTED, State.CORRECTING})
FADING = frozenset(move.state for move in TABLE if move.verb is Verb.FADE)
CARRIED = frozenset(move.state for move in TABLE if move.who is Who.CARRIER)
UNDER_WAY = frozenset(State) - ENDED - {State.POSTED}
THANKABLE = frozenset({State.CONFIRMED, State.POSTED, State.CORRECTING, State.FAVOUR})

BEFORE_THE_BOOK = frozenset({State.ASKED, State.AGREED, State.SAID, State.HELP})
TAKEN_OVER_IN = frozenset({State.CONFIRMED, *IN_THE_BOOK})

STAGES = (N_("Asked"), N_("Agreed"), N_("Done"), N_("Both say so"), N_("In the book"))
STAGE_OF: dict[State, int] = {
    State.ASKED: 1,
    State.AGREED: 2,
    State.SAID: 3,
    State.HELP: 3,
    State.CONFIRMED: 4,
    State.POSTED: 5,
    State.CORRECTING: 5,
}


@dataclass(frozen=True)
class Standing:
    """An exchange as the rules see it: who its two are, who spoke last, who typed it for others, who is on paper."""

    state: State
    parties: frozenset[int]
    author: int | None
    typed_by: str | None = None
    asked_by: str | None = None
    on_paper: frozenset[int] = frozenset()

    @property
    def carried(self) -> frozenset[int]:
        """Give those a coordinator may speak for now: on paper; where an answer is waited for, not who spoke last."""
        return self.on_paper - ({self.author} if self.state in {State.ASKED, State.SAID} else set())


@dataclass(frozen=True)
class Doer:
    """Whoever wants to do something: their place in the community, their person's id, what they look after."""

    membership_id: int | None
    public_id: str
    coordinates: bool = False
    seconds: bool = False
    is_program: bool = False


def is_somebody(who: Who, doer: Doer, exchange: Standing) -> bool:
    """Tell whether the doer is this somebody, seen from the exchange."""
    party = doer.membership_id in exchange.parties
    if who is Who.PROGRAM or doer.is_program:
        return who is Who.PROGRAM and doer.is_program
    looks_after = (doer.coordinates or doer.seconds) and not party
    answers = {
        Who.PARTY: party,
        Who.WAITED_FOR: party and doer.membership_id != exchange.author,
        Who.AUTHOR: party and doer.membership_id == exchange.author,
        Who.COORDINATOR: doer.coordinates and not party,
        Who.APPROVER: looks_after and doer.public_id != exchange.typed_by,
        Who.CARRIER: doer.coordinates and not party and bool(exchange.carried),
        Who.SECOND_PERSON: (party or looks_after) and doer.public_id != exchange.asked_by,
    }
    return answers[who]


def moves(doer: Doer, exchange: Standing) -> Iterator[Move]:
    """Give the moves the doer may make now."""
    for move in TABLE:
        if move.state is exchange.state and is_somebody(move.who, doer, exchange):
            yield move


def check_may(verb: Verb, doer: Doer, exchange: Standing) -> Move:
    """Give the move `verb` is.

    Raises Conflict where things stand otherwise, NotAllowed where it is for somebody else.
    """
    if not any(move.verb is verb and move.state is exchange.state for move in TABLE):
        raise Conflict(N_("That has been done already, or things have changed meanwhile. Please look at it again."))
    for move in moves(doer, exchange):
        if move.verb is verb:
            return move
    raise NotAllowed(N_("This is for somebody else to do. Nothing was changed."))


def diagram() -> str:
    """Draw the table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> asked", "    [*] --> said: log what was done"]
    lines += [f"    {move.state} --> {after}: {move.verb}" for move in TABLE for after in move.leads_to]
    lines += [f"    {state} --> [*]" for state in sorted(ENDED)]
    return "\n".join(dict.fromkeys(lines))
