"""What a copy says of itself, and which copies stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.core.errors import Refused
from timebank.ledger.rules import Sent
from timebank.upkeep import rules

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WHOLE = rules.Manifest(NOW.isoformat(), "0006", "timebank-x.sqlite", "aa", False, {"book": 1}, [Sent(1, 4, "ff")])


def test_what_is_written_beside_a_copy_is_read_again() -> None:
    assert rules.read_manifest(WHOLE.as_text()) == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        "{",
        WHOLE.as_text().replace("timebank-x", "../timebank-x"),
        WHOLE.as_text().replace("timebank-x", "other"),
        WHOLE.as_text().replace("2026", "long ago"),
        WHOLE.as_text().replace('"rows"', '"lines"'),
        WHOLE.as_text().replace('"ff"', '"ff", "gg"'),
    ],
)
def test_what_was_not_written_by_us_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        rules.read_manifest(text)


def test_a_name_tells_when_the_copy_was_made() -> None:
    assert rules.made_at(rules.name_at(NOW)) == NOW
    assert rules.made_at("timebank-") is None
    assert rules.made_at("notes") is None


def test_of_two_years_of_copies_an_hour_each_the_right_ones_stay() -> None:
    made = [NOW - timedelta(hours=hours) for hours in range(24 * 730)]
    kept = rules.to_keep(made)
    assert {NOW - timedelta(hours=hours) for hours in range(24)} <= kept
    last_of_day = {
        datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
        for day in (NOW - timedelta(days=d) for d in range(1, 30))
    }
    assert last_of_day <= kept
    assert datetime(2025, 12, 31, 23, tzinfo=UTC) in kept
    assert datetime(2025, 11, 30, 23, tzinfo=UTC) not in kept
    assert len(kept) == 24 + 28 + 10


@given(st.sets(st.integers(0, 90_000).map(lambda hours: NOW - timedelta(hours=hours, minutes=hours % 60)), min_size=1))
def test_the_newest_always_stays_and_looking_again_deletes_no_more(made: set[datetime]) -> None:
    kept = rules.to_keep(made)
    assert max(made) in kept
    assert kept <= made
    assert rules.to_keep(kept) == kept
    assert len(kept) <= 24 + 30 + 12


def test_anchors_are_read_as_they_were_written() -> None:
    lines = [rules.anchor_line(Sent(7, 3, "ab"), "hill", NOW)]
    assert rules.read_anchors(lines, {"hill": 7}) == [Sent(7, 3, "ab")]


@pytest.mark.parametrize("line", ["", "x", "[]", "{}", '{"community": "hill", "seq": "many", "head": "ab"}', "null"])
def test_a_line_that_is_no_anchor_is_named(line: str) -> None:
    good = rules.anchor_line(Sent(7, 3, "ab"), "hill", NOW)
    with pytest.raises(Refused, match="Line 2"):
        rules.read_anchors([good, line], {"hill": 7})


def test_an_anchor_of_another_community_is_refused() -> None:
    with pytest.raises(Refused, match="not here"):
        rules.read_anchors([rules.anchor_line(Sent(7, 3, "ab"), "hill", NOW)], {"valley": 7})
