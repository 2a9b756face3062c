"""Random verbs by random people: no invariant breaks, nothing is posted twice, nobody is stranded."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.exchanges import Pair, do, found, propose, state_of
from tests.factories.people import Member, a_member, inside, on_paper, working_on
from timebank.core.access import Role
from timebank.core.database import reading
from timebank.core.errors import DomainError
from timebank.exchanges import queries, rules
from timebank.exchanges.rules import ENDED, State, Verb
from timebank.ledger import queries as ledger
from timebank.upkeep.queries import violations as look

VERBS = [verb for verb in Verb if verb not in {Verb.FADE, Verb.PART}]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(0, 4),
        st.sampled_from([1, 30, 90, 240]),
        st.sampled_from(["keep", "pot", "none"]),
    ),
    max_size=14,
)


@pytest.mark.usefixtures("app")
@settings(max_examples=25)
@given(steps=STEPS, seed=st.integers(0, 3))
def test_whatever_people_do_the_books_hold_and_there_is_a_way_on(app: Flask, steps, seed: int) -> None:  # type: ignore[no-untyped-def]
    with working_on(app):
        chance = random.Random(seed)
        paper = bool(chance.randrange(2))
        people = _people(paper=paper)
        pair = Pair(people[chance.randrange(2)], people[2], people[3])
        public_id = propose(pair)
        was_posted = False
        for verb, who, minutes, keep in steps:
            if paper and who == 2:
                continue  # on paper they press no button: a coordinator speaks for them, or nobody
            try:
                do(public_id, verb, people[who], minutes=minutes, keep=keep)
            except DomainError:
                continue
            state = state_of(public_id, pair.giver)
            assert not (was_posted and state in {State.SAID, State.AGREED, State.CONFIRMED, State.FAVOUR})
            was_posted = was_posted or state is State.POSTED
        _check(public_id, pair)


def _people(*, paper: bool) -> list[Member]:
    """Give five who are new to each other: two coordinators among them, one of whom may be a party; one on paper."""
    return [
        a_member("Ama"),
        a_member("Rosa", roles=[Role.COORDINATOR]),
        on_paper("Jo") if paper else a_member("Jo"),
        a_member("Sam", roles=[Role.COORDINATOR]),
        a_member("Mrs Okoro", roles=[Role.SECOND]),
    ]


def _check(public_id: str, pair: Pair) -> None:
    with inside(), reading() as session:
        assert [found.sentence for found in look(session)] == []
        exchange = found(public_id, pair.giver)
        entries = ledger.of_source(pair.giver.community.id, ("exchange", public_id))
        assert len([entry for entry in entries if entry.posting.leg == 0]) == (exchange.posted_at is not None)
        state = State(exchange.state)
        standing = queries.standing_of(exchange)
    if state not in ENDED:
        doers = [rules.Doer(p.membership_id, p.person_public_id) for p in (pair.giver, pair.receiver)]
        assert any(move for doer in doers for move in rules.moves(doer, standing)), state
