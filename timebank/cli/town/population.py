"""Who is where and when in a place: who has come, who is away, who looks after others, what stands written for all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from timebank.cli.town.words import Neighbour

SOON = timedelta(days=7)
LETS_GO = timedelta(days=45)  # how long before leaving nobody begins anything any more


@dataclass(frozen=True)
class Written:
    """An offer or a request somebody wrote: whose, about what, from when to when others can see it.

    `is_met`: its end is planned already.
    """

    handle: str
    owner: str
    deed: str
    is_offer: bool
    since: date
    until: date
    is_met: bool = False


@dataclass
class Population:
    """A place's people over time. Roles are `coordinator` and `second`; those who look after others."""

    people: dict[str, Neighbour] = field(default_factory=dict)
    came: dict[str, date] = field(default_factory=dict)
    away: dict[str, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    left: dict[str, date] = field(default_factory=dict)
    roles: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))
    written: dict[tuple[str, str, bool], list[Written]] = field(default_factory=lambda: defaultdict(list))

    def here(self, day: date) -> list[Neighbour]:
        """Give who takes part on a day: came before it, is not away and has not left."""
        return [each for called, each in self.people.items() if self.is_here(called, day)]

    def is_here(self, called: str, day: date) -> bool:
        """Tell whether somebody takes part on a day; who goes away soon begins nothing new."""
        if called in self.left and day > self.left[called] - LETS_GO:
            return False
        return self.came[called] < day and not any(first - SOON <= day <= last for first, last in self.away[called])

    def lookers(self, day: date) -> tuple[list[str], list[str]]:
        """Give who looks after others on a day: coordinators, and seconds."""
        found = {
            role: [called for since, called in held if since < day and self.is_here(called, day)]
            for role, held in self.roles.items()
        }
        return found.get("coordinator", []), found.get("second", [])

    def can_be_looked_after(self, day: date, *parties: str) -> bool:
        """Tell whether there is a coordinator and one more to look after these."""
        coordinators, seconds = self.lookers(day)
        left = [each for each in coordinators if each not in parties]
        return bool(left) and len({*left, *(each for each in seconds if each not in parties)}) > 1

    def shown(self, owner: str, deed: str, day: date, *, is_offer: bool) -> Written | None:
        """Give what somebody wrote about a deed and others can see on a day."""
        return next((each for each in self.written[owner, deed, is_offer] if each.since < day <= each.until), None)
