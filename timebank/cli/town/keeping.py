"""How a place looks after itself over time: roles, its ways of working, its words, people away and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from timebank.cli.town.population import Population
from timebank.cli.town.steps import Span, Step, after, chance, moment
from timebank.cli.town.words import Place
from timebank.releases.rules import Quarter

# When (a share of the whole time), who proposes, for whom, which role, and who agrees where two are needed.
ROLES = {
    "harbour-street": (
        (0.0, "Rosa", "Bronwen", "second", ""),
        (0.02, "Rosa", "Sam", "coordinator", "Bronwen"),
        (0.15, "Sam", "Mrs Okoro", "second", ""),
        (0.5, "Sam", "Leila", "keeper", "Rosa"),
    ),
    "mill-pond-shed": (
        (0.0, "Gwen", "Dai", "second", ""),
        (0.03, "Gwen", "Frank", "coordinator", "Dai"),
        (0.2, "Frank", "Keiko", "second", ""),
    ),
}
# Days before the end; what waits there for a second person.
OPEN_ROLES = {
    "harbour-street": ((4, "Sam", "Amrit", "coordinator"), (2, "Rosa", "Farid", "keeper")),
    "mill-pond-shed": ((3, "Frank", "Keiko", "coordinator"),),
}
AWAY = {"harbour-street": (("Ben & Marta", 0.55, 0.62), ("Håkon", 0.95, 2.0)), "mill-pond-shed": (("Stan", 0.93, 2.0),)}
# When they leave, and who helps them where they do not do it themselves.
LEAVES = {
    "harbour-street": (("Graham", 0.62, ""), ("Desmond", 0.8, "Sam"), ("Nguyễn Linh", 0.9, "")),
    "mill-pond-shed": (("Pete", 0.75, ""),),
}
# Who took part on paper, and uses the site since a few days before the end.
TAKES_OVER = {"harbour-street": (("Ned", "Rosa", 6),), "mill-pond-shed": ()}
LOOKED_AT = ("Edith", "Mrs Okoro", "Ama")
DOGS = "Dogs are welcome where whoever lives there says so."


class Keeping:
    """What coordinators and members do to keep a place going."""

    def __init__(self, rng: Random, place: Place, span: Span, population: Population) -> None:
        """Decide who is away when; note roles as they are given."""
        self.rng, self.place, self.span, self.population = rng, place, span, population
        for called, leaves, returns in AWAY[place.slug]:
            if called not in population.people:
                continue
            back = span.share(returns) if returns <= 1 else span.last + timedelta(days=1)
            population.away[called].append((span.share(leaves), back))
        population.left |= {called: span.share(share) for called, share, _ in self._leaving()}

    def steps(self) -> Iterator[Step]:
        """Tell it all."""
        yield from self._roles()
        yield from self._away()
        yield from self._leave()
        yield from self._take_over()
        yield from self._releases()
        if self.place.slug == "harbour-street":
            yield from self._ways_of_working()

    def _roles(self) -> Iterator[Step]:
        slug = self.place.slug
        people = self.population.people
        for share, by, called, role, agreed_by in ROLES[slug]:
            if called not in people:
                continue
            day = max(self.span.share(share), self.population.came[called]) + timedelta(days=1)
            at = moment(self.rng, day, (17, 19))
            said = {"role": role, "agreed_by": agreed_by}
            yield Step(at, slug, "propose_role", by, called, said)
            given = at
            if agreed_by:
                given = after(self.rng, at, (1, 2))
                yield Step(given, slug, "agree_role", agreed_by, called, said)
            self.population.roles[role].append((given.date(), called))
        for days, by, called, role in OPEN_ROLES[slug]:
            if called not in people:
                continue
            at = moment(self.rng, self.span.last - timedelta(days=days))
            yield Step(at, slug, "propose_role", by, called, {"role": role})

    def _away(self) -> Iterator[Step]:
        for called, away in self.population.away.items():
            for first, back in away:
                yield Step(moment(self.rng, first, (8, 8)), self.place.slug, "pause", called)
                yield Step(moment(self.rng, back, (21, 21)), self.place.slug, "come_back", called)

    def _leaving(self) -> list[tuple[str, float, str]]:
        # In a young town nobody has been there long enough.
        return [] if self.span.is_young else list(LEAVES[self.place.slug])

    def _leave(self) -> Iterator[Step]:
        for called, share, helper in self._leaving():
            at = moment(self.rng, self.span.share(share), (18, 20))
            if helper:
                why = {"why": self.place.phrases["leaves"][0]}
                yield Step(at, self.place.slug, "help_to_leave", helper, called, why)
            else:
                yield Step(at, self.place.slug, "leave", called)

    def _take_over(self) -> Iterator[Step]:
        for called, printer, days in TAKES_OVER[self.place.slug]:
            if called in self.population.people:
                at = moment(self.rng, self.span.last - timedelta(days=days), (10, 16))
                yield Step(at, self.place.slug, "print_card", printer, called)
                yield Step(after(self.rng, at, (0, 1)), self.place.slug, "take_over", called)

    def _releases(self) -> Iterator[Step]:
        """Tell of each quarter once it is frozen; a coordinator lets it go, and the newest one waits for that."""
        slug, quarter = self.place.slug, Quarter.of(self.span.first)
        made: list[tuple[str, datetime]] = []
        while quarter.freezes_on <= self.span.last:
            made.append((str(quarter), moment(self.rng, quarter.freezes_on, (5, 6))))
            quarter = quarter.after
        for written, at in made:
            yield Step(at, slug, "prepare_release", about=written)
        for written, at in made[:-1]:
            let_go = after(self.rng, at, (1, 5))
            coordinators, _ = self.population.lookers(let_go.date())
            yield Step(let_go, slug, "approve_release", self.rng.choice(coordinators), written)

    def _ways_of_working(self) -> Iterator[Step]:
        slug, share = self.place.slug, self.span.share
        changed = moment(self.rng, share(0.44))
        why = {"why": "Some waited long for an answer", "wanted": {"remind_after_days": 7}}
        yield Step(changed, slug, "change_settings", "Rosa", "reminder", why)
        back = {"why": "A week is short for people on shifts. We go back to ten days"}
        yield Step(moment(self.rng, share(0.5)), slug, "take_back_setting", "Sam", "reminder", back)
        late = {
            "why": "Two are there now",
            "wanted": {"whom_to_call": f"{self.place.whom_to_call} Sam is there on Sundays."},
        }
        yield Step(moment(self.rng, share(0.3)), slug, "change_settings", "Rosa", "call", late)
        worded = moment(self.rng, share(0.66))
        yield Step(worded, slug, "change_words", "Rosa", "house", {"more": DOGS})
        for each in self.place.people:
            if not each.on_paper and chance(self.rng, 0.8):  # the others have not looked yet
                came = self.population.came[each.called]
                at = moment(self.rng, max(worded.date(), came) + timedelta(days=self.rng.randint(1, 20)))
                if at.date() < self.population.left.get(each.called, date.max):
                    yield Step(at, slug, "agree_to_words", each.called)
        for called in LOOKED_AT:
            at = moment(self.rng, self.span.last - timedelta(days=self.rng.randint(3, 15)))
            yield Step(at, slug, "look_at_reach", "Rosa", called)
