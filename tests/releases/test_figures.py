"""Figures of releases: the values they were designed with, and what no figure may ever tell."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.releases.rules import (
    FLOOR,
    Counted,
    Sides,
    cell_key,
    count,
    fingerprint,
    hours,
    is_small,
    record_key,
)
from timebank.releases.rules import share as share_of
from timebank.releases.rules.figures import COUNT_BOUNDS, COUNT_NOISE, HOURS_BOUNDS, HOURS_NOISE
from timebank.releases.rules.keys import KEYS

ALL_KEYS = range(KEYS)
keys = st.integers(0, KEYS - 1)


@pytest.mark.parametrize(("person", "key"), [("member-1", 1196), ("member-2", 1961), ("member-3", 1042)])
def test_key_of_a_person_is_the_designed_one(person: str, key: int) -> None:
    assert record_key(b"test-secret", person) == key


def test_another_secret_gives_other_keys() -> None:
    people = [f"member-{number}" for number in range(200)]
    same = sum(record_key(b"test-secret", each) == record_key(b"test-secreT", each) for each in people)
    assert same < 5


def test_fingerprint_tells_secrets_apart_and_neither_of_them() -> None:
    assert fingerprint(b"test-secret") == fingerprint(b"test-secret") != fingerprint(b"test-secreT")
    assert "test" not in fingerprint(b"test-secret")
    assert len(fingerprint(b"test-secret")) == 32


def test_key_of_a_cell_is_the_sum_whatever_the_order() -> None:
    assert cell_key([4000, 100, 5]) == cell_key([5, 4000, 100]) == 9
    assert cell_key([]) == 0


def shares(bounds: tuple[int, ...], noise: tuple[int, ...]) -> dict[int, int]:
    return {value: upper - lower for value, upper, lower in zip(noise, bounds, (0, *bounds), strict=False)}


def test_noise_of_counts_is_the_symmetric_row() -> None:
    row = shares(COUNT_BOUNDS, COUNT_NOISE)
    assert row == {0: 1018, -1: 839, 1: 839, -2: 472, 2: 472, -3: 181, 3: 181, -4: 47, 4: 47}
    assert sum(row.values()) == KEYS
    assert sum(value * times for value, times in row.items()) == 0
    assert sum(value**2 * times for value, times in row.items()) / KEYS == pytest.approx(2.494, abs=0.001)
    # Maximum entropy: p(v) is proportional to exp(-lambda v²), so the logarithm falls evenly with v².
    falls = [math.log(row[0] / row[value]) / value**2 for value in (1, 2, 3, 4)]
    assert max(falls) - min(falls) < 0.003


def test_noise_of_hours_is_never_nothing() -> None:
    assert shares(HOURS_BOUNDS, HOURS_NOISE) == {-2: 410, -1: 1638, 1: 1638, 2: 410}
    assert 0 not in HOURS_NOISE


GOLDEN = [
    (9, 0, None),
    (10, 46, None),
    (12, 300, 10),
    (12, 2000, 10),
    (13, 2557, 15),
    (23, 4095, 25),
    (40, 1539, 40),
    (41, 3396, 45),
    (100, 0, 95),
]


@pytest.mark.parametrize(("persons", "key", "shown"), GOLDEN)
def test_count_is_the_designed_one(persons: int, key: int, shown: int | None) -> None:
    assert count(persons, key) == shown


@pytest.mark.parametrize(("persons", "per_cent"), [(9, 100), (10, 5.6), (11, 1.1), (12, 0)])
def test_small_counts_are_hidden_as_often_as_designed(persons: int, per_cent: float) -> None:
    hidden = sum(count(persons, key) is None for key in ALL_KEYS)
    assert 100 * hidden / KEYS == pytest.approx(per_cent, abs=0.05)


@given(st.integers(0, 9), keys)
def test_fewer_than_ten_persons_are_never_a_number(persons: int, key: int) -> None:
    assert count(persons, key) is None


@given(st.integers(10, 100_000), keys)
def test_count_is_a_five_near_the_truth(persons: int, key: int) -> None:
    shown = count(persons, key)
    if shown is None:
        assert persons < 12
        return
    assert shown % 5 == 0
    assert shown >= 10
    assert abs(shown - persons) <= 4 + 2


def test_what_would_be_told_as_fewer_than_twenty_is_small() -> None:
    small = {persons for persons in range(60) for key in ALL_KEYS if is_small(Counted(persons, count(persons, key)))}
    assert small == set(range(22))
    assert is_small(Counted(20, count(20, 0))), "“about 15” beside other figures would leave 20 and 21"
    assert not is_small(Counted(20, count(20, 2000)))
    assert all(is_small(Counted(19, count(19, key))) for key in ALL_KEYS)


CLEAR = Counted(60, 60)
SHARES = [
    (Counted(30, 30), CLEAR, 50),
    (Counted(41, 40), CLEAR, 65),
    (Counted(9, None), CLEAR, None),
    (Counted(51, 50), CLEAR, None),
    (Counted(50, 55), CLEAR, None),
    (Counted(50, 50), CLEAR, 85),
    (Counted(60, 60), CLEAR, None),
    (Counted(59, 60), CLEAR, None),
    (Counted(10, 10), Counted(20, 20), 50),
    (Counted(10, 10), Counted(19, 20), None),
    (Counted(10, 10), Counted(21, 15), None),
    (Counted(20, 20), Counted(32, 30), 65),
]


@pytest.mark.parametrize(("part", "whole", "shown"), SHARES)
def test_share_is_told_where_both_its_sides_are_ten(part: Counted, whole: Counted, shown: int | None) -> None:
    assert share_of(part, whole) == shown


@given(st.integers(0, 300), st.integers(0, 300), keys, keys)
def test_share_never_says_all_or_none_and_has_ten_on_either_side(inside: int, beside: int, one: int, two: int) -> None:
    whole = inside + beside
    shown = share_of(Counted(inside, count(inside, one)), Counted(whole, count(whole, two)))
    if shown is not None:
        assert shown % 5 == 0
        assert 0 < shown < 100
        assert min(inside, beside) >= 10
        assert whole >= FLOOR


def a_cell(given: list[int], received: list[int]) -> Sides:
    """Make a cell of minutes by giver and by receiver; the sums may differ where help went to everybody."""
    return Sides(
        max(sum(given), sum(received)),
        {f"giver {number}": minutes for number, minutes in enumerate(given)},
        {f"receiver {number}": minutes for number, minutes in enumerate(received)},
    )


def keys_for(cell: Sides, key: int) -> dict[str, int]:
    """Give its persons keys, so that the cell's own key is `key`."""
    found = dict.fromkeys((*cell.givers, *cell.receivers), 0)
    return {**found, **dict.fromkeys(list(found)[:1], (key - 1777) % KEYS)}


