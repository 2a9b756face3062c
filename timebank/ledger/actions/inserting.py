"""Insert rows by statements that are made once: told by their columns' types and handed to the driver.

SQLAlchemy's own way goes twice over each row's values, which on the posting path costs as much as the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from timebank.core.database import db


def insert(table: sa.Table, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows, each with its values in the order of the table's columns, in one statement."""
    connection = db.session.connection()
    text, names, tell = _inserting(table, connection.dialect)
    told = [
        [value if how is None or value is None else how(value) for how, value in zip(tell, row, strict=True)]
        for row in rows
    ]
    if connection.dialect.positional:
        connection.exec_driver_sql(text, [tuple(values) for values in told])
    else:
        connection.exec_driver_sql(text, [dict(zip(names, values, strict=True)) for values in told])


@cache
def _inserting(table: sa.Table, dialect: Dialect) -> tuple[str, Sequence[str], Sequence[Callable[[Any], Any] | None]]:
    columns = list(table.columns)
    statement = sa.insert(table).values({each: sa.bindparam(each.name) for each in columns})
    tell = [each.type.dialect_impl(dialect).bind_processor(dialect) for each in columns]
    return str(statement.compile(dialect=dialect)), [each.name for each in columns], tell
