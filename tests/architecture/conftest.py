"""The town that the walks of every route go through."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.architecture.town import Town, populate


@pytest.fixture
def town(app: Flask) -> Town:
    """Build a populated town, on each database."""
    return populate(app)
