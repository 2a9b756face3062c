"""Who may set other limits for somebody, and when nobody is left who could look at what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timebank.communities.rules import Settings
from timebank.core.access import Role, Viewer
from timebank.core.errors import NotAllowed
from timebank.core.words import N_
from timebank.exchanges.rules import Doer, Standing, Who, is_somebody

STUCK_EXCHANGE = N_(
    "Something waits for a second pair of eyes, and whoever could look is one of the two, or typed it. "
    "Ask a member you trust to be a second."
)
STUCK_ON_PAPER = N_(
    "Somebody who takes part on paper waits to be asked, and the only coordinator is the other of the two. "
    "Ask somebody you trust to be a coordinator too."
)
STUCK_PROPOSAL = N_(
    "Something waits for a second person, and whoever could answer has asked for it, or it is about them. "
    "Ask a member you trust to be a second."
)


FIRST_DAYS = 90  # a community that does without areas is not reminded of them for ever


@dataclass(frozen=True)
class FirstStep:
    """Something a new community does well to do soon: what, why, and the part of “How we work” (or invitations)."""

    title: str
    words: str
    part: str


def first_steps(chosen: Settings, *, days_open: int, look_after: int) -> list[FirstStep]:
    """Give what a community that opened lately has not done yet. `look_after` are its coordinators and seconds."""
    steps = [
        (chosen.about, FirstStep(N_("Say what this is"), N_("A few words in front, for whoever comes by."), "words")),
        (chosen.whom_to_call, FirstStep(N_("Say whom to call"), N_("A name, a number, a place and a day."), "words")),
        (chosen.areas, FirstStep(N_("Name the parts of town"), N_("So that people find somebody near."), "areas")),
        (chosen.kinds, FirstStep(N_("Name kinds of help"), N_("In your own words: lifts, letters, bread."), "kinds")),
        (look_after > 1, FirstStep(N_("Invite somebody to look with you"), N_("Some steps need two people."), "")),
    ]
    return [step for done, step in steps if not done] if days_open <= FIRST_DAYS else []


def check_may_propose_limits(viewer: Viewer, membership_id: int) -> None:
    """Raise NotAllowed unless this viewer coordinates, and it is not about themself."""
    if not viewer.has(Role.COORDINATOR) or viewer.membership_id == membership_id:
        raise NotAllowed(N_("Another coordinator can propose this for you."))


def may_agree_limits(viewer: Viewer, *, proposed_by: str, about_membership_id: int) -> bool:
    """Tell whether this viewer may be the second person: in a role for it, not who proposed, not who it is about."""
    return (
        viewer.has(Role.COORDINATOR, Role.SECOND)
        and viewer.public_id != proposed_by
        and viewer.membership_id != about_membership_id
    )


def check_may_agree_limits(viewer: Viewer, *, proposed_by: str, about_membership_id: int) -> None:
    """Raise NotAllowed unless this viewer may be the second person."""
    if not may_agree_limits(viewer, proposed_by=proposed_by, about_membership_id=about_membership_id):
        raise NotAllowed(N_("This needs somebody else: not the one who asked, and not the one it is about."))


def nobody_can_look(exchange: Standing, doers: Iterable[Doer]) -> bool:
    """Tell whether of all who look after others here nobody may look: each is one of the two, or typed it."""
    return not any(is_somebody(Who.APPROVER, doer, exchange) for doer in doers)


def nobody_can_carry(exchange: Standing, doers: Iterable[Doer]) -> bool:
    """Tell whether nobody here may ask for somebody who takes part on paper."""
    return not any(is_somebody(Who.CARRIER, doer, exchange) for doer in doers)


def nobody_can_second(proposed_by: str, about_membership_id: int, doers: Iterable[Doer]) -> bool:
    """Tell whether nobody here may be the second person of a proposal."""
    return not any(doer.public_id != proposed_by and doer.membership_id != about_membership_id for doer in doers)
