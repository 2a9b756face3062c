"""The served site is hurt in every way while somebody gives hours: plain pages, nothing lost, nothing doubled."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.databases import Backend, address_of, database_on, own_server, sqlite_backend
from tests.factories.people import Member, a_member, working_on
from tests.factories.rows import rows_of
from tests.faults.figures import count, wanted
from tests.faults.site import NOBODY_ANSWERED, Site, Visitor
from tests.faults.test_statements import earned
from timebank import create_app
from timebank.core import clock
from timebank.core.database import db, reading, transaction
from timebank.core.door import cookie_name
from timebank.people import actions as people
from timebank.upkeep import queries as upkeep

EARNED = 2_000
LONGEST_ANSWER_S = 12
EXPECTED = {303, 503, NOBODY_ANSWERED}


class Server:
    """A server of PostgreSQL that is killed and comes back."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    def processes(self) -> list[int]:
        first = self.handle.get_postmaster_info().process
        return [first.pid, *(child.pid for child in first.children(recursive=True))]

    def backends(self) -> list[int]:
        """Give the processes that work for the web."""
        return [pid for pid in self.processes() if b"timebank_web" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def kill(self) -> None:
        """Kill all of its processes at once, as a machine that loses its power does."""
        killed = self.processes()
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _until(lambda: all(_is_dead(pid) for pid in killed))

    def end(self) -> None:
        """Kill it for good, and leave nothing behind by which it could be waited for."""
        self.kill()
        self.forget()

    def forget(self) -> None:
        """Take its traces away. Where nobody buries the dead they still look alive to who reads these files."""
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self.handle.pgdata / name).unlink(missing_ok=True)

    def restart(self) -> None:
        """Let it come up again and put itself right."""
        self.forget()
        for _ in range(6):  # the wheel waits ten seconds; a busy machine needs longer, and the next look finds it up
            with suppress(subprocess.SubprocessError):
                self.handle.ensure_postgres_running()
                return
        raise AssertionError("The server does not come up again.")


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@contextmanager
def on_sqlite() -> Iterator[tuple[Backend, None]]:
    with sqlite_backend() as backend:
        yield backend, None


@contextmanager
def on_postgresql() -> Iterator[tuple[Backend, Server]]:
    with tempfile.TemporaryDirectory(prefix="timebank-own-") as folder, own_server(Path(folder)) as handle:
        server = Server(handle)
        try:
            with database_on(address_of(handle), "own") as backend:
                yield backend, server
        finally:
            server.end()


@contextmanager
def a_site(kind: str) -> Iterator[tuple[Site, Server | None, Flask, Member]]:
    """Serve a site of its own, with Ama who has hours to give; in the end look that its books are true."""
    with on_sqlite() if kind == "sqlite" else on_postgresql() as (backend, server):
        backend.migrate()
        app = create_app(backend.settings(), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)
        site = Site(backend)
        with working_on(app):
            ama = a_member("Ama")
            earned(ama, EARNED)
            site.start()
            try:
                yield site, server, app, ama
            finally:
                site.stop()
                with app.app_context():
                    db.engine.dispose()


def a_visitor(site: Site, app: Flask, member: Member) -> Visitor:
    with app.app_context():
        with transaction():
            token = people.sign_in(person_id=member.person_id, shared_device=False, now=clock.now())
        name = cookie_name()
    visitor = Visitor(site, member.community.path("pot"), {name: token})
    visitor.open_form()
    return visitor


def judge(app: Flask, visitor: Visitor) -> None:
    """Look that every gift that was acknowledged stands once, and that nobody saw anything but plain pages."""
    with app.app_context():
        db.engine.dispose()
        with reading() as session:
            assert list(upkeep.violations(session)) == []
    gifts = len(rows_of("transfer", kind="gift"))
    count("site_acknowledged", len(visitor.given))
    count("acknowledged_lost", max(len(set(visitor.given)) - gifts, 0))
    count("doubled", max(gifts - len(visitor.tried), 0))
    assert gifts == len(visitor.tried) == len(set(visitor.given))
    assert set(visitor.answers) <= EXPECTED, visitor.answers
    for answer in visitor.refused:
        assert "<h1" in answer.page
        assert "try again" in answer.page.lower()
        assert "Traceback" not in answer.page


@contextmanager
def meanwhile(visitor: Visitor) -> Iterator[None]:
    """Let the visitor give again and again beside the block, and finish what they began after it."""
    stop, broke = threading.Event(), []

    def give() -> None:
        try:
            while not stop.is_set():
                visitor.give()
        except AssertionError as why:
            broke.append(why)

    giving = threading.Thread(target=give)
    giving.start()
    try:
        yield
    finally:
        stop.set()
        giving.join()
    assert broke == []


