"""Communities with a short and a long book, by the ledger and the actions everybody uses.

What a page shows of one member should cost the same when the community is large and its book long. So members grow
with the transfers, while what waits is what coordinators see in a day, in each. Of two members who look at their pages
one has as many lines of her own in either book; the other's lines grow as the book does.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.table import tell
from tests.factories.exchanges import Pair, exchange_at
from tests.factories.people import Member, a_member, somebody_who_asked, working_on
from timebank.core import clock, ids
from timebank.core.access import Program, Role
from timebank.core.database import Base, transaction
from timebank.exchanges.rules import State
from timebank.ledger import actions as ledger
from timebank.ledger.rules import Posting
from timebank.listings import actions as listings
from timebank.listings.rules import Verb
from timebank.people import queries as people
from timebank.upkeep.commands import verify

HISTORY = timedelta(days=730)
AT_ONCE = 500
OWN_LINES = 40
MINUTES = 30
WAITING, UNDER_WAY, ASKED = 12, 3, 3
THANKS = """
    INSERT INTO thanks (community_id, exchange_id, membership_id, words, public, written_at, agreed_at)
    SELECT community_id, id, receiver_id, 'Thank you, that was good.', id % 300 = 0, posted_at,
      CASE WHEN id % 300 = 0 THEN posted_at END
    FROM exchange WHERE state = 'posted' AND id % 3 = 0
"""

Two = tuple[Member, Member]


@dataclass(frozen=True)
class Size:
    """How long a book is, how many members share it, and how many lines are of her whose lines grow with it."""

    transfers: int
    members: int
    grown_lines: int


@dataclass(frozen=True)
class Town:
    """A community to look at, and who looks: with the same lines in each size, with more of them, from the desk."""

    app: Flask
    size: Size
    bounded: Member
    grown: Member
    coordinator: Member


def build(app: Flask, size: Size) -> Town:
    """Build a community of a size, and make sure that its book holds."""
    tell(f"  building a book of {size.transfers:,} transfers among {size.members:,} members")
    with working_on(app), ids.seeded(random.Random(size.transfers)):
        with app.app_context():
            town = Town(app, size, a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))
            neighbours = [a_member(f"Neighbour {number}") for number in range(size.members)]
            _list_things(neighbours)
            _leave_things_waiting(town, neighbours)  # first: to those who are new somebody else looks
            _write_history(town, neighbours)
        checked = app.test_cli_runner().invoke(verify)
        assert (checked.exit_code, checked.output) == (0, ""), checked.output[:500]
    return town


def _list_things(neighbours: Sequence[Member]) -> None:
    """Let each offer something and ask for something."""
    for begin in range(0, len(neighbours), AT_ONCE):
        with transaction():
            for member in neighbours[begin : begin + AT_ONCE]:
                viewer = people.viewer_of(member.person_id, member.community.id)
                for is_offer, title in ((True, "Bread on Saturdays"), (False, "Company on a walk")):
                    said = listings.Said(f"{title}, with {member.called}", "Come by whenever it suits you.")
                    listing = listings.write(is_offer=is_offer, said=said, now=clock.now(), by=viewer)
                    listings.move(listing=listing, verb=Verb.PUBLISH, now=clock.now(), by=viewer)


HAPPENED = """
    INSERT INTO exchange_event (community_id, exchange_id, verb, old, new, minutes, done_by, done_at)
    SELECT community_id, id, 'approve', 'confirmed', 'posted', minutes, approved_by, posted_at
    FROM exchange WHERE state = 'posted' AND id NOT IN (SELECT exchange_id FROM exchange_event)
"""


def _write_history(town: Town, neighbours: Sequence[Member]) -> None:
    """Post the book's transfers, each with the exchange it came of, spread evenly over two years."""
    pairs = _pairs(town, neighbours)
    begun = clock.now() - HISTORY
    posted = [(two, begun + HISTORY * number / len(pairs)) for number, two in enumerate(pairs)]
    by = Program(town.bounded.community.id)
    for begin in range(0, len(posted), AT_ONCE):
        exchanges = [_exchange(two, at, town.coordinator) for two, at in posted[begin : begin + AT_ONCE]]
        some = zip(pairs[begin : begin + AT_ONCE], exchanges, strict=True)
        with transaction() as session:
            session.execute(sa.insert(Base.metadata.tables["exchange"]), exchanges)
            ledger.post_batch([_posting(two, each) for two, each in some], now=exchanges[-1]["posted_at"], by=by)
        if begin and begin % 50_000 == 0:
            tell(f"    {begin:,} transfers are in the book")
    with transaction() as session:
        session.execute(sa.text(HAPPENED))
        session.execute(sa.text(THANKS))


def _pairs(town: Town, neighbours: Sequence[Member]) -> list[Two]:
    """Give who pays whom, so that nobody comes near a limit: everybody in turn, each round with another neighbour."""
    count = len(neighbours)

    def own(member: Member, lines: int) -> list[Two]:
        others = [neighbours[line // 2 % count] for line in range(lines)]
        return [(member, other) if line % 2 else (other, member) for line, other in enumerate(others)]

    def ring(lines: int) -> list[Two]:
        steps = [1 + line // count % (count - 1) for line in range(lines)]
        return [(neighbours[line % count], neighbours[(line + step) % count]) for line, step in enumerate(steps)]

    grown, bounded = own(town.grown, town.size.grown_lines), own(town.bounded, OWN_LINES)
    streams = [ring(town.size.transfers - len(grown) - len(bounded)), grown, bounded]
    placed = [(number / len(stream), two) for stream in streams for number, two in enumerate(stream)]
    return [two for _place, two in sorted(placed, key=lambda each: each[0])]


def _exchange(two: Two, at: datetime, coordinator: Member) -> dict[str, Any]:
    payer, payee = two
    return {
        "public_id": ids.public_id(),
        "community_id": payer.community.id,
        "transfer_id": ids.new_uuid(),
        "giver_id": payee.membership_id,
        "receiver_id": payer.membership_id,
        "state": State.POSTED,
        "title": "Help with a letter",
        "for_whom": "person",
        "minutes": MINUTES,
        "on_day": at.astimezone(UTC).date(),
        "place": "",
        "keep": "keep",
        "reason": "",
        "made_at": at,
        "touched_at": at,
        "approved_by": coordinator.person_public_id,
        "approved_at": at,
        "posted_at": at,
    }


def _posting(two: Two, exchange: dict[str, Any]) -> Posting:
    payer, payee = two
    assert payer.account_id is not None
    assert payee.account_id is not None
    return Posting(
        community_id=exchange["community_id"],
        id=exchange["transfer_id"],
        payer_id=payer.account_id,
        payee_id=payee.account_id,
        minutes=exchange["minutes"],
        kind="help",
        source=("exchange", exchange["public_id"]),
        done_on=exchange["on_day"],
        approved_by=exchange["approved_by"],
    )


def _leave_things_waiting(town: Town, neighbours: Sequence[Member]) -> None:
    """Leave some exchanges and newcomers for the desk, and some exchanges under way for the two who look."""
    for number in range(WAITING):
        exchange_at(State.CONFIRMED, Pair(neighbours[number], neighbours[number + 1], town.coordinator))
    for number in range(UNDER_WAY):
        for member in (town.bounded, town.grown):
            exchange_at(State.SAID, Pair(neighbours[number], member, town.coordinator))
    for number in range(ASKED):
        somebody_who_asked(f"Newcomer {number}")
