"""One member's offers and requests: as many as others can read, on their page and on others' homes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import a_community, a_member, inside, nothing_written, send, signed_in_client, viewer_of
from timebank.core import clock
from timebank.core.database import transaction
from timebank.core.errors import Conflict
from timebank.listings import actions, rules
from timebank.listings.rules import Verb


def test_there_is_room_for_forty_and_one_that_ends_makes_room(app: Flask) -> None:
    ama = a_member("Ama")
    by, now = viewer_of(ama), clock.now()

    def write() -> None:
        actions.write(is_offer=True, said=actions.Said("Bread"), now=now, by=by)

    with inside(), transaction():
        first = actions.write(is_offer=True, said=actions.Said("Soup"), now=now, by=by)
        day = clock.day_of(now, "Europe/London")
        short = actions.write(is_offer=True, said=actions.Said("Plums", until=day), now=now, by=by)
        actions.move(listing=short, verb=Verb.PUBLISH, now=now, by=by)
        for _ in range(rules.MOST_OPEN - 2):
            write()
        first_id = first.id
    client = signed_in_client(app, ama)
    with nothing_written():
        refused = send(client, ama.community.path("help/new/offer"), {"title": "More bread", "for_whom": "person"})
        with inside(), pytest.raises(Conflict), transaction():
            write()
    assert refused.status_code == 409
    assert "End one that is over" in refused.text
    assert "More bread" in refused.text
    with inside(), transaction() as session:
        found = session.get_one(type(first), first_id)
        actions.move(listing=found, verb=Verb.END, now=now, by=by)
        write()
    with inside(), transaction():
        actions.write(is_offer=True, said=actions.Said("Later"), now=now + timedelta(days=2), by=by)


def published(member, title: str) -> None:
    by, now = viewer_of(member), clock.now()
    with inside(), transaction():
        listing = actions.write(is_offer=True, said=actions.Said(title), now=now, by=by)
        actions.move(listing=listing, verb=Verb.PUBLISH, now=now, by=by)


def test_new_ones_stand_on_others_homes_and_on_the_page_of_whose_they_are(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    published(ama, "Bread baking")
    hill = a_community("hill", "The Hill")
    pavel = signed_in_client(app, a_member("Pavel", community=hill))
    for path in ("", f"members/{ama.public_id}"):
        assert "Bread baking" in signed_in_client(app, jo).get(ama.community.path(path)).text
    assert "Bread baking" not in signed_in_client(app, ama).get(ama.community.path("")).text
    assert "Bread baking" not in pavel.get(hill.path("")).text
