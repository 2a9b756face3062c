"""One exchange, told step by step: who asks, what they write to each other, what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from timebank.cli.town.steps import Step, after, chance, moment
from timebank.cli.town.words import Deed, Phrases

QUARTER = 15
EVENING = (17, 20)


@dataclass(frozen=True)
class Frame:
    """What an exchange is about, before anything happens: its two, the deed, the minutes it will take in the end."""

    place: str
    handle: str
    deed: Deed
    giver: str
    receiver: str
    minutes: int
    phrases: Phrases
    listing: str | None = None
    giver_begins: bool = False


class Telling:
    """An exchange as it is told: `now` moves on with each step. `lookers(day)` gives who may look after others then."""

    def __init__(
        self, rng: Random, frame: Frame, begins: datetime, lookers: Callable[[date], tuple[list[str], list[str]]]
    ) -> None:
        """Begin at an instant."""
        self.rng, self.frame, self.now, self._lookers = rng, frame, begins, lookers
        self.steps: list[Step] = []
        self.first, self.other = (frame.giver, frame.receiver) if frame.giver_begins else (frame.receiver, frame.giver)
        self.title, self.where = rng.choice(frame.deed.titles), rng.choice(frame.deed.where)
        self.kind: str | None = frame.deed.kind
        self.listing = frame.listing
        self.on_day = begins.date() + timedelta(days=rng.randint(2, 8))
        self.given_on: set[date] = set()

    def say(self, verb: str, by: str, **said: Any) -> None:
        """Let somebody do something now."""
        self.steps.append(Step(self.now, self.frame.place, verb, by, self.frame.handle, said))

    def wait(self, least: int, most: int) -> None:
        """Let some days pass (none: a little while)."""
        self.now = after(self.rng, self.now, (least, most))

    def words(self, name: str) -> str:
        """Choose words that fit anything."""
        return self.rng.choice(self.frame.phrases[name])

    def looker(self, *but: str, coordinator: bool = False) -> str:
        """Choose who looks after others on this day and is none of these; seconds too, or coordinators alone."""
        coordinators, seconds = self._lookers(self.now.date())
        found: Sequence[str] = coordinators if coordinator else [*coordinators, *coordinators, *seconds]
        return self.rng.choice([each for each in found if each not in {self.frame.giver, self.frame.receiver, *but}])

    def terms(self, minutes: int, *, for_whom: str = "person", on_day: date | None = None) -> dict[str, Any]:
        """Give the terms as they stand."""
        frame, on_day = self.frame, on_day or self.on_day
        self.given_on.add(on_day)
        return {
            "giver": frame.giver,
            "receiver": frame.receiver,
            "title": self.title,
            "minutes": minutes,
            "on_day": on_day,
            "place": self.where,
            "kind": self.kind,
            "for_whom": for_whom,
            "at": self.rng.choice((None, None, 10, 14, 16, 18)),
        }

    def ask(self, *, minutes: int | None = None, for_whom: str = "person") -> None:
        """Let the first propose it, with a first word."""
        planned = minutes or max(QUARTER, self.frame.minutes + QUARTER * self.rng.choice((0, 0, 0, 1, 2, -1)))
        words = self.rng.choice(self.frame.deed.bid if self.frame.giver_begins else self.frame.deed.ask)
        if for_whom == "everyone":
            words = ""
        self.say("propose", self.first, listing=self.listing, words=words, **self.terms(planned, for_whom=for_whom))

    def answer(self) -> None:
        """Let the other agree, with a word."""
        self.wait(0, 2)
        self.say("talk", self.other, words=self.rng.choice(self.frame.deed.yes))
        self.say("agree", self.other)
        if chance(self.rng, 0.25):  # one in four writes once more
            self.wait(0, 1)
            self.say("talk", self.rng.choice((self.first, self.other)), words=self.words("later"))

    def do(self, *, minutes: int | None = None, keep: str = "keep", by_giver: bool | None = None) -> None:
        """Let it happen, and one of the two say so that evening or the day after."""
        self.on_day = max(self.on_day, self.now.date())
        self.given_on.add(self.on_day)
        self.now = max(self.now, moment(self.rng, self.on_day, EVENING))
        self.wait(0, 1)
        giver = chance(self.rng, 0.6) if by_giver is None else by_giver  # a little more often
        self.first, self.other = (
            (self.frame.giver, self.frame.receiver) if giver else (self.frame.receiver, self.frame.giver)
        )
        self.say("say_done", self.first, minutes=minutes or self.frame.minutes, on_day=self.on_day, keep=keep)

    def confirm(self, *, keep: str | None = None) -> None:
        """Let the other say so too."""
        self.wait(0, 2)
        self.say("confirm", self.other, keep=keep)

    def look(self, *but: str) -> None:
        """Let a third person look, where the community wants one to."""
        self.wait(0, 2)
        self.say("approve", self.looker(*but))

    def thank(self, words: Sequence[str] | None = None) -> None:
        """Let them thank each other, mostly; some say it aloud, and most of those who are thanked let it be."""
        if not chance(self.rng, 0.7):
            return
        public = chance(self.rng, 0.3)
        self.say("thank", self.frame.receiver, words=self.rng.choice(words or self.frame.deed.thanks), public=public)
        if public and chance(self.rng, 0.75):
            self.wait(0, 2)
            self.say("agree_to_show", self.frame.giver)
        if chance(self.rng, 0.15):
            self.wait(0, 1)
            self.say("thank", self.frame.giver, words=self.words("public_back"), public=False)
