"""Lists of values, and of rows, in statements that are made once.

SQLAlchemy's own way builds the text anew at each run and goes twice over each row's values; on the posting path that
costs as much as the statement itself. Here a list of values is filled up, with its last value again, to the next power
of two, and a statement is kept for each such length. Rows are told by their columns' types and handed to the driver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from timebank.core.database import db

MOST_AT_ONCE = 512
"""How many values go into one statement; databases have a limit."""


def length_for(values: Sequence[object]) -> int:
    """Give the length a list of values is filled up to."""
    return 1 << (len(values) - 1).bit_length()


def among(column: sa.ColumnElement[Any], name: str, length: int) -> sa.ColumnElement[bool]:
    """Write that a column is one of a list of values, called by this name."""
    return column.in_([sa.bindparam(f"{name}_{place}", type_=column.type) for place in range(length)])


def named(name: str, values: Sequence[object]) -> dict[str, object]:
    """Give the values of a list for a statement that knows it by this name."""
    filled = [*values, *[values[-1]] * (length_for(values) - len(values))]
    return {f"{name}_{place}": value for place, value in enumerate(filled)}


def run(statement: sa.Executable, values: Any = None) -> sa.CursorResult[Any]:
    """Run a statement on the transaction's connection, without what a session does for objects of its own."""
    return db.session.connection().execute(statement, values)


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
