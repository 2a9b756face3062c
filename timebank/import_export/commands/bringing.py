"""The second pass: people, listings, room, hours; in pieces that each stand by themselves and can be done again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from timebank.core import clock
from timebank.core.access import Program
from timebank.core.database import reading, transaction
from timebank.import_export import actions
from timebank.import_export.commands.bars import bar
from timebank.import_export.commands.spool import Spool
from timebank.import_export.rules import BroughtListing, BroughtTransfer, Course, listing_id, transfer_id
from timebank.ledger import queries as ledger

T = TypeVar("T")

FEW = 50
MANY = 500


@dataclass(frozen=True)
class Community:
    """Where to: the community's number, and the public id that ids of rows are made with."""

    id: int
    public_id: str


@dataclass
class Brought:
    """How many were brought along now."""

    people: int = 0
    listings: int = 0
    transfers: int = 0


def bring(community: Community, spool: Spool) -> Brought:
    """Bring along what the spool holds. Stopped anywhere, it goes on when it is begun again."""
    brought = Brought()
    by = Program(community.id)
    with bar("Bringing people", spool.count("person")) as progress:
        for people in _pieces(spool.people(), FEW):
            with transaction():
                brought.people += actions.bring_people(community_id=community.id, rows=people, now=clock.now(), by=by)
            progress.update(len(people))
    with bar("Bringing offers and requests", spool.count("listing")) as progress:
        for listings in _pieces(_listings(community, spool), FEW):
            with transaction():
                brought.listings += actions.bring_listings(community_id=community.id, rows=listings, by=by)
            progress.update(len(listings))
    _make_room(community, spool, by)
    with bar("Bringing hours", spool.count("transfer")) as progress:
        for transfers in _pieces(_transfers(community, spool), MANY):
            with transaction():
                brought.transfers += actions.bring_transfers(
                    community_id=community.id, rows=transfers, now=clock.now(), by=by
                )
            progress.update(len(transfers))
    with transaction():
        actions.close_pot(community_id=community.id, now=clock.now(), by=by)
    return brought


def _make_room(community: Community, spool: Spool, by: Program) -> None:
    """Before the first hour is posted: so whoever stops in between and begins again finds the same room."""
    course = Course()
    with bar("Looking how far accounts go", spool.count("transfer")) as progress:
        for rows in _pieces(_transfers(community, spool), MANY):
            with reading():
                known = ledger.present(community.id, [row_id for row_id, _ in rows])
            for row_id, row in rows:
                if row_id not in known:
                    course.add(row)
            progress.update(len(rows))
    for reaches in _pieces(course.reaches(), FEW):
        with transaction():
            actions.make_room(community_id=community.id, reaches=reaches, now=clock.now(), by=by)


def _listings(community: Community, spool: Spool) -> Iterator[tuple[uuid.UUID, BroughtListing]]:
    return ((listing_id(community.public_id, row, occurrence), row) for row, occurrence in spool.listings())


def _transfers(community: Community, spool: Spool) -> Iterator[tuple[uuid.UUID, BroughtTransfer]]:
    return ((transfer_id(community.public_id, row, occurrence), row) for row, occurrence in spool.transfers())


def _pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(rows)
    while piece := list(islice(left, size)):
        yield piece
