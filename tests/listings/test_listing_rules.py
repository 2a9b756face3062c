"""The table of a listing's states, and what may stand in one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from timebank.communities.rules import Named
from timebank.core.errors import Conflict, NotAllowed, Refused
from timebank.listings import rules
from timebank.listings.rules import Doer, State, Verb, Who

TODAY = date(2030, 6, 3)
OWNER, COORDINATOR, OTHER = Doer(is_owner=True), Doer(is_owner=False, coordinates=True), Doer(is_owner=False)


def test_every_state_is_reached_and_all_but_the_last_have_a_way_out() -> None:
    reached = {State.DRAFT} | {move.leads_to for move in rules.TABLE}
    assert reached == set(State)
    left = {move.state for move in rules.TABLE if move.leads_to is not move.state}
    assert left == set(State) - {State.ENDED}


@pytest.mark.parametrize("state", list(State))
def test_others_can_do_nothing(state: State) -> None:
    assert rules.verbs(state, OTHER) == frozenset()
    with pytest.raises((NotAllowed, Conflict)):
        rules.check_may(Verb.END, state, OTHER)


def test_coordinator_can_only_end_what_is_shown_and_says_why() -> None:
    theirs = [move for move in rules.TABLE if move.who is Who.COORDINATOR]
    assert [(move.state, move.verb, move.wants_reason) for move in theirs] == [(State.PUBLISHED, Verb.END, True)]
    with pytest.raises(NotAllowed):
        rules.check_may(Verb.PAUSE, State.PUBLISHED, COORDINATOR)


def test_coordinator_ends_their_own_without_a_reason() -> None:
    both = Doer(is_owner=True, coordinates=True)
    assert not rules.check_may(Verb.END, State.PUBLISHED, both).wants_reason


@pytest.mark.parametrize("verb", list(Verb))
def test_nothing_can_be_done_with_what_has_ended(verb: Verb) -> None:
    with pytest.raises(Conflict):
        rules.check_may(verb, State.ENDED, OWNER)


def test_publishing_twice_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        rules.check_may(Verb.PUBLISH, State.PUBLISHED, OWNER)


def test_its_last_day_is_still_a_day() -> None:
    assert rules.state_on("published", TODAY, TODAY) is State.PUBLISHED
    assert rules.state_on("published", TODAY - timedelta(days=1), TODAY) is State.ENDED
    assert rules.state_on("paused", TODAY - timedelta(days=1), TODAY) is State.ENDED
    assert rules.state_on("published", None, TODAY) is State.PUBLISHED


def test_draft_waits_whatever_its_day() -> None:
    assert rules.state_on("draft", TODAY - timedelta(days=1), TODAY) is State.DRAFT


def test_day_that_is_over_is_refused() -> None:
    rules.check_until(TODAY, TODAY)
    with pytest.raises(Refused) as refusal:
        rules.check_until(TODAY - timedelta(days=1), TODAY)
    assert refusal.value.field == "until"


def test_retired_code_stays_only_where_it_was() -> None:
    entries = (Named("a", "A"), Named("b", "B", retired=True))
    assert rules.check_code(entries, "a", present=None, field="kind") == "a"
    assert rules.check_code(entries, "b", present="b", field="kind") == "b"
    assert rules.check_code(entries, "", present="b", field="kind") is None
    for code in ("b", "c"):
        with pytest.raises(Refused):
            rules.check_code(entries, code, present=None, field="kind")


@pytest.mark.parametrize(
    "words",
    [
        "Ring 07700 900123",
        "+44 (0)20 7946 0958",
        "079.123.45.67",
        "079-123-45-67",
        "555 0134",
        "٠٧٧٠٠ ٩٠٠١٢٣",
        "write to ama@example.org",
        "ama (at) example dot org, ama(at)example.org",
        "AMA@EXAMPLE.ORG",
        "Mondays 9:00-17:00, 07700900123",
    ],
)
def test_numbers_and_addresses_are_noticed(words: str) -> None:
    assert rules.looks_like_contact(words)


@pytest.mark.parametrize(
    "words",
    [
        "Mondays 9:00 - 17:00",
        "14.00-16.30",
        "from 2030-06-03 to 2030-07-04",
        "3.6.2030 or 04/07/2030, 18:30",
        "Two of us, 30 to 40 minutes, flat 12",
        "since 1998, about 2000 bricks",
        "@ the shed on Saturday",
        "1 500 books",
        "",
    ],
)
def test_times_and_days_are_left_alone(words: str) -> None:
    assert not rules.looks_like_contact(words)
