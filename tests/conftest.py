"""What every test stands on: an app on an empty database, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import Backend, postgresql_backend, sqlite_backend
from tests.factories import working_on
from timebank import create_app
from timebank.core.database import db

hypothesis_settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")

# Files that need not outlive the machine stand in memory where there is room: else most of the time is waiting for a
# disk. They are files like others, with the same locks. `make faults` and `make long` stay on the disk (TESTS_ON_DISK).
IN_MEMORY, ROOM = "/dev/shm", 2 << 30  # noqa: S108
if "TESTS_ON_DISK" not in os.environ and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    tempfile.tempdir = os.environ["TMPDIR"] = IN_MEMORY

BACKENDS = {"sqlite": sqlite_backend, "postgresql": postgresql_backend}


@pytest.fixture(scope="session", params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Give each database in turn, with its tables made."""
    with BACKENDS[request.param]() as made:
        made.migrate()
        yield made


@pytest.fixture(scope="session")
def app_of_session(backend: Backend) -> Flask:
    """Make one app for each database."""
    return create_app(backend.settings(), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)


@pytest.fixture
def app(app_of_session: Flask, backend: Backend) -> Iterator[Flask]:
    """Give the app on an empty database. No app context is pushed: it would keep people signed in between requests."""
    with working_on(app_of_session):
        yield app_of_session
    with app_of_session.app_context():
        db.engine.dispose()
    backend.empty()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give somebody with a browser, not signed in."""
    return app.test_client()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what did not run, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    deselected = len(terminalreporter.stats.get("deselected", []))
    reasons = sorted({str(each.longrepr[2]) if isinstance(each.longrepr, tuple) else "?" for each in skipped})
    parts = [f"{len(skipped)} skipped ({'; '.join(reasons)})"] if skipped else []
    if deselected:
        parts.append(f"{deselected} long ones (run `make long`)")
    terminalreporter.write_line("Not run: " + (", ".join(parts) or "nothing") + ".")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail under CI where anything was skipped: there everything is at hand."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none, loudly; under CI it fails instead."""
    if shutil.which("chromium") or os.environ.get("CI"):
        return
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
