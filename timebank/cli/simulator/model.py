"""The town's books said in the plainest way: a dictionary of balances and a bag of lines, told only what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from timebank.cli.town.steps import Step
from timebank.cli.town.tally import FLOOR, NEWCOMER_FLOOR, NO_LONGER_NEW

POT, CARRIER = "the pot", "the adjustment account"
BEGINNINGS = frozenset({"propose", "log_done", "type_slip", "log_own_time"})
OF_THE_POT = frozenset({"give_to_pot", "pass_on"})

Line = tuple[str, str, str, int]
"""Place, payer, payee, minutes."""
Holder = tuple[str, str]
"""Place, name."""


@dataclass
class Told:
    """An exchange as its people told it. `state` is the one it was seen in last."""

    place: str
    giver: str
    receiver: str
    minutes: int = 0
    for_all: bool = False
    keep: str = "keep"
    state: str = ""
    in_the_book: bool = False

    @property
    def payer(self) -> str:
        """Give whose hours pay."""
        return POT if self.for_all else self.receiver


class Model:
    """What the books must say, minutes all of it."""

    def __init__(self) -> None:
        """Begin with empty books."""
        self.lines: Counter[Line] = Counter()
        self.balances: Counter[Holder] = Counter()
        self.told: dict[str, Told] = {}
        self.left: set[Holder] = set()
        self._helped: Counter[Holder] = Counter()
        self._no_longer_new: set[Holder] = set()

    def hear(self, step: Step, state: str) -> None:
        """Hear of a step that was acknowledged, and the state its exchange is in then."""
        if step.verb in OF_THE_POT:
            two = (step.by, POT) if step.verb == "give_to_pot" else (POT, step.about)
            self._move(step.place, *two, step.said["minutes"])
        elif step.verb == "leave":
            self.left.add((step.place, step.by))
            self._settle(step.place, step.by)
        elif state:
            self._hear_of_exchange(step, state)

    def _hear_of_exchange(self, step: Step, state: str) -> None:
        said = step.said
        if step.verb in BEGINNINGS:
            giver = said.get("giver", step.by)
            self.told[step.about] = Told(step.place, giver, said.get("receiver", POT))
        told = self.told[step.about]
        if step.verb in BEGINNINGS | {"change_terms"}:
            told.minutes = said["minutes"]
            told.for_all = told.receiver == POT or said.get("for_whom") == "everyone"
        if step.verb == "say_done":
            told.minutes = said["minutes"]
        if step.verb in {"log_done", "say_done", "confirm"} and step.by == told.giver:
            told.keep = said["keep"] or told.keep
        told.state = state
        if step.verb in {"confirm", "approve"} and state == "posted" and not told.in_the_book:
            self._post(told)
        elif step.verb == "agree_put_right":
            self._put_right(told)

    def _post(self, told: Told) -> None:
        self._move(told.place, told.payer, told.giver, told.minutes)
        if told.keep == "pot" and not told.for_all:
            self._move(told.place, told.giver, POT, told.minutes)
        told.in_the_book = True
        for who in self._two(told):
            self._settle(told.place, who)
            self._helped[told.place, who] += 1
            if self._helped[told.place, who] >= NO_LONGER_NEW and (told.place, who) not in self.left:
                self._no_longer_new.add((told.place, who))

    def _put_right(self, told: Told) -> None:
        """Take back what was posted, last first; what whoever gave cannot bring up, the community carries."""
        legs = [(told.payer, told.giver)]
        if told.keep == "pot" and not told.for_all:
            legs.append((told.giver, POT))
        for payer, payee in reversed(legs):
            self._carry(told.place, payee, payer, told.minutes)
            for who in self._two(told):
                self._settle(told.place, who)
        for who in self._two(told):
            self._helped[told.place, who] -= 1

    def _two(self, told: Told) -> Iterator[str]:
        return (who for who in (told.giver, told.receiver) if who != POT)

    def _settle(self, place: str, who: str) -> None:
        """Bring somebody who has left to nothing: the pot takes what is left, and pays what is missing if it can."""
        left = self.balances[place, who] if (place, who) in self.left else 0
        if left > 0:
            self._move(place, who, POT, left)
        elif left < 0:
            self._carry(place, POT, who, -left)

    def _carry(self, place: str, payer: str, payee: str, minutes: int) -> None:
        own = min(minutes, max(0, self.balances[place, payer] - self._floor(place, payer)))
        self._move(place, payer, payee, own)
        self._move(place, CARRIER, payee, minutes - own)

    def _floor(self, place: str, who: str) -> int:
        if who == POT or (place, who) in self.left:
            return 0
        return FLOOR if (place, who) in self._no_longer_new else NEWCOMER_FLOOR

    def _move(self, place: str, payer: str, payee: str, minutes: int) -> None:
        if minutes:
            self.lines[place, payer, payee, minutes] += 1
            self.balances[place, payer] -= minutes
            self.balances[place, payee] += minutes