def workers_are_killed(site: Site, visitor: Visitor, kills: int) -> None:
    with meanwhile(visitor):
        for _ in range(kills):
            given = len(visitor.given)
            site.kill_worker()
            count("web_kills", 1)
            site.wait()
            _until(lambda before=given: len(visitor.given) > before + 1)


def all_of_it_is_killed(site: Site, visitor: Visitor) -> None:
    with meanwhile(visitor):
        time.sleep(0.2)
        site.kill()
        count("web_kills", 1)
        time.sleep(0.1)
        site.start()


def server_is_killed(site: Site, server: Server, visitor: Visitor, kills: int) -> None:
    with meanwhile(visitor):
        for _ in range(kills):
            given = len(visitor.given)
            server.kill()
            count("server_kills", 1)
            seen = len(visitor.refused)
            _until(lambda before=seen: len(visitor.refused) > before)
            server.restart()
            _until(lambda before=given: len(visitor.given) > before + 1)
    assert any(answer.status == 503 for answer in visitor.refused)


def disk_is_full(site: Site, server: Server | None, visitor: Visitor) -> None:
    """Let no file grow any more, for whoever writes: SQLite's is the web itself, PostgreSQL has its own."""
    key = "00000000-0000-0000-0000-00000000f011"
    if server is None:
        _empty_the_journal(site)
    writers = site.workers() if server is None else server.backends()
    let_files_grow(writers, 0)
    try:
        answer = visitor.send(key)
        assert answer.status == 503, answer
    finally:
        let_files_grow(writers, resource.RLIM_INFINITY)
    _until(lambda: visitor.send(key).status == 303)
    count("full_disks", 1)


def let_files_grow(pids: Sequence[int], longest: int) -> None:
    """Set how long a file of some processes may grow, as whoever they belong to: else the kernel may not allow it."""
    for pid in pids:
        with suppress(FileNotFoundError):
            owner = Path(f"/proc/{pid}").stat().st_uid
            child = os.fork()
            if child == 0:
                with suppress(OSError):
                    if owner != os.getuid():
                        os.setuid(owner)
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))
                os._exit(0)
            os.waitpid(child, 0)


def _empty_the_journal(site: Site) -> None:
    engine = site.backend.owner()
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    engine.dispose()


def database_is_locked(site: Site, app: Flask, visitor: Visitor, seconds: float) -> None:
    """Let somebody hold the book for a while: who writes is told so in time, who reads is not stopped."""
    key = "00000000-0000-0000-0000-000000010ced"

    def hold(held: threading.Event) -> None:
        with app.app_context(), transaction() as session:
            if session.connection().dialect.name == "postgresql":
                session.execute(sa.text("SELECT seq FROM book FOR UPDATE"))
                session.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            held.set()
            time.sleep(seconds)

    held = threading.Event()
    holder = threading.Thread(target=hold, args=(held,))
    holder.start()
    held.wait()
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < seconds - LONGEST_ANSWER_S:
            assert visitor.send(key).status == 503
            assert visitor.ask("GET").status == 200
    finally:
        holder.join()
    assert visitor.send(key).status == 303
    assert visitor.send(key).status == 303
    count("seconds_locked", int(time.monotonic() - begun))


def _until(holds: Any) -> None:
    until = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < until, "It does not come to that."
        time.sleep(0.02)


def hurt_in_every_way(kind: str, *, web_kills: int, server_kills: int, locked_s: float) -> None:
    with a_site(kind) as (site, server, app, ama):
        visitor = a_visitor(site, app, ama)
        assert visitor.give() == 1
        workers_are_killed(site, visitor, web_kills)
        disk_is_full(site, server, visitor)
        if locked_s:
            database_is_locked(site, app, visitor, locked_s)
        if server is not None:
            server_is_killed(site, server, visitor, server_kills)
        all_of_it_is_killed(site, visitor)
        site.stop()
        judge(app, visitor)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_site_that_is_hurt_answers_plainly_and_keeps_what_it_acknowledged(kind: str) -> None:
    hurt_in_every_way(kind, web_kills=1, server_kills=1, locked_s=0)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_site_that_is_hurt_for_long_keeps_what_it_acknowledged(kind: str) -> None:
    hurt_in_every_way(kind, web_kills=wanted("web_kills", 20), server_kills=wanted("server_kills", 20), locked_s=30)
