"""Lists of values in statements that are made once: SQLAlchemy's own way builds their text anew at each run.

On the posting path that costs as much as the statement itself. Here a list is filled up, with its last value again, to
the next power of two, and a statement is kept for each such length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

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
