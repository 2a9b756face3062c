"""The desk itself: the ways on come first, what waits is told by the day it stands in order of, several go at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import a_member, inside, signed_in_client, somebody_who_asked
from tests.factories.exchanges import Pair, exchange_at
from tests.factories.people import working_on
from timebank.communities import actions as community_actions
from timebank.communities.rules import Settings
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import transaction
from timebank.desk.rules import FIRST_DAYS, first_steps
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


STEPS = {
    "about": "Say what this is",
    "whom_to_call": "Say whom to call",
    "areas": "Name the parts of town",
    "kinds": "Name kinds of help",
}


def test_a_new_community_is_led_to_its_first_steps_each_gone_when_done(app: Flask, pair: Pair) -> None:
    rosa = signed_in_client(app, pair.approver)
    assert all(step in rosa.get(DESK).text for step in (*STEPS.values(), "Invite somebody to look with you"))
    wanted = {"about": "Us", "whom_to_call": "Rosa", "areas": [{"code": "hb", "name": "Hill"}], "kinds": []}
    for setting in ("about", "whom_to_call", "areas"):
        with inside(), transaction():
            here = community_actions.lock(pair.giver.community.id)
            chosen = {setting: wanted[setting]}
            community_actions.change_settings(community=here, wanted=chosen, why="So", by=Program(here.id))
        assert STEPS[setting] not in rosa.get(DESK).text
    assert STEPS["kinds"] in rosa.get(DESK).text
    sam = signed_in_client(app, a_member("Sam", roles=[Role.SECOND]))
    assert "Invite somebody to look with you" not in rosa.get(DESK).text
    assert "First steps here" not in sam.get(DESK).text, "a second cannot take them"


@pytest.mark.parametrize(("days", "left"), [(0, 5), (FIRST_DAYS, 5), (FIRST_DAYS + 1, 0)])
def test_a_community_that_does_without_is_not_reminded_for_ever(days: int, left: int) -> None:
    assert len(first_steps(Settings("The Hill"), days_open=days, look_after=1)) == left


def test_nothing_that_waits_is_said_as_nothing(app: Flask, pair: Pair) -> None:
    home = signed_in_client(app, pair.approver).get("/c/harbour-street/").text
    assert "Nothing waits there." in home
    assert "0 things" not in home


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
