"""Minutes as people type and read them."""

from __future__ import annotations

import pytest

from timebank.core.errors import Refused
from timebank.core.minutes import LONGEST, check_minutes, parse_minutes, split


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
    ],
)
def test_whole_numbers_are_read(hours: str, minutes: str, total: int) -> None:
    assert parse_minutes(hours, minutes) == total


@pytest.mark.parametrize(
    "typed",
    [
        "-1",
        "+5",
        "1.5",
        "1,5",
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
def test_what_is_not_a_whole_number_is_refused_and_never_guessed_at(typed: str) -> None:
    for given in ((typed, ""), ("", typed)):
        with pytest.raises(Refused) as refusal:
            parse_minutes(*given)
        assert refusal.value.field == "minutes"


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
