"""The pot's rules: amounts, closed months without gaps, and bars that can be seen."""

from __future__ import annotations

from datetime import date

import pytest

from timebank.core.errors import Conflict, Refused
from timebank.pot import rules
from timebank.pot.rules import Month


@pytest.mark.parametrize("minutes", [0, -1, rules.MOST_AT_ONCE + 1])
def test_an_amount_that_makes_no_sense_is_refused(minutes: int) -> None:
    with pytest.raises(Refused):
        rules.check_amount(minutes)


@pytest.mark.parametrize("minutes", [1, 90, rules.MOST_AT_ONCE])
def test_any_other_amount_is_fine(minutes: int) -> None:
    rules.check_amount(minutes)


@pytest.mark.parametrize(
    ("minutes", "present", "may"), [(1, 0, False), (1, -60, False), (61, 60, False), (60, 60, True)]
)
def test_nobody_gives_more_than_they_have(minutes: int, present: int, may: bool) -> None:
    if may:
        rules.check_may_give(minutes, present)
    else:
        with pytest.raises(Conflict):
            rules.check_may_give(minutes, present)


def test_months_in_which_nothing_moved_are_told_too() -> None:
    months = [Month(date(2025, 11, 1), 60, 0), Month(date(2026, 2, 1), 0, 30)]
    told = rules.without_gaps(months, date(2026, 4, 17))
    assert [month.first.isoformat()[:7] for month in told] == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    assert rules.left_in_it(told) == 30
    assert rules.without_gaps([], date(2026, 4, 17)) == []


def test_months_before_anything_moved_are_not_told() -> None:
    months = [Month(date(2026, month, 1), 0, 30 * (month == 3)) for month in (1, 2, 3)]
    assert rules.without_gaps(months, date(2026, 4, 17)) == [months[2]]
    assert rules.without_gaps(months[:2], date(2026, 4, 17)) == [], "a picture of nothing is none"


def test_twelve_months_are_drawn_and_the_largest_reaches_the_edge() -> None:
    months = rules.without_gaps([Month(date(2025, 1, 1), 1, 0), Month(date(2026, 1, 1), 6000, 10)], date(2026, 3, 1))
    bars = rules.drawn(months)
    assert len(bars) == 12
    assert max(bar.up for bar in bars) == rules.TALLEST
    assert {bar.down for bar in bars} == {0, 3}
    assert all(bar.top >= 0 and rules.LINE + bar.down < rules.LETTERS_AT for bar in bars)
    assert rules.drawn([]) == []
