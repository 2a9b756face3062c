"""`python -m bench`: measure what is claimed of speed, on this machine, on SQLite and on PostgreSQL, as ratios."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench import beside_hordak, pages, posting, writers
from bench.table import Row, tell, written
from tests.databases import Backend, database_on, postgresql_server, sqlite_backend

Four = tuple[Backend, Backend, Backend, Backend]


@contextmanager
def sqlite(*, durable: bool) -> Iterator[Four]:
    """Give four files; whatever is committed reaches the disk."""
    del durable
    with sqlite_backend() as one, sqlite_backend() as two, sqlite_backend() as three, sqlite_backend() as four:
        yield one, two, three, four


@contextmanager
def postgresql(*, durable: bool) -> Iterator[Four]:
    """Give four databases on one server."""
    with postgresql_server(durable=durable) as url:
        with database_on(url, "one") as one, database_on(url, "two") as two:
            with database_on(url, "three") as three, database_on(url, "four") as four:
                yield one, two, three, four


KINDS = {"sqlite": sqlite, "postgresql": postgresql}


def measure(kind: str, *, quick: bool) -> list[Row]:
    """Measure everything on one kind of database."""
    sizes = pages.QUICK if quick else pages.THOROUGH
    with KINDS[kind](durable=not quick) as (one, two, short, long):
        often = posting.QUICK if quick else posting.THOROUGH
        rows = posting.compare(one, two, often)
        rows.append(writers.measure(one, writers.QUICK if quick else writers.THOROUGH))
        if kind == "postgresql" and beside_hordak.is_here():
            rows += beside_hordak.compare(two, often)
        return rows + [page.row(kind, sizes) for page in pages.compare(short, long, sizes)]


def main(given: Sequence[str] | None = None) -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small books, few repetitions: to see that it runs")
    parser.add_argument("--only", choices=KINDS, help="one kind of database")
    asked = parser.parse_args(given)
    rows = [row for kind in ([asked.only] if asked.only else KINDS) for row in measure(kind, quick=asked.quick)]
    print(written(rows))
    missed = [row for row in rows if not row.ok]
    tell(f"{len(missed)} of {len(rows)} aims were missed." if missed else "Every aim was met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
