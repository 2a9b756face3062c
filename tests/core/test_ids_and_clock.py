"""Ids that cannot be guessed, and a clock that can be told what time it is."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from timebank.core import clock, ids


def test_ids_differ_and_hold_no_letters_that_look_alike() -> None:
    drawn = {ids.public_id() for _ in range(500)}
    assert len(drawn) == 500
    assert all(re.fullmatch("[23456789bcdfghjkmnpqrstvwxyz]{12}", each) for each in drawn)


def test_a_code_for_paper_has_three_groups_of_four() -> None:
    assert re.fullmatch("([2-9bcdfghjkmnpqrstvwxyz]{4}-){2}[2-9bcdfghjkmnpqrstvwxyz]{4}", ids.card_code())


def test_the_same_seed_draws_the_same_ids_and_never_the_same_secrets() -> None:
    def drawn() -> list[str]:
        with ids.seeded(random.Random(7)):
            return [ids.public_id(), str(ids.new_uuid()), ids.secret_token(), ids.card_code()]

    first, second = drawn(), drawn()
    assert first[:2] == second[:2]
    assert not set(first[2:]) & set(second[2:])
    assert ids.public_id() != first[0]


def test_uuids_are_of_the_fourth_kind() -> None:
    assert ids.new_uuid().version == 4


def test_the_clock_says_what_it_is_told_and_only_inside_the_block() -> None:
    told = datetime(2026, 10, 25, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    with clock.set_to(told):
        assert clock.now() == told
        assert clock.now().tzinfo is UTC
        assert clock.today("Europe/London") == date(2026, 10, 25)
        assert clock.today("America/New_York") == date(2026, 10, 24)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.set_to(datetime(2026, 1, 1)):  # noqa: DTZ001 - the point of it
        pass
