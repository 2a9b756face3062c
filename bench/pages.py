"""Pages of a community with a long book beside those of one with a short book: how many queries, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.book import OWN_LINES, Size, Town, build
from bench.posting import app_on, let_go
from bench.table import Row, seconds, tell
from tests.databases import Backend
from tests.factories.browsers import signed_in_client
from timebank.core.database import db

AIM = 1.25
WARM = 3


@dataclass(frozen=True)
class Sizes:
    """The two books, and how often each page is fetched from each."""

    short: Size
    long: Size
    repetitions: int


THOROUGH = Sizes(Size(1_000, 60, OWN_LINES), Size(200_000, 2_000, 200 * OWN_LINES), repetitions=80)
QUICK = Sizes(Size(120, 16, OWN_LINES), Size(400, 32, 3 * OWN_LINES), repetitions=2)


@dataclass(frozen=True)
class Page:
    """A page: what it is, whose (by their name in the town), and where in the community."""

    name: str
    whose: str
    path: str


PAGES = (
    Page("a member's home", "bounded", ""),
    Page("offers and requests", "bounded", "help"),
    Page("a member's statement", "bounded", "statement"),
    Page("the desk", "coordinator", "desk"),
    Page("home of a member whose lines grow too", "grown", ""),
    Page("statement of a member whose lines grow too", "grown", "statement"),
)


@dataclass(frozen=True)
class Fetched:
    """One page of both books: its queries and its median in seconds, of the short one and of the long one."""

    page: Page
    queries: tuple[int, int]
    seconds: tuple[float, float]

    def row(self, database: str, sizes: Sizes) -> Row:
        """Tell it as a row of the table."""
        short, long = self.seconds
        told = (
            f"{long / short:.2f} times ({short * 1_000:.1f} and {long * 1_000:.1f} ms), "
            f"{self.queries[0]} and {self.queries[1]} queries"
        )
        aim = f"as many queries, {AIM} times the time at most"
        what = f"{self.page.name}, {sizes.short.transfers:,} and {sizes.long.transfers:,} transfers"
        return Row(database, what, aim, told, self.queries[0] == self.queries[1] and long <= AIM * short)


def compare(first: Backend, second: Backend, sizes: Sizes) -> list[Fetched]:
    """Build both books on two databases of one kind, and fetch the pages of both in turn."""
    tell(f"{first.name}: pages")
    towns = [build(app_on(first), sizes.short), build(app_on(second), sizes.long)]
    if second.name == "postgresql":
        for backend in (first, second):  # as it does by itself, within a minute of so much news
            engine = sa.create_engine(backend.owner_url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))
            engine.dispose()
    fetched = [_fetched(page, towns, sizes.repetitions) for page in PAGES]
    for town in towns:
        let_go(town.app)
    return fetched


def _fetched(page: Page, towns: list[Town], repetitions: int) -> Fetched:
    tell(f"  {page.name}")
    readers = [signed_in_client(town.app, getattr(town, page.whose)) for town in towns]
    path = towns[0].bounded.community.path(page.path)
    for _ in range(WARM):
        for reader in readers:
            assert reader.get(path).status_code == 200
    queries = [_queries(town, reader, path) for town, reader in zip(towns, readers, strict=True)]
    took = [[seconds(lambda one=reader: one.get(path)) for reader in readers] for _ in range(repetitions)]  # type: ignore[misc]
    short, long = (median(times) for times in zip(*took, strict=True))
    return Fetched(page, (queries[0], queries[1]), (short, long))


def _queries(town: Town, reader: FlaskClient, path: str) -> int:
    with town.app.app_context():
        engine = db.engine
    with counted(engine) as sent:
        reader.get(path)
    return len(sent)


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """Give the statements an engine sends within the block."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", keep)
