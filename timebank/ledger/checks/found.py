"""What a check finds, and how it reads: streamed rows of plain SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

ROWS_AT_ONCE = 5_000
STREAMED = {"stream_results": True, "max_row_buffer": ROWS_AT_ONCE}


class Violation(NamedTuple):
    """Something that should not be: in which community, at which row, in a sentence for the host."""

    community_id: int
    row: str
    sentence: str


Check = Callable[[Session], Iterator[Violation]]


def rows(session: Session, statement: str | sa.Select[Any], **values: Any) -> Iterator[Any]:
    """Read rows by and by, so that a long book fits into little memory. A list among `values` stands for IN."""
    if isinstance(statement, str):
        several: list[sa.BindParameter[Any]] = [
            sa.bindparam(name, expanding=True) for name, value in values.items() if isinstance(value, list)
        ]
        wanted: sa.Executable = sa.text(statement).bindparams(*several)
    else:
        wanted = statement
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        yield from connection.execute(wanted, values, execution_options=STREAMED)
        return
    found = connection.execute(wanted, values)
    assert found.cursor is not None
    # As the driver gives them, one piece after another: to dress each row takes longer than to look at it.
    while some := found.cursor.fetchmany(ROWS_AT_ONCE):
        yield from some
    found.close()


def is_postgresql(session: Session) -> bool:
    """Tell which database this is, where its words differ."""
    return session.connection().dialect.name == "postgresql"
