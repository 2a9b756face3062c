"""The town's people and words, read from `data/`: who they are, what they do for each other, what they say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
PLACES = ("street", "shed")
ALL_YEAR = tuple(range(1, 13))
Phrases = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Deed:
    """Something people do for each other: how long it takes (minutes), in which months, and the words around it."""

    key: str
    kind: str
    minutes: tuple[int, int]
    titles: Sequence[str]
    where: Sequence[str]
    offer: Sequence[str]
    like: Sequence[str]
    would: Sequence[str]
    ask: Sequence[str]
    bid: Sequence[str]
    yes: Sequence[str]
    thanks: Sequence[str]
    months: Sequence[int] = ALL_YEAR

    def is_in_season(self, day: date) -> bool:
        """Tell whether it happens at this time of the year."""
        return day.month in self.months


@dataclass(frozen=True)
class Neighbour:
    """Somebody: what they say about themself, what they give and need, when they come and how often they take part.

    `also` belongs to the street too; who is `on_paper` signs slips and does not use the site.
    """

    called: str
    area: str
    came: int
    pace: int
    likes: str
    easier: str
    times: str
    gives: Mapping[str, str]
    needs: Mapping[str, str]
    role: str = ""
    leaning: str = ""
    also: bool = False
    on_paper: bool = False


@dataclass(frozen=True)
class Place:
    """A community: what it says of itself, when it opened (a share of the whole time) and how busy its people are."""

    slug: str
    name: str
    about: str
    whom_to_call: str
    opened: float
    busy: float
    areas: Mapping[str, str]
    kinds: Mapping[str, str]
    deeds: Mapping[str, Deed]
    people: Sequence[Neighbour]
    phrases: Phrases = field(repr=False)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def place(name: str) -> Place:
    """Read one of `PLACES`."""
    deeds = {key: Deed(key=key, **{**said, "minutes": tuple(said["minutes"])}) for key, said in _read("deeds").items()}
    said = _read(name)
    said["deeds"] = {key: deeds[key] for key in said["deeds"]}
    said["people"] = tuple(Neighbour(**each) for each in said["people"])
    return Place(**said, phrases=_read("words"))
