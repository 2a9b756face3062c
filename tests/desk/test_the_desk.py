"""The desk itself: the ways on come first, what waits is told by the day it stands in order of, several go at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import a_member, signed_in_client, somebody_who_asked
from tests.factories.exchanges import Pair, exchange_at
from tests.factories.people import working_on
from timebank.core import clock
from timebank.core.access import Role
from timebank.exchanges.rules import State

DESK = "/c/harbour-street/desk"
SEVERAL = "Several at once"


@pytest.fixture
def pair(app: Flask) -> Iterator[Pair]:
    with working_on(app):
        yield Pair(a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))


def test_the_ways_on_come_before_what_waits(app: Flask, pair: Pair) -> None:
    exchange_at(State.CONFIRMED, pair)
    page = signed_in_client(app, pair.approver).get(DESK).text
    for way in ("desk/invitations", "desk/how-we-work", "desk/slip", "desk/paper", "desk/roles"):
        assert page.index(f'/c/harbour-street/{way}"') < page.index("Ama helped Jo"), way


def test_a_second_is_shown_no_ways_that_are_closed_to_them(app: Flask, pair: Pair) -> None:
    sam = signed_in_client(app, a_member("Sam", roles=[Role.SECOND]))
    ways = sam.get(DESK).text.split('class="chips')[1].split("</nav>")[0]
    for way in re.findall(r'href="([^"]+)"', ways):
        assert sam.get(way).status_code == 200, way


def test_what_waits_stands_in_the_order_of_the_days_it_tells(app: Flask, pair: Pair) -> None:
    begun = clock.now()
    for days, wait in enumerate((lambda: exchange_at(State.CONFIRMED, pair), lambda: somebody_who_asked("Pavel"))):
        with clock.set_to(begun - timedelta(days=9 - days * 3)):
            wait()
    with clock.set_to(begun - timedelta(days=7)):
        exchange_at(State.CONFIRMED, pair, on_day=(begun - timedelta(days=30)).date())
    page = signed_in_client(app, pair.approver).get(DESK).text
    told = re.findall(r"[Ww]aits since (\w+ \d+ \w+)", page)
    with app.app_context():
        from timebank.core.show import day

        with app.test_request_context():
            assert told == [day((begun - timedelta(days=days)).date()) for days in (9, 7, 6)]


def test_several_at_once_is_found_where_it_can_be_and_says_how_it_can_be(app: Flask, pair: Pair) -> None:
    rosa = signed_in_client(app, pair.approver)
    first = exchange_at(State.CONFIRMED, pair)
    assert SEVERAL not in rosa.get(DESK).text, "one alone needs no more than its button"
    second = exchange_at(State.CONFIRMED, pair)
    page = rosa.get(DESK).text
    assert SEVERAL in page
    assert "Open the details of some of them first." in page
    for each in (first, second):
        rosa.get(f"/c/harbour-street/exchanges/{each}")
    page = rosa.get(DESK).text
    assert "2 below have a box to tick." in page
    assert page.count('form="several"') == 2
