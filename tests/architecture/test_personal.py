"""Every column says what is personal in it and how long that is kept."""

from __future__ import annotations

import sqlalchemy as sa

from timebank.core.database import Base

# What only points or numbers: the row itself tells what it is about.
KEYS = {"id", "public_id", "community_id"}


def columns() -> list[sa.Column[object]]:
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name not in KEYS and not column.foreign_keys
    ]


def test_every_column_declares_what_is_personal_in_it() -> None:
    undeclared = [str(column) for column in columns() if "personal" not in column.info]
    assert undeclared == [], "info=personal(kind, keep=…) or info=NOT_PERSONAL"


def test_what_is_personal_says_what_it_is_and_how_long_it_is_kept() -> None:
    for column in columns():
        personal = column.info.get("personal")
        if personal is not None:
            assert set(personal) == {"kind", "keep"}, column
            assert all(isinstance(words, str) and words.strip() for words in personal.values()), column


def test_there_are_columns_to_look_at() -> None:
    assert len(columns()) > 50
