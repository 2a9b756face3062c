"""Many at once on a real file and a real PostgreSQL; and the same with the lock taken away, when it must go wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.ledger.town import Town
from timebank.core import database
from timebank.core.database import db
from timebank.ledger.actions import posting as posting_actions
from timebank.ledger.rules import Entry, Posting

MANY = 8
LONGEST_WAIT_S = 2.0

Answer = Entry | Exception


def at_once(app: Flask, posts: list[Callable[[], list[Entry]]]) -> list[Answer]:
    """Do all at once, each on a connection of its own, and give what each answered."""
    start = threading.Barrier(len(posts))

    def one(post: Callable[[], list[Entry]]) -> Answer:
        with app.app_context():
            start.wait()
            try:
                return post()[0]
            except Exception as answer:  # noqa: BLE001 - the refusal is the answer
                return answer
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(one, posts))


def race_for_one_key(app: Flask, town: Town) -> None:
    """Post one key from many sides; each is to be given the one transfer."""
    posting = town.posting("ana", "ben", 60)
    answers = at_once(app, [lambda: town.post(posting)] * MANY)
    assert [type(answer) for answer in answers] == [Entry] * MANY, answers
    assert sorted(answer.repeated for answer in answers if isinstance(answer, Entry)) == [False] + [True] * (MANY - 1)
    assert town.balances() == {"ana": -60, "ben": 60}
    assert town.violations() == []


def race_to_the_limit(app: Flask, town: Town) -> None:
    """Let many take what is enough for three; the others are to be told that it is a limit."""
    postings = [town.posting("ana", "pot", 200, kind="gift") for _ in range(MANY)]

    def post(posting: Posting) -> Callable[[], list[Entry]]:
        return lambda: town.post(posting)

    answers = at_once(app, [post(posting) for posting in postings])
    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["Entry"] * 3 + ["LimitReached"] * (MANY - 3), answers
    assert town.balances() == {"ana": -600, "pot": 600}
    assert town.violations() == []


RACES = [race_for_one_key, race_to_the_limit]


@pytest.mark.parametrize("race", RACES)
def test_many_at_once_make_one_true_book(app: Flask, town: Town, race: Callable[[Flask, Town], None]) -> None:
    race(app, town)


@pytest.mark.parametrize("race", RACES)
def test_without_the_lock_the_same_race_goes_wrong(app: Flask, town: Town, race: Callable[[Flask, Town], None]) -> None:
    meet = threading.Barrier(MANY)
    look_up = posting_actions._sorted_out

    def look_up_together(postings: list[Posting]) -> object:
        found = look_up(postings)
        with suppress(threading.BrokenBarrierError):
            # Who looked waits for the others: without a lock all of them see the book as it was before.
            meet.wait(LONGEST_WAIT_S)
        return found

    def deferred(connection: sa.Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only=OFF")
            connection.exec_driver_sql("BEGIN")

    book = posting_actions.BOOK.c
    unlocked = sa.select(book.seq, book.head).where(book.community_id == sa.bindparam("book_id"))
    with (
        mock.patch.object(posting_actions, "LOCK", unlocked),
        mock.patch.object(posting_actions, "_sorted_out", look_up_together),
        mock.patch.object(database, "_writers_turn", side_effect=lambda _engine: nullcontext()),
    ):
        sa.event.remove(db.engine, "begin", database._begin)
        sa.event.listen(db.engine, "begin", deferred)
        try:
            with pytest.raises(AssertionError):
                race(app, town)
        finally:
            sa.event.remove(db.engine, "begin", deferred)
            sa.event.listen(db.engine, "begin", database._begin)


def test_with_the_lock_nobody_looks_while_another_posts(app: Flask, town: Town) -> None:
    inside: list[int] = []
    most: list[int] = []
    look_up = posting_actions._sorted_out

    def counted(postings: list[Posting]) -> object:
        inside.append(1)
        most.append(len(inside))
        found = look_up(postings)
        threading.Event().wait(0.01)
        inside.pop()
        return found

    with mock.patch.object(posting_actions, "_sorted_out", counted):
        race_for_one_key(app, town)
    assert max(most) == 1
