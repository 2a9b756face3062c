"""What a copy says of itself, and which copies stay."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.core.errors import Refused
from timebank.ledger.rules import Sent
from timebank.upkeep import rules

END = "ab" * 32
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


def at(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_day_has_twenty_four_hours_and_the_twenty_fifth_goes() -> None:
    made = [at(2026, 3, 2, 23) - timedelta(hours=hours) for hours in range(26)]
    # The day before is kept by its last hour alone, and that hour is the newest of its day.
    assert set(made) - rules.to_keep(made) == {at(2026, 3, 1, 22)}


def test_a_month_has_thirty_days_kept_and_the_thirty_first_goes() -> None:
    made = [at(2026, 3, 31) - timedelta(days=days) for days in range(31)]
    assert set(made) - rules.to_keep(made) == {at(2026, 3, 1)}


def test_a_year_has_twelve_months_kept_and_the_thirteenth_goes() -> None:
    made = [at(2025 + month // 12, month % 12 + 1, 15) for month in range(13)]
    many_days = [at(2026, 2, day) for day in range(1, 29)]
    many_hours = [at(2026, 2, 28, hour) for hour in range(24)]
    # February is the twelfth; January and December are among the thirty days as well.
    assert set(made) - rules.to_keep([*made, *many_days, *many_hours]) == {at(2025, 1, 15), at(2025, 2, 15)}


def test_copies_far_apart_are_all_kept_however_old_and_two_of_one_hour_are_one() -> None:
    rare = [at(year) for year in range(2015, 2027)]
    assert rules.to_keep(rare) == set(rare)
    assert rules.to_keep([at(2026, 3, 1, 5, 59), at(2026, 3, 1, 5, 0)]) == {at(2026, 3, 1, 5, 59)}
    assert rules.to_keep([]) == set()


@given(st.sets(st.integers(0, 90_000).map(lambda hours: NOW - timedelta(hours=hours, minutes=hours % 60)), min_size=1))
def test_the_newest_always_stays_and_looking_again_deletes_no_more(made: set[datetime]) -> None:
    kept = rules.to_keep(made)
    assert max(made) in kept
    assert kept <= made
    assert rules.to_keep(kept) == kept
    assert len(kept) <= 24 + 30 + 12


def test_anchors_are_read_as_they_were_written() -> None:
    lines = [rules.anchor_line(Sent(7, 3, END), "hill", NOW)]
    assert rules.read_anchors(lines, {"hill": 7}) == [Sent(7, 3, END)]


def anchor_of(**changes: object) -> str:
    return json.dumps({"community": "hill", "seq": 3, "head": END, **changes})


@pytest.mark.parametrize(
    "line",
    [
        *("", "x", "[]", "{}", "null", "[" * 100_000),
        *(anchor_of(seq=seq) for seq in ("many", "3", -1, 2**63, 1e400, 3.5, True, None, [3])),
        *(anchor_of(head=head) for head in ("ab", END.upper(), END + "0", None, 3, [END])),
        *(anchor_of(community=slug) for slug in (None, 7, ["hill"], {})),
    ],
)
def test_a_line_that_is_no_anchor_is_named(line: str) -> None:
    good = rules.anchor_line(Sent(7, 3, END), "hill", NOW)
    with pytest.raises(Refused, match="Line 2"):
        rules.read_anchors([good, line], {"hill": 7})


def test_an_anchor_of_another_community_is_refused() -> None:
    with pytest.raises(Refused, match="not here"):
        rules.read_anchors([rules.anchor_line(Sent(7, 3, END), "hill", NOW)], {"valley": 7})


@pytest.mark.parametrize(
    "changes",
    [
        {"made_at": "2026-11-23T03:00:00"},
        {"made_at": None},
        {"file": 5},
        {"file": None},
        {"sha256": 5},
        {"encrypted": "yes"},
        {"revision": ["0006"]},
        {"rows": {"book": "many"}},
        {"rows": []},
        {"rows": {"book": float("inf")}},
        {"heads": [[1, 4]]},
        {"heads": 7},
        {"more": 1},
    ],
)
def test_what_was_altered_beside_a_copy_is_refused_and_never_a_fault_of_ours(changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        rules.read_manifest(json.dumps({**json.loads(WHOLE.as_text()), **changes}))