def told(cell: Sides, key: int, **more: int) -> int | None:
    return hours(cell, keys_for(cell, key), **more)


EVEN = a_cell([600] * 20, [600] * 20)


@pytest.mark.parametrize(
    ("key", "shown"),
    [(0, 200), (409, 200), (410, 200), (2047, 200), (2048, 200), (3685, 200), (3686, 210), (4095, 210)],
)
def test_hours_move_by_the_designed_row(key: int, shown: int) -> None:
    # 200 h in all, 10 h the largest: 2.5 h down or up, or 5 h; half of ten is rounded up.
    assert told(EVEN, key) == shown


def test_key_of_hours_takes_in_both_sides_and_is_shifted() -> None:
    cell = a_cell([60] * 10, [60] * 10)
    at = {person: 0 for side in (cell.givers, cell.receivers) for person in side}
    assert hours(cell, at) == 10  # 10 h less a quarter of an hour
    wide = a_cell([6_000] * 10, [6_000] * 10)
    assert [
        hours(wide, {**dict.fromkeys(wide.givers, 0), **dict.fromkeys(wide.receivers, 0), who: 271})
        for who in ("giver 0", "receiver 9")
    ] == [1000, 1000]
    assert hours(wide, dict.fromkeys((*wide.givers, *wide.receivers), 0)) == 980


@pytest.mark.parametrize(
    ("given", "received"),
    [
        ([60] * 9, [60] * 30),
        ([60] * 30, [60] * 9),
        ([60] * 30, [60]),
        ([], []),
        ([5_000] + [10] * 10, [60] * 30),
        ([60] * 30, [5_000] + [10] * 10),
        ([1_000, 500] + [11] * 9, [60] * 30),
    ],
)
def test_hours_of_few_or_of_one_above_all_are_not_told(given: list[int], received: list[int]) -> None:
    assert {told(a_cell(given, received), key) for key in range(0, KEYS, 64)} == {None}


def test_hours_are_told_from_where_the_others_make_a_tenth_of_the_largest() -> None:
    assert told(a_cell([1_000, 500] + [10] * 10, [60] * 30), 0) is not None
    assert told(a_cell([1_000, 500] + [10] * 9 + [9], [60] * 30), 0) is None


def test_help_for_everybody_has_givers_to_protect_alone() -> None:
    assert told(a_cell([600] * 12, []), 2048) == 120
    assert told(a_cell([600] * 9, []), 2048) is None
    assert told(a_cell([600] * 12, [60]), 2048) is None


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(999 * 60, 1000), (1_040 * 60, 1000), (1_060 * 60, 1100), (12_300 * 60, 12_000), (98_700 * 60, 99_000)],
)
def test_many_hours_have_two_figures(minutes: int, shown: int) -> None:
    cell = a_cell([minutes // 1000] * 1000, [minutes // 1000] * 1000)
    cell.minutes = minutes
    assert told(cell, 2048) == shown


def test_few_hours_are_told_in_fifties() -> None:
    assert told(a_cell([420] * 10, [420] * 10), 2048, step=50) == 50
    assert told(a_cell([60] * 10, [60] * 10), 2048, step=50) == 0
    assert told(a_cell([480] * 10, [480] * 10), 2048, step=50) == 100


side = st.lists(st.integers(1, 5_000), min_size=0, max_size=40)


@given(side, side, keys)
def test_told_hours_have_ten_on_each_side_and_nobody_above_all(given: list[int], received: list[int], key: int) -> None:
    shown = told(a_cell(given, received), key) if given or received else None
    if shown is None:
        return
    assert shown % 10 == 0
    assert len(given) >= 10
    assert not received or len(received) >= 10
    for minutes in (given, received):
        if minutes:
            first, second, *rest = sorted(minutes, reverse=True)
            assert 10 * sum(rest) >= first
            assert sum(minutes) > first + second


def test_noise_of_hours_grows_with_the_largest() -> None:
    spread = Counter(told(a_cell([6_000] + [600] * 30, [800] * 30), key) for key in range(0, KEYS, 8))
    assert min(spread) == 350  # 400 h less half of 100 h
    assert max(spread) == 450
    assert 400 not in spread
