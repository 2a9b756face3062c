"""Publishing, pausing, ending; a coordinator ends with a reason; the words of who left are gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.factories import Member, inside, nothing_written, rows_of, send, signed_in_client, viewer_of
from tests.listings.making import TODAY, a_listing, away
from timebank.core import clock
from timebank.core.database import transaction
from timebank.core.errors import NotAllowed
from timebank.listings import actions, queries
from timebank.listings.rules import State, Verb


def state_of(listing: str) -> str:
    return str(rows_of("listing", public_id=listing)[0]["state"])


def test_owner_pauses_publishes_again_and_ends(app: Flask, ama: Member, jo: Member) -> None:
    listing = a_listing(ama, state=State.DRAFT)
    mine, other = signed_in_client(app, ama), signed_in_client(app, jo)
    for press, state, seen in (
        ("publish", "published", 200),
        ("pause", "paused", 404),
        ("publish-again", "published", 200),
        ("end", "ended", 404),
    ):
        assert send(mine, ama.community.path(f"help/{listing}/{press}")).status_code == 303
        assert state_of(listing) == state
        assert other.get(ama.community.path(f"help/{listing}")).status_code == seen
    assert mine.get(ama.community.path(f"help/{listing}")).status_code == 200


@pytest.mark.parametrize(
    ("state", "press"),
    [(State.PUBLISHED, "publish"), (State.PAUSED, "pause"), (State.DRAFT, "publish-again"), (State.ENDED, "end")],
)
def test_stale_button_is_a_conflict(app: Flask, ama: Member, state: State, press: str) -> None:
    listing = a_listing(ama, state=state)
    client = signed_in_client(app, ama)
    with nothing_written():
        assert send(client, ama.community.path(f"help/{listing}/{press}")).status_code == 409


def test_unknown_button_is_not_there(app: Flask, ama: Member) -> None:
    assert send(signed_in_client(app, ama), ama.community.path(f"help/{a_listing(ama)}/burn")).status_code == 404


@pytest.mark.parametrize("press", ["pause", "end", "publish-again"])
def test_nobody_else_moves_it(app: Flask, ama: Member, jo: Member, rosa: Member, press: str) -> None:
    listing = a_listing(ama)
    for other in (jo, rosa):
        client = signed_in_client(app, other)
        with nothing_written():
            assert send(client, ama.community.path(f"help/{listing}/{press}")).status_code == 404


def test_coordinator_ends_with_a_reason_the_owner_reads(app: Flask, ama: Member, rosa: Member) -> None:
    path = ama.community.path(f"help/{a_listing(ama)}")
    client = signed_in_client(app, rosa)
    assert f"{path}/end-with-reason" in client.get(path).text
    assert send(client, f"{path}/end-with-reason", {"why": "This is for sale elsewhere."}).status_code == 303
    (row,) = rows_of("listing")
    assert (row["state"], row["why_ended"], row["ended_by"]) == (
        "ended",
        "This is for sale elsewhere.",
        rosa.person_public_id,
    )
    assert "This is for sale elsewhere." in signed_in_client(app, ama).get(path).text
    assert client.get(path).status_code == 404


def test_coordinator_needs_a_reason(app: Flask, ama: Member, rosa: Member) -> None:
    path = ama.community.path(f"help/{a_listing(ama)}/end-with-reason")
    client = signed_in_client(app, rosa)
    with nothing_written():
        for why in ("", "   "):
            answer = send(client, path, {"why": why})
            assert answer.status_code == 422
            assert "Please write a kind word" in answer.text


def test_member_has_no_such_door(app: Flask, ama: Member, jo: Member) -> None:
    path = ama.community.path(f"help/{a_listing(ama)}")
    client = signed_in_client(app, jo)
    assert "end-with-reason" not in client.get(path).text
    with nothing_written():
        assert send(client, f"{path}/end-with-reason", {"why": "No"}).status_code == 403


def test_action_itself_refuses_somebody_else(app: Flask, ama: Member, jo: Member) -> None:
    listing, by = a_listing(ama), viewer_of(jo)
    with inside(), nothing_written(), pytest.raises(NotAllowed):
        with transaction():
            found = queries.visible_listing(by, listing, TODAY, lock=True)
            actions.move(listing=found, verb=Verb.END, why="x", now=clock.now(), by=by)


def test_past_its_last_day_it_has_ended_everywhere(app: Flask, ama: Member, jo: Member) -> None:
    listing = a_listing(ama, "Zither", until=TODAY)
    path = ama.community.path(f"help/{listing}")
    client, mine = signed_in_client(app, jo), signed_in_client(app, ama)
    assert client.get(path).status_code == 200
    with clock.set_to(datetime(2030, 6, 4, 1, tzinfo=UTC)):
        assert client.get(path).status_code == 404
        assert "Zither" not in client.get(ama.community.path("help")).text
        assert "Ended" in mine.get(path).text
        with nothing_written():
            assert send(mine, f"{path}/pause").status_code == 409
            assert mine.get(f"{path}/edit").status_code == 409


def test_old_draft_wants_another_day_before_it_is_published(app: Flask, ama: Member) -> None:
    listing = a_listing(ama, state=State.DRAFT, until=TODAY)
    path = ama.community.path(f"help/{listing}")
    client = signed_in_client(app, ama)
    with clock.set_to(datetime(2030, 6, 5, 12, tzinfo=UTC)):
        with nothing_written():
            answer = send(client, f"{path}/publish")
            assert answer.location == f"{path}/edit"
            form = client.get(answer.location).text
            assert "That day is over." in form
            assert "2030-06-03" not in form
        assert send(client, f"{path}/edit", {"title": "Bread", "until": "", "press": "publish"}).status_code == 303
    assert state_of(listing) == "published"


def test_what_somebody_away_wrote_is_not_shown(app: Flask, ama: Member, jo: Member) -> None:
    listing = a_listing(ama, "Zither")
    away(ama)
    client = signed_in_client(app, jo)
    assert client.get(ama.community.path(f"help/{listing}")).status_code == 404
    assert "Zither" not in client.get(ama.community.path("help")).text
    assert (
        "others see it when you are back" in signed_in_client(app, ama).get(ama.community.path(f"help/{listing}")).text
    )


def test_forgetting_ends_them_and_leaves_no_word(app: Flask, ama: Member, jo: Member) -> None:
    said = {"words": "Flour", "when": "Sundays", "would_like": "Company", "would_do": "Bake"}
    for state in State:
        a_listing(ama, "Zither", state=state, is_offer=False, **said)
    kept = a_listing(jo, "Guitar")
    with inside(), transaction():
        actions.forget(membership_id=ama.membership_id, now=clock.now())
    mine = rows_of("listing", membership_id=ama.membership_id)
    assert {row["state"] for row in mine} == {"ended"}
    for row in mine:
        assert not any(row[part] for part in ("title", "words", "would_like", "would_do", "suits", "search", "area"))
    assert state_of(kept) == "published"
