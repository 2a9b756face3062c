"""What stands in one cell."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.communities.rules import Named
from timebank.core.errors import Refused
from timebank.import_export.rules import cells, rows
from timebank.import_export.rules.course import Course
from timebank.import_export.rules.rows import POT, BroughtListing, BroughtTransfer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("seconds", "minutes", "rounded"),
    [
        ("60", 1, False),
        ("3600", 60, False),
        (" 3600 ", 60, False),
        ("+3600", 60, False),
        ("30", 1, True),
        ("89", 1, True),
        ("90", 2, True),
        ("5429", 90, True),
        ("36000000", 600_000, False),
    ],
)
def test_seconds_are_minutes_rounded_to_the_nearest(seconds: str, minutes: int, rounded: bool) -> None:
    assert cells.minutes_of_seconds(seconds) == (minutes, rounded)


@pytest.mark.parametrize(
    "seconds",
    ["", "0", "-60", "-0", "29", "1.5", "1e3", "1_000", "٣٦٠٠", "36000060", "9" * 400, "an hour", "60 s", "0x10"],
)
def test_seconds_that_cannot_be_are_refused(seconds: str) -> None:
    with pytest.raises(Refused) as refusal:
        cells.minutes_of_seconds(seconds)
    assert refusal.value.field == "seconds"


@given(st.integers(30, 36_000_000))
def test_rounding_is_never_off_by_more_than_half_a_minute(seconds: int) -> None:
    minutes, rounded = cells.minutes_of_seconds(str(seconds))
    assert abs(minutes * 60 - seconds) <= 30
    assert rounded == (minutes * 60 != seconds)


@pytest.mark.parametrize(
    ("told", "minutes"), [("90", 90), ("1:30", 90), ("0:05", 5), ("01:00", 60), (" 15 ", 15), ("10000:00", 600_000)]
)
def test_time_is_told_in_minutes_or_by_the_clock(told: str, minutes: int) -> None:
    assert cells.minutes_told(told) == minutes


@pytest.mark.parametrize(
    "told", ["", "0", "0:00", "1:60", "1.5", "-5", "1:5", "600001", "10000:01", "9" * 300, "1h30", "½"]
)
def test_time_that_cannot_be_is_refused(told: str) -> None:
    with pytest.raises(Refused):
        cells.minutes_told(told)


@pytest.mark.parametrize(
    ("told", "at", "day"),
    [
        ("2016-07-01", datetime(2016, 6, 30, 23, tzinfo=UTC), date(2016, 7, 1)),
        ("2016-01-01", datetime(2016, 1, 1, tzinfo=UTC), date(2016, 1, 1)),
        ("2016-07-01 10:30:00", datetime(2016, 7, 1, 9, 30, tzinfo=UTC), date(2016, 7, 1)),
        ("2016-07-01T10:30", datetime(2016, 7, 1, 9, 30, tzinfo=UTC), date(2016, 7, 1)),
        ("2016-07-01 23:30:00 UTC", datetime(2016, 7, 1, 23, 30, tzinfo=UTC), date(2016, 7, 2)),
        ("2016-07-01T23:30:00.123456Z", datetime(2016, 7, 1, 23, 30, 0, 123456, tzinfo=UTC), date(2016, 7, 2)),
        ("2016-07-01 10:30:00 +0200", datetime(2016, 7, 1, 8, 30, tzinfo=UTC), date(2016, 7, 1)),
        ("2016-07-01 10:30:00.5-05:00", datetime(2016, 7, 1, 15, 30, 0, 500_000, tzinfo=UTC), date(2016, 7, 1)),
        ("31/12/2015", datetime(2015, 12, 31, tzinfo=UTC), date(2015, 12, 31)),
        ("1.2.2015", datetime(2015, 2, 1, tzinfo=UTC), date(2015, 2, 1)),
        ("01-02-2015 08:00", datetime(2015, 2, 1, 8, tzinfo=UTC), date(2015, 2, 1)),
        ("2016-10-30 01:30:00", datetime(2016, 10, 30, 0, 30, tzinfo=UTC), date(2016, 10, 30)),
    ],
)
def test_a_moment_is_told_in_the_communitys_zone_or_its_own(told: str, at: datetime, day: date) -> None:
    found = cells.moment(told, LONDON, "when")
    assert (found.at, found.day) == (at, day)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "yesterday",
        "2016-02-30",
        "30/02/2016",
        "02/13/2016",
        "2016-1-1",
        "20160101",
        "2016-W01-1",
        "2016-01-01Z",
        "1/1/16",
        "1.2/2015",
        "1899-12-31",
        "0000-01-01",
        "2016-01-01 25:00:00",
        "2016-01-01 10:00:00 +99:00",
        "9999-12-31 23:59:59 -12:00",
        "٢٠١٦-٠١-٠١",
        "42370",
    ],
)
def test_a_moment_that_cannot_be_is_refused(told: str) -> None:
    with pytest.raises(Refused) as refusal:
        cells.moment(told, LONDON, "when")
    assert refusal.value.field == "when"


def test_what_is_still_to_come_did_not_happen() -> None:
    assert cells.past("2026-11-20 12:00:00Z", LONDON, NOW, "when").at == NOW
    for told in ("2026-11-20 12:00:01Z", "2026-11-21", "2027-01-01"):
        with pytest.raises(Refused, match="still to come"):
            cells.past(told, LONDON, NOW, "when")


def test_what_ids_are_made_of_is_the_same_in_every_zone() -> None:
    for told in ("2016-07-01", "2016-07-01 10:30", "2016-07-01 10:30:00Z"):
        assert cells.moment(told, LONDON, "").told == cells.moment(told, "Asia/Tokyo", "").told


@pytest.mark.parametrize(("cell", "number"), [("12", "12"), (" 0012 ", "12"), ("A-7", "A-7"), ("12b", "12b")])
def test_numbers_are_short_marks(cell: str, number: str) -> None:
    assert cells.named_number(cell) == number


@pytest.mark.parametrize("cell", ["", "-1", "=1+1", "a b", "x" * 21, "é", "１２"])
def test_numbers_that_cannot_be_are_refused(cell: str) -> None:
    for reads in (cells.named_number, cells.plain_number):
        with pytest.raises(Refused):
            reads(cell)


def test_a_kind_of_help_is_found_by_its_name() -> None:
    kinds = (Named("gggg", "Gärten"), Named("bbbb", "Baking", retired=True))
    assert rows.check_kind(" garten ", kinds) == "gggg"
    assert rows.check_kind("", kinds) is None
    for name in ("baking", "cooking"):
        with pytest.raises(Refused):
            rows.check_kind(name, kinds)


def test_a_listing_was_written_before_it_ends() -> None:
    made, later = (cells.moment(told, LONDON, "") for told in ("2016-01-02", "2016-03-01"))
    assert rows.check_days(made, None, NOW) == (made.at, None)
    assert rows.check_days(made, later, NOW) == (made.at, later.day)
    assert rows.check_days(None, None, NOW) == (NOW, None)
    assert rows.check_days(None, later, NOW) == (later.at, later.day)
    assert rows.check_days(made, made, NOW) == (made.at, made.day)
    with pytest.raises(Refused):
        rows.check_days(later, made, NOW)


def a_transfer(payer: str, payee: str, minutes: int, note: str = "") -> BroughtTransfer:
    return BroughtTransfer(payer, payee, minutes, cells.moment("2016-01-02", LONDON, ""), note)


def test_ids_tell_rows_and_communities_apart_and_hold_no_note() -> None:
    plain = a_transfer("1", "2", 60)
    ids = {
        rows.transfer_id(community, transfer, occurrence)
        for community in ("here", "there")
        for transfer in (plain, a_transfer("2", "1", 60), a_transfer("1", "2", 61), a_transfer("12", "", 60))
        for occurrence in (0, 1)
    }
    assert len(ids) == 16
    assert rows.transfer_id("here", plain, 0) == rows.transfer_id("here", a_transfer("1", "2", 60, "a secret"), 0)
    listing = BroughtListing("1", True, "Bread", "fresh", None, NOW, None)
    assert rows.listing_id("here", listing, 0) not in ids
    assert rows.listing_id("here", listing, 0) != rows.listing_id("here", listing, 1)


def test_no_part_of_an_id_passes_for_two() -> None:
    one = BroughtListing("1", True, "a\n1:b", "c", None, NOW, None)
    other = BroughtListing("1", True, "a", "b\n1:c", None, NOW, None)
    assert rows.listing_id("here", one, 0) != rows.listing_id("here", other, 0)


def test_the_ids_of_today_are_those_of_tomorrow() -> None:
    # Another id for the same row would bring everybody's hours a second time.
    assert str(rows.transfer_id("p1", a_transfer("1", "2", 60), 0)) == "fe28af70-2aac-5861-a174-8d92a57e15ab"
    assert (
        str(rows.listing_id("p1", BroughtListing("1", True, "Bread", "", None, NOW, None), 0))
        == "a2f25d55-05fe-597f-b22a-34cb6d074cf5"
    )


def test_the_course_is_how_far_accounts_go() -> None:
    course = Course()
    for payer, payee, minutes in (("1", "2", 60), ("2", POT, 90), ("1", "2", 10), (POT, "1", 70)):
        course.add(a_transfer(payer, payee, minutes))
    assert [tuple(reach) for reach in course.reaches()] == [("1", -70, 0), ("2", -30, 60), (POT, 0, 90)]
    assert course.transfers == 4
