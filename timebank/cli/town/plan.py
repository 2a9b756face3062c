"""The plan of a town: everything that happens, in order. The same seed and days give the same plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from timebank.cli.town.arrivals import Arrivals
from timebank.cli.town.diary import Diary
from timebank.cli.town.keeping import Keeping
from timebank.cli.town.last_days import LastDays
from timebank.cli.town.population import Population
from timebank.cli.town.steps import ZONE, Span, Step
from timebank.cli.town.words import PLACES, Place, place
from timebank.cli.town.writing import Writing

MONTHS_LIVED = 14
FIRST_TO_COME = 3
AT_NIGHT = time(4, 0, tzinfo=ZONE)


def whole_span(day: date) -> Span:
    """Give the days of a town that is looked at on a day: fourteen months, ending the day before."""
    years, month = divmod(day.year * 12 + day.month - 1 - MONTHS_LIVED, 12)
    return Span(date(years, month + 1, min(day.day, 28)), day - timedelta(days=1))


def plan(seed: int, span: Span) -> list[Step]:
    """Plan everything that happens in a span of days, in the order of time."""
    steps = [step for name in PLACES for step in _of_place(seed, place(name), span)]
    end = datetime.combine(span.last + timedelta(days=1), time(0), tzinfo=ZONE)
    return sorted((step for step in steps if step.at < end), key=lambda step: step.at)


def _of_place(seed: int, here: Place, whole: Span) -> list[Step]:
    span = Span(whole.share(here.opened), whole.last)
    if whole.is_young:  # a young town: only those who come first live there
        here = replace(here, people=[each for each in here.people if each.came <= FIRST_TO_COME])
    population = Population()

    def drawn(part: str) -> Random:
        # Each part draws for itself, so that a change in one leaves the others as they were.
        return Random(f"{seed}/{span.last}/{here.slug}/{part}")  # noqa: S311  # nosec B311

    arrivals = Arrivals(drawn("arrivals"), here, span, population)
    keeping = Keeping(drawn("keeping"), here, span, population)
    kept = list(keeping.steps())
    written = list(Writing(drawn("writing"), here, span, population).steps())
    diary = Diary(drawn("diary"), here, span, population)
    last_days = LastDays(diary)
    nights = [
        Step(datetime.combine(span.first + timedelta(days=number), AT_NIGHT), here.slug, "let_time_pass")
        for number in range(1, span.days)
    ]
    return [*arrivals.steps(), *kept, *written, *diary.days(), *last_days.steps(), *nights]
