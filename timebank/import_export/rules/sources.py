"""The kinds of files that can be brought along, and how a record of one becomes a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.import_export.rules import documented, timeoverflow
from timebank.import_export.rules.records import Line, Record, delimiter_of, records
from timebank.import_export.rules.rows import BroughtListing, BroughtPerson, BroughtTransfer, Here

Row = BroughtPerson | BroughtListing | BroughtTransfer
Read = Callable[[tuple[str, ...]], Row]


class NoHeader(Refused):
    """The first line does not name the columns as it should: nothing after it can be read."""


@dataclass(frozen=True)
class Source:
    """One kind of files: their names, people first, then listings, then transfers.

    `fits` counts how well cells suit a file, to tell which delimiter it has; `begin` takes what stands before the first
    row and gives what reads a row.
    """

    files: tuple[str, ...]
    fits: Callable[[str, tuple[str, ...]], int]
    begin: Callable[[str, Iterator[Record], Here], Read]


def read(
    source: Source, file: str, lines: tuple[list[Line], Iterator[Line]], here: Here
) -> Iterator[tuple[Record, Row | Refused]]:
    """Give each record that is not blank with the row it is, or with the refusal that says why it is none.

    `lines` are the first ones, which tell the delimiter, and all of them. Raises NoHeader.
    """
    sample, every = lines
    delimiter = delimiter_of(sample, lambda cells: source.fits(file, cells))
    found = (record for record in records(every, delimiter) if not record.is_blank)
    as_row = source.begin(file, found, here)
    return ((record, _judged(record, as_row, here)) for record in found)


def _judged(record: Record, as_row: Read, here: Here) -> Row | Refused:
    try:
        row = as_row(_cells(record))
        if isinstance(row, BroughtPerson):
            here.meet(row.number, record.line)
    except Refused as refusal:
        return refusal
    return row


def _cells(record: Record) -> tuple[str, ...]:
    if record.why is not None:
        raise Refused(record.why)
    return record.cells


def _fits(cells: tuple[str, ...], width: int) -> bool:
    """Tell whether cells are in their number; spreadsheets add empty ones at the end."""
    return len(cells) >= width and not any(map(str.strip, cells[width:]))


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    if not _fits(cells, width):
        raise Refused(N_("There are %(found)s columns. It needs %(width)s."), found=len(cells), width=width)
    return cells[:width]


def _fits_by_place(file: str, cells: tuple[str, ...]) -> int:
    return int(_fits(cells, timeoverflow.WIDTHS[file]))


def _begin_by_place(file: str, _records: Iterator[Record], here: Here) -> Read:
    width = timeoverflow.WIDTHS[file]
    reads: dict[str, Callable[[tuple[str, ...], Here], Row]] = {
        "users.csv": timeoverflow.person,
        "posts.csv": timeoverflow.listing,
        "transfers.csv": timeoverflow.transfer,
    }
    return lambda cells: reads[file](_fitted(cells, width), here)


def _begin_by_name(file: str, found: Iterator[Record], here: Here) -> Read:
    first = next(found, None)
    try:
        columns = documented.header(file, _cells(first)) if first is not None else ()
    except Refused as refusal:
        raise NoHeader(refusal.sentence, **refusal.named) from None
    reads: dict[str, Callable[[dict[str, str], Here], Row]] = {
        "people.csv": documented.person,
        "listings.csv": documented.listing,
        "transfers.csv": documented.transfer,
    }
    return lambda cells: reads[file](dict(zip(columns, _fitted(cells, len(columns)), strict=True)), here)


SOURCES = {
    "timeoverflow": Source(tuple(timeoverflow.WIDTHS), _fits_by_place, _begin_by_place),
    "csv": Source(tuple(documented.COLUMNS), documented.known_names, _begin_by_name),
}
