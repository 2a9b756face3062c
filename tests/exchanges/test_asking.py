"""What forms of exchanges ask: of what is to come and of what is over, in the order they are read."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.browsers import send, signed_in_client
from tests.factories.exchanges import Pair, exchange_at
from tests.factories.rows import rows_of
from timebank.exchanges.rules import State

KNOWN, WILL, DID = "If you know it already.", "How long will it take, about?", "How long did it take?"


def test_what_is_to_come_and_what_is_over_are_asked_differently(app: Flask, pair: Pair) -> None:
    ama, rosa = signed_in_client(app, pair.giver), signed_in_client(app, pair.approver)
    theirs = pair.giver.community.path(f"members/{pair.receiver.public_id}")
    slip = pair.giver.community.path("desk/slip")
    asked = {"who": "me", "title": "Tea", "for_whom": "person", "keep": "keep", "on_day": "2026-01-05"}
    two = {"giver": pair.giver.public_id, "receiver": pair.receiver.public_id}
    for client, address, is_over in (
        (ama, f"{theirs}/propose", False),
        (ama, f"{theirs}/log", True),
        (rosa, slip, True),
    ):
        page = client.get(address).text
        assert (KNOWN in page, "On which day was it?" in page) == (not is_over, is_over)
        refused = send(client, address, asked | two)
        assert refused.status_code == 422
        assert (DID in refused.text, WILL in refused.text) == (is_over, not is_over)


def test_what_has_to_be_put_right_is_named_in_the_order_of_the_form(app: Flask, pair: Pair) -> None:
    ama = signed_in_client(app, pair.giver)
    address = pair.giver.community.path(f"members/{pair.receiver.public_id}/propose")
    wrong = send(ama, address, {"title": "", "hours": "9" * 30, "for_whom": ""}).text
    summary = wrong[wrong.index("govuk-error-summary__list") :]
    places = [summary.index(f'href="#{name}"') for name in ("who", "title", "hours", "for_whom")]
    assert places == sorted(places)
    assert "Please say in a few words what it is." in summary


@pytest.mark.parametrize(("typed", "minutes"), [("1,5", 90), ("1:30", 90), ("90 min", 90)])
def test_a_time_is_taken_as_people_write_it(app: Flask, pair: Pair, typed: str, minutes: int) -> None:
    ama = signed_in_client(app, pair.giver)
    address = pair.giver.community.path(f"members/{pair.receiver.public_id}/propose")
    assert send(ama, address, {"who": "me", "title": "Tea", "hours": typed, "for_whom": "person"}).status_code == 303
    assert rows_of("exchange")[-1]["minutes"] == minutes


@pytest.mark.parametrize(
    ("verb", "says", "button"),
    [
        ("give_back", "It goes back to the two as they agreed it", "Give it back"),
        ("ask_put_right", "Somebody else answers first.", "Ask to put it right"),
    ],
)
def test_a_step_says_what_happens_and_its_button_is_named_by_it(
    app: Flask, pair: Pair, verb: str, says: str, button: str
) -> None:
    state = State.POSTED if verb == "ask_put_right" else State.CONFIRMED
    rosa = signed_in_client(app, pair.approver)
    page = rosa.get(pair.giver.community.path(f"exchanges/{exchange_at(state, pair)}/{verb}")).text
    assert says in page
    assert f">{button}</button>" in page
    assert ">Keep</button>" not in page
