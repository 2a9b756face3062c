"""Who may enter: each route carries exactly one mark, and each request one viewer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from timebank.core.words import N_

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    """What somebody does in one community. Host is a matter of the installation, not of a community."""

    MEMBER = "member"
    SECOND = "second"
    COORDINATOR = "coordinator"
    KEEPER = "keeper"
    FUNDER = "funder"


ROLE_NAMES = {
    Role.MEMBER: N_("member"),
    Role.SECOND: N_("second"),
    Role.COORDINATOR: N_("coordinator"),
    Role.KEEPER: N_("keeper"),
    Role.FUNDER: N_("funder"),
}


class Actor(Protocol):
    """Whoever does something: a viewer, or the program itself."""

    @property
    def public_id(self) -> str:
        """Give the id that audit lines hold."""

    @property
    def community_id(self) -> int | None:
        """Give the community it is done in."""


@dataclass(frozen=True)
class Program:
    """The program itself as the one who acts: jobs, commands, imports."""

    community_id: int | None = None
    public_id: str = "program"


@dataclass(frozen=True)
class Viewer:
    """The person who asks, in the community asked about; plain values, nothing that can be written."""

    person_id: uuid.UUID
    public_id: str
    called: str
    community_id: int | None = None
    membership_id: int | None = None
    member_public_id: str | None = None
    standing: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    is_host: bool = False
    must_replace_passphrase: bool = False
    language: str | None = None

    def has(self, *roles: Role) -> bool:
        """Tell whether the viewer has one of these roles here."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True)
class Mark:
    """What a route asks of whoever comes: nothing, to be signed in, or one of some roles here."""

    kind: str
    roles: frozenset[Role] = field(default_factory=frozenset)

    def admits(self, viewer: Viewer | None) -> bool:
        """Tell whether this viewer may enter."""
        if self.kind == "public":
            return True
        if viewer is None:
            return False
        return self.kind == "signed_in" or viewer.has(*self.roles)


def _marked(view: View, mark: Mark) -> View:
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__} carries two marks.")
    view.access = mark  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Let anybody in."""
    return _marked(view, Mark("public"))


def signed_in(view: View) -> View:
    """Let in whoever is signed in."""
    return _marked(view, Mark("signed_in"))


def needs(*roles: Role) -> Callable[[View], View]:
    """Let in whoever has one of these roles in the community of the address."""
    return lambda view: _marked(view, Mark("role", frozenset(roles)))
