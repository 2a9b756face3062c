"""What follows where the table leaves a choice: does somebody else look, what becomes of the hours, when it fades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from timebank.communities.rules import Approval
from timebank.core.words import N_
from timebank.exchanges.rules.table import ForWhom, Keep, State
from timebank.ledger.rules import AccountState, Nearness, nearness

MORE_TO_RECEIVE = N_(
    "This is more than you can receive just now. Agree on less, give something first, or ask a coordinator."
)
MORE_TO_GATHER = N_(
    "This is more than you can gather just now. Give the hours to all, use some first, or ask a coordinator."
)
NEARLY_RECEIVED = N_("After this it is nearly your turn to give something. Is there something you would like to give?")
NEARLY_GATHERED = N_("After this you have gathered a good deal. What would make your own week easier?")
EVERY_ONE = N_("Somebody else looks at every exchange.")


@dataclass(frozen=True)
class Facts:
    """What the community's choice of when a second pair of eyes looks is about."""

    minutes: int
    kind: str | None
    fewest_before: int
    takes_from_pot: bool = False
    typed_from_slip: bool = False


def why_approve(policy: Approval, facts: Facts) -> str | None:
    """Give why a second pair of eyes looks at an exchange; None where nobody needs to.

    Hours out of the pot and slips typed for others always want somebody else: nobody there confirmed on their own.
    """
    always = [
        (facts.takes_from_pot, N_("The hours come out of the pot.")),
        (facts.typed_from_slip, N_("It was typed from a signed slip.")),
    ]
    chosen = [
        (facts.fewest_before < policy.first_of_newcomer, N_("One of the two is new here.")),
        (facts.minutes > policy.above_minutes, N_("It took a long time.")),
        (facts.kind in policy.kinds, N_("Somebody else looks at this kind of help.")),
        (policy.when == "always", EVERY_ONE),
    ]
    found = always if policy.when == "never" else [*always, *chosen]
    return next((why for holds, why in found if holds), None)


def kind_word(state: AccountState, minutes: int, *, gives: bool) -> str | None:
    """Give the kind word for one of the two before they go on with an exchange of so many minutes.

    Each hears of the limit on their own side alone: who gives of how much they can gather, who receives of the other.
    """
    room = state.ceiling - state.balance if gives else state.balance - state.floor
    if minutes > room:
        return MORE_TO_GATHER if gives else MORE_TO_RECEIVE
    near = nearness(state.balance + (minutes if gives else -minutes), state.floor, state.ceiling)
    side = {Nearness.NEAR_CEILING, Nearness.AT_CEILING} if gives else {Nearness.NEAR_FLOOR, Nearness.AT_FLOOR}
    return NEARLY_GATHERED if gives and near in side else NEARLY_RECEIVED if near in side else None


def is_ordinary(policy: Approval, facts: Facts) -> bool:
    """Tell whether an exchange may be approved among several, unopened: only “always” asks for it."""
    return policy.when == "always" and why_approve(policy, facts) == EVERY_ONE


def after_confirming(keep: Keep, *, needs_approval: bool) -> State:
    """Give where confirming leads.

    A favour moves nothing, what wants a second pair of eyes waits, the rest is posted.
    """
    if keep is Keep.NONE:
        return State.FAVOUR
    return State.CONFIRMED if needs_approval else State.POSTED


def form_of(for_whom: ForWhom, keep: Keep) -> str:
    """Give the form of co-production: who it is for and whose accounts move tell it, nobody is asked.

    After Bovaird and Loeffler: individual, group, collective.
    """
    if for_whom is ForWhom.EVERYONE or keep is Keep.POT:
        return "collective"
    return "group" if for_whom is ForWhom.GROUP else "individual"


def is_due(since: datetime, now: datetime, days: int) -> bool:
    """Tell whether it has been silent for so many days."""
    return now - since >= timedelta(days=days)
