"""Every page is light enough for an old phone and little data: weighed as it goes over the wire, files included."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.architecture.town import HERE, NOBODY, Town, on_sqlite_alone, rules
from tests.factories.people import a_community, a_member, viewer_of, working_on
from timebank.core import clock
from timebank.core.database import transaction
from timebank.listings import actions as listings
from timebank.listings.rules import Verb

# Flask-Compress leaves it to Python to close the files it has packed.
CLOSED_BY_PYTHON = "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
pytestmark = [on_sqlite_alone, pytest.mark.filterwarnings(CLOSED_BY_PYTHON)]
KB = 1024
FIRST_PAGE, ANY_PAGE = 60 * KB, 100 * KB
FIRST = {"home.start", "home.community", "people.sign_in", "people.join", "people.ask"}
REFERS = re.compile(r'(?:src|href)="(/static/[^"#]+)')
GOES_OUT = {"people.leave"}
NEIGHBOURS = 40
SAID = "We meet on Tuesdays in the library, bring what you have, and stay for as long as you like. " * 4


@pytest.fixture
def full_town(town: Town) -> Town:
    """Fill the town, so that every list is as long as a page."""
    with working_on(town.app):
        here = a_community(HERE)
        neighbours = [a_member(f"Neighbour with a long name {number}", community=here) for number in range(NEIGHBOURS)]
        with town.app.app_context():
            for number, neighbour in enumerate(neighbours):
                viewer = viewer_of(neighbour)
                with transaction():
                    said = listings.Said(f"Something to do together, number {number}", SAID)
                    listing = listings.write(is_offer=number % 2 == 0, said=said, now=clock.now(), by=viewer)
                    listings.move(listing=listing, verb=Verb.PUBLISH, now=clock.now(), by=viewer)
    return town


def weight(answer: TestResponse) -> int:
    """Give how many bytes an answer is, its headers included."""
    return len(answer.get_data()) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


def fetched(client: FlaskClient, address: str) -> TestResponse:
    """Fetch something as a browser does that can unpack what is compressed."""
    return client.get(address, headers={"Accept-Encoding": "br, gzip"}, follow_redirects=True, buffered=True)


class Scales:
    """Weighs pages with all the files they refer to, as for somebody who comes for the first time."""

    def __init__(self, app: Flask) -> None:
        self.plain = app.test_client()
        self.known: dict[str, int] = {}

    def files(self, page: str) -> int:
        """Weigh what a page refers to."""
        found = set(REFERS.findall(page))
        for address in found - set(self.known):
            answer = fetched(self.plain, address)
            assert answer.status_code == 200, address
            self.known[address] = weight(answer)
        return sum(self.known[address] for address in found)


@pytest.mark.parametrize("who", [NOBODY, "member", "coordinator"])
def test_every_page_is_light(full_town: Town, who: str) -> None:
    client, scales = full_town.client(who), Scales(full_town.app)
    heavy, weighed = [], 0
    for rule in rules(full_town.app, "GET"):
        for address in full_town.addresses(rule) if rule.endpoint not in GOES_OUT else ():
            answer = fetched(client, address)
            if urlsplit(answer.request.path).path != urlsplit(address).path or answer.status_code != 200:
                continue
            page = client.get(address).text
            total = weight(answer) + scales.files(page)
            weighed += 1
            assert total > weight(answer) or "<html" not in page, f"{address} refers to no file: the scales are broken"
            if total > (FIRST_PAGE if who == NOBODY and rule.endpoint in FIRST else ANY_PAGE):
                heavy.append(f"{total / KB:.1f} KB {address}")
    assert weighed > 10
    assert heavy == []


def test_what_goes_over_the_wire_is_compressed(full_town: Town) -> None:
    client = full_town.client("member")
    page = client.get(f"/c/{HERE}/help")
    for address in (f"/c/{HERE}/help", *sorted(set(REFERS.findall(page.text)))):
        packed, plain = fetched(client, address), client.get(address, buffered=True)
        if len(plain.get_data()) > KB:
            assert packed.headers.get("Content-Encoding") == "br", address
            assert 2 * len(packed.get_data()) < len(plain.get_data()), address
