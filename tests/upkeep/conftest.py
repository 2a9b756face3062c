"""A town with a few entries in its book, and a console to type at."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.databases import Backend
from tests.factories import a_member, working_on
from tests.factories.exchanges import Pair, exchange_at
from timebank import create_app
from timebank.core.access import Role
from timebank.core.database import db
from timebank.exchanges.rules import State

Console = Callable[..., Result]


def fill() -> None:
    """Let three people meet, one exchange stand in the book and others on the way there."""
    ama, jo = a_member("Ama"), a_member("Jo")
    pair = Pair(ama, jo, a_member("Rosa", roles=[Role.COORDINATOR]))
    for state in (State.POSTED, State.POSTED, State.CONFIRMED, State.ASKED):
        exchange_at(state, pair)


@contextmanager
def an_installation(on: Backend, **settings: str) -> Iterator[Flask]:
    """Give an app on a database of its own."""
    on.folder.mkdir(parents=True, exist_ok=True)
    made = create_app(on.settings(**settings), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)
    try:
        with working_on(made):
            yield made
    finally:
        with made.app_context():
            db.engine.dispose()


@pytest.fixture
def installation(backend: Backend, tmp_path: Path) -> Iterator[Flask]:
    """Give a filled installation whose database may be replaced."""
    with backend.beside(tmp_path / "instance", with_tables=True) as own, an_installation(own) as app:
        fill()
        yield app


@pytest.fixture
def another(backend: Backend, tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Give further, empty installations of the same kind, each at a press."""
    from contextlib import ExitStack

    with ExitStack() as open_ones:
        numbers = itertools.count()

        def make() -> Flask:
            own = open_ones.enter_context(backend.beside(tmp_path / f"other{next(numbers)}"))
            return open_ones.enter_context(an_installation(own))

        yield make
