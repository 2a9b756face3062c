"""Who may join, pause, come back, hold a role; how long a sign-in lasts; how long to wait after failing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from timebank.core.access import Role, Viewer
from timebank.core.errors import Conflict, NotAllowed
from timebank.core.words import N_

# What columns promise; the jobs read the same words.
DECISIONS = "2 years"
LOOKS = "6 years"
CONSENTS = "7 years after leaving, as a pseudonym"
REASONS = "12 months after leaving"
SIGN_INS = "30 days after the end"
ATTEMPTS = "1 day"
LONGEST_CALLED = 60
LONGEST_WORDS = 1_000
LONGEST_CONTACT = 200
OPENS_NOTHING = N_("This does not open the door any more. Please ask for a new one.")
NOTHING_MATCHES = ""  # kept instead of a passphrase's hash: no hash looks like this, whatever anybody types
MOST_PLACES = 3  # on one invitation
INVITATION_LASTS = timedelta(days=60)
LINK_LASTS = timedelta(minutes=30)
EMAIL_LINK_LASTS = timedelta(days=7)
CARD_LASTS = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
}
SEEN_EVERY = timedelta(minutes=5)
SHORT_IDLE = timedelta(minutes=30)
LONG_IDLE = timedelta(days=14)
SHORT_STAY = timedelta(hours=12)
LONG_STAY = timedelta(days=30)
ATTEMPTS_FORGOTTEN_AFTER = timedelta(minutes=15)
TWO_PEOPLE = frozenset({Role.COORDINATOR, Role.KEEPER})
GIVEN_ALONE = frozenset({Role.SECOND, Role.FUNDER})


class Standing(StrEnum):
    """Where somebody stands in a community."""

    ASKED = "asked"
    ACTIVE = "active"
    PAUSED = "paused"
    DECLINED = "declined"
    LEFT = "left"


MOVES: dict[str, tuple[frozenset[Standing], Standing]] = {
    "accept": (frozenset({Standing.ASKED}), Standing.ACTIVE),
    "decline": (frozenset({Standing.ASKED}), Standing.DECLINED),
    "ask_again": (frozenset({Standing.DECLINED}), Standing.ASKED),
    "pause": (frozenset({Standing.ACTIVE}), Standing.PAUSED),
    "come_back": (frozenset({Standing.PAUSED}), Standing.ACTIVE),
    "leave": (frozenset(Standing) - {Standing.LEFT}, Standing.LEFT),
    "join": (frozenset({Standing.ASKED, Standing.DECLINED}), Standing.ACTIVE),
}
HERE = frozenset({Standing.ACTIVE, Standing.PAUSED})


def check_move(verb: str, standing: str) -> Standing:
    """Give where `verb` leads from `standing`; raises Conflict where it does not lead anywhere."""
    before, after = MOVES[verb]
    if Standing(standing) not in before:
        raise Conflict(N_("That has been done already, or things have changed meanwhile."))
    return after


@dataclass(frozen=True)
class Stay:
    """How long a sign-in lasts: without a sign of life, and at most."""

    idle: timedelta
    at_most: timedelta


def stay(*, shared_device: bool, looks_after_others: bool) -> Stay:
    """Give how long a sign-in lasts: short where others use the device, or where others' records can be seen."""
    if looks_after_others or shared_device:
        return Stay(SHORT_IDLE, SHORT_STAY)
    return Stay(LONG_IDLE, LONG_STAY)


@dataclass(frozen=True)
class Slowing:
    """After `free` failures each further one doubles the wait, up to `longest_s`: never a lock, always a brake."""

    free: int
    longest_s: int


SLOWING = {
    # A name from one network; a name from anywhere (so that nobody can be kept out by others failing for them: the
    # wait stays short); a network whatever the names (a library or a wing shares one).
    "name_and_network": Slowing(free=5, longest_s=60),
    "name": Slowing(free=20, longest_s=10),
    "network": Slowing(free=60, longest_s=10),
}


def wait_s(kind: str, failures: int, last: datetime | None, now: datetime) -> int:
    """Give how many seconds are left to wait, after `failures` the latest of which was at `last`."""
    slowing = SLOWING[kind]
    if last is None or failures < slowing.free:
        return 0
    wait = min(2 ** min(failures - slowing.free + 1, 10), slowing.longest_s)
    left = wait - (now - last).total_seconds()
    return max(0, -int(-left // 1))


def may_propose_role(viewer: Viewer, role: Role) -> bool:
    """Tell whether this viewer may give or take this role, alone or by asking a second person."""
    return viewer.has(Role.COORDINATOR) and role in TWO_PEOPLE | GIVEN_ALONE


def check_may_propose_role(viewer: Viewer, role: Role) -> None:
    """Raise NotAllowed unless this viewer may give or take this role."""
    if not may_propose_role(viewer, role):
        raise NotAllowed(N_("Coordinators give and take roles."))


def may_agree_role(viewer: Viewer, *, proposed_by: str, about_membership_id: int) -> bool:
    """Tell whether this viewer may be the second person: in a role for it, not who proposed, not who it is about."""
    return (
        viewer.has(Role.COORDINATOR, Role.SECOND)
        and viewer.public_id != proposed_by
        and viewer.membership_id != about_membership_id
    )


def check_may_agree_role(viewer: Viewer, *, proposed_by: str, about_membership_id: int) -> None:
    """Raise NotAllowed unless this viewer may be the second person."""
    if not may_agree_role(viewer, proposed_by=proposed_by, about_membership_id=about_membership_id):
        raise NotAllowed(N_("This needs somebody else: not the one who asked, and not the one it is about."))


def check_can_be_without(role: Role, others_with_it: int) -> None:
    """Raise Conflict where taking the role would leave a community without any coordinator."""
    if role is Role.COORDINATOR and others_with_it == 0:
        raise Conflict(N_("There is no other coordinator. Find somebody for the role first."))


def check_can_leave(*, coordinates: bool, other_coordinators: int, others: int) -> None:
    """Raise Conflict where people would be left behind without any coordinator."""
    if coordinates and not other_coordinators and others:
        raise Conflict(
            N_("You are the only coordinator here. Please make somebody else a coordinator first, then you can leave.")
        )


def check_may_help_to_leave(viewer: Viewer, membership_id: int, roles: Collection[Role]) -> None:
    """Raise NotAllowed for who is no coordinator, Conflict where it is oneself or somebody whose role two people take.

    Otherwise one coordinator could put another out of the community alone.
    """
    if not viewer.has(Role.COORDINATOR):
        raise NotAllowed(N_("Coordinators help people to leave."))
    if viewer.membership_id == membership_id:
        raise Conflict(N_("This is you. You can leave from your own page."))
    if not TWO_PEOPLE.isdisjoint(roles):
        raise Conflict(N_("They have a role that two people give and take. Take that back first."))


def missing_roles(held: Collection[str], coordinators: int) -> Sequence[str]:
    """Give what a community cannot do yet for want of people, each as a sentence for the desk."""
    found = []
    if coordinators == 0:
        found.append(N_("There is no coordinator: nobody can welcome people or be the second pair of eyes."))
    elif coordinators == 1 and Role.SECOND not in held:
        found.append(
            N_(
                "You are the only coordinator and there is no second yet. What needs two people has to wait: "
                "roles, limits above the usual, your own exchanges. Ask a member you trust to be a second."
            )
        )
    if Role.KEEPER not in held:
        found.append(N_("There is no keeper yet. Nobody looks after worries that must stay private."))
    return found
