"""The first pass: every row of the three files is read and judged. It writes nothing but what the spool holds."""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from timebank.core.errors import Refused
from timebank.core.text import csv_cell
from timebank.import_export.commands.bars import bar
from timebank.import_export.commands.spool import RefusedRow, Spool
from timebank.import_export.rules import LONGEST_LINE, Here, Line, NoHeader, Record, Row, Source, read

# What is called Latin-1 on most machines has the quotation marks and the euro of Windows in it.
ENCODINGS = {"utf-8": "utf-8", "latin-1": "cp1252"}
SAMPLE_LINES = 200
OWNER_ALONE = 0o600
PIECE = 64 * 1024


@dataclass(frozen=True)
class Files:
    """The three files: where they are, of which kind, in which encoding."""

    folder: Path
    source: Source
    encoding: str

    def check_there(self) -> None:
        """Raise ClickException where one is missing or cannot be read as text."""
        for name in self.source.files:
            path = self.folder / name
            if not path.is_file():
                raise click.ClickException(
                    f"There is no {name} in this folder. There are three files: {', '.join(self.source.files)}. "
                    "Where there is nothing to bring along, make it an empty one."
                )
            with path.open("rb") as file:
                if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
                    raise click.ClickException(f"{name} is in UTF-16. Please save it as UTF-8.")


def judge(files: Files, here: Here, spool: Spool) -> None:
    """Read and judge all rows into the spool. Each refused one is told on standard error."""
    files.check_there()
    for name in files.source.files:
        path = files.folder / name
        with path.open("rb") as file, bar(f"Reading {name}", os.fstat(file.fileno()).st_size) as progress:
            sample = list(islice(_lines(file, files.encoding, lambda _count: None), SAMPLE_LINES))
            file.seek(0)
            lines = _lines(file, files.encoding, progress.update)
            try:
                _judge_file(name, read(files.source, name, (sample, lines), here), spool)
            except NoHeader as bad:
                raise click.ClickException(f"{name}, line 1: {bad}") from None


def _judge_file(name: str, rows: Iterator[tuple[Record, Row | Refused]], spool: Spool) -> None:
    for record, row in rows:
        if isinstance(row, Refused):
            why = f"{row.field}: {row}" if row.field else str(row)
            spool.refuse(RefusedRow(name, record.line, why, record.raw))
            click.echo(f"{name}, line {record.line}, {why}", err=True)
        else:
            spool.keep(record.line, row)


def _lines(file: BinaryIO, encoding: str, tick: Callable[[int], None]) -> Iterator[Line]:
    """Give the lines of a file, a line that is far too long cut: it must not fill the memory."""
    begun = False
    while raw := file.readline(LONGEST_LINE + 1):
        tick(len(raw))
        is_whole = len(raw) <= LONGEST_LINE or raw.endswith(b"\n")
        rest = raw
        while not is_whole and rest and not rest.endswith(b"\n"):
            rest = file.readline(PIECE)
            tick(len(rest))
        if not begun:
            raw, begun = raw.removeprefix(codecs.BOM_UTF8), True
        yield Line(raw.decode(ENCODINGS[encoding], errors="surrogateescape"), is_whole)


def write_refused(path: Path, spool: Spool) -> None:
    """Write the refused rows as CSV for whoever puts them right; for the owner alone, since people are in it."""
    path.touch(mode=OWNER_ALONE)
    path.chmod(OWNER_ALONE)
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        out = csv.writer(file)
        out.writerow(["file", "line", "why", "row"])
        for refused in spool.refused():
            out.writerow([refused.file, refused.line, refused.why, csv_cell(refused.raw.rstrip("\r\n"))])
