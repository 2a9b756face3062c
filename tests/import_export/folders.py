"""Files to bring along, and the command that does it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask

from tests.factories.console import timebank

Cells = Sequence[object]
THREE: tuple[Cells, ...] = (
    (1, "2015-03-01", "Ama", "Stone", "", 2, "1980-01-31", "0123 456", "0789 012", "ama@example.org"),
    (2, "01/04/2015", "Jo", "Baker", "Hill", 1, "", "", "", ""),
    (3, "", "Rosa", "", "", "", "", "", "", ""),
)
FILES = {
    "timeoverflow": ("users.csv", "posts.csv", "transfers.csv"),
    "csv": ("people.csv", "listings.csv", "transfers.csv"),
}


def as_csv(rows: Iterable[Cells], delimiter: str = ",") -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def folder_of(
    where: Path,
    people: Iterable[Cells] = THREE,
    listings: Iterable[Cells] = (),
    transfers: Iterable[Cells] = (),
    *,
    source: str = "timeoverflow",
) -> Path:
    """Write three files and give their folder."""
    where.mkdir(exist_ok=True)
    for name, rows in zip(FILES[source], (people, listings, transfers), strict=True):
        (where / name).write_text(as_csv(rows), encoding="utf-8")
    return where


def bring(app: Flask, folder: Path, *more: str, source: str = "timeoverflow", slug: str = "harbour-street") -> Result:
    """Type the command."""
    words = ["--community", slug, "--from", source, str(folder), *more]
    return timebank(app, "import", *words)


def transfer(
    payer: object, payee: object, seconds: object = 3600, at: object = "2016-01-02 10:00:00", *rest: Any
) -> Cells:
    """Give a row of transfers.csv; “pot” is the organisation."""
    sides = [(1, "Organization") if side == "pot" else (side, "Member") for side in (payer, payee)]
    reason, post = (*rest, "", "")[:2]
    return (*sides[0], *sides[1], seconds, at, reason, post)
