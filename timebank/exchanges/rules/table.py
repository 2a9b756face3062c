"""Every state of an exchange, every verb, who may and what follows. Check, buttons and `docs/states.md` read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    PART = "part"


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
    Move(State.ASKED, Verb.PART, Who.PROGRAM, (State.WITHDRAWN,)),
    Move(State.AGREED, Verb.PART, Who.PROGRAM, (State.WITHDRAWN,)),
    Move(State.SAID, Verb.PART, Who.PROGRAM, (State.HELP, State.SAID)),
)
# When one of the two has left the community. What they said still stands and can be agreed to; nothing waits for them.
ALONE: tuple[Move, ...] = (
    Move(State.SAID, Verb.CONFIRM, Who.WAITED_FOR, (State.POSTED, State.CONFIRMED, State.FAVOUR)),
    Move(State.SAID, Verb.CONFIRM, Who.CARRIER, (State.CONFIRMED, State.FAVOUR)),
    Move(State.SAID, Verb.WITHDRAW, Who.PARTY, (State.WITHDRAWN,)),
    Move(State.SAID, Verb.WITHDRAW, Who.CARRIER, (State.WITHDRAWN,)),
    Move(State.SAID, Verb.ASK_HELP, Who.PARTY, (State.HELP,), wants_reason=True),
    Move(State.SAID, Verb.FADE, Who.PROGRAM, (State.FADED,)),
    Move(State.SAID, Verb.PART, Who.PROGRAM, (State.WITHDRAWN,)),
    Move(State.HELP, Verb.CONFIRM, Who.WAITED_FOR, (State.POSTED, State.CONFIRMED, State.FAVOUR)),
    Move(State.HELP, Verb.WITHDRAW, Who.PARTY, (State.WITHDRAWN,)),
    Move(State.HELP, Verb.CLOSE, Who.COORDINATOR, (State.CLOSED,), wants_reason=True),
    Move(State.HELP, Verb.PART, Who.PROGRAM, (State.WITHDRAWN,)),
    Move(State.CONFIRMED, Verb.APPROVE, Who.APPROVER, (State.POSTED,)),
    Move(State.CONFIRMED, Verb.WITHDRAW, Who.PARTY, (State.WITHDRAWN,)),
    Move(State.CONFIRMED, Verb.CLOSE, Who.APPROVER, (State.CLOSED,), wants_reason=True),
    *(move for move in TABLE if move.state in {State.POSTED, State.CORRECTING}),
)
ENDED = frozenset({State.PUT_RIGHT, State.FAVOUR, State.DECLINED, State.WITHDRAWN, State.FADED, State.CLOSED})
IN_THE_BOOK = frozenset({State.POSTED, State.CORRECTING})
FADING = frozenset(move.state for move in TABLE if move.verb is Verb.FADE)
CARRIED = frozenset(move.state for move in TABLE if move.who is Who.CARRIER)
UNDER_WAY = frozenset(State) - ENDED - {State.POSTED}
THANKABLE = frozenset({State.CONFIRMED, State.POSTED, State.CORRECTING, State.FAVOUR})

MEETING = frozenset({State.AGREED, State.SAID, State.CONFIRMED, State.POSTED})
"""Where a request may well be met by it: agreed, or further on."""
BEFORE_THE_BOOK = frozenset({State.ASKED, State.AGREED, State.SAID, State.HELP})
TAKEN_OVER_IN = frozenset({State.CONFIRMED, *IN_THE_BOOK})

STAGES = (N_("Asked"), N_("Agreed"), N_("Done"), N_("Both say so"), N_("In the book"))
STAGE_OF: dict[State, int] = {
    State.ASKED: 0,
    State.AGREED: 1,
    State.SAID: 2,
    State.HELP: 2,
    State.CONFIRMED: 3,
    State.POSTED: 4,
    State.CORRECTING: 4,
}


def diagram(table: tuple[Move, ...] = TABLE) -> str:
    """Draw a table as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2"]
    lines += ["    [*] --> asked", "    [*] --> said: log what was done"] if table is TABLE else []
    lines += [f"    {move.state} --> {after}: {move.verb}" for move in table for after in move.leads_to]
    lines += [f"    {state} --> [*]" for state in sorted(ENDED)]
    return "\n".join(dict.fromkeys(lines))
