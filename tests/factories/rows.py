"""What stands in the database, to show what was written and that nothing was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tests.factories.people import inside
from timebank.core.database import Base, reading
from timebank.upkeep import queries as upkeep

# What `note()` writes beside a page: tries at secrets, looks, when somebody was last seen.
BESIDE = {"attempt", "look"}


def rows_of(table: str, **where: Any) -> list[dict[str, Any]]:
    """Give the rows of a table as mappings, in the order they were made."""
    found = Base.metadata.tables[table]
    query = sa.select(found).filter_by(**where).order_by(*found.primary_key.columns)
    with inside():
        with reading() as session:
            return [dict(row) for row in session.execute(query).mappings()]


def count(table: str, **where: Any) -> int:
    """Count rows of a table."""
    return len(rows_of(table, **where))


def everything() -> dict[str, list[str]]:
    """Give every row of every table, but for what is written beside a page."""
    found: dict[str, list[str]] = {}
    with inside():
        with reading() as session:
            for table in Base.metadata.sorted_tables:
                if table.name in BESIDE:
                    continue
                columns = [each for each in table.columns if (table.name, each.name) != ("sign_in", "seen_at")]
                found[table.name] = sorted(map(repr, session.execute(sa.select(*columns)).all()))
    return found


@contextmanager
def nothing_written() -> Iterator[None]:
    """Show that the block leaves every table as it was."""
    before = everything()
    yield
    assert everything() == before


def violations() -> list[str]:
    """Give the sentences of every invariant that does not hold."""
    with inside(), reading() as session:
        return [each.sentence for each in upkeep.violations(session)]
