"""A request that is met is ended by one press where it is; one from which something is under way says so."""

from __future__ import annotations

from flask import Flask

from tests.factories.browsers import send, signed_in_client
from tests.factories.exchanges import Pair
from tests.factories.rows import rows_of
from tests.listings.making import a_listing

FORM = {"title": "A letter", "hours": "1", "for_whom": "person"}
STILL = "Others can still answer your request"
ALREADY = "arranging something because of this already"


def test_a_request_is_ended_from_what_met_it(app: Flask, pair: Pair) -> None:
    ama, jo = signed_in_client(app, pair.giver), signed_in_client(app, pair.receiver)
    request = a_listing(pair.receiver, "A letter", is_offer=False)
    here = pair.giver.community.path
    address = send(ama, here(f"help/{request}/answer"), FORM).location
    assert STILL not in jo.get(address).text, "nothing is agreed"
    send(jo, f"{address}/agree")
    assert STILL in jo.get(address).text
    assert STILL not in ama.get(address).text, "it is not hers to end"
    assert f'action="{here(f"help/{request}/end")}"' in jo.get(address).text
    assert send(jo, here(f"help/{request}/end")).status_code == 303
    assert STILL not in jo.get(address).text
    assert rows_of("listing")[0]["state"] == "ended"


def test_an_offer_goes_on_and_is_not_asked_about(app: Flask, pair: Pair) -> None:
    ama, jo = signed_in_client(app, pair.giver), signed_in_client(app, pair.receiver)
    offer = a_listing(pair.receiver, "A letter", is_offer=True)
    address = send(ama, pair.giver.community.path(f"help/{offer}/answer"), FORM).location
    send(jo, f"{address}/agree")
    assert "Is it met?" not in jo.get(address).text


def test_answering_once_more_leads_to_what_is_under_way(app: Flask, pair: Pair) -> None:
    ama, rosa = signed_in_client(app, pair.giver), signed_in_client(app, pair.approver)
    request = a_listing(pair.receiver, "A letter", is_offer=False)
    form = pair.giver.community.path(f"help/{request}/answer")
    assert ALREADY not in ama.get(form).text
    address = send(ama, form, FORM).location
    page = ama.get(form).text
    assert ALREADY in page
    assert f'href="{address}"' in page
    assert ALREADY not in rosa.get(form).text, "another may answer as well"
    send(ama, f"{address}/withdraw")
    assert ALREADY not in ama.get(form).text
