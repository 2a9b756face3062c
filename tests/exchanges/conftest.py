"""Two who help each other, and somebody who looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.factories.exchanges import Pair
from tests.factories.people import a_member, working_on
from timebank.core.access import Role


@pytest.fixture
def pair(app: Flask) -> Iterator[Pair]:
    """Give Ama who helps, Jo who is helped, and Rosa who coordinates."""
    with working_on(app):
        yield Pair(a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))
