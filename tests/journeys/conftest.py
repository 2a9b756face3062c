"""The site as it really runs, `timebank run` on each database, and a browser on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from config import ROOT
from tests.databases import SECRET, Backend

HERE = Path(sys.executable).parent
STARTS_WITHIN_S = 90
STOPS_WITHIN_S = 90
SLUG = "harbour-street"


@dataclass(frozen=True)
class Site:
    """A running site: where it is, what it was started with, and the code for its first coordinator."""

    address: str
    environ: dict[str, str]
    first_code: str

    def console(self, *command: str) -> str:
        """Run a command of the console, and give what it printed; it has to end well."""
        return _console(self.environ, *command)


def _console(environ: dict[str, str], *command: str) -> str:
    asked = [str(HERE / "timebank"), *command]
    done = subprocess.run(asked, env=environ, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def site(backend: Backend, tmp_path: Path) -> Iterator[Site]:
    """Open a community as a host does, and serve it: the web and the jobs."""
    port = _free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "XDG_RUNTIME_DIR"}},
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(tmp_path),
        "DATABASE_URL": backend.url,
        "PORT": str(port),
    }
    if backend.owner_url != backend.url:
        environ["DATABASE_OWNER_URL"] = backend.owner_url
    _console(environ, "community", "create", SLUG, "Harbour Street")
    told = _console(environ, "person", "invite", "--community", SLUG, "--role", "coordinator")
    code = told.split("Code: ")[1].split()[0]
    log = (tmp_path / "served.log").open("w")
    served = subprocess.Popen([str(HERE / "timebank"), "run"], env=environ, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603
    try:
        _wait_for(f"http://127.0.0.1:{port}/help", served, log.name)
        yield Site(f"http://127.0.0.1:{port}", environ, code)
    finally:
        served.terminate()
        served.wait(timeout=STOPS_WITHIN_S)
        log.close()
        backend.empty()


def _wait_for(address: str, served: subprocess.Popen[bytes], log: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        assert served.poll() is None, Path(log).read_text()
        with suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
            return
        time.sleep(0.1)
    raise AssertionError("The site did not start: " + Path(log).read_text())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the system's Chromium."""
    with sync_playwright() as playwright:
        # As root, as in most containers, Chromium starts only without its sandbox; it sees nothing but our own pages.
        opened = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


def _chromium() -> str:
    found = shutil.which("chromium")
    assert found, "These journeys need Chromium: `apt install chromium`."
    return found
