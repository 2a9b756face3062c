"""Minutes as people type and read them."""

from __future__ import annotations

import pytest

from timebank.core.errors import Refused
from timebank.core.minutes import LONGEST, Span, check_minutes, parse_minutes, split


@pytest.mark.parametrize(
    ("hours", "minutes", "total"),
    [
        ("1", "30", 90),
        ("", "5", 5),
        ("2", "", 120),
        (" 1 ", " 0 ", 60),
        ("24", "0", 1440),
        ("0", "0001", 1),
        ("0", "90", 90),
        ("1,5", "", 90),
        ("1.5", "", 90),
        ("2.75", "", 165),
        ("1:30", "", 90),
        ("0:05", "", 5),
        ("90 min", "", 90),
        ("", "90 min", 90),
        ("90min.", "", 90),
        ("1 h 30 min", "", 90),
        ("1h30min", "", 90),
        ("2 hours", "", 120),
        ("2 h", "15", 135),
        ("2 h", "15 min", 135),
        ("1", "30 minutes", 90),
        ("", "1 h", 60),
    ],
)
def test_what_is_unmistakable_is_read(hours: str, minutes: str, total: int) -> None:
    assert parse_minutes(hours, minutes) == total


@pytest.mark.parametrize(
    "typed",
    [
        "-1",
        "+5",
        "1.30",
        "1,25",
        "1.50",
        "1.3",
        ".5",
        "1.5.5",
        "-1.5",
        "+1:30",
        "1:60",
        "1:5",
        "1:30:00",
        "1.5 h",
        "1 h 1 h",
        "min",
        "h",
        "-90 min",
        "90 m",
        "1e3",
        "1_0",
        "0x10",
        "٣",
        "１２",
        "NaN",
        "Infinity",
        "-0",
        "1 0",
        "½",
        "²",
        "abc",
        "99999",
        str(2**63),
        "9" * 5000,
        "1\0",
    ],
)
def test_what_could_be_something_else_is_refused_and_never_guessed_at(typed: str) -> None:
    for given in ((typed, ""), ("", typed)):
        with pytest.raises(Refused) as refusal:
            parse_minutes(*given)
        assert refusal.value.field == "minutes"


@pytest.mark.parametrize(
    "given", [("1:30", "15"), ("1,5", "30"), ("90 min", "5"), ("1 h 30 min", "5"), ("", "1:30"), ("", "1,5")]
)
def test_minutes_that_stand_in_two_places_are_asked_again(given: tuple[str, str]) -> None:
    with pytest.raises(Refused):
        parse_minutes(*given)


@pytest.mark.parametrize(("minutes", "said"), [(0, "0 min"), (60, "1 h"), (90, "1 h 30 min"), (-120, "2 h")])
def test_hours_named_in_a_sentence_are_said_as_people_do(minutes: int, said: str) -> None:
    assert str(Span(minutes)) == said


@pytest.mark.parametrize("given", [("", ""), ("0", "0"), ("24", "1"), ("25", ""), ("", "1441")])
def test_nothing_and_more_than_a_day_are_refused(given: tuple[str, str]) -> None:
    with pytest.raises(Refused):
        parse_minutes(*given)


@pytest.mark.parametrize("total", [0, -60, LONGEST + 1, 2**31, 2**63])
def test_a_number_outside_a_day_is_refused(total: int) -> None:
    with pytest.raises(Refused):
        check_minutes(total)


def test_minutes_are_split_without_their_sign() -> None:
    assert [split(each) for each in (90, -90, 59, 0)] == [(1, 30), (1, 30), (0, 59), (0, 0)]
