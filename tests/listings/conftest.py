"""It is a summer's day in 2030, and three people are here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.factories import Member, a_member
from timebank.core import clock
from timebank.core.access import Role


@pytest.fixture(autouse=True)
def summer_day() -> Iterator[None]:
    with clock.set_to(datetime(2030, 6, 3, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


@pytest.fixture
def jo(app: Flask) -> Member:
    return a_member("Jo")


@pytest.fixture
def rosa(app: Flask) -> Member:
    return a_member("Rosa", roles=[Role.COORDINATOR])
