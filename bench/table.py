"""The table of a run: what was measured, what it should be, and whether it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

COLUMNS = ("On", "What", "Aim", "Measured", "Ok")


@dataclass(frozen=True)
class Row:
    """One claim: on which database, what it is about, what it aims at, what was found, and whether that is enough."""

    database: str
    what: str
    aim: str
    measured: str
    ok: bool

    def cells(self) -> tuple[str, ...]:
        """Give its cells as text."""
        return (self.database, self.what, self.aim, self.measured, "yes" if self.ok else "no")


def written(rows: Sequence[Row]) -> str:
    """Write the rows as a table of Markdown that is also plain to read."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    told = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    told.insert(1, "|" + "|".join("-" * (width + 2) for width in widths))
    return "\n".join(f"{line} |" if line[1] != "-" else f"{line}|" for line in told)


def tell(words: str) -> None:
    """Tell how far it is, beside the table and not in it."""
    print(words, file=sys.stderr, flush=True)


def seconds(do: Callable[[], object]) -> float:
    """Give how long something takes."""
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun
