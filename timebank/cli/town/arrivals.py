"""How people come to a place: by a card, alone or together, by asking, or because they belong next door already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from timebank.cli.town.population import Population
from timebank.cli.town.steps import Span, Step, after, chance, moment
from timebank.cli.town.words import Neighbour, Place

MONTHS = 14  # what `came` counts against, however long the town's time is
LAST_CHANCE = 12  # days before the end by which everybody has come
WAITING = {"harbour-street": (("Lena", 5), ("Emre & Sibel", 2), ("Ruairí", 1)), "mill-pond-shed": (("Harpreet", 3),)}
DECLINED = {"harbour-street": "Basil"}
MEETING_PLACES = (
    "the library, Tuesdays",
    "the shed, Thursdays",
    "the bench at the harbour",
    "the school gate at three",
)
FUNDER = "Canal Fund"


class Arrivals:
    """The coming of a place's people."""

    def __init__(self, rng: Random, place: Place, span: Span, population: Population) -> None:
        """Decide who comes when, and who of them has a role from the first day."""
        self.rng, self.place, self.span, self.population = rng, place, span, population
        for each in place.people:
            population.people[each.called] = each
            population.came[each.called] = self._day(each)
        self.opens = moment(rng, span.first, (8, 8))
        opener = next(each for each in place.people if each.role == "coordinator")
        self.opener = opener.called
        population.roles["coordinator"].append((span.first - timedelta(days=1), self.opener))

    def _day(self, neighbour: Neighbour) -> date:
        if neighbour.role:
            return self.span.first - timedelta(days=neighbour.role == "coordinator")
        first = self.span.month(neighbour.came, MONTHS)
        month = max(2, self.span.days // MONTHS)
        day = first + timedelta(days=self.rng.randrange(1, month))
        return max(self.span.first, min(day, self.span.last - timedelta(days=LAST_CHANCE)))

    def steps(self) -> Iterator[Step]:
        """Tell how everybody comes."""
        yield Step(self.opens, self.place.slug, "open_place", self.opener)
        yield from self._says(self.opener, self.opens)
        for each in self.place.people:
            if each.called == self.opener:
                continue
            came = self.population.came[each.called]
            if each.on_paper:
                yield from self._on_paper(each, came)
            elif each.role or each.also or each.came == 0 or chance(self.rng, 0.5):  # half by a card
                yield from self._by_card(each.called, came)
            else:
                yield from self._by_asking(each.called, came)
        yield from self._at_the_desk()

    def _by_card(self, called: str, came: date) -> Iterator[Step]:
        arrives = moment(self.rng, came, (10, 19))
        given = max(arrives - timedelta(minutes=self.rng.randint(20, 5_000)), self.opens + timedelta(minutes=30))
        yield Step(given, self.place.slug, "invite", self.opener, called)
        yield Step(arrives, self.place.slug, "join", called, called)
        yield from self._says(called, arrives)

    def _by_asking(self, called: str, came: date) -> Iterator[Step]:
        asked = moment(self.rng, max(self.span.first, came - timedelta(days=self.rng.randint(1, 4))), (10, 20))
        answered = max(moment(self.rng, came, (10, 19)), asked + timedelta(minutes=5))
        coordinators, _ = self.population.lookers(answered.date())
        yield Step(asked, self.place.slug, "ask_to_join", called)
        yield Step(answered, self.place.slug, "welcome", self.rng.choice(coordinators or [self.opener]), called)
        yield from self._says(called, answered)

    def _on_paper(self, neighbour: Neighbour, came: date) -> Iterator[Step]:
        said = {name: getattr(neighbour, name) for name in ("likes", "easier", "area", "times")}
        reach = {"place_and_day": self.rng.choice(MEETING_PLACES)}
        values = {"said": said, "reach": reach}
        yield Step(
            moment(self.rng, came, (10, 16)), self.place.slug, "bring_on_paper", self.opener, neighbour.called, values
        )

    def _says(self, called: str, came: datetime) -> Iterator[Step]:
        neighbour = self.population.people[called]
        said = {"likes": neighbour.likes, "area": neighbour.area}
        said |= {name: getattr(neighbour, name) for name in ("easier", "times") if chance(self.rng, 0.9)}
        yield Step(came + timedelta(minutes=self.rng.randint(2, 9)), self.place.slug, "say_about", called, said=said)
        if chance(self.rng, 0.6):  # the others would rather not
            reach = {"place_and_day": self.rng.choice(MEETING_PLACES)}
            if chance(self.rng, 0.5):
                reach["phone"] = f"01632 960{self.rng.randrange(1000):03}"  # numbers kept free for stories
            yield Step(came + timedelta(minutes=12), self.place.slug, "say_how_to_reach", called, said=reach)

    def _at_the_desk(self) -> Iterator[Step]:
        slug, last = self.place.slug, self.span.last
        for called, days in WAITING[slug]:
            yield Step(moment(self.rng, last - timedelta(days=days)), slug, "ask_to_join", called)
        if slug in DECLINED:
            asked = moment(self.rng, self.span.share(0.6))
            yield Step(asked, slug, "ask_to_join", DECLINED[slug])
            words = self.place.phrases["declined_newcomer"][0]
            answered = after(self.rng, asked, (1, 2))
            yield Step(answered, slug, "decline_newcomer", self.opener, DECLINED[slug], {"why": words})
            yield Step(
                moment(self.rng, self.span.share(0.2)), slug, "invite", self.opener, "funder", {"role": "funder"}
            )
            yield Step(moment(self.rng, self.span.share(0.22)), slug, "join", FUNDER, "funder")
