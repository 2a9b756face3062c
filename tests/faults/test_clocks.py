"""The machine's clock goes wrong: an hour back, a year on. The book is numbered by itself and keeps its order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.browsers import send, signed_in_client
from tests.factories.people import a_member, working_on
from tests.factories.rows import rows_of, violations
from tests.faults.test_statements import earned
from timebank.core import clock

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
JUMPS = (timedelta(0), -timedelta(hours=1), timedelta(days=365), timedelta(0), -timedelta(days=365))


@pytest.fixture(autouse=True)
def _here(app: Flask) -> Iterator[None]:
    with working_on(app):
        yield


def test_the_book_is_whole_whatever_the_clock_says(app: Flask) -> None:
    ama = a_member("Ama")
    for jump in JUMPS:
        with clock.set_to(NOW + jump):
            earned(ama, 10)
            client = signed_in_client(app, ama)
            key = {"key": f"00000000-0000-0000-0000-{JUMPS.index(jump):012}", "minutes": "5", "hours": ""}
            assert send(client, ama.community.path("pot"), key).status_code == 303
            assert send(client, ama.community.path("pot"), key).status_code == 303
    found = rows_of("transfer")
    assert sorted(row["seq"] for row in found) == list(range(1, len(found) + 1))
    assert len([row for row in found if row["kind"] == "gift"]) == len(set(JUMPS))
    assert violations() == []


def test_whoever_is_signed_in_when_the_clock_jumps_a_year_signs_in_again_and_loses_nothing(app: Flask) -> None:
    ama = a_member("Ama")
    with clock.set_to(NOW):
        earned(ama, 10)
        client = signed_in_client(app, ama)
    with clock.set_to(NOW + timedelta(days=365)):
        answer = client.get(ama.community.path("pot"))
        assert answer.status_code == 303
        assert "/sign-in" in answer.location
    with clock.set_to(NOW - timedelta(hours=1)):
        client = signed_in_client(app, ama)
        assert client.get(ama.community.path("pot")).status_code == 200
        key = {"key": "00000000-0000-0000-0000-000000000001", "minutes": "5", "hours": ""}
        assert send(client, ama.community.path("pot"), key).status_code == 303
    assert len(rows_of("transfer", kind="gift")) == 1
