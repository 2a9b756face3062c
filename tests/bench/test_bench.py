"""The measurements of `make bench` run, in small; and a page asks as many queries however long the book is."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from bench.__main__ import KINDS, main
from bench.pages import PAGES, counted
from tests.factories.browsers import signed_in_client
from tests.factories.exchanges import Pair, exchange_at
from tests.factories.people import a_member
from timebank.core.access import Role
from timebank.core.database import db
from timebank.exchanges.rules import State

QUERIES = re.compile(r"(\d+) and (\d+) queries")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_asks_as_many_queries_of_a_long_book_as_of_a_short_one(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--quick", "--only", kind]) == 0
    told = capsys.readouterr().out
    assert told.count("transfers a second") == 2
    counts = QUERIES.findall(told)
    assert len(counts) == len(PAGES)
    assert [short for short, _long in counts] == [long for _short, long in counts]


def test_the_desk_asks_as_many_queries_however_much_waits(app: Flask) -> None:
    pair = Pair(a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))
    rosa = signed_in_client(app, pair.approver)
    with app.app_context():
        engine = db.engine
    asked = []
    for waiting in (1, 6):
        for _ in range(waiting):
            exchange_at(State.CONFIRMED, pair)
        with counted(engine) as sent:
            page = rosa.get(pair.approver.community.path("desk")).text
        assert page.count("Help with a letter") >= waiting
        asked.append(len(sent))
    assert asked[0] == asked[1]
