"""What the walk of a plan knows by name: its communities, their people, their exchanges and listings."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TypeVar

from timebank.cli.town.steps import Step
from timebank.communities.models import Community, SettingChange
from timebank.communities.rules import Settings
from timebank.core.access import Viewer
from timebank.exchanges.models import Exchange
from timebank.listings.models import Listing
from timebank.people import queries as people
from timebank.people.models import Invitation, Membership, Person, RoleProposal
from timebank.releases.models import Release

Found = TypeVar("Found")


@dataclass
class Known:
    """Everything a step may name, as it stands in the one transaction of the walk.

    `hashed` is the passphrase of everybody, hashed.
    """

    hashed: str
    communities: MutableMapping[str, Community] = field(default_factory=dict)
    persons: MutableMapping[str, Person] = field(default_factory=dict)
    memberships: MutableMapping[tuple[str, str], Membership] = field(default_factory=dict)
    invitations: MutableMapping[tuple[str, str], Invitation] = field(default_factory=dict)
    exchanges: MutableMapping[str, Exchange] = field(default_factory=dict)
    listings: MutableMapping[str, Listing] = field(default_factory=dict)
    changes: MutableMapping[str, SettingChange] = field(default_factory=dict)
    proposals: MutableMapping[tuple[str, str], RoleProposal] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    releases: MutableMapping[tuple[str, str], Release] = field(default_factory=dict)
    _viewers: dict[tuple[str, str], Viewer] = field(default_factory=dict)

    def community(self, step: Step) -> Community:
        """Give the community of a step."""
        return self.communities[step.place]

    def settings(self, step: Step) -> Settings:
        """Give how the community of a step works at that moment."""
        return self.communities[step.place].chosen

    def member(self, step: Step, called: str) -> Membership:
        """Give somebody's place in the community of a step."""
        return self.memberships[step.place, called]

    def viewer(self, step: Step, called: str = "") -> Viewer:
        """Give somebody (whoever does it) as the one who acts."""
        key = step.place, called or step.by
        if key not in self._viewers:
            membership = self.memberships[key]
            self._viewers[key] = people.viewer_of(membership.person_id, membership.community_id)
        return self._viewers[key]

    def has_changed(self, step: Step, called: str) -> None:
        """Look at somebody anew: their roles or their standing are others now."""
        self._viewers.pop((step.place, called), None)

    def exchange(self, step: Step) -> Exchange:
        """Give the exchange a step is about."""
        return self.exchanges[step.about]
