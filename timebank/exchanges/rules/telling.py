"""What is said of how an exchange stands, from the side of whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from timebank.core.words import N_
from timebank.exchanges.rules.table import IN_THE_BOOK, State, Verb


class Side(StrEnum):
    """Whoever reads: of the two the one who spoke last and waits, the one who is waited for; or somebody beside."""

    WAITS = "waits"
    ANSWERS = "answers"
    BESIDE = "beside"


@dataclass(frozen=True)
class Telling:
    """What a sentence depends on. `before` are the minutes that stood before the last word changed them."""

    state: State
    side: Side
    changed: bool = False
    before: int | None = None
    alone: bool = False
    typed: bool = False
    by_oneself: bool = False


WAITS, ANSWERS, BESIDE = Side
YOU_WAIT = N_("You wait for %(other)s's answer.")
AGREED = N_("You and %(other)s have agreed. Say so here when it is done.")
BOTH = N_("You and %(other)s both say so: %(hours)s. Somebody else looks, then it is in the book.")
ONE = {
    State.HELP: N_("A coordinator has been asked to help."),
    State.POSTED: N_("In the book: %(hours)s."),
    State.CORRECTING: N_("Somebody asks to take this back. Somebody else answers first."),
    State.WITHDRAWN: N_("It was taken back. Nothing moved."),
    State.FADED: N_("It was quiet for a long time and faded. You can begin anew."),
    State.CLOSED: N_("A coordinator has closed it. Nothing moved."),
    State.FAVOUR: N_("A favour. Thank you: nothing moved."),
    State.PUT_RIGHT: N_("It was put right: the hours were taken back."),
}
BY_SIDE = {
    State.ASKED: {
        WAITS: YOU_WAIT,
        ANSWERS: N_("%(other)s waits for your answer."),
        BESIDE: N_("%(author)s waits for %(answers)s's answer."),
    },
    State.AGREED: {WAITS: AGREED, ANSWERS: AGREED, BESIDE: N_("%(giver)s and %(receiver)s have agreed.")},
    State.SAID: {
        WAITS: N_("You say it is done: %(hours)s. You wait for %(other)s to say so too."),
        ANSWERS: N_("%(other)s says it is done: %(hours)s. Is that right?"),
        BESIDE: N_("%(author)s says it is done: %(hours)s. %(answers)s has not answered yet."),
    },
    State.CONFIRMED: {
        WAITS: BOTH,
        ANSWERS: BOTH,
        BESIDE: N_("Both say so: %(hours)s. Somebody else looks, then it is in the book."),
    },
    State.DECLINED: {
        WAITS: N_("%(other)s said: not this time. That is fine."),
        ANSWERS: N_("You said: not this time. That is fine."),
        BESIDE: N_("%(answers)s said: not this time."),
    },
}
# The last word was another one than before: what would be otherwise is said.
OTHERWISE = {
    WAITS: YOU_WAIT,
    ANSWERS: N_("%(other)s would like it otherwise. What do you say?"),
    BESIDE: N_("%(author)s would like it otherwise. %(answers)s has not answered yet."),
}
OTHER_TIME = {
    State.ASKED: {
        WAITS: YOU_WAIT,
        ANSWERS: N_("%(other)s would like it otherwise: %(hours)s instead of %(before)s. What do you say?"),
        BESIDE: N_("%(author)s would like it otherwise: %(hours)s instead of %(before)s."),
    },
    State.SAID: {
        WAITS: N_("%(other)s said %(before)s, you say %(hours)s. You wait for %(other)s's answer."),
        ANSWERS: N_("You said %(before)s, %(other)s says %(hours)s. Is that right?"),
        BESIDE: N_("%(answers)s said %(before)s, %(author)s says %(hours)s."),
    },
}
LEFT = {
    State.SAID: N_("The other has left. If what they said is right, you can still say so."),
    State.HELP: N_("The other has left. A coordinator looks how to end this well."),
    State.WITHDRAWN: N_("One of you has left, so this ended. Nothing moved."),
}
SLIP = N_("It stands on a signed slip: %(hours)s. Somebody else looks, then it is in the book.")
OWN_TIME = {
    State.CONFIRMED: N_("Written down: %(hours)s. Somebody else looks, then it is in the book."),
    State.AGREED: N_("It is not done yet. Say so here when it is."),
    State.SAID: N_("Said to be done: %(hours)s."),
}


def sentence(telling: Telling) -> str:
    """Give the sentence (marked, with names in it) that says how an exchange stands."""
    state = telling.state
    if telling.alone and state in LEFT:
        return LEFT[state]
    if telling.by_oneself and state in OWN_TIME:
        return OWN_TIME[state]
    if telling.typed and state is State.CONFIRMED:
        return SLIP
    if telling.before is not None and state in OTHER_TIME:
        return OTHER_TIME[state][telling.side]
    if telling.changed and state is State.ASKED:
        return OTHERWISE[telling.side]
    return ONE[state] if state in ONE else BY_SIDE[state][telling.side]


def other_time(moves: Sequence[tuple[str, int]]) -> int | None:
    """Give the minutes that the last move gave up for others; None where it kept them. `moves`: verbs and minutes."""
    if len(moves) > 1 and moves[-1][0] in {Verb.SAY_OTHER, Verb.CHANGE} and moves[-2][1] != moves[-1][1]:
        return moves[-2][1]
    return None


def is_about(state: State) -> bool:
    """Tell whether the minutes are what is expected, and nobody has said yet how long it took."""
    return state not in {State.SAID, State.HELP, State.CONFIRMED, State.FAVOUR, State.PUT_RIGHT, *IN_THE_BOOK}
