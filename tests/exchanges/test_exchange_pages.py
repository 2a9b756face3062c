"""The pages of exchanges: the whole way by forms, bad input kept and refused, nothing for strangers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.browsers import send, signed_in_client
from tests.factories.exchanges import Pair, exchange_at, state_of
from tests.factories.people import a_community, a_member
from tests.factories.rows import count, nothing_written
from timebank.core import clock
from timebank.core.access import Role
from timebank.exchanges.rules import State
from timebank.people.models import Membership  # noqa: F401 - the tables are known


def path(pair: Pair, more: str) -> str:
    return pair.giver.community.path(more)


def test_the_whole_way_by_forms(app: Flask, pair: Pair) -> None:
    ama, jo, rosa = (signed_in_client(app, each) for each in (pair.giver, pair.receiver, pair.approver))
    begun = send(
        ama,
        path(pair, f"members/{pair.receiver.public_id}/propose"),
        {
            "who": "me",
            "title": "Help with a letter",
            "hours": "1",
            "minutes": "",
            "for_whom": "person",
            "words": "Thursday?",
        },
    )
    assert begun.status_code == 303
    address = begun.headers["Location"]
    public_id = address.rsplit("/", 1)[1]
    assert "Your turn" in jo.get(path(pair, "")).text
    assert "Thursday?" in jo.get(address).text
    assert send(jo, f"{address}/agree", {}).status_code == 303
    assert send(jo, f"{address}/talk", {"words": "Thank you"}).status_code == 303
    done = {"hours": "1", "minutes": "30", "on_day": "2026-01-05", "keep": "keep"}
    refused = send(ama, f"{address}/say_done", done | {"on_day": "2999-01-01"})
    assert refused.status_code == 422
    assert "still to come" in refused.text
    assert 'value="30"' in refused.text
    today = re.search(r'name="on_day"[^>]*value="([\d-]+)"', ama.get(f"{address}/say_done").text)
    assert today
    assert send(ama, f"{address}/say_done", done | {"on_day": today[1]}).status_code == 303
    assert send(jo, f"{address}/confirm", {"said": "90"}).status_code == 303
    assert state_of(public_id, pair.giver) is State.CONFIRMED
    desk = rosa.get(path(pair, "desk")).text
    assert "Help with a letter" in desk
    assert "Thank you" not in desk
    assert "Thursday?" not in rosa.get(address).text
    assert send(rosa, f"{address}/approve?from=desk", {}).status_code == 303
    assert state_of(public_id, pair.giver) is State.POSTED
    assert "1 h 30 min" in ama.get(path(pair, "statement")).text
    assert "Help with a letter" in ama.get(path(pair, "statement")).text


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        ("", ""),
        ("0", "0"),
        ("-1", ""),
        ("1.30", ""),
        ("1,25", ""),
        ("1:75", ""),
        ("1:30", "15"),
        ("1_0", ""),
        ("+5", ""),
        ("\u0663", ""),
        ("\uff11", ""),
        ("25", ""),
        ("24", "1"),
        ("99999", ""),
        ("9" * 40, ""),
        ("NaN", ""),
        ("0x10", ""),
    ],
)
def test_time_that_makes_no_sense_is_refused_and_kept(app: Flask, pair: Pair, hours: str, minutes: str) -> None:
    address = path(pair, f"exchanges/{exchange_at(State.AGREED, pair)}/say_done")
    client = signed_in_client(app, pair.giver)
    with nothing_written():
        answer = send(client, address, {"hours": hours, "minutes": minutes, "on_day": "2026-01-05", "keep": "keep"})
    assert answer.status_code == 422
    assert f'value="{hours}"' in answer.text or not hours


@pytest.mark.parametrize("title", ["", "   ", "x" * 10_000, "a\x00b", "\x1b[0m"])
def test_a_title_that_cannot_be_kept_is_refused(app: Flask, pair: Pair, title: str) -> None:
    client = signed_in_client(app, pair.giver)
    answer = send(
        client,
        path(pair, f"members/{pair.receiver.public_id}/propose"),
        {"who": "me", "title": title, "hours": "1", "for_whom": "person"},
    )
    assert answer.status_code == 422
    assert count("exchange") == 0


def test_a_page_gone_stale_changes_nothing(app: Flask, pair: Pair) -> None:
    address = path(pair, f"exchanges/{exchange_at(State.SAID, pair)}")
    jo = signed_in_client(app, pair.receiver)
    assert send(jo, f"{address}/confirm", {"said": "60"}).status_code == 409
    assert send(jo, f"{address}/confirm", {"said": "90"}).status_code == 303
    with nothing_written():
        assert send(jo, f"{address}/confirm", {"said": "90"}).status_code == 409


def test_strangers_and_other_communities_find_nothing(app: Flask, pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    dai = signed_in_client(app, a_member("Dai"))
    elsewhere = a_community("hill", "The Hill")
    pavel = a_member("Pavel", community=elsewhere)

    def tried(client: FlaskClient, where: str) -> None:
        with nothing_written():
            for verb in ("agree", "confirm", "approve", "ask_put_right", "close"):
                assert send(client, f"{where}/{verb}", {"said": "90", "reason": "x"}).status_code == 404
        assert client.get(where).status_code == 404

    tried(dai, path(pair, f"exchanges/{public_id}"))
    tried(signed_in_client(app, pavel), elsewhere.path(f"exchanges/{public_id}"))
    random_one = dai.get(path(pair, "exchanges/bcdfghjkmnpq"))
    theirs = dai.get(path(pair, f"exchanges/{public_id}"))
    assert (random_one.status_code, random_one.data) == (theirs.status_code, theirs.data)


def test_an_exchange_with_oneself_is_refused(app: Flask, pair: Pair) -> None:
    client = signed_in_client(app, pair.giver)
    answer = send(
        client,
        path(pair, f"members/{pair.giver.public_id}/propose"),
        {"who": "me", "title": "Tea", "hours": "1", "for_whom": "person"},
    )
    assert answer.status_code == 409
    assert count("exchange") == 0


def test_talking_by_htmx_gives_the_card_alone(app: Flask, pair: Pair) -> None:
    address = path(pair, f"exchanges/{exchange_at(State.AGREED, pair)}")
    client = signed_in_client(app, pair.giver)
    answer = send(client, f"{address}/talk", {"words": "See you <b>there</b>"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "See you &lt;b&gt;there&lt;/b&gt;" in answer.text


def test_a_coordinators_own_time_takes_two_taps_and_another_pair_of_eyes(app: Flask, pair: Pair) -> None:
    rosa = signed_in_client(app, pair.approver)
    assert "own-time/60" in rosa.get(path(pair, "desk")).text
    assert send(rosa, path(pair, "desk/own-time/60"), {}).status_code == 303
    assert "helped everyone" not in rosa.get(path(pair, "desk")).text
    from timebank.core.access import Role

    sam = signed_in_client(app, a_member("Sam", roles=[Role.SECOND]))
    assert "helped everyone" in sam.get(path(pair, "desk")).text


@pytest.mark.parametrize(("days", "waits"), [(0, True), (3, False)])
def test_what_is_still_to_come_on_its_day_waits_for_nobody(app: Flask, pair: Pair, days: int, waits: bool) -> None:
    day = clock.day_of(clock.now(), "Europe/London") + timedelta(days=days)
    exchange_at(State.AGREED, pair, on_day=day)
    client = signed_in_client(app, pair.giver)
    for page in ("", "exchanges"):
        assert ("Your turn" in client.get(path(pair, page)).text) is waits


def test_first_steps_are_shown_until_they_are_taken(app: Flask, pair: Pair) -> None:
    client = signed_in_client(app, pair.giver)
    assert "Say what you like doing" in client.get(path(pair, "")).text
    send(client, path(pair, "me/about/likes"), {"likes": "Bread"})
    assert "Say what you like doing" not in client.get(path(pair, "")).text


ASKED = {"title": "Bread", "hours": "1", "for_whom": "person", "who": "me", "words": "On Friday?"}
LOGGED = {**ASKED, "on_day": "2026-01-02", "keep": "keep"}


@pytest.mark.parametrize(("path", "said"), [("members/{jo}/propose", ASKED), ("members/{jo}/log", LOGGED)])
def test_a_form_that_is_sent_twice_makes_one_exchange(app: Flask, path: str, said: dict[str, str]) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    client = signed_in_client(app, ama)
    address = f"/c/harbour-street/{path.format(jo=jo.public_id)}"
    key = {"key": "00000000-0000-0000-0000-000000000001"}
    first, again = (send(client, address, {**said, **key}) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert count("exchange") == 1
    assert count("exchange_message") == (1 if path.endswith("propose") else 0)
    other = send(client, address, {**said, **key, "title": "Two loaves"})
    assert other.location != first.location
    assert count("exchange") == 2


def test_own_time_that_is_tapped_twice_counts_once(app: Flask) -> None:
    client = signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))
    for drawn in ("1", "1", "2"):
        key = {"key": f"00000000-0000-0000-0000-00000000000{drawn}"}
        assert send(client, "/c/harbour-street/desk/own-time/30", key).status_code == 303
    assert count("exchange") == 2
    assert 'name="key"' in client.get("/c/harbour-street/desk").text


def test_a_slip_that_is_sent_twice_is_typed_once(app: Flask) -> None:
    client = signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))
    said = {"giver": a_member("Ama").public_id, "receiver": a_member("Jo").public_id, "title": "Bread", "hours": "1"}
    said |= {"on_day": "2026-01-02", "for_whom": "person", "key": "00000000-0000-0000-0000-000000000001"}
    for _ in range(2):
        assert send(client, "/c/harbour-street/desk/slip", said).status_code == 303
    assert count("exchange") == 1
