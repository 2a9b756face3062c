"""The site as it is served: gunicorn on a port of this machine, and somebody at a browser who asks again."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from config import ROOT
from tests.databases import Backend
from timebank.cli.serving import web_command

NOBODY_ANSWERED = 0
UP_WITHIN_S = 90.0
GIVE_UP_AFTER_S = 120.0
FIELD = re.compile(r'name="(csrf_token|key)"[^>]*value="([^"]+)"')


@dataclass
class Answer:
    """What came back: a status (0 where nobody answered), headers and the page."""

    status: int
    page: str = ""
    retry_after: str | None = None
    cookies: list[str] = field(default_factory=list)


@dataclass
class Site:
    """A web server of its own, on a database that may be hurt."""

    backend: Backend
    port: int = 0
    master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until it answers."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        chosen = self.backend.settings(PORT=str(self.port))
        environ = {
            **os.environ,
            "SECRET_KEY": chosen.secret_key,
            "INSTANCE_DIR": str(self.backend.folder),
            "DATABASE_URL": self.backend.url,
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        self.master = subprocess.Popen(  # noqa: S603
            web_command(chosen), env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.wait()

    def wait(self) -> None:
        """Wait until somebody answers."""
        until = time.monotonic() + UP_WITHIN_S
        while self.ask("GET", "/help").status == NOBODY_ANSWERED:
            assert time.monotonic() < until, "The site does not come up."
            time.sleep(0.05)

    def workers(self) -> list[int]:
        """Give the processes that answer."""
        assert self.master is not None
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def kill_worker(self) -> None:
        """Kill whoever answers; the server puts another in their place."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """Kill all of it."""
        assert self.master is not None
        self.master.kill()
        self.kill_worker()
        self.master.wait()

    def stop(self) -> None:
        """End it."""
        if self.master is not None and self.master.poll() is None:
            self.kill()

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body or None, headers or {})
            found = connection.getresponse()
            page = found.read().decode()
        except (OSError, http.client.HTTPException):
            return Answer(NOBODY_ANSWERED)
        finally:
            connection.close()
        return Answer(found.status, page, found.getheader("Retry-After"), found.headers.get_all("Set-Cookie") or [])


@dataclass
class Visitor:
    """Somebody signed in who gives a minute to the pot again and again, and asks again where it did not work."""

    site: Site
    path: str
    cookies: dict[str, str]
    tried: set[str] = field(default_factory=set)
    given: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    refused: list[Answer] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, fields: dict[str, str] | None = None) -> Answer:
        """Open the page or send its form."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = self.site.ask(method, self.path, urlencode(fields or {}), headers)
        for cookie in answer.cookies:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def open_form(self) -> None:
        """Read the form once; a form left open stays good."""
        answer = self.ask("GET")
        assert answer.status == 200, answer
        self.form = {name: unescape(value) for name, value in FIELD.findall(answer.page)}

    def send(self, key: str) -> Answer:
        """Send the form under a key, and keep what came of it."""
        fields = {**self.form, "key": key, "hours": "", "minutes": "1", "words": ""}
        answer = self.ask("POST", fields)
        self.answers[answer.status] += 1
        if answer.status == 303:
            self.given.append(key)
        elif answer.status != NOBODY_ANSWERED:
            self.refused.append(answer)
        self.tried.add(key)
        return answer

    def give(self) -> int:
        """Give a minute, asking again with the same key until it is done. Gives how often that was."""
        key, until = str(uuid.uuid4()), time.monotonic() + GIVE_UP_AFTER_S
        times = 1
        while self.send(key).status != 303:
            assert time.monotonic() < until, "Asking again does not help."
            times += 1
            time.sleep(0.05)
        return times
