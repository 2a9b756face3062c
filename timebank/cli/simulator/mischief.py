"""What people do beside the plan: too much, too late, in the middle, or where it is for somebody else to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from timebank.cli.simulator.memory import Memory
from timebank.cli.simulator.model import Model, Told
from timebank.cli.town.keeping import ROLES
from timebank.cli.town.steps import Step
from timebank.communities.rules import Approval
from timebank.core import ids
from timebank.exchanges.rules import TABLE, Verb

MINUTES = (1, 45, 240, 600)
RECENT = 10
SAME_STEP = {Verb.CHANGE: "change_terms", Verb.SAY_OTHER: "say_done"}
BY_ITSELF = {Verb.FADE, Verb.PART}


class Mischief:
    """Draws steps that no plan has, from what there is at that moment."""

    def __init__(self, rng: Random, memory: Memory, model: Model) -> None:
        """Look at the same town as the simulator."""
        self.rng, self.memory, self.model = rng, memory, model
        self._kinds: Sequence[Callable[[Step, list[str]], Step]] = (
            *[self._move_on] * 10,
            *[self._begin] * 3,
            *[self._use_the_pot] * 5,
            self._go_or_come,
            self._change_a_rule,
        )

    def step(self, at: datetime) -> Step | None:
        """Draw one; nothing where nobody lives yet."""
        places = list(self.memory.communities)
        place = self.rng.choice(places) if places else ""
        people = [called for where, called in self.memory.memberships if where == place]
        if len(people) < 2:  # noqa: PLR2004 - it takes two
            return None
        blank = Step(at + timedelta(minutes=self.rng.randint(1, 20)), place, "", self.rng.choice(people))
        return self.rng.choice(self._kinds)(blank, people)

    def _move_on(self, blank: Step, people: list[str]) -> Step:
        recent = [(handle, told) for handle, told in self.model.told.items() if told.place == blank.place][-RECENT:]
        if not recent:
            return self._begin(blank, people)
        handle, told = self.rng.choice(recent)
        verbs = [move.verb for move in TABLE if move.state == told.state and move.verb not in BY_ITSELF]
        verb = self.rng.choice([*verbs, *verbs[:1] * 2] or list(SAME_STEP))  # mostly on, along the table's first way
        keepers = [called for _share, _by, called, _role, _agreed in ROLES[blank.place]]
        by = self.rng.choice([*(told.giver, told.receiver) * 2, *keepers, blank.by])
        by = by if by in people else blank.by
        return replace(blank, verb=SAME_STEP.get(verb, str(verb)), by=by, about=handle, said=self._said(blank, told))

    def _begin(self, blank: Step, people: list[str]) -> Step:
        giver, receiver = self.rng.sample(people, 2)
        told = Told(blank.place, giver, receiver)
        verb = self.rng.choice(("propose", "log_done", "log_done", "type_slip", "log_own_time"))
        by = self.rng.choice((told.giver, told.receiver)) if verb in {"propose", "log_done"} else blank.by
        said = self._said(blank, told)
        if verb == "log_own_time":
            del said["giver"], said["receiver"]
            said["for_whom"] = "everyone"
        return replace(blank, verb=verb, by=by, about=f"{blank.place}/beside/{ids.public_id()}", said=said)

    def _said(self, blank: Step, told: Told) -> dict[str, Any]:
        return {
            "giver": told.giver,
            "receiver": told.receiver,
            "title": "Something else",
            "minutes": self.rng.choice(MINUTES),
            "on_day": blank.at.date() - timedelta(days=self.rng.randint(0, 2)),
            "at": self.rng.choice((None, 10, 16)),
            "for_whom": self.rng.choice(("person", "person", "everyone")),
            "keep": self.rng.choice(("keep", "pot", "none")),
            "reason": "It was not so",
            "words": "",
            "listing": None,
        }

    def _use_the_pot(self, blank: Step, people: list[str]) -> Step:
        said = {"minutes": self.rng.choice(MINUTES), "words": "For whoever needs it", "why": "For your move"}
        have = [called for called in people if self.model.balances[blank.place, called] > 0]
        if self.rng.randrange(3):
            return replace(blank, verb="give_to_pot", by=self.rng.choice(have or people), said=said)
        return replace(blank, verb="pass_on", by=ROLES[blank.place][0][1], about=self.rng.choice(people), said=said)

    def _go_or_come(self, blank: Step, _people: list[str]) -> Step:
        return replace(blank, verb=self.rng.choice(("pause", "pause", "come_back", "come_back", "come_back", "leave")))

    def _change_a_rule(self, blank: Step, _people: list[str]) -> Step:
        approval = Approval(self.rng.choice(("always", "some", "never")), above_minutes=self.rng.choice(MINUTES))
        said = {"approval": asdict(approval), "why": "Let us try it another way"}
        return replace(blank, verb="change_a_rule", by=ROLES[blank.place][0][1], said=said)
