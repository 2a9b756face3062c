"""Many processes that post into one community at once: how many durable posts a second, and how long one waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter

from flask import Flask

from bench.posting import app_on, let_go, populate, post, postings_of
from bench.table import Row, tell
from tests.databases import Backend
from tests.processes import DONE, at_once
from timebank.core.database import Busy
from timebank.ledger.rules import Posting

FEWEST_A_SECOND, LONGEST_S = 50, 2.0

Times = tuple[float, float]
"""When a post was asked for and when it was answered, in seconds of one clock for all processes of this machine."""


@dataclass(frozen=True)
class Crowd:
    """How many write at once, how often each of them posts, and how often before that, to be warm as a site is."""

    writers: int
    each: int
    warm: int


THOROUGH = Crowd(writers=16, each=60, warm=3)
QUICK = Crowd(writers=3, each=3, warm=1)


def measure(backend: Backend, crowd: Crowd) -> Row:
    """Let all of them post, each its own, into the same book."""
    tell(f"{backend.name}: {crowd.writers} writers at once")
    app = app_on(backend)
    people = populate(app, 2 * crowd.writers)
    wanted = postings_of(people, 0, crowd.writers * (crowd.warm + crowd.each), "crowd")
    shares = [wanted[first :: crowd.writers] for first in range(crowd.writers)]
    times = _posted(app, [partial(_post_all, share, crowd.warm) for share in shares])
    let_go(app)
    return row(backend.name, crowd, times)


def _posted(app: Flask, deeds: Sequence[Callable[[], list[Times]]]) -> list[Times]:
    answers = at_once(app, deeds)
    assert all(answer.kind == DONE for answer in answers), answers
    return [times for answer in answers for times in answer.value]


def _post_all(share: Sequence[Posting], warm: int) -> list[Times]:
    times = []
    for posting in share:
        asked = perf_counter()
        _post_until_heard(posting)
        times.append((asked, perf_counter()))
    return times[warm:]


def _post_until_heard(posting: Posting) -> None:
    while True:
        try:
            return post([posting])
        except Busy:  # whoever is told to come back does so, and has waited all that time
            continue


def row(database: str, crowd: Crowd, times: Sequence[Times]) -> Row:
    """Tell all posts together as a row of the table."""
    waits = sorted(answered - asked for asked, answered in times)
    span = max(answered for _asked, answered in times) - min(asked for asked, _answered in times)
    rate, worst = len(times) / span, waits[-1]
    told = f"{rate:,.0f} a second, median {median(waits) * 1_000:.0f} ms, worst {worst:.2f} s"
    what = f"{crowd.writers} writers into one community, durably"
    aim = f"at least {FEWEST_A_SECOND} a second, none waits {LONGEST_S:.0f} s"
    return Row(database, what, aim, told, rate >= FEWEST_A_SECOND and worst < LONGEST_S)
