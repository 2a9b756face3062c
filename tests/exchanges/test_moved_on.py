"""Pages gone stale lead to how things stand now; each of the two reads it from their own side."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.browsers import send, signed_in_client
from tests.factories.exchanges import Pair, do, exchange_at, propose, state_of
from tests.factories.people import a_member
from tests.factories.rows import nothing_written
from timebank.core.access import Role
from timebank.exchanges.rules import State, Telling, Verb, other_time, sentence
from timebank.exchanges.rules.telling import BY_SIDE, ONE, Side

CHANGED = "things have changed meanwhile"


def address_of(public_id: str, pair: Pair) -> str:
    return pair.giver.community.path(f"exchanges/{public_id}")


@pytest.fixture
def ama(app: Flask, pair: Pair) -> FlaskClient:
    return signed_in_client(app, pair.giver)


@pytest.fixture
def jo(app: Flask, pair: Pair) -> FlaskClient:
    return signed_in_client(app, pair.receiver)


@pytest.fixture
def rosa(app: Flask, pair: Pair) -> FlaskClient:
    return signed_in_client(app, pair.approver)


def test_a_button_of_an_old_tab_shows_the_exchange_as_it_is_now(pair: Pair, jo: FlaskClient) -> None:
    public_id = exchange_at(State.AGREED, pair)
    with nothing_written():
        late = send(jo, f"{address_of(public_id, pair)}/decline")
    assert late.status_code == 409
    assert CHANGED in late.text
    assert "You and Ama have agreed." in late.text
    assert "We did it" in late.text, "what can be done now"


def test_a_time_that_was_said_by_both_at_once_is_not_taken_for_another_time(pair: Pair, jo: FlaskClient) -> None:
    public_id = exchange_at(State.SAID, pair)
    with nothing_written():
        late = send(jo, f"{address_of(public_id, pair)}/say_done", {"hours": "2", "on_day": "2026-01-05"})
    assert late.status_code == 409
    assert "Ama says it is done: 1 h 30 min." in late.text


def test_words_typed_for_what_has_moved_on_are_not_lost(pair: Pair, jo: FlaskClient) -> None:
    public_id = exchange_at(State.CONFIRMED, pair)
    with nothing_written():
        late = send(jo, f"{address_of(public_id, pair)}/ask_help", {"reason": "It rained all day"})
    assert late.status_code == 409
    assert "It rained all day" in late.text
    assert "both say so" in late.text


def test_a_link_to_what_is_not_asked_any_more_says_so(pair: Pair, jo: FlaskClient) -> None:
    address = address_of(exchange_at(State.CONFIRMED, pair), pair)
    assert jo.get(f"{address}/say_other").location == address
    assert "This has changed meanwhile." in jo.get(address).text


def test_two_desks_that_say_it_looks_right_end_at_the_desk(app: Flask, pair: Pair, rosa: FlaskClient) -> None:
    sam = signed_in_client(app, a_member("Sam", roles=[Role.COORDINATOR]))
    desk = pair.giver.community.path("desk")
    approve = f"{address_of(exchange_at(State.CONFIRMED, pair), pair)}/approve?from=desk"
    assert send(rosa, approve).location == desk
    with nothing_written():
        assert send(sam, approve).location == desk
    assert "Somebody has answered already." in sam.get(desk).text


def test_what_was_given_back_meanwhile_keeps_the_words_of_the_second_desk(pair: Pair, rosa: FlaskClient) -> None:
    public_id = exchange_at(State.CONFIRMED, pair)
    do(public_id, Verb.TAKE_BACK, pair.giver)
    back = f"{address_of(public_id, pair)}/give_back"
    with nothing_written():
        late = send(rosa, f"{back}?from=desk", {"reason": "The day is missing"})
        assert send(rosa, back, {"reason": "The day is missing"}).status_code == 404, (
            "nobody finds it but from the desk"
        )
        gone = send(rosa, f"{back.replace(public_id, 'bcdfghjkmnpq')}?from=desk", {"reason": "The day is missing"})
    assert late.status_code == 409
    assert "The day is missing" in late.text
    assert (gone.status_code, gone.data) == (late.status_code, late.data), "what never was looks the same"


def test_a_stranger_finds_nothing_from_the_desk_either(app: Flask, pair: Pair) -> None:
    dai = signed_in_client(app, a_member("Dai"))
    public_id = exchange_at(State.CONFIRMED, pair)
    assert send(dai, f"{address_of(public_id, pair)}/approve?from=desk").status_code == 404


def test_several_of_which_one_was_answered_lead_back_to_the_desk(app: Flask, pair: Pair, rosa: FlaskClient) -> None:
    first, second = exchange_at(State.CONFIRMED, pair), exchange_at(State.CONFIRMED, pair)
    for each in (first, second):
        rosa.get(address_of(each, pair))
    do(first, Verb.APPROVE, a_member("Sam", roles=[Role.SECOND]))
    desk = pair.giver.community.path("desk")
    with nothing_written():
        assert send(rosa, f"{desk}/approve", {"exchange": [first, second]}).location == desk
    assert "answered one of them already" in rosa.get(desk).text
    assert state_of(second, pair.giver) is State.CONFIRMED


def test_what_the_book_refuses_is_told_beside_the_buttons(pair: Pair, rosa: FlaskClient) -> None:
    public_id = exchange_at(State.AGREED, pair)
    do(public_id, Verb.SAY_DONE, pair.giver, minutes=600)
    do(public_id, Verb.CONFIRM, pair.receiver)
    address = address_of(public_id, pair)
    with nothing_written():
        refused = send(rosa, f"{address}/approve")
    assert refused.status_code == 409
    assert "Looks right" in refused.text
    assert ">Keep<" not in refused.text


def test_each_of_the_two_and_the_desk_read_it_from_their_own_side(
    pair: Pair, ama: FlaskClient, jo: FlaskClient, rosa: FlaskClient
) -> None:
    public_id = propose(pair)
    address = address_of(public_id, pair)
    assert "You wait for Jo&#39;s answer." in ama.get(address).text
    assert "Ama waits for your answer." in jo.get(address).text
    do(public_id, Verb.AGREE, pair.receiver)
    do(public_id, Verb.SAY_DONE, pair.giver)
    assert "You wait for Jo to say so too." in ama.get(address).text
    assert "Ama says it is done: 1 h 30 min. Is that right?" in jo.get(address).text
    do(public_id, Verb.CONFIRM, pair.receiver)
    for client in (ama, jo):
        assert "both say so: 1 h 30 min." in client.get(address).text
    assert "Both say so: 1 h 30 min." in rosa.get(address).text


def test_another_time_is_told_beside_the_first(pair: Pair, ama: FlaskClient, jo: FlaskClient) -> None:
    public_id = exchange_at(State.SAID, pair)
    do(public_id, Verb.SAY_OTHER, pair.receiver, minutes=120)
    address = address_of(public_id, pair)
    assert "You said 1 h 30 min, Jo says 2 h. Is that right?" in ama.get(address).text
    assert "Ama said 1 h 30 min, you say 2 h." in jo.get(address).text
    assert "<dt>About</dt>" not in ama.get(address).text


@pytest.mark.parametrize(("state", "about"), [(State.ASKED, True), (State.AGREED, True), (State.POSTED, False)])
def test_how_long_is_about_until_it_is_done(pair: Pair, ama: FlaskClient, state: State, about: bool) -> None:
    page = ama.get(address_of(exchange_at(state, pair), pair)).text
    assert ("<dt>About</dt>" in page, "<dt>It took</dt>" in page) == (about, not about)


@pytest.mark.parametrize(
    ("state", "label"), [(State.ASKED, "Asked"), (State.SAID, "Done"), (State.POSTED, "In the book")]
)
def test_the_thread_marks_where_it_is_and_not_what_comes_next(
    pair: Pair, ama: FlaskClient, state: State, label: str
) -> None:
    page = ama.get(address_of(exchange_at(state, pair), pair)).text
    assert f'<li class="now" aria-current="step"><i></i>{label}' in page


def test_who_one_writes_to_is_named(pair: Pair, ama: FlaskClient) -> None:
    page = ama.get(address_of(exchange_at(State.POSTED, pair), pair)).text
    assert "Write to Jo" in page
    assert "Thank Jo" in page


def test_ones_own_time_for_everybody_offers_nobody_to_write_to(pair: Pair, rosa: FlaskClient) -> None:
    send(rosa, pair.giver.community.path("desk/own-time/60"))
    found = rosa.get(pair.giver.community.path("exchanges")).text
    address = found.split('class="card__title" dir="auto"><a href="')[1].split('"')[0]
    page = rosa.get(address).text
    assert "Written down: 1 h." in page
    assert "Between you" not in page


def test_every_state_has_a_sentence_for_every_side() -> None:
    for state in State:
        for side in Side:
            assert sentence(Telling(state, side))
    assert set(ONE) | set(BY_SIDE) == set(State)
    assert not set(ONE) & set(BY_SIDE)


@pytest.mark.parametrize(
    ("moves", "before"),
    [
        ([], None),
        ([("log", 90)], None),
        ([("say_done", 90), ("say_other", 120)], 90),
        ([("say_done", 90), ("say_other", 90)], None),
        ([("propose", 60), ("change", 90)], 60),
        ([("agree", 60), ("say_done", 90)], None),
        ([("say_done", 90), ("say_other", 120), ("say_other", 100)], 120),
    ],
)
def test_what_stood_before_is_told_where_the_last_word_changed_it(
    moves: list[tuple[str, int]], before: int | None
) -> None:
    assert other_time(moves) == before
