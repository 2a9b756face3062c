"""A fault after each statement of a write, one after another: an error, then a kill. Nothing is ever half done."""

from __future__ import annotations

import itertools
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.exchanges import Pair, do, exchange_at
from tests.factories.people import Member, a_member, inside, working_on
from tests.factories.rows import count, everything, nothing_written, violations
from tests.faults.figures import count as figure
from tests.processes import forked
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import db, transaction
from timebank.exchanges.rules import State, Verb
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Posting
from timebank.people import queries as people
from timebank.pot import actions as pot

MOST = 200


class Fault(Exception):
    """Something that breaks where nobody expects it."""


@contextmanager
def at_statement(app: Flask, number: int, fault: Callable[[], None]) -> Iterator[None]:
    """Let something happen after the statement with this number of a write, the commit's beginning counted as one."""
    with app.app_context():
        engine = db.engine
    numbers = itertools.count(1)

    def after(connection: sa.Connection, *_what: object) -> None:
        if connection.get_execution_options().get("unit") == "write" and next(numbers) == number:
            fault()

    for moment in ("after_cursor_execute", "commit"):
        sa.event.listen(engine, moment, after)
    try:
        yield
    finally:
        for moment in ("after_cursor_execute", "commit"):
            sa.event.remove(engine, moment, after)


def breaks() -> None:
    raise Fault


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def pair(app: Flask) -> Iterator[Pair]:
    with working_on(app):
        yield Pair(a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))


def give_to_pot(pair: Pair) -> Callable[[], None]:
    """Prepare that Ama has hours, and give the deed of giving some of them to the pot, with a word."""
    earned(pair.giver, 120)
    key = uuid.uuid4()

    def deed() -> None:
        with inside(), transaction():
            by = people.viewer_of(pair.giver.person_id, pair.giver.community.id)
            pot.give(minutes=30, words="For the next one", key=key, now=clock.now(), by=by)

    return deed


def earned(member: Member, minutes: int) -> None:
    community_id, key = member.community.id, uuid.uuid4()
    assert member.account_id is not None
    with inside(), transaction():
        payer = ledger_queries.adjustment_of(community_id).id
        source, today = ("opening", str(key)), clock.now().date()
        wish = Posting(community_id, key, payer, member.account_id, minutes, "opening", source, today)
        ledger.post(wish, now=clock.now(), by=Program(community_id))


def approve(pair: Pair) -> Callable[[], None]:
    """Prepare an exchange that waits for a second pair of eyes, and give the deed of approving it."""
    public_id = exchange_at(State.CONFIRMED, pair)
    return lambda: do(public_id, Verb.APPROVE, pair.approver)


def put_right(pair: Pair) -> Callable[[], None]:
    """Prepare an exchange that one of the two wants taken back, and give the deed of agreeing."""
    public_id = exchange_at(State.POSTED, pair)
    do(public_id, Verb.ASK_PUT_RIGHT, pair.giver)
    return lambda: do(public_id, Verb.AGREE_PUT_RIGHT, pair.receiver)


@pytest.mark.parametrize("prepared", [give_to_pot, approve, put_right])
def test_an_error_after_any_statement_leaves_nothing(app: Flask, pair: Pair, prepared) -> None:  # type: ignore[no-untyped-def]
    deed = prepared(pair)
    posted, before = count("transfer"), everything()
    for number in range(1, MOST):
        with at_statement(app, number, breaks):
            try:
                deed()
            except Fault:
                assert everything() == before
                continue
            break
    assert number > 8
    figure("statements_broken", number - 1)
    assert count("transfer") == posted + 1
    assert violations() == []


def test_a_kill_after_any_statement_leaves_nothing_and_trying_again_posts_once(app: Flask, pair: Pair) -> None:
    deed = give_to_pot(pair)
    posted, before = count("transfer"), everything()
    for number in range(1, MOST):
        with at_statement(app, number, dies):
            process = forked(app, deed)
            process.join()
            code = process.exitcode
            process.close()
        if code == 0:
            break
        assert code == -signal.SIGKILL
        assert everything() == before
    assert number > 8
    figure("statements_killed", number - 1)
    deed()
    assert count("transfer") == posted + 1
    assert violations() == []


def test_a_unit_that_kept_what_it_had_would_be_noticed(app: Flask, pair: Pair) -> None:
    deed = give_to_pot(pair)
    with mock.patch.object(Session, "rollback", Session.commit):
        with pytest.raises(AssertionError):
            for number in range(6, MOST):
                with nothing_written(), at_statement(app, number, breaks), pytest.raises(Fault):
                    deed()
