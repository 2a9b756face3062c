"""The steps the simulator walks: those of the town, each by the action its page calls, and a few of its own."""

from __future__ import annotations

from collections.abc import Callable

from timebank.cli.simulator.model import OF_THE_POT
from timebank.cli.town.building import VERBS as OF_THE_TOWN
from timebank.cli.town.known import Known
from timebank.cli.town.steps import Step
from timebank.communities import actions as communities
from timebank.exchanges import actions
from timebank.exchanges.rules import Verb
from timebank.people import queries as people
from timebank.privacy import actions as privacy

AT_NIGHT = "let_time_pass"  # here the jobs themselves do it, for all places and all that is due
BY_THE_JOBS = {"prepare_release", "approve_release"}


def _take_back(known: Known, step: Step) -> None:
    actions.take_back(exchange=known.exchange(step), now=step.at, by=known.viewer(step))


def _leave(known: Known, step: Step) -> None:
    own = people.own_membership(known.viewer(step))
    privacy.leave(membership_id=own.id, now=step.at, by=known.viewer(step))


def _change_a_rule(known: Known, step: Step) -> None:
    here, wanted = known.community(step), {"approval": step.said["approval"]}
    communities.change_settings(community=here, wanted=wanted, why=step.said["why"], by=known.viewer(step))


VERBS: dict[str, Callable[[Known, Step], None]] = {
    **{verb: do for verb, do in OF_THE_TOWN.items() if verb not in BY_THE_JOBS},
    "take_back": _take_back,
    "leave": _leave,
    "change_a_rule": _change_a_rule,
}
CAN_COME_TWICE = (frozenset(Verb) | {"change_terms"} | OF_THE_POT) & VERBS.keys()
"""Whatever of this is sent twice is done once. A second proposal or log is a second one, and ends by itself."""
