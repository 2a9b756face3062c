"""The town that tests of the ledger play in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.ledger.town import Town, open_town


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    """Open a small town, on each database."""
    with app.app_context():
        yield open_town()
