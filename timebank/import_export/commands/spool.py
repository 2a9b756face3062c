"""What was judged and is not brought along yet, in a file that is nobody else's and is gone when it is closed.

Files may be long and machines small: rows wait here and not in memory, and here they are put in order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from timebank.import_export.rules import BroughtListing, BroughtPerson, BroughtTransfer, Moment, Row

TABLES = """
CREATE TABLE person (line INTEGER, number, called, joined_at, joined_day, joined_told, phone, email);
CREATE TABLE listing (line INTEGER, number, is_offer, title, words, kind, made_at, until);
CREATE TABLE transfer (line INTEGER, payer, payee, minutes, at, day, told, note, rounded);
CREATE TABLE refused (file, line INTEGER, why, raw);
"""
LISTINGS = """
SELECT row_number() OVER (PARTITION BY number, is_offer, title, words ORDER BY line) - 1,
number, is_offer, title, words, kind, made_at, until FROM listing ORDER BY line
"""
TRANSFERS = """
SELECT row_number() OVER (PARTITION BY payer, payee, minutes, told ORDER BY line) - 1,
payer, payee, minutes, at, day, told, note, rounded FROM transfer ORDER BY at, line
"""


class RefusedRow(NamedTuple):
    """A row that was refused: of which file and line, why, and how it is written there."""

    file: str
    line: int
    why: str
    raw: str


class Spool:
    """The rows that were judged, and those that were refused."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the tables."""
        self._connection = connection
        connection.executescript(TABLES)

    def keep(self, line: int, row: Row) -> None:
        """Keep a row."""
        match row:
            case BroughtPerson():
                self._insert("person", line, row.number, row.called, *_told(row.joined), row.phone, row.email)
            case BroughtListing():
                said = (row.title, row.words, row.kind)
                until = row.until.isoformat() if row.until else None
                self._insert("listing", line, row.number, int(row.is_offer), *said, row.made_at.isoformat(), until)
            case BroughtTransfer():
                two = (row.payer, row.payee, row.minutes)
                self._insert("transfer", line, *two, *_told(row.happened), row.note, int(row.rounded))

    def refuse(self, refused: RefusedRow) -> None:
        """Keep a row that was refused."""
        # Bytes that were no letters of the encoding are kept as they came.
        self._insert("refused", *refused[:3], refused.raw.encode(errors="surrogateescape"))

    def _insert(self, table: str, *values: Any) -> None:
        places = ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO {table} VALUES ({places})", values)  # noqa: S608 - our own names

    def count(self, table: str, where: str = "1") -> int:
        """Count the rows of a table."""
        [found] = self._connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()  # noqa: S608
        return int(found)

    def people(self) -> Iterator[BroughtPerson]:
        """Give the people in the order of their file."""
        found = self._connection.execute(
            "SELECT number, called, joined_at, joined_day, joined_told, phone, email FROM person ORDER BY line"
        )
        for number, called, at, day, told, phone, email in found:
            yield BroughtPerson(number, called, _moment(at, day, told), phone, email)

    def listings(self) -> Iterator[tuple[BroughtListing, int]]:
        """Give the listings in the order of their file, each with how many equal ones stand before it."""
        for occurrence, number, is_offer, title, words, kind, made_at, until in self._connection.execute(LISTINGS):
            days = (datetime.fromisoformat(made_at), date.fromisoformat(until) if until else None)
            yield BroughtListing(number, bool(is_offer), title, words, kind, *days), occurrence

    def transfers(self) -> Iterator[tuple[BroughtTransfer, int]]:
        """Give the transfers in the order they happened, each with how many equal ones stand before it in the file."""
        for occurrence, payer, payee, minutes, *when, note, rounded in self._connection.execute(TRANSFERS):
            happened = _moment(*when)
            if happened is not None:
                yield BroughtTransfer(payer, payee, minutes, happened, note, bool(rounded)), occurrence

    def refused(self) -> Iterator[RefusedRow]:
        """Give what was refused, file by file."""
        found = self._connection.execute("SELECT file, line, why, raw FROM refused ORDER BY rowid")
        for file, line, why, raw in found:
            yield RefusedRow(file, line, why, raw.decode(errors="surrogateescape"))


@contextmanager
def spool() -> Iterator[Spool]:
    """Give an empty spool for the block."""
    # An empty name is a file of SQLite's own, without a place in any folder.
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000; BEGIN;")
        yield Spool(connection)


def _told(moment: Moment | None) -> tuple[str | None, str | None, str | None]:
    # With all six figures after the comma, so that text sorts as time does.
    return (
        (f"{moment.at:%Y-%m-%dT%H:%M:%S.%f%z}", moment.day.isoformat(), moment.told) if moment else (None, None, None)
    )


def _moment(at: str | None, day: str | None, told: str | None) -> Moment | None:
    if at is None or day is None or told is None:
        return None
    return Moment(datetime.fromisoformat(at), date.fromisoformat(day), told)
