"""Carry every row of one database into another: ids, hashes and order unchanged, between SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from timebank.core.database import Base

AT_ONCE = 1_000


def carry(source: Connection, target: Connection, *, told: Callable[[int], None] = lambda _rows: None) -> None:
    """Copy all rows into tables that are there and empty. `told` hears how many rows came over, by and by.

    Both connections are in a transaction; the source's sees one moment. The caller commits.
    """
    with _triggers_asleep(target):
        for table in Base.metadata.sorted_tables:
            _copy(source, target, table, told)
    if target.dialect.name == "postgresql":
        _count_on(target)


def _copy(source: Connection, target: Connection, table: sa.Table, told: Callable[[int], None]) -> None:
    # Rows that refer to rows of their own table come later than those: a counter-entry has the higher number.
    order = (table.c.community_id, table.c.seq) if "seq" in table.c and "community_id" in table.c else table.primary_key
    found = source.execution_options(stream_results=True).execute(sa.select(*table.c).order_by(*order))
    for some in found.mappings().partitions(AT_ONCE):
        target.execute(table.insert(), [dict(row) for row in some])
        told(len(some))


@contextmanager
def _triggers_asleep(target: Connection) -> Iterator[None]:
    """Let rows come in as they are: a limit change that is copied must not move the limit once more."""
    if target.dialect.name == "sqlite":
        wanted = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        triggers = target.execute(wanted).all()
        for name, _sql in triggers:
            target.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for _name, sql in triggers:
            target.exec_driver_sql(sql)
        return
    names = [table.name for table in Base.metadata.sorted_tables]
    for name in names:
        target.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    yield
    for name in names:
        target.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def _count_on(target: Connection) -> None:
    """Let PostgreSQL's counters go on after the highest number that came over."""
    for table in Base.metadata.sorted_tables:
        for column in table.primary_key:
            counter = target.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
            if counter:
                highest = target.scalar(sa.select(sa.func.max(column)))
                if highest is not None:
                    target.execute(sa.select(sa.func.setval(counter, highest)))
