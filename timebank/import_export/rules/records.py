"""The lines of a CSV file as records. What is wrong with one of them is a sentence and never harms its neighbours."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from timebank.core.words import N_

LONGEST_LINE = 64 * 1024
MOST_LINES = 100  # of one record: a quotation mark that is never closed would swallow the rest of the file
DELIMITERS = (",", ";")
JUDGED_BY = 20  # records that tell which delimiter a file has

BROKEN = N_("A quotation mark opens here that does not close as it should.")
TOO_LONG = N_("This line is far too long.")
NOT_READABLE = N_("These are not letters of this encoding. If the file is in Latin-1, say --encoding latin-1.")


class Line(NamedTuple):
    """A line of a file with its line end; `is_whole` is false where it was cut for being far too long."""

    text: str
    is_whole: bool = True


@dataclass(frozen=True)
class Record:
    """One record: at which line it begins, how it is written, its cells; or why there are none."""

    line: int
    raw: str
    cells: tuple[str, ...] = ()
    why: str | None = None

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing is written in it."""
        return self.why is None and not any(map(str.strip, self.cells))


def records(lines: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """Give the records of a file. A broken one ends with its first line, and reading goes on with the next."""
    ahead: deque[Line] = deque()
    number = 1
    while taken := _next(lines, ahead):
        record, used = _record(taken, lines, ahead, delimiter, number)
        # What was read ahead for a quotation mark that never closed is read again as what it is.
        ahead.extendleft(reversed(taken[used:]))
        number += used
        yield record


def _next(lines: Iterator[Line], ahead: deque[Line]) -> list[Line]:
    line = ahead.popleft() if ahead else next(lines, None)
    return [] if line is None else [line]


def _record(
    taken: list[Line], lines: Iterator[Line], ahead: deque[Line], delimiter: str, number: int
) -> tuple[Record, int]:
    """Read one record that begins with the line in `taken`, which grows with each line read for it."""

    def feed() -> Iterator[str]:
        yield taken[0].text
        while len(taken) < MOST_LINES and sum(len(line.text) for line in taken) < LONGEST_LINE:
            more = _next(lines, ahead)
            if not more or not more[0].is_whole:
                ahead.extendleft(more)
                return
            taken.extend(more)
            yield more[0].text

    if not taken[0].is_whole:
        return Record(number, taken[0].text, why=TOO_LONG), 1
    try:
        cells = tuple(next(csv.reader(feed(), delimiter=delimiter, strict=True)))
    except csv.Error:
        return Record(number, taken[0].text, why=BROKEN), 1
    raw = "".join(line.text for line in taken)
    if any("\udc80" <= letter <= "\udcff" for letter in raw):  # how Python keeps bytes that are no letters
        return Record(number, raw, why=NOT_READABLE), len(taken)
    return Record(number, raw, cells), len(taken)


def delimiter_of(sample: list[Line], fits: Callable[[tuple[str, ...]], int]) -> str:
    """Give the delimiter that makes more of a file's first records fit; a comma where neither does."""

    def score(delimiter: str) -> int:
        found = 0
        for count, record in enumerate(records(iter(sample), delimiter)):
            if count == JUDGED_BY:
                break
            found += fits(record.cells)
        return found

    return max(DELIMITERS, key=score)
