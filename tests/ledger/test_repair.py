"""Taking back, settling, changing limits."""

from __future__ import annotations

import pytest

from tests.ledger.town import BY, FLOOR, NOW, TODAY, Town
from timebank.core import ids
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, NotFound, Refused
from timebank.ledger import actions, queries, rules
from timebank.ledger.rules import Entry, Leaving, LimitReached, TwoNeeded


def test_a_transfer_is_taken_back_by_a_counter_entry(town: Town) -> None:
    original = town.help("ana", "ben", 90)
    (counter,) = town.reverse(original.id, "dan", note="it was another day")
    assert (counter.posting.reverses, counter.posting.done_on) == (original.id, TODAY)
    assert town.balances() == {}
    with reading():
        for name in ("ana", "ben"):
            assert queries.tallies(town.id, town.accounts[name]) == queries.Tallies(0, 0)
            assert queries.tallies(town.id, town.accounts[name], since=TODAY) == queries.Tallies(0, 0)
    assert town.violations() == []


def test_a_transfer_is_taken_back_once(town: Town) -> None:
    original = town.help()
    (counter,) = town.reverse(original.id, "dan", note="oh")
    before = town.rows()
    (again,) = town.reverse(original.id, "dan", note="oh", new_id=counter.id)
    assert again.id == counter.id
    for changes in ({}, {"new_id": counter.id, "note": "else"}):
        with pytest.raises(Conflict):
            town.reverse(original.id, "dan", **changes)
    with pytest.raises(Conflict):
        town.reverse(counter.id, "dan")
    with pytest.raises(NotFound):
        town.reverse(ids.new_uuid(), "dan")
    assert town.rows() == before


def test_the_community_carries_what_is_spent_already_if_two_agree(town: Town) -> None:
    original = town.help("ana", "ben", 90)
    town.help("ben", "pot", 640, kind="gift")
    before = town.rows()
    for approvers in ((), ("dan",)):
        with pytest.raises(TwoNeeded):
            town.reverse(original.id, *approvers)
    with pytest.raises(Refused):
        town.reverse(original.id, "dan", "dan")
    assert town.rows() == before
    own, rest = town.reverse(original.id, "dan", "eve")
    assert [own.posting.minutes, rest.posting.minutes] == [50, 40]
    assert own.batch_id == rest.batch_id
    assert town.balances() == {"ben": FLOOR, "pot": 640, "adjustment": -40}
    assert [entry.id for entry in town.reverse(original.id, "dan", "eve", new_id=own.id)] == [own.id, rest.id]
    with pytest.raises(Conflict):
        town.reverse(rest.id, "dan", "eve")
    assert town.violations() == []


def test_the_community_carries_all_where_nothing_is_left(town: Town) -> None:
    original = town.help("ana", "ben", 90)
    town.help("ben", "pot", 690, kind="gift")
    (carried,) = town.reverse(original.id, "dan", "eve")
    assert carried.posting.payer_id == town.accounts["adjustment"]
    assert carried.posting.reverses == original.id
    assert town.balances() == {"ben": FLOOR, "pot": 690, "adjustment": -90}
    with pytest.raises(Conflict):
        town.reverse(original.id, "dan", "eve")
    assert town.violations() == []


def test_what_the_receiver_cannot_hold_again_is_refused(town: Town) -> None:
    original = town.help("ana", "ben", 90)
    town.help("dan", "ana", 85)
    town.limit("ana", FLOOR, 0)
    before = town.rows()
    with pytest.raises(LimitReached) as refused:
        town.reverse(original.id, "dan")
    assert refused.value.limit == "ceiling"
    assert town.rows() == before


def test_a_gift_is_taken_back_without_counting_as_help(town: Town) -> None:
    original = town.help("ana", "pot", 90, kind="gift")
    (counter,) = town.reverse(original.id)
    assert counter.posting.kind == "return"
    assert town.balances() == {}
    assert town.violations() == []


def settle(town: Town, name: str, **changes: object) -> list[Entry]:
    wanted = {"new_id": ids.new_uuid(), "done_on": TODAY, **changes}
    with transaction():
        leaving = Leaving(town.id, town.accounts[name], **wanted)  # type: ignore[arg-type]
        return actions.settle(leaving, now=NOW, by=BY)


def test_what_is_left_goes_to_the_pot(town: Town) -> None:
    town.help("ana", "ben", 90)
    (entry,) = settle(town, "ben")
    assert town.balances() == {"ana": -90, "pot": 90}
    assert settle(town, "ben", new_id=entry.id) == [entry._replace(repeated=True)]
    assert settle(town, "ben") == []
    with pytest.raises(Conflict):
        settle(town, "ana", new_id=entry.id)
    assert town.violations() == []


def test_the_pot_bears_what_is_missing_and_the_community_the_rest(town: Town) -> None:
    town.help("ana", "ben", 90)
    town.help("ben", "pot", 30, kind="gift")
    entries = settle(town, "ana", approvers=("dan",))
    assert [entry.posting.minutes for entry in entries] == [30, 60]
    assert town.balances() == {"ben": 60, "adjustment": -60}
    with reading():
        assert queries.tallies(town.id, town.accounts["ana"]) == queries.Tallies(0, 90)
    assert town.violations() == []


def test_limits_change_by_a_row_that_says_why(town: Town) -> None:
    town.limit("ana", -700, 2400, second="dan")
    with reading():
        state = queries.account(town.id, town.accounts["ana"])
        assert (state.floor, state.ceiling) == (-700, 2400)
    before = town.rows()
    town.limit("ana", -700, 2400)
    assert town.rows() == before
    town.help("ana", "pot", 700, kind="gift")
    assert town.violations() == []


def test_limits_that_cannot_be_are_refused(town: Town) -> None:
    town.help("ana", "ben", 90)
    before = town.rows()
    for floor, ceiling, second, why in (
        (100, -100, None, "why"),
        (-700, 2400, None, "  "),
        (-700, 2400, "cora", "why"),
        (-rules.WIDE - 1, 2400, None, "why"),
    ):
        with pytest.raises(Refused):
            town.limit("ana", floor, ceiling, second, why)
    with pytest.raises(Conflict):
        town.limit("ana", -89, 2400)
    with pytest.raises(NotFound), transaction():
        actions.change_limits(rules.NewLimits(town.id, 10**6, -1, 1, "why"), now=NOW, by=BY)
    assert town.rows() == before
