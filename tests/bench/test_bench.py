"""The measurements of `make bench` run, in small; and a page asks as many queries however long the book is."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from bench import beside_hordak, writers
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
    assert "3 writers into one community" in told
    assert told.count("transfers a second") >= 2
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


def test_writers_are_told_by_all_their_posts_together_and_the_longest_wait() -> None:
    times = [(10.0, 10.5), (10.0, 11.0), (10.5, 10.75), (11.75, 12.0)]
    told = writers.row("sqlite", writers.QUICK, times)
    assert told.measured == "2 a second, median 375 ms, worst 1.00 s"
    assert not told.ok  # fewer than fifty
    close = [(number / 100, number / 100 + 0.05) for number in range(200)]
    assert writers.row("sqlite", writers.QUICK, close).ok
    assert not writers.row("sqlite", writers.QUICK, [*close, (0.0, 2.1)]).ok


def test_the_comparison_is_one_of_medians_each_way_by_itself() -> None:
    took = [{"ours": 0.002, "bare": 0.001, "limited": seconds} for seconds in (0.004, 0.004, 9.0)]
    bare, limited = (beside_hordak.row("postgresql", way, took) for way in beside_hordak.WAYS)
    assert bare.measured == "0.50 times as many (500 and 1,000 transfers a second)"
    assert limited.measured == "2.00 times as many (500 and 250 transfers a second)"
    assert (bare.ok, limited.ok) == (False, True)
