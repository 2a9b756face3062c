"""A community old enough for releases, its people, and help done in one of its quarters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories import Member, Place, a_community, a_member, inside
from timebank.core import clock, ids
from timebank.core.access import Program, Role
from timebank.core.database import transaction
from timebank.exchanges.actions.posting import SOURCE
from timebank.ledger import actions as ledger
from timebank.ledger.rules import Kind, Posting, Reversal
from timebank.people import queries as people
from timebank.releases import actions
from timebank.releases.models import Release
from timebank.releases.rules import Quarter

OPENED = datetime(2026, 2, 3, 10, tzinfo=UTC)
QUARTER = Quarter(2026, 3)
IN_TIME = datetime(2026, 8, 20, 12, tzinfo=UTC)
FROZEN = datetime(2026, 10, 15, 9, tzinfo=UTC)
# Names that stand nowhere else, so that they can be looked for in a page.
NAMES = [
    f"{first}{second}"
    for first in ("Bramble", "Thistle", "Quill", "Wren")
    for second in ("worth", "down", "feather", "stone", "ling", "croft", "mere", "hurst", "field", "combe")
]


@dataclass
class Town:
    """A community with a coordinator, a funder and as many members as are asked for."""

    place: Place
    coordinator: Member
    funder: Member
    members: list[Member] = field(default_factory=list)

    def grow(self, size: int) -> None:
        """Let more people join."""
        for called in NAMES[len(self.members) : size]:
            self.members.append(a_member(called, community=self.place))

    def help(self, giver: Member, receiver: Member, minutes: int = 60, **more: Any) -> Posting:
        """Write help into the book as an exchange does, posted at `at`, done on `day`."""
        at, day = more.pop("at", IN_TIME), more.pop("day", date(2026, 8, 19))
        source = (SOURCE, ids.public_id())
        with inside(), clock.set_to(at), transaction():
            assert giver.account_id is not None
            assert receiver.account_id is not None
            accounts = (receiver.account_id, giver.account_id)
            wanted = Posting(
                self.place.id, ids.new_uuid(), *accounts, minutes, more.pop("kind", Kind.HELP), source, day
            )
            ledger.post(wanted, now=at, by=Program(self.place.id))
        return wanted

    def take_back(self, posting: Posting, at: datetime) -> None:
        """Take help back by a counter-entry."""
        with inside(), clock.set_to(at), transaction():
            reversal = Reversal(self.place.id, posting.id, ids.new_uuid(), (self.coordinator.person_public_id,))
            ledger.reverse(reversal, now=at, by=Program(self.place.id))

    def circle(self, size: int, minutes: int = 60, **more: Any) -> None:
        """Let so many members help the next one, once each."""
        self.grow(size)
        for number in range(size):
            self.help(self.members[number], self.members[(number + 1) % size], minutes, **more)

    def prepare(self, quarter: Quarter = QUARTER, now: datetime = FROZEN) -> dict[str, Any]:
        """Make a release, and give its row's values."""
        with inside(), clock.set_to(now), transaction():
            made = actions.prepare(community_id=self.place.id, quarter=quarter, now=now, by=Program(self.place.id))
            return {column.name: getattr(made, column.name) for column in Release.__table__.columns}

    def approve(self, quarter: Quarter = QUARTER, now: datetime = FROZEN) -> None:
        """Let a release out, as the coordinator."""
        from timebank.releases import queries

        with inside(), clock.set_to(now), transaction():
            by = people.viewer_of(self.coordinator.person_id, self.place.id)
            actions.approve(release=queries.to_approve(self.place.id, str(quarter)), now=now, by=by)


def shown(content: dict[str, Any]) -> dict[str, int | None]:
    """Give what a release shows by table and cell."""
    return {f"{table['name']}/{cell['name']}": cell["shown"] for table in content["tables"] for cell in table["cells"]}


def days_after(instant: datetime, days: float) -> datetime:
    return instant + timedelta(days=days)


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    """Give a community that was opened in the middle of the first quarter of 2026."""
    del app
    with clock.set_to(OPENED):
        place = a_community()
        coordinator = a_member("Rosa", roles=[Role.COORDINATOR], community=place)
        funder = a_member("Canal Fund", roles=[Role.FUNDER], community=place)
        yield Town(place, coordinator, funder)


__all__: Sequence[str] = ("Town", "days_after", "shown", "town")
