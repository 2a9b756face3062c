"""Our own three files: a header names the columns, in any order. docs/hosts/import.md describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.import_export.rules import cells
from timebank.import_export.rules.rows import (
    POT,
    BroughtListing,
    BroughtPerson,
    BroughtTransfer,
    Here,
    check_called,
    check_days,
    check_kind,
    check_note,
    check_reach,
    check_title,
    check_transfer,
    check_words,
)

COLUMNS = {
    "people.csv": ("number", "called", "joined_on", "phone", "email"),
    "listings.csv": ("number", "type", "title", "words", "kind", "made_on", "until"),
    "transfers.csv": ("payer", "payee", "time", "done_on", "note"),
}
NEEDED = {
    "people.csv": {"number", "called"},
    "listings.csv": {"number", "type", "title"},
    "transfers.csv": {"payer", "payee", "time", "done_on"},
}
POT_WORD = "pot"


def header(file: str, row: Sequence[str]) -> tuple[str, ...]:
    """Give the columns a header names. Raises Refused where one is missing, unknown, or there twice."""
    found = tuple(_name(cell) for cell in row)
    while found and not found[-1]:
        found = found[:-1]
    columns = ", ".join(COLUMNS[file])
    missing = [name for name in COLUMNS[file] if name in NEEDED[file] - set(found)]
    if missing:
        raise Refused(N_("The first line names the columns. There is no %(name)s."), name=missing[0])
    if not set(found) <= set(COLUMNS[file]):
        raise Refused(N_("The first line has a column that is not known. There can be: %(columns)s."), columns=columns)
    if len(set(found)) < len(found):
        raise Refused(N_("The first line names a column twice."))
    return found


def known_names(file: str, row: Sequence[str]) -> int:
    """Count the cells of a row that are names of columns."""
    return sum(_name(cell) in COLUMNS[file] for cell in row)


def _name(cell: str) -> str:
    return cell.strip().casefold()


def person(row: Mapping[str, str], here: Here) -> BroughtPerson:
    """Read a member."""
    joined = row.get("joined_on", "")
    number = cells.named_number(row["number"])
    if number.casefold() == POT_WORD:
        raise Refused(N_("“pot” is the pot and nobody's number."), field="number")
    return BroughtPerson(
        number=number,
        called=check_called(row["called"]),
        joined=cells.past(joined, here.zone, here.now, "joined_on") if joined.strip() else None,
        phone=check_reach(row.get("phone", ""), "phone"),
        email=check_reach(row.get("email", ""), "email"),
    )


def listing(row: Mapping[str, str], here: Here) -> BroughtListing:
    """Read an offer or a request."""
    made_on, until, kind = row.get("made_on", ""), row.get("until", ""), row["type"].strip().casefold()
    made = cells.past(made_on, here.zone, here.now, "made_on") if made_on.strip() else None
    if kind not in {"offer", "request"}:
        raise Refused(N_("The type is offer or request."), field="type")
    last = cells.moment(until, here.zone, "until") if until.strip() else None
    made_at, last_day = check_days(made, last, here.now)
    found = BroughtListing(
        number=cells.named_number(row["number"]),
        is_offer=kind == "offer",
        title=check_title(row["title"]),
        words=check_words(row.get("words", "")),
        kind=check_kind(row.get("kind", ""), here.kinds),
        made_at=made_at,
        until=last_day,
    )
    here.check_known(found.number)
    return found


def transfer(row: Mapping[str, str], here: Here) -> BroughtTransfer:
    """Read a transfer."""
    found = BroughtTransfer(
        payer=_side(row["payer"]),
        payee=_side(row["payee"]),
        minutes=cells.minutes_told(row["time"]),
        happened=cells.past(row["done_on"], here.zone, here.now, "done_on"),
        note=check_note(row.get("note", "")),
    )
    return check_transfer(found, here)


def _side(cell: str) -> str:
    return POT if cell.strip().casefold() == POT_WORD else cells.named_number(cell)
