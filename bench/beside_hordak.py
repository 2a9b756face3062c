"""One transfer through our ledger beside one through django-hordak, in turn, on databases of the same server.

Ours judges limits, holds the book, hashes and chains; theirs keeps two legs and lets triggers check that they agree.
django-hordak is no dependency: `make bench` puts it into a folder of its own, and it runs in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.posting import Often, app_on, let_go, populate, post, postings_of
from bench.table import Row, seconds, tell
from config import ROOT
from tests.databases import Backend

PACKAGES = ROOT / "build" / "hordak"
SIDE = Path(__file__).with_name("hordak_side.py")
AIM = 1.0
OURS = "ours"
WAYS = {"bare": "without limits", "limited": "with a limit looked at"}


def is_here() -> bool:
    """Tell whether `make bench` has put it there."""
    return PACKAGES.is_dir()


def compare(backend: Backend, often: Often) -> list[Row]:
    """Transfer as often as wanted, in turn on all sides."""
    tell(f"{backend.name}: beside django-hordak")
    app = app_on(backend)
    people = populate(app, often.members)
    wanted = postings_of(people, 0, often.warm + often.single, "beside")
    took: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder, backend.beside(Path(folder)) as other:
        with _side(other.owner_url, often.members) as ask, app.app_context():
            for posting in wanted:
                ours = seconds(lambda one=posting: post([one]))  # type: ignore[misc]
                took.append({OURS: ours, **{way: ask(way) for way in WAYS}})
    let_go(app)
    return [row(backend.name, way, took[often.warm :]) for way in WAYS]


def row(database: str, way: str, took: Sequence[Mapping[str, float]]) -> Row:
    """Tell the medians of ours and of one of their ways, in seconds, as a row of the table."""
    ours, theirs = (1 / median(each[side] for each in took) for side in (OURS, way))
    told = f"{ours / theirs:.2f} times as many ({ours:,.0f} and {theirs:,.0f} transfers a second)"
    aim = f"more than {AIM:.0f} time as many"
    return Row(database, f"one transfer, beside django-hordak {WAYS[way]}", aim, told, ours / theirs > AIM)


@contextmanager
def _side(address: str, accounts: int) -> Iterator[Callable[[str], float]]:
    """Start the other side; asked for one of the ways, it transfers once and gives the seconds."""
    plain = address.replace("postgresql+psycopg://", "postgresql://")
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-P", str(SIDE), plain, str(accounts)],
        env={**os.environ, "PYTHONPATH": str(PACKAGES)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    to, back = process.stdin, process.stdout
    assert to is not None
    assert back is not None

    def ask(way: str) -> float:
        to.write(f"{way}\n")
        return float(back.readline())

    try:
        assert back.readline() == "ready\n", "django-hordak did not start"
        yield ask
    finally:
        to.close()
        process.wait()
        back.close()
