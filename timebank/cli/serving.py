"""Serve the site: the web and the jobs, two processes under one command."""

from __future__ import annotations

import signal
import subprocess  # nosec B404
import sys
import time
from pathlib import Path
from types import FrameType

import click
from flask.cli import with_appcontext

from config import Settings
from timebank.cli import demo, jobs_loop
from timebank.core import console
from timebank.core.door import settings
from timebank.core.errors import Refused
from timebank.core.words import N_

STOP_WITHIN_S = 15
ENDED_WELL = {0, -signal.SIGTERM, -signal.SIGINT}


@click.command(help="Serve the site: web and jobs together, until Ctrl-C.")
@with_appcontext
def run() -> None:
    """Bring the database up to date, build the demo where it is wanted, and serve."""
    with console.told_plainly():
        _make_ready()
    _serve()


def _make_ready() -> None:
    state = console.state_of_database()
    if state == "ahead":
        raise Refused(N_("The database is newer than the program. Update the program first."))
    if state != "ready":
        click.echo("Making the tables." if state == "empty" else "Bringing the tables up to date.")
        console.bring_up_to_date()
    _prepare_demo()


def _prepare_demo() -> None:
    if not settings().demo:
        return
    demo.settle_in()
    told = demo.how_to_sign_in(settings().address)
    if told:
        click.echo(told)


def _serve() -> None:
    here = Path(sys.executable).parent
    processes = [
        subprocess.Popen(web_command(settings())),  # noqa: S603
        subprocess.Popen([str(here / "timebank"), "jobs"]),  # noqa: S603
    ]
    click.echo(f"Timebank is at {settings().address} — stop it with Ctrl-C.")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while all(process.poll() is None for process in processes):
        time.sleep(0.2)
    stop(signal.SIGTERM, None)
    for process in processes:
        process.wait(timeout=STOP_WITHIN_S)
    sys.exit(max((abs(process.returncode) for process in processes if process.returncode not in ENDED_WELL), default=0))


def web_command(chosen: Settings) -> list[str]:
    """Give the words that start the web server."""
    return [
        str(Path(sys.executable).parent / "gunicorn"),
        "--bind",
        f"{chosen.host}:{chosen.port}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        str(chosen.web_threads),
        "--no-control-socket",
        "--log-level",
        "warning",
        "timebank:create_app()",
    ]


@click.command(help="Do what is due: mail, reminders, nightly work. `timebank run` starts it beside the web.")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@console.ready
def jobs(*, once: bool) -> None:
    """Run the jobs loop."""
    if once:
        jobs_loop.one_round()
        return
    jobs_loop.keep_going()
