"""What people write for all to read: offers and requests, each in its season."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from timebank.cli.town.population import Population, Written
from timebank.cli.town.steps import Span, Step, after, chance, moment
from timebank.cli.town.words import ALL_YEAR, Deed, Neighbour, Place

AHEAD = timedelta(days=120)  # how far past the last day a season's end is looked for
FOR_GOOD = date.max
SHOWN = "Ama"  # who has one of each to show
NOTICE = {"harbour-street": ("Giorgos", "Fish and figs, Saturdays at the quay", "Rosa")}


class Writing:
    """The offers and requests of a place's people."""

    def __init__(self, rng: Random, place: Place, span: Span, population: Population) -> None:
        """Begin with nothing written."""
        self.rng, self.place, self.span, self.population = rng, place, span, population

    def steps(self) -> Iterator[Step]:
        """Tell who writes what, and what becomes of it."""
        for each in self.place.people:
            if each.on_paper:
                continue
            for key, title in each.gives.items():
                if self._writes(each, 0.8):
                    yield from self._of(each, self.place.deeds[key], title, is_offer=True)
            for key, title in each.needs.items():
                if self._writes(each, 0.7):
                    yield from self._of(each, self.place.deeds[key], title, is_offer=False)
        yield from self._unfinished()

    def _writes(self, neighbour: Neighbour, share: float) -> bool:
        return neighbour.called == SHOWN or chance(self.rng, share)

    def _of(self, owner: Neighbour, deed: Deed, title: str, *, is_offer: bool) -> Iterator[Step]:
        came = max(self.population.came[owner.called], self.span.first)
        left = self.population.left.get(owner.called, date.max)
        for number, (begins, until) in enumerate(self._seasons(deed, came)):
            if begins > min(self.span.last, left - timedelta(days=1)):
                return
            handle = f"{self.place.slug}/{owner.called}/{deed.key}/{is_offer}/{number}"
            written = moment(self.rng, begins, (9, 20))
            said = self._said(owner, deed, title, is_offer=is_offer) | {"until": until}
            yield Step(written, self.place.slug, "write_listing", owner.called, handle, said)
            ends, rests_soon = until or FOR_GOOD, until is None and chance(self.rng, 0.12)
            if rests_soon:
                rests = after(self.rng, written, (40, 200))
                verb = self.rng.choice(("pause_listing", "end_listing"))
                if rests.date() < left:
                    yield Step(rests, self.place.slug, verb, owner.called, handle)
                ends = rests.date() - timedelta(days=1)
            shown = Written(handle, owner.called, deed.key, is_offer, begins, ends, is_met=rests_soon)
            self.population.written[owner.called, deed.key, is_offer].append(shown)

    def _said(self, owner: Neighbour, deed: Deed, title: str, *, is_offer: bool) -> dict[str, Any]:
        words = {"words": self.rng.choice(deed.offer)}
        if not is_offer:
            words = {"would_like": self.rng.choice(deed.like), "would_do": self.rng.choice(deed.would)}
        return {
            "is_offer": is_offer,
            "title": title,
            "kind": deed.kind,
            "area": owner.area,
            "when": owner.times if chance(self.rng, 0.7) else "",
            **words,
        }

    def _seasons(self, deed: Deed, since: date) -> Iterator[tuple[date, date | None]]:
        """Give when it begins to stand there, and its last day (none: for good), once for each season."""
        if tuple(deed.months) == ALL_YEAR:
            yield since + timedelta(days=self.rng.randint(1, 25)), None
            return
        day, end = since, self.span.last + AHEAD
        while day < end:
            begins = day
            while deed.is_in_season(day):
                day += timedelta(days=1)
            later = begins + timedelta(days=self.rng.randint(1, 12))
            if later < day:
                yield later, day - timedelta(days=1)
            day += timedelta(days=1)

    def _unfinished(self) -> Iterator[Step]:
        """Leave a draft and one that rests with whoever is shown, and let a coordinator end what does not belong."""
        shown = self.population.people.get(SHOWN)
        if shown is None or self.place.slug not in NOTICE:
            return
        slug, last = self.place.slug, self.span.last
        deed = self.place.deeds["bread"]
        draft = {"is_offer": True, "title": "Bread for people who have never baked", "words": "", "kind": deed.kind}
        yield Step(moment(self.rng, last - timedelta(days=6)), slug, "draft_listing", SHOWN, f"{slug}/draft", draft)
        resting = {**draft, "title": "Bikes for children, too small or too big", "kind": "mending"}
        begins = moment(self.rng, last - timedelta(days=30))
        yield Step(begins, slug, "write_listing", SHOWN, f"{slug}/resting", resting)
        yield Step(after(self.rng, begins, (9, 14)), slug, "pause_listing", SHOWN, f"{slug}/resting")
        owner, title, ender = NOTICE[slug]
        at = moment(self.rng, self.span.share(0.8))
        notice = {**draft, "title": title}
        yield Step(at, slug, "write_listing", owner, f"{slug}/notice", notice)
        why = {"why": self.place.phrases["end_listing"][0]}
        yield Step(after(self.rng, at, (1, 2)), slug, "end_listing", ender, f"{slug}/notice", why)
