"""Statements, tallies and sums against a plain Python model of the same transfers."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.ledger.town import BY, NOW, TODAY, Town
from timebank.core import ids
from timebank.core.database import reading, transaction
from timebank.core.errors import NotFound
from timebank.ledger import actions, queries, rules
from timebank.ledger.queries import Line, PotMonth, Tallies


@pytest.fixture
def lively(town: Town) -> Town:
    """Give a town with sixty transfers, three of them taken back."""
    for name in ("ana", "ben", "cora", "dan", "pot"):
        town.limit(name, -9000, 9000)
    chance = random.Random(5)
    entries = []
    for number in range(60):
        payer, payee = chance.sample(["ana", "ben", "cora", "dan", "pot"], 2)
        kind = "gift" if "pot" in {payer, payee} else "help"
        day = TODAY - timedelta(days=chance.randrange(50))
        entries.append(town.help(payer, payee, chance.randrange(1, 90), kind=kind, done_on=day, note=f"n{number}"))
    for entry in entries[::20]:
        town.reverse(entry.id)
    return town


def pages(town: Town, *names: str, size: int) -> list[Line]:
    """Walk through all pages of a statement."""
    found: list[Line] = []
    after = None
    with reading():
        while True:
            page = queries.lines(town.id, [town.accounts[name] for name in names], after=after, size=size)
            assert 0 < len(page.rows) <= size
            found += page.rows
            after = page.after
            if after is None:
                return found


@pytest.mark.parametrize("names", [("ana",), ("pot",), ("ana", "ben", "cora")])
def test_pages_of_a_statement_hold_every_line_once_newest_first(lively: Town, names: tuple[str, ...]) -> None:
    whole = pages(lively, *names, size=500)
    for size in (1, 7):
        assert pages(lively, *names, size=size) == whole
    own = {lively.accounts[name] for name in names}
    assert len({(line.id, line.incoming) for line in whole}) == len(whole)
    assert all(line.account_id in own for line in whole)
    for name in names:
        account = lively.accounts[name]
        net = sum(line.minutes if line.incoming else -line.minutes for line in whole if line.account_id == account)
        assert net == lively.balances().get(name, 0)


def test_a_line_tells_the_other_account_the_note_and_whether_it_was_taken_back(town: Town) -> None:
    first = town.help("ana", "ben", 60, note="thank you")
    town.help("ana", "ben", 30)
    (counter,) = town.reverse(first.id)
    newest, middle, oldest = pages(town, "ben", size=9)
    assert (newest.reverses, newest.incoming, newest.is_reversed) == (first.id, False, False)
    assert newest.id == counter.id
    assert (middle.minutes, middle.incoming, middle.note, middle.is_reversed) == (30, True, None, False)
    assert (oldest.note, oldest.is_reversed, oldest.other_account_id) == ("thank you", True, town.accounts["ana"])
    assert oldest.source == first.posting.source


def test_a_pages_mark_does_not_tell_the_books_numbers_and_is_of_ones_own_lines(town: Town) -> None:
    for _ in range(3):
        town.help("ana", "ben", 10)
    with reading():
        mark = queries.lines(town.id, [town.accounts["ana"]], size=1).after
        for names in (["cora"], ["ben"]):
            with pytest.raises(NotFound):
                queries.lines(town.id, [town.accounts[name] for name in names], after=mark, size=1)
        with pytest.raises(NotFound):
            queries.lines(town.id, [town.accounts["ana"]], after="WyJ4IiwxLDFd", size=1)
        assert queries.lines(town.id, []).rows == []


def test_tallies_are_the_sums_of_their_lines(lively: Town) -> None:
    since, until = TODAY - timedelta(days=30), TODAY - timedelta(days=5)
    for name in ("ana", "ben", "cora", "dan", "pot"):
        stands = [line for line in pages(lively, name, size=500) if not line.is_reversed and line.kind == "help"]
        for first, last in ((None, None), (since, until), (since, None), (None, until)):
            within = [line for line in stands if (first or date.min) <= line.done_on < (last or date.max)]
            expected = Tallies(
                sum(line.minutes for line in within if line.incoming),
                sum(line.minutes for line in within if not line.incoming),
            )
            with reading():
                assert queries.tallies(lively.id, lively.accounts[name], since=first, until=last) == expected


def test_activity_is_what_stands(lively: Town) -> None:
    everything = [line for name in ("ana", "ben", "cora", "dan", "pot") for line in pages(lively, name, size=500)]
    stands = sorted(
        (line.account_id, line.minutes, line.kind)
        for line in everything
        if line.incoming and not line.is_reversed and line.reverses is None and line.done_on < TODAY
    )
    with reading():
        found = queries.activity(lively.id, date(2020, 1, 1), TODAY)
    assert sorted((row.payee_id, row.minutes, row.kind) for row in found) == stands


def test_the_pot_is_told_by_closed_months_of_posting(town: Town) -> None:
    town.limit("pot", -600, 6000)
    january, february = NOW.replace(month=1, day=31, hour=23), NOW.replace(month=2, day=1, hour=0, minute=0)
    for now, posting in (
        (january, town.posting("ana", "pot", 60, kind="gift")),
        (february, town.posting("ben", "pot", 30, kind="gift", done_on=date(2026, 1, 5))),
        (february, town.posting("pot", "cora", 50, kind="drawn")),
        (NOW, town.posting("ana", "pot", 99, kind="gift")),
    ):
        with transaction():
            actions.post(posting, now=now, by=BY)
    closed = [PotMonth(date(2026, 1, 1), 60, 0), PotMonth(date(2026, 2, 1), 30, 50)]
    with reading():
        assert queries.pot_by_month(town.id, TODAY) == closed
        assert queries.pot_by_month(town.id, date(2026, 2, 28)) == closed[:1]


def test_accounts_are_listed_and_other_communities_are_not_shown(town: Town) -> None:
    town.help()
    with reading():
        assert sum(state.balance for state in queries.accounts(town.id)) == 0
        assert len(queries.accounts(town.id)) == 6
        assert queries.accounts(town.id + 1) == []
        with pytest.raises(NotFound):
            queries.account(town.id + 1, town.accounts["ana"])
        with pytest.raises(NotFound):
            queries.tallies(town.id + 1, town.accounts["ana"])


def test_bridges_carry_hours_between_two_communities_in_one_transaction(town: Town) -> None:
    from tests.ledger.town import open_town

    other = open_town()
    with transaction():
        for each in (town, other):
            opened = actions.open_account(
                community_id=each.id, kind="bridge", floor=-rules.WIDE, ceiling=rules.WIDE, by=BY
            )
            each.accounts["bridge"] = opened.id
    out, back = town.posting("ana", "bridge"), other.posting("bridge", "ben")
    with transaction():
        actions.post(out, now=NOW, by=BY)
        actions.post(replace(back, id=ids.new_uuid()), now=NOW, by=BY)
    assert town.balances() == {"ana": -60, "bridge": 60}
    assert other.balances() == {"bridge": -60, "ben": 60}
    assert town.violations() == []
