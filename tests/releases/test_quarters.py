"""Quarters of releases: when they begin, end and freeze, in the community's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.core.errors import Conflict
from timebank.releases.rules import Quarter, check_may_prepare, due, first_of, is_due

LONDON, KIRITIMATI = "Europe/London", "Pacific/Kiritimati"
days = st.dates(date(2000, 1, 1), date(2098, 12, 31))


@given(days)
def test_every_day_is_in_one_quarter(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.begins <= day < quarter.ends
    assert quarter.after.begins == quarter.ends
    assert quarter.after.before == quarter
    assert quarter < quarter.after
    assert Quarter.read(str(quarter)) == quarter
    assert quarter.last_month == quarter.ends.replace(day=1) - timedelta(days=(quarter.ends - quarter.last_month).days)


@pytest.mark.parametrize("written", ["", "2026", "2026-Q0", "2026-Q5", "2026-q1", "1999-Q1", "2026-Q1 ", "٢٠٢٦-Q1"])
def test_what_is_no_quarter_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no quarter"):
        Quarter.read(written)


def test_quarter_freezes_two_weeks_after_its_close_at_midnight_there() -> None:
    third = Quarter(2026, 3)
    assert (third.begins, third.last_month, third.ends) == (date(2026, 7, 1), date(2026, 9, 1), date(2026, 10, 1))
    assert third.freezes_on == date(2026, 10, 15)
    assert third.freezes_at(LONDON) == datetime(2026, 10, 14, 23, tzinfo=UTC)
    assert third.freezes_at(KIRITIMATI) == datetime(2026, 10, 14, 10, tzinfo=UTC)
    assert Quarter(2025, 4).freezes_at(LONDON) == datetime(2026, 1, 15, tzinfo=UTC)


def test_release_is_due_when_what_was_written_last_has_settled() -> None:
    freezes = Quarter(2026, 3).freezes_at(LONDON)
    assert not is_due(Quarter(2026, 3), freezes, LONDON)
    assert not is_due(Quarter(2026, 3), freezes + timedelta(minutes=59), LONDON)
    assert is_due(Quarter(2026, 3), freezes + timedelta(hours=1), LONDON)


def test_due_are_all_quarters_since_the_community_began_in_the_middle_of_one() -> None:
    opened = datetime(2026, 2, 20, tzinfo=UTC)
    assert first_of(opened, LONDON) == Quarter(2026, 1)
    assert due(opened, datetime(2026, 4, 14, tzinfo=UTC), LONDON) == []
    assert due(opened, datetime(2026, 4, 20, tzinfo=UTC), LONDON) == [Quarter(2026, 1)]
    assert due(opened, datetime(2026, 10, 20, tzinfo=UTC), LONDON) == [Quarter(2026, n) for n in (1, 2, 3)]
    assert first_of(datetime(2026, 3, 31, 23, 30, tzinfo=UTC), LONDON) == Quarter(2026, 2), "it was April there"


def test_release_of_an_open_quarter_or_of_one_before_the_beginning_is_refused() -> None:
    opened, now = datetime(2026, 2, 20, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC)
    check_may_prepare(Quarter(2026, 1), opened_at=opened, now=now, zone=LONDON)
    for quarter, words in ((Quarter(2026, 2), "two weeks"), (Quarter(2025, 4), "not there yet")):
        with pytest.raises(Conflict, match=words):
            check_may_prepare(quarter, opened_at=opened, now=now, zone=LONDON)
