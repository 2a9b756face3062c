"""Deeds done at once, each in a process of its own with connections of its own, as the web and the jobs have."""

from __future__ import annotations

import multiprocessing
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import BrokenBarrierError
from typing import Any, NamedTuple
from unittest import mock

import sqlalchemy as sa
from flask import Flask

from timebank.core import database
from timebank.core.database import db
from timebank.ledger.actions import posting as posting_actions

FORK = multiprocessing.get_context("fork")
LONGEST_S = 120.0
LONGEST_WAIT_S = 2.0
DONE = "done"

Deed = Callable[[], Any]


class Answer(NamedTuple):
    """What came of a deed: `done` and what it gave, or the refusal's name and its words."""

    kind: str
    value: Any


def forked(app: Flask, work: Callable[..., None], *given: Any) -> BaseProcess:
    """Start a process that works on the app with connections of its own; what it was given comes along."""

    def begin() -> None:
        with app.app_context():
            db.engine.dispose(close=False)  # those are the parent's
            work(*given)

    with app.app_context():
        db.session.remove()
        db.engine.dispose()  # a SQLite connection that is carried over would clean up after its parent
    process = FORK.Process(target=begin, daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # newer Pythons warn of threads; the child uses none of them
        process.start()
    return process


def at_once(app: Flask, deeds: Sequence[Deed], longest_s: float = LONGEST_S) -> list[Answer]:
    """Do all at once and give what each answered, in their order. Whoever died has answered `died`."""
    start = FORK.Barrier(len(deeds))

    def one(deed: Deed, back: Connection) -> None:
        start.wait(LONGEST_S)
        try:
            back.send(Answer(DONE, _until_it_is_heard(deed)))
        except Exception as refusal:  # noqa: BLE001 - the refusal is the answer
            back.send(Answer(type(refusal).__name__, str(refusal)))
        finally:
            db.session.remove()
            db.engine.dispose()

    ends: list[tuple[Connection, BaseProcess]] = []
    for deed in deeds:
        here, there = FORK.Pipe(duplex=False)
        ends.append((here, forked(app, one, deed, there)))
        there.close()
    try:
        return [_heard(here, longest_s) for here, _process in ends]
    finally:
        for here, process in ends:
            process.kill()
            process.join()
            process.close()
            here.close()


def _until_it_is_heard(deed: Deed) -> Any:
    """Do it, again where so many write that one is told to come back: nothing was written then."""
    until = time.monotonic() + LONGEST_S
    while True:
        try:
            return deed()
        except database.Busy:
            if time.monotonic() > until:
                raise


def _heard(here: Connection, longest_s: float) -> Answer:
    try:
        return here.recv() if here.poll(longest_s) else Answer("silent", None)
    except EOFError:
        return Answer("died", None)


@contextmanager
def nobody_locks(app: Flask, parties: int) -> Iterator[None]:
    """Take every lock of posting away, and let `parties` who post look at the book together before they write."""
    with app.app_context():
        engine = db.engine
    meet = FORK.Barrier(parties)
    look_up = posting_actions._sorted_out

    def look_up_together(postings: Sequence[Any]) -> object:
        found = look_up(postings)
        with suppress(BrokenBarrierError):
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
        sa.event.remove(engine, "begin", database._begin)
        sa.event.listen(engine, "begin", deferred)
        try:
            yield
        finally:
            sa.event.remove(engine, "begin", deferred)
            sa.event.listen(engine, "begin", database._begin)
