"""Posting: once, whole, within limits, inside one community; a refusal leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.ledger.town import BY, CEILING, FLOOR, NOW, TODAY, Town, open_town
from timebank.core import ids
from timebank.core.database import db, transaction
from timebank.core.errors import Conflict, NotFound, Refused
from timebank.ledger import actions, queries, rules
from timebank.ledger.rules import LimitReached


def test_minutes_go_from_who_received_to_who_gave(town: Town) -> None:
    entry = town.help("ana", "ben", 90, note="thank you")
    assert town.balances() == {"ana": -90, "ben": 90}
    assert (entry.seq, entry.posted_by, entry.posted_at, entry.repeated) == (1, "cora", NOW, False)
    assert town.violations() == []


def test_the_same_posting_again_gives_the_same_transfer_and_writes_nothing(town: Town) -> None:
    posting = town.posting(note="thank you", starts_at=NOW, approved_by="dan")
    first = town.post(posting)[0]
    before = town.rows()
    assert town.post(posting)[0] == first._replace(repeated=True)
    assert town.rows() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 61},
        {"done_on": TODAY - timedelta(days=1)},
        {"approved_by": "dan"},
        {"note": "other"},
        {"note": None},
    ],
)
def test_another_payload_under_the_same_id_is_a_conflict(town: Town, changes: dict[str, object]) -> None:
    posting = town.posting(note="thank you")
    town.post(posting)
    before = town.rows()
    with pytest.raises(Conflict):
        town.post(replace(posting, **changes))  # type: ignore[arg-type]
    assert town.rows() == before


def test_a_note_that_was_erased_does_not_stop_a_repeated_posting(town: Town) -> None:
    posting = town.posting(note="thank you")
    town.post(posting)
    with transaction():
        assert actions.forget_notes(community_id=town.id, transfer_ids=[posting.id], by=BY) == 1
    assert town.post(posting)[0].repeated
    assert town.rows()["transfer_note"] == []
    assert town.violations() == []


def test_one_source_posts_once_per_leg(town: Town) -> None:
    posting = town.posting()
    town.post(posting)
    before = town.rows()
    with pytest.raises(Conflict):
        town.post(replace(posting, id=ids.new_uuid()))
    with pytest.raises(Conflict):
        town.post(*(town.posting(source=("exchange", "same")) for _ in range(2)))
    assert town.rows() == before
    town.post(replace(posting, id=ids.new_uuid(), leg=1))


@pytest.mark.parametrize(
    ("payer", "payee", "minutes", "limit"), [("ana", "pot", -FLOOR, "floor"), ("pot", "ana", CEILING, "ceiling")]
)
def test_an_account_reaches_its_limit_exactly_and_goes_no_further(
    town: Town, payer: str, payee: str, minutes: int, limit: str
) -> None:
    if payer == "pot":
        town.limit("pot", -rules.WIDE, rules.WIDE)
    town.post(town.posting(payer, payee, minutes, kind="gift"))
    before = town.rows()
    with pytest.raises(LimitReached) as refused:
        town.post(town.posting(payer, payee, 1, kind="gift"))
    assert (refused.value.account_id, refused.value.limit) == (town.accounts["ana"], limit)
    assert refused.value.minutes_left == 0
    assert town.rows() == before


def test_a_refusal_leaves_nothing_even_where_the_caller_goes_on(town: Town) -> None:
    before = town.rows()
    with transaction():
        with pytest.raises(LimitReached):
            actions.post_batch(
                [town.posting("ana", "ben", 60), town.posting("cora", "ben", 601, kind="gift")], now=NOW, by=BY
            )
        with pytest.raises(Conflict):
            actions.post_batch([town.posting(source=("x", "same")) for _ in range(2)], now=NOW, by=BY)
    assert town.rows() == before


@pytest.mark.parametrize("turn", range(4))
def test_a_circle_that_nets_to_nothing_is_never_refused(town: Town, turn: int) -> None:
    names = ("ana", "ben", "cora", "dan")
    for name in names:
        town.limit(name, 0, 0)
    legs = [
        town.posting(payer, payee, 240, source=("gathering", "g1"), leg=leg)
        for leg, (payer, payee) in enumerate(zip(names, names[1:] + names[:1], strict=True))
    ]
    entries = town.post(*legs[turn:], *legs[:turn])
    assert town.balances() == {}
    assert len({entry.batch_id for entry in entries}) == 1
    with transaction():
        assert queries.tallies(town.id, town.accounts["ana"]) == queries.Tallies(240, 240)
    assert town.violations() == []


def test_a_batch_answers_in_order_what_stood_there_and_what_is_new(town: Town) -> None:
    first, second, third = (town.posting(minutes=minutes) for minutes in (10, 20, 30))
    town.post(second)
    entries = town.post(first, second, third, first)
    assert [entry.posting.minutes for entry in entries] == [10, 20, 30, 10]
    assert [entry.seq for entry in entries] == [2, 1, 3, 2]
    assert town.balances() == {"ana": -60, "ben": 60}
    assert town.post() == []


def test_a_transfer_stays_inside_its_community(town: Town) -> None:
    elsewhere = open_town()
    before = town.rows()
    with pytest.raises(Conflict):
        town.post(replace(town.posting(), payee_id=elsewhere.accounts["ben"]))
    with pytest.raises(ValueError, match="one community"):
        town.post(town.posting(), elsewhere.posting())
    assert town.rows() == before


def test_the_book_is_locked_inside_a_transaction_alone(town: Town) -> None:
    with pytest.raises(RuntimeError):
        actions.lock_book(town.id)
    with transaction():
        assert actions.lock_book(town.id).seq == 0
        with pytest.raises(NotFound):
            actions.lock_book(10**6)


def test_nobody_gives_twice_at_the_same_time(town: Town) -> None:
    first = town.help("ana", "ben", 90, starts_at=NOW)
    before = town.rows()
    with pytest.raises(Conflict):
        town.help("cora", "ben", 60, starts_at=NOW + timedelta(minutes=89))
    with pytest.raises(Conflict):
        town.help("cora", "ben", 60, starts_at=NOW - timedelta(minutes=59), done_on=TODAY - timedelta(days=1))
    assert town.rows() == before
    town.help("cora", "ben", 60, starts_at=NOW + timedelta(minutes=90))
    town.help("cora", "dan", 60, starts_at=NOW)
    town.help("cora", "ben", 60, starts_at=NOW, kind="imported")
    town.reverse(first.id)
    town.help("cora", "ben", 60, starts_at=NOW)
    assert town.violations() == []


def test_twelve_hours_of_one_giver_fill_a_day(town: Town) -> None:
    town.limit("ana", -5000, 5000)
    town.limit("ben", -5000, 5000)
    town.help(minutes=720)
    before = town.rows()
    with pytest.raises(Conflict):
        town.help(minutes=1)
    assert town.rows() == before
    town.help(minutes=60, done_on=TODAY + timedelta(days=1))
    town.help("ben", "ana", 60)
    town.help("ana", "pot", 1000, kind="gift")
    assert town.violations() == []


def test_a_group_gives_the_time_of_many(town: Town) -> None:
    with transaction():
        group = actions.open_account(community_id=town.id, kind="group", floor=-6000, ceiling=6000, by=BY)
    for name in ("ana", "cora"):
        town.post(replace(town.posting(name, "ben", 400, starts_at=NOW), payee_id=group.id))
    assert town.violations() == []


def test_what_cannot_be_posted_is_refused_and_nothing_written(town: Town) -> None:
    before = town.rows()
    for posting in (town.posting("ana", "ana"), town.posting(minutes=0), town.posting(minutes=1441)):
        with pytest.raises(Refused):
            town.post(posting)
    assert town.rows() == before


def test_a_book_is_opened_once(town: Town) -> None:
    with pytest.raises(Conflict), transaction():
        actions.open_book(community_id=town.id, by=BY)
    with pytest.raises(ValueError, match="begins with nothing"), transaction():
        actions.open_account(community_id=town.id, kind="member", floor=10, ceiling=20, by=BY)


def test_posting_takes_the_same_few_statements_however_long_the_book(town: Town) -> None:
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    town.post(*(town.posting(minutes=1, done_on=TODAY + timedelta(days=day)) for day in range(50)))
    sa.event.listen(db.engine, "before_cursor_execute", count)
    with transaction():
        actions.lock_book(town.id)
        counted.clear()
        actions.post(town.posting(note="thanks"), now=NOW, by=BY)
        single = len(counted)
        counted.clear()
        actions.post_batch([town.posting(minutes=1, note="thanks") for _ in range(40)], now=NOW, by=BY)
        assert len(counted) == single == 8
    sa.event.remove(db.engine, "before_cursor_execute", count)
