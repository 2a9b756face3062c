"""Who may do what with an exchange now, by the table; and what becomes of it when one of the two leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from timebank.core.errors import NotAllowed, Stale
from timebank.core.words import N_
from timebank.exchanges.rules.table import ALONE, TABLE, Move, State, Verb, Who


@dataclass(frozen=True)
class Standing:
    """An exchange as the rules see it: its two, who spoke last, who typed it, who is on paper, has one of them left."""

    state: State
    parties: frozenset[int]
    author: int | None
    typed_by: str | None = None
    asked_by: str | None = None
    on_paper: frozenset[int] = frozenset()
    alone: bool = False

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
    for move in _from(exchange):
        if is_somebody(move.who, doer, exchange):
            yield move


def _from(exchange: Standing) -> Iterator[Move]:
    return (move for move in (ALONE if exchange.alone else TABLE) if move.state is exchange.state)


def after_parting(exchange: Standing, leaver: int) -> State:
    """Give where an exchange is when one of its two leaves the community.

    What is only arranged ends. What one says is done stays for the other to agree to where the leaver said it, and goes
    to a coordinator where the leaver did not answer. What both say, and what is in the book, stays as it is.
    """
    if exchange.state is State.SAID and not exchange.alone:
        return State.SAID if exchange.author == leaver else State.HELP
    parting = [move for move in _from(exchange) if move.verb is Verb.PART]
    return parting[0].leads_to[0] if parting else exchange.state


def check_may(verb: Verb, doer: Doer, exchange: Standing) -> Move:
    """Give the move `verb` is.

    Raises Stale where things stand otherwise, NotAllowed where it is for somebody else.
    """
    if not any(move.verb is verb for move in _from(exchange)):
        raise Stale(N_("That has been done already, or things have changed meanwhile. Please look at it again."))
    for move in moves(doer, exchange):
        if move.verb is verb:
            return move
    raise NotAllowed(N_("This is for somebody else to do. Nothing was changed."))
