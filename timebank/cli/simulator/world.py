"""Live through the weeks of a seed, each step in a unit of its own as on the site, and look at the books each night."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from random import Random

from flask import Flask
from sqlalchemy.exc import DBAPIError

from config import Settings
from timebank.cli import jobs_loop
from timebank.cli.simulator import audit, faults
from timebank.cli.simulator.faults import BrokenError, Trouble
from timebank.cli.simulator.memory import Memory, NeverCame
from timebank.cli.simulator.mischief import Mischief
from timebank.cli.simulator.model import OF_THE_POT, Model
from timebank.cli.simulator.verbs import AT_NIGHT, CAN_COME_TWICE, VERBS
from timebank.cli.town.building import PASSPHRASE
from timebank.cli.town.plan import plan
from timebank.cli.town.steps import Span, Step, chance
from timebank.core import clock, ids
from timebank.core.database import Busy, db, reading, transaction
from timebank.core.errors import DomainError
from timebank.core.hashing import hashing
from timebank.ledger.rules import Sent
from timebank.upkeep import queries as upkeep

FIRST_DAY = date(2026, 10, 5)  # in the third week the clocks go back
FEWEST_WEEKS = 3  # sooner a town has not found itself
BESIDE_THE_PLAN, RESTARTS = 0.35, 0.3
TOLD_AT_THE_END = 8


class Answer(StrEnum):
    """What came of a step."""

    DONE = "done"
    REFUSED = "refused"
    CAME_TO_GRIEF = "came to grief"


class UntrueError(Exception):
    """Something is not as it was promised, in a sentence."""


@dataclass
class Lived:
    """What was lived through: counts, the last steps, each book's head; and what was wrong, if anything was."""

    day: date = FIRST_DAY
    counts: Counter[str] = field(default_factory=Counter)
    last_steps: deque[str] = field(default_factory=lambda: deque(maxlen=TOLD_AT_THE_END))
    heads: list[Sent] = field(default_factory=list)
    wrong: str = ""


def live(settings: Settings, *, seed: int, weeks: int, tell: Callable[[Lived], None] = lambda _lived: None) -> Lived:
    """Live the weeks of a seed in an empty database, up to the first thing that is wrong. `tell` hears of each day."""
    days = [list(steps) for _day, steps in groupby(_plan(seed, weeks), key=lambda step: step.at.date())]
    world = World(seed)
    with ids.seeded(Random(f"{seed}/simulated ids")):  # noqa: S311  # nosec B311
        try:
            while days:
                with _process(settings):  # what a process knew is gone with it
                    world.live_until_restart(days, tell)
        except UntrueError as wrong:
            world.lived.wrong = str(wrong)
    return world.lived


def _plan(seed: int, weeks: int) -> list[Step]:
    span = Span(FIRST_DAY, FIRST_DAY + timedelta(weeks=weeks, days=-1))
    return [step for step in plan(seed, span) if step.verb in VERBS]


@contextmanager
def _process(settings: Settings) -> Iterator[Flask]:
    from timebank import create_app  # the app itself knows the console

    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


class World:
    """A town, what it remembers, what its books must say, and everything that happens to it."""

    def __init__(self, seed: int) -> None:
        """Begin before the first day."""
        self.rng = Random(f"{seed}/simulated troubles")  # noqa: S311  # nosec B311
        self.lived = Lived()
        self.model = Model()
        self.memory = Memory("")
        self.mischief = Mischief(self.rng, self.memory, self.model)
        self.anchors: list[Sent] = []

    def live_until_restart(self, days: list[list[Step]], tell: Callable[[Lived], None]) -> None:
        """Live day by day, taking each from the list, until the process ends. Raises UntrueError."""
        self.memory.hashed = self.memory.hashed or hashing().hash(PASSPHRASE)
        while days:
            self._live_day(days.pop(0))
            tell(self.lived)
            if chance(self.rng, RESTARTS):
                self.lived.counts["restarts"] += 1
                return

    def _live_day(self, steps: Sequence[Step]) -> None:
        self.lived.day = steps[0].at.date()
        for step in steps:
            self._live_step(step)
            if chance(self.rng, BESIDE_THE_PLAN):
                beside = self.mischief.step(step.at)
                if beside is not None:
                    self._live_step(beside)
        with reading() as session:
            wrong = next(audit.untruths(session, self.memory, self.model, self.anchors), None)
            if wrong is not None:
                raise UntrueError(wrong)
            self.lived.heads = upkeep.heads(session)
        self.anchors += self.lived.heads

    def _live_step(self, planned: Step) -> None:
        """Let somebody do something, while something may go wrong; who got no answer sends it again."""
        trouble = faults.draw(self.rng, has_key=planned.verb in OF_THE_POT)
        step = faults.on_that_clock(self.rng, planned, trouble)
        if step.verb in OF_THE_POT:  # as the page of its form carries it
            step = replace(step, said={**step.said, "key": ids.new_uuid()})
        answer = self._ask(step, trouble)
        if answer is Answer.CAME_TO_GRIEF:
            answer = self._ask(step)
        elif answer is Answer.DONE and trouble is Trouble.TWICE and step.verb in CAN_COME_TWICE:
            self._ask(step, is_heard=False)
        elif answer is Answer.DONE and trouble is Trouble.OTHER_MINUTES and step.verb in OF_THE_POT:
            other = replace(step, said={**step.said, "minutes": step.said["minutes"] + 15})
            if self._ask(other, is_heard=False) is Answer.DONE:
                raise UntrueError(f"The same key was taken for something else: {_told(other)}.")
        self.lived.counts[answer] += 1

    def _ask(self, step: Step, trouble: Trouble = Trouble.NONE, *, is_heard: bool = True) -> Answer:
        """Do a step once. `is_heard` untrue: the books must not know of it a second time. Raises UntrueError."""
        answer = Answer.REFUSED
        try:
            with clock.set_to(step.at), faults.around(db.engine, self.rng, trouble):
                state = self._do(step)
        except (BrokenError, Busy):
            answer = Answer.CAME_TO_GRIEF
        except (DomainError, NeverCame):
            pass
        except Exception as error:
            if not (trouble is Trouble.LINE_LOST and isinstance(error, DBAPIError)):
                self._keep(step, trouble, type(error).__name__)
                raise UntrueError(f"{_told(step)}: {type(error).__name__}: {str(error).splitlines()[0]}") from error
            answer = Answer.CAME_TO_GRIEF
        else:
            answer = Answer.DONE
            if is_heard:
                self.model.hear(step, state)
        self.memory.end_unit(committed=answer is Answer.DONE)
        self._keep(step, trouble, answer)
        return answer

    def _do(self, step: Step) -> str:
        """Do a step as its page does, in one unit of work; give the state its exchange is in then."""
        if step.verb == AT_NIGHT:
            for work in jobs_loop.PERIODIC:
                work.do()
            return ""
        with transaction():
            VERBS[step.verb](self.memory, step)
            return self.memory.state(step)

    def _keep(self, step: Step, trouble: Trouble, answer: str) -> None:
        self.lived.counts[trouble or "untroubled"] += 1
        self.lived.last_steps.append(f"{_told(step)}: {answer}" + (f" ({trouble})" if trouble else ""))


def _told(step: Step) -> str:
    minutes = f", {step.said['minutes']} min" if "minutes" in step.said else ""
    return f"{step.at:%Y-%m-%d %H:%M} {step.by or 'the jobs'} {step.verb} {step.about}{minutes}".replace("  ", " ")
