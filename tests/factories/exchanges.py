"""Exchanges in any state, made by walking the real path, so that none is impossible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.factories.people import Member, inside
from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Viewer
from timebank.core.database import reading, transaction
from timebank.exchanges import actions, queries
from timebank.exchanges.actions.making import Two
from timebank.exchanges.actions.moving import Said
from timebank.exchanges.models import Exchange
from timebank.exchanges.rules import State, Verb
from timebank.people import queries as people

MINUTES = 90


@dataclass(frozen=True)
class Pair:
    """Who gives, who receives, and who looks."""

    giver: Member
    receiver: Member
    approver: Member


def viewer(member: Member) -> Viewer:
    """Give somebody as the one who asks, inside the unit of work that is open."""
    return people.viewer_of(member.person_id, member.community.id)


def found(public_id: str, by: Member, *, lock: bool = False) -> Exchange:
    """Give an exchange as one who may see it loads it."""
    return queries.get_visible(viewer(by), public_id, lock=lock).exchange


def state_of(public_id: str, by: Member) -> State:
    """Give the state an exchange is in."""
    with inside(), reading():
        return State(found(public_id, by).state)


def propose(pair: Pair, minutes: int = MINUTES, **terms: object) -> str:
    """Let the giver propose, and give the exchange's public id."""
    with inside(), transaction():
        two = Two(people.member_by_id(pair.giver.membership_id), people.member_by_id(pair.receiver.membership_id))
        made = actions.propose(
            two=two,
            terms=actions.Terms("Help with a letter", minutes, **terms),  # type: ignore[arg-type]
            listing_id=None,
            settings=communities.by_id(pair.giver.community.id).chosen,
            now=clock.now(),
            by=viewer(pair.giver),
        )
        return made.public_id


def do(public_id: str, verb: Verb, by: Member, *, minutes: int = MINUTES, keep: str = "keep") -> None:
    """Do a verb as somebody, in a transaction of its own; raises what the action raises."""
    with inside(), transaction():
        exchange, doer, now = found(public_id, by, lock=True), viewer(by), clock.now()
        day = clock.day_of(now, "Europe/London") - timedelta(days=1)
        said = Said(minutes, day, keep)
        terms = actions.Terms("Help with two letters", minutes)
        plain = {
            Verb.AGREE: actions.agree,
            Verb.TAKE_BACK: actions.take_back,
            Verb.APPROVE: actions.approve,
            Verb.AGREE_PUT_RIGHT: actions.agree_to_put_right,
            Verb.LEAVE_IT: actions.leave_it,
        }
        if verb in plain:
            plain[verb](exchange=exchange, now=now, by=doer)
        elif verb in {Verb.DECLINE, Verb.WITHDRAW}:
            actions.end_it(exchange=exchange, verb=verb, now=now, by=doer)
        elif verb in {Verb.SAY_DONE, Verb.SAY_OTHER}:
            actions.say_done(exchange=exchange, said=said, now=now, by=doer)
        elif verb is Verb.CONFIRM:
            actions.confirm(exchange=exchange, minutes=exchange.minutes, keep=keep, now=now, by=doer)
        elif verb is Verb.CHANGE:
            actions.change_terms(exchange=exchange, terms=terms, now=now, by=doer)
        elif verb is Verb.ASK_PUT_RIGHT:
            actions.ask_to_put_right(exchange=exchange, reason="Not so", now=now, by=doer)
        else:
            actions.give_back(exchange=exchange, verb=verb, reason="Not so", now=now, by=doer)


PATHS: dict[State, tuple[tuple[Verb, str], ...]] = {
    State.ASKED: (),
    State.AGREED: ((Verb.AGREE, "receiver"),),
    State.SAID: ((Verb.AGREE, "receiver"), (Verb.SAY_DONE, "giver")),
    State.CONFIRMED: ((Verb.AGREE, "receiver"), (Verb.SAY_DONE, "giver"), (Verb.CONFIRM, "receiver")),
    State.POSTED: (
        (Verb.AGREE, "receiver"),
        (Verb.SAY_DONE, "giver"),
        (Verb.CONFIRM, "receiver"),
        (Verb.APPROVE, "approver"),
    ),
}


def exchange_at(state: State, pair: Pair, **terms: Any) -> str:
    """Give an exchange in a state (two newcomers, so that somebody else looks), walked there by its people."""
    public_id = propose(pair, **terms)
    for verb, who in PATHS[state]:
        do(public_id, verb, getattr(pair, who))
    return public_id
