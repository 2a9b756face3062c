"""A long history of a timebank that never was, and how bringing it along went: how long, in how much memory."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

MEMBERS = 1_000
FIRST_DAY = datetime(2012, 3, 1)  # noqa: DTZ001 - as the files tell it

# Another process, so that nothing but the command is in its memory. The peak is that of the whole process.
MEASURED = """
import json, resource, sys, time
from timebank.cli import main
from timebank.import_export.commands import bringing

pieces, begun = {}, time.perf_counter()
bar = bringing.bar

def timed(label, length):
    pieces[label] = time.perf_counter() - begun
    return bar(label, length)

bringing.bar = timed
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
used = resource.getrusage(resource.RUSAGE_SELF)
told = {"whole_s": time.perf_counter() - begun, "begun_s": pieces, "processor_s": used.ru_utime + used.ru_stime}
print(json.dumps({**told, "peak_mib": used.ru_maxrss / 1024}))
sys.exit(code)
"""


def long_history(folder: Path, transfers: int, members: int = MEMBERS) -> Path:
    """Write three files with so many transfers, drawn from a seed."""
    folder.mkdir(exist_ok=True)
    drawn = random.Random(7)
    _write(folder / "users.csv", _users(members))
    _write(folder / "posts.csv", _posts(drawn, members))
    _write(folder / "transfers.csv", _transfers(drawn, members, transfers))
    return folder


def _write(path: Path, rows: Iterator[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def _users(members: int) -> Iterator[list[object]]:
    for number in range(1, members + 1):
        yield [
            number,
            "2012-01-05",
            f"Name {number}",
            "",
            "",
            1,
            "1970-01-01",
            f"0123 {number}",
            "",
            f"n{number}@example.org",
        ]


def _posts(drawn: random.Random, members: int) -> Iterator[list[object]]:
    for number in range(1, members + 1):
        kind = drawn.choice(["Offer", "Inquiry"])
        yield [
            number,
            kind,
            f"Thing {number}",
            "Some words\nover two lines",
            3,
            "2012-02-01 10:00:00 UTC",
            "2012-02-01",
            "",
        ]


def _transfers(drawn: random.Random, members: int, transfers: int) -> Iterator[list[object]]:
    at = FIRST_DAY
    for number in range(transfers):
        at += timedelta(minutes=drawn.randint(1, 60))
        payer, payee = drawn.sample(range(1, members + 1), 2)
        types = drawn.choices(
            [("Member", "Member"), ("Member", "Organization"), ("Organization", "Member")], [94, 3, 3]
        )[0]
        seconds = drawn.choice([1800, 3600, 5400, 7200, 5430])
        yield [
            payer,
            types[0],
            payee,
            types[1],
            seconds,
            f"{at:%Y-%m-%d %H:%M:%S} UTC",
            f"Help number {number}",
            number,
        ]


@dataclass(frozen=True)
class Measure:
    """How one import went: seconds in all, when each piece began, seconds of the processor, the peak of memory."""

    whole_s: float
    begun_s: dict[str, float]
    processor_s: float
    peak_mib: float


def read_measure(stdout: str) -> Measure:
    """Give what MEASURED printed last."""
    return Measure(**json.loads(stdout.splitlines()[-1]))
