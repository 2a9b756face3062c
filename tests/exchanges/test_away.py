"""Somebody who is away is not asked: the pages say so before a form is filled in."""

from __future__ import annotations

from flask import Flask

from tests.factories.browsers import send, signed_in_client
from tests.factories.exchanges import Pair
from tests.factories.rows import nothing_written

AWAY, YOU_ARE = "Jo is away just now.", "You are away just now."
ASKED = {"who": "me", "title": "Tea", "hours": "1", "for_whom": "person"}


def test_the_page_of_somebody_away_offers_nothing_to_ask(app: Flask, pair: Pair) -> None:
    ama, jo = signed_in_client(app, pair.giver), signed_in_client(app, pair.receiver)
    theirs = pair.giver.community.path(f"members/{pair.receiver.public_id}")
    assert f"{theirs}/propose" in ama.get(theirs).text
    send(jo, pair.giver.community.path("me/pause"))
    page = ama.get(theirs).text
    assert AWAY in page
    assert f"{theirs}/propose" not in page
    assert f"{theirs}/log" not in page
    for form in ("propose", "log"):
        opened = ama.get(f"{theirs}/{form}").text
        assert AWAY in opened
        assert 'name="title"' not in opened
    with nothing_written():
        late = send(ama, f"{theirs}/propose", ASKED)
    assert late.status_code == 409
    assert 'value="Tea"' in late.text, "what was typed is kept"


def test_whoever_is_away_themself_is_told_so(app: Flask, pair: Pair) -> None:
    jo = signed_in_client(app, pair.receiver)
    theirs = pair.giver.community.path(f"members/{pair.giver.public_id}")
    send(jo, pair.giver.community.path("me/pause"))
    for page in (theirs, f"{theirs}/propose", f"{theirs}/log"):
        opened = jo.get(page).text
        assert YOU_ARE in opened
        assert 'name="title"' not in opened
