"""Two at one moment: somebody leaves while another arranges something with them, or says so too."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.exchanges import Pair, do, exchange_at, propose
from tests.factories.people import working_on
from tests.factories.rows import rows_of, violations
from tests.privacy.conftest import account, leave
from timebank.core.database import db
from timebank.core.errors import DomainError
from timebank.exchanges.actions import making
from timebank.exchanges.rules import State, Verb
from timebank.people.models import Membership

LONG_ENOUGH_S, AS_LONG_AS_IT_TAKES_S = 0.4, 20


def arrange_while_the_other_leaves(app: Flask, pair: Pair, monkeypatch: pytest.MonkeyPatch, wait_s: float) -> None:
    """Let Jo leave at the moment Ama has looked whether Jo is here and has not written the line yet.

    Ama waits so long for Jo to be gone; where Jo is held, that never happens.
    """
    looked, gone = threading.Event(), threading.Event()
    original = making._begin

    def begin(*args: object) -> None:
        looked.set()
        gone.wait(wait_s)
        original(*args)

    monkeypatch.setattr(making, "_begin", begin)

    def leaves() -> None:
        with working_on(app):
            looked.wait(AS_LONG_AS_IT_TAKES_S)
            leave(pair.receiver)
            gone.set()

    other = threading.Thread(target=leaves)
    other.start()
    propose(pair)
    other.join()


def test_nobody_leaves_between_the_look_and_the_line(app: Flask, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    arrange_while_the_other_leaves(app, pair, monkeypatch, LONG_ENOUGH_S)
    assert [row["state"] for row in rows_of("exchange")] == [State.WITHDRAWN]
    assert violations() == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="session")
def test_without_holding_them_somebody_would(app: Flask, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_look(membership_ids: list[int]) -> set[str]:
        return set(db.session.scalars(sa.select(Membership.standing).where(Membership.id.in_(membership_ids))))

    monkeypatch.setattr(making.people, "hold_standings", only_look)
    arrange_while_the_other_leaves(app, pair, monkeypatch, AS_LONG_AS_IT_TAKES_S)
    assert "Somebody left, and an exchange of theirs waits for them." in violations()


def test_a_yes_and_a_leaving_at_the_same_moment_leave_the_books_whole(app: Flask, pair: Pair) -> None:
    public_id = exchange_at(State.CONFIRMED, pair)
    together = threading.Barrier(2)
    refused: list[str] = []

    def go(deed: object, *args: object) -> None:
        with working_on(app):
            together.wait(AS_LONG_AS_IT_TAKES_S)
            try:
                deed(*args)  # type: ignore[operator]
            except DomainError as refusal:
                refused.append(str(refusal))

    threads = [
        threading.Thread(target=go, args=(leave, pair.giver)),
        threading.Thread(target=go, args=(do, public_id, Verb.APPROVE, pair.approver)),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert refused == []
    assert rows_of("exchange")[0]["state"] == State.POSTED
    assert account(pair.giver).balance == 0
    assert violations() == []
