"""What happens between the people of a place, day by day: who finds whom, for what, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from timebank.cli.town.population import Population, Written
from timebank.cli.town.steps import Span, Step, after, chance, moment
from timebank.cli.town.stories import STORIES, Story
from timebank.cli.town.tally import POT, Tally
from timebank.cli.town.telling import QUARTER, Frame, Telling
from timebank.cli.town.words import Deed, Neighbour, Place

SEASON = {1: 0.85, 2: 0.9, 3: 1.0, 4: 1.1, 5: 1.2, 6: 1.1, 7: 0.95, 8: 0.8, 9: 1.1, 10: 1.2, 11: 1.1, 12: 0.95}
WEEKDAY = (0.9, 0.95, 0.9, 1.0, 0.85, 1.5, 0.95)
NEVER = timedelta(days=60)  # until a promise that comes to nothing is forgotten
TRIES = 12
EVEN = 900  # minutes up or down at which somebody is twice as likely to receive, or to give
NEAR_CEILING, NEAR_FLOOR = 2_280, 560
OWN_TIME_EVERY = 9  # days
POT_HOLDS = 240
GIFT_EVERY, PASSED_ON_EVERY = 12, 25  # days
MORE_SLIPS = 8  # how much more likely a slip is to be of somebody who takes part on paper


class Diary:
    """The days of one place."""

    def __init__(self, rng: Random, place: Place, span: Span, population: Population) -> None:
        """Begin with nothing planned."""
        self.rng, self.place, self.span, self.population = rng, place, span, population
        self.tally = Tally()
        self.busy: set[tuple[str, date]] = set()
        self._deck: list[Story] = []
        self._count = 0

    def days(self) -> Iterator[Step]:
        """Go through the days and tell what begins on each."""
        for number in range(1, self.span.days):
            day = self.span.first + timedelta(days=number)
            self.tally.come_to(day)
            for called, left in self.population.left.items():
                if left == day:
                    self.tally.leave(called)
            for _ in range(self._how_many(day)):
                yield from self._something(day)
            if number % OWN_TIME_EVERY == 0:
                yield from self._own_time(day)
            if number % GIFT_EVERY == 0:
                yield from self._gift(day)
            if number % PASSED_ON_EVERY == 0:
                yield from self._passed_on(day)

    def _how_many(self, day: date) -> int:
        pace = sum(each.pace for each in self.population.here(day))
        wanted = pace * self.place.busy * SEASON[day.month] * WEEKDAY[day.weekday()]
        return int(wanted) + (self.rng.random() < wanted % 1)

    def _draw(self) -> Story:
        if not self._deck:
            self._deck = [story for story in STORIES.values() for _ in range(story.cards)]
            self.rng.shuffle(self._deck)
        story = self._deck.pop()
        # Where the pot cannot pay yet, they fill it first.
        return STORIES["to the pot"] if story.pays == "pot" and self.tally.can_pay(POT) < POT_HOLDS else story

    def _something(self, day: date) -> Iterator[Step]:
        story = self._draw()
        for _ in range(TRIES):
            found = self._match(day, story)
            if found is not None:
                yield from self.tell(story, found, day)
                return

    def _match(self, day: date, story: Story) -> Frame | None:
        here = [each for each in self.population.here(day) if story.on_paper or not each.on_paper]
        receiver = self._weighted(here, +1, story)
        deed = self._wish(receiver, day)
        givers = [each for each in here if deed.key in each.gives and each.called != receiver.called]
        if receiver.leaning == "gives" and self.tally.high[receiver.called] < NEAR_CEILING - 2 * EVEN // 3:
            return None
        givers = [each for each in givers if (each.called, day) not in self.busy and self._would_give(each)]
        if not givers:
            return None
        giver = self._weighted(givers, -1, story)
        if not self.population.can_be_looked_after(day, giver.called, receiver.called):
            return None
        minutes = self._minutes(deed, story, giver.called, receiver.called)
        return None if minutes is None else self._frame(day, deed, (giver, receiver), minutes)

    def _weighted(self, people: list[Neighbour], way: int, story: Story) -> Neighbour:
        weights = []
        for each in people:
            middle = (self.tally.low[each.called] + self.tally.high[each.called]) / 2
            lean = {"gives": -3.0, "asks": 3.0}.get(each.leaning, 0.0) * way
            slips = MORE_SLIPS if story.on_paper and each.on_paper else 1
            weights.append(slips * each.pace * max(0.15, 1 + way * middle / EVEN + lean))
        return self.rng.choices(people, weights)[0]

    def _would_give(self, giver: Neighbour) -> bool:
        return giver.leaning != "asks" or self.tally.low[giver.called] < -NEAR_FLOOR

    def _wish(self, receiver: Neighbour, day: date) -> Deed:
        deeds = [deed for deed in self.place.deeds.values() if deed.is_in_season(day)]
        own = [deed for deed in deeds if deed.key in receiver.needs]
        return self.rng.choice(own if own and chance(self.rng, 0.7) else deeds)  # or they try something

    def _minutes(self, deed: Deed, story: Story, giver: str, receiver: str) -> int | None:
        least, most = deed.minutes
        payer, payee = self._accounts(story, giver, receiver)
        room = min(most, self.tally.can_pay(payer), self.tally.can_hold(payee) if payee != POT else most)
        if giver in {each.called for each in self.place.people if each.leaning == "gives"}:
            room = min(room, NEAR_CEILING - self.tally.high[giver])
        if room < least:
            return None
        return least + QUARTER * self.rng.randint(0, (room - least) // QUARTER)

    @staticmethod
    def _accounts(story: Story, giver: str, receiver: str) -> tuple[str, str]:
        payer = POT if story.pays == "pot" else receiver
        return payer, POT if story.keeps == "pot" else giver

    def _frame(self, day: date, deed: Deed, two: tuple[Neighbour, Neighbour], minutes: int) -> Frame:
        giver, receiver = two
        offer = self.population.shown(giver.called, deed.key, day, is_offer=True)
        request = self.population.shown(receiver.called, deed.key, day, is_offer=False)
        begins_with: Written | None = request if request and (not offer or chance(self.rng, 0.5)) else offer
        return Frame(
            self.place.slug,
            self.handle(),
            deed,
            giver.called,
            receiver.called,
            minutes,
            self.place.phrases,
            listing=begins_with.handle if begins_with else None,
            giver_begins=begins_with is request if begins_with else chance(self.rng, 0.3),
        )

    def handle(self) -> str:
        """Give the next exchange a handle."""
        self._count += 1
        return f"{self.place.slug}/{self._count}"

    def tell(self, story: Story, frame: Frame, day: date) -> list[Step]:
        """Tell a story that begins on a day, and keep in mind what it will do to the book.

        Gives nothing where no day is found on which the giver has not given already: nobody is in two places at once.
        """
        for _ in range(TRIES):
            told = Telling(self.rng, frame, moment(self.rng, day), self.population.lookers)
            story.tell(told)
            if not any((frame.giver, each) in self.busy for each in told.given_on):
                self._keep(story, told)
                return [*told.steps, *self._no_longer_needed(story, told)]
        return []

    def _keep(self, story: Story, told: Telling) -> None:
        frame, ends = told.frame, told.now.date()
        payer, payee = self._accounts(story, frame.giver, frame.receiver)
        until = ends if story.pays else ends + NEVER
        self.tally.promise(payer, payee, frame.minutes, until=until, moves=bool(story.pays))
        self.busy |= {(frame.giver, each) for each in told.given_on}

    def _no_longer_needed(self, story: Story, told: Telling) -> Iterator[Step]:
        """End the request it began with, mostly, once it is done."""
        frame = told.frame
        key = (frame.receiver, frame.deed.key, False)
        request = next((each for each in self.population.written[key] if each.handle == frame.listing), None)
        if request is None or not story.pays or request.is_met or chance(self.rng, 0.3):  # some ask for more
            return
        ends = after(self.rng, told.now, (0, 2))
        if ends.date() < request.until:
            self.population.written[key].remove(request)
            self.population.written[key].append(replace(request, until=ends.date(), is_met=True))
            yield Step(ends, self.place.slug, "end_listing", frame.receiver, request.handle)

    def _own_time(self, day: date) -> Iterator[Step]:
        coordinators, _ = self.population.lookers(day)
        minutes = self.rng.choice((60, 90, 120))
        if not coordinators or self.tally.can_pay(POT) < minutes:
            return
        who = self.rng.choice(coordinators)
        if (who, day) in self.busy or not self.population.can_be_looked_after(day + timedelta(days=1), who):
            return
        deed = next(iter(self.place.deeds.values()))
        frame = Frame(self.place.slug, self.handle(), deed, who, who, minutes, self.place.phrases)
        told = Telling(self.rng, frame, moment(self.rng, day, (18, 20)), self.population.lookers)
        title = told.words("own_time")
        told.say("log_own_time", who, title=title, minutes=minutes, on_day=day, for_whom="everyone")
        told.wait(1, 3)
        told.look()
        self.tally.promise(POT, who, minutes, until=told.now.date())
        self.busy.add((who, day))
        yield from told.steps

    def _gift(self, day: date) -> Iterator[Step]:
        """Let somebody who has hours to spare give some to the pot."""
        here = [each.called for each in self.population.here(day) if not each.on_paper]
        spare = [called for called in here if self.tally.low[called] >= EVEN // 3]
        if not spare:
            return
        who, minutes = self.rng.choice(spare), self.rng.choice((30, 60, 90))
        self.tally.promise(who, POT, minutes, until=day, is_help=False)
        words = self.rng.choice(self.place.phrases["gift"])
        said = {"minutes": minutes, "words": words}
        yield Step(moment(self.rng, day), self.place.slug, "give_to_pot", who, said=said)

    def _passed_on(self, day: date) -> Iterator[Step]:
        """Let a coordinator pass hours on from the pot to somebody who is short of them."""
        coordinators, _ = self.population.lookers(day)
        minutes = self.rng.choice((60, 90))
        short = sorted((self.tally.low[each.called], each.called) for each in self.population.here(day))
        short = [(low, called) for low, called in short if low < -NEAR_FLOOR // 2 and called not in coordinators]
        leaning = {each.called for each in self.place.people if each.leaning}
        to = next((called for _, called in short if called not in leaning), None)
        if to is None or not coordinators or self.tally.can_pay(POT) < minutes + POT_HOLDS:
            return
        self.tally.promise(POT, to, minutes, until=day, is_help=False)
        said = {"minutes": minutes, "why": self.rng.choice(self.place.phrases["passed_on"])}
        yield Step(moment(self.rng, day, (18, 20)), self.place.slug, "pass_on", self.rng.choice(coordinators), to, said)
