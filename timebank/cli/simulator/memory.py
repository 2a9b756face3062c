"""What the simulator knows of its town between two units of work: keys alone, so that each unit loads its rows anew."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from timebank.cli.town.known import Known
from timebank.cli.town.steps import Step
from timebank.core.access import Viewer
from timebank.core.database import Base, db
from timebank.exchanges import queries as exchanges
from timebank.exchanges.models import Exchange
from timebank.people.models import Membership
from timebank.people.rules import Standing

Key = TypeVar("Key")
Row = TypeVar("Row", bound=Base)


class NeverCame(KeyError):
    """What a step is about was refused before and never came to be, or is gone."""


class Kept(MutableMapping[Key, Row]):
    """Rows by a name, kept as their keys. What a unit of work adds is known for good once it is committed."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._fresh: dict[Key, tuple[type[Row], Any]] = {}
        self._known: dict[Key, tuple[type[Row], Any]] = {}
        self._all = ChainMap(self._fresh, self._known)

    def __getitem__(self, name: Key) -> Row:
        """Load a row; raises NeverCame where there is none of that name."""
        if name not in self._all:
            raise NeverCame(name)
        kind, key = self._all[name]
        return db.session.get_one(kind, key)

    def __setitem__(self, name: Key, row: Row) -> None:
        """Keep a row's key, which it has once it is written."""
        db.session.flush()
        self._fresh[name] = type(row), sa.inspect(row).identity

    def __delitem__(self, name: Key) -> None:
        """Know a name no more."""
        del self._known[name]

    def __iter__(self) -> Iterator[Key]:
        """Go through the names."""
        return iter(self._all)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._all)

    def end_unit(self, *, committed: bool) -> None:
        """Know what the unit added for good, or forget it as the database did."""
        if committed:
            self._known.update(self._fresh)
        self._fresh.clear()

    def by_id(self) -> dict[int, Key]:
        """Give the names by the rows' own numbers."""
        return {key[0]: name for name, (_kind, key) in self._known.items()}


class Memory(Known):
    """What a step may name, found anew in each unit of work, through the doors the pages use."""

    def __init__(self, hashed: str) -> None:
        """Begin with an empty town."""
        kept: dict[str, Any] = {name: Kept() for name in KEPT}
        super().__init__(hashed, **kept)

    def viewer(self, step: Step, called: str = "") -> Viewer:
        """Look at whoever acts as they are now, as the site's door does each time; it opens for no stranger."""
        self.has_changed(step, called or step.by)
        found = super().viewer(step, called)
        if found.membership_id is None:
            raise NeverCame(called or step.by)
        return found

    def member(self, step: Step, called: str) -> Membership:
        """Give somebody's place; no page finds the place of somebody who has left."""
        found = super().member(step, called)
        if found.standing == Standing.LEFT:
            raise NeverCame(called)
        return found

    def exchange(self, step: Step) -> Exchange:
        """Give the exchange a step is about as its page finds it, held until the unit ends."""
        public_id = super().exchange(step).public_id
        return exchanges.get_visible(self.viewer(step), public_id, lock=True).exchange

    def state(self, step: Step) -> str:
        """Give the state the exchange of a step is in; nothing where it is about none."""
        found = self.exchanges.get(step.about)
        return found.state if found is not None else ""

    def end_unit(self, *, committed: bool) -> None:
        """Know what the unit added for good, or forget it as the database did."""
        for name in KEPT:
            cast("Kept[Any, Any]", getattr(self, name)).end_unit(committed=committed)

    def names_of_memberships(self) -> dict[int, tuple[str, str]]:
        """Give place and name by the number of a membership."""
        return cast("Kept[tuple[str, str], Any]", self.memberships).by_id()


KEPT = (
    "communities",
    "persons",
    "memberships",
    "invitations",
    "exchanges",
    "listings",
    "changes",
    "proposals",
    "releases",
)
