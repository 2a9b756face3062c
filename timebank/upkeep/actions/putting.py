"""Put a copy where the site reads, and carry everything to another database. What was there before is never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from timebank.core import carrying, schema
from timebank.core.errors import Conflict
from timebank.core.words import N_
from timebank.upkeep import queries, rules
from timebank.upkeep.actions.files import from_one_moment, full_disk_told, keep_folder, make_single, writing_to

Told = Callable[[int], None]


def put_in_place(restored: Path, owner_url: str, *, app_url: str, replace: bool, now: datetime) -> Path | None:
    """Let the site read what was restored. Gives where the database that was there before is kept, if there was one.

    Raises Conflict where there is one and `replace` does not say so, or where the site is running.
    """
    if not owner_url.startswith("sqlite"):
        carry_over(f"sqlite:///{restored}", owner_url, app_url=app_url)
        restored.unlink()
        return None
    place = Path(owner_url.removeprefix("sqlite:///"))
    before = None
    if place.exists() and place.stat().st_size:
        if not replace:
            raise Conflict(
                N_("There is a database already. To put the copy in its place and keep it beside, say --replace.")
            )
        check_nobody_reads(place)
        before = place.with_name(f"{place.stem}-before-{now.strftime(rules.STAMP)}.sqlite")
        place.rename(before)
    make_single(restored)
    restored.rename(place)
    keep_folder(place.parent)
    return before


def carry_over(source_url: str, target_url: str, *, app_url: str | None, told: Told = lambda _rows: None) -> None:
    """Carry everything into an empty database and check it there; all of it, or nothing.

    Raises Conflict where the other database holds something, or where the site still writes to this one.
    """
    if source_url.startswith("sqlite"):
        check_nobody_reads(Path(source_url.removeprefix("sqlite:///")))
    schema.upgrade(target_url, app_url=app_url)
    with full_disk_told(Path(target_url.removeprefix("sqlite:///")).parent):
        with from_one_moment(source_url) as source, writing_to(target_url) as target:
            with Session(target) as there, Session(source) as here:
                if queries.holds_anything(there):
                    raise Conflict(N_("The other database is not empty. Nothing was changed in either."))
                carrying.carry(source, target, told=told)
                same = queries.heads(here) == queries.heads(there)
                if not same or queries.row_counts(here) != queries.row_counts(there):
                    raise Conflict(N_("Not everything came over. The other database was left empty."))
                for found in queries.violations(there):
                    raise Conflict(N_("What came over breaks an invariant: %(told)s"), told=found.sentence)


def check_nobody_reads(place: Path) -> None:
    """Raise Conflict where another process has the SQLite file open; otherwise all of it is in that one file after.

    The file itself stays as it is.
    """
    try:
        with closing(sqlite3.connect(place, timeout=0)) as alone:
            alone.execute("PRAGMA locking_mode=EXCLUSIVE")
            alone.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        raise Conflict(N_("The site is running. Stop it first, then do this again. Nothing was changed.")) from None
