"""What a release holds: a fixed menu of one-way tables, each figure made by itself from its own persons.

Nothing true goes into it: no count, no sum, no key. What it holds is all there is to see, to approve and to hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from timebank.releases.rules.figures import STEP_OF_FEW_HOURS, Sides, counted, hours, is_small, share

RULES = 1
"""Which version of these rules made a release; a change of any figure's making is a new one."""

FORMS = ("individual", "group", "collective")
"""Forms of co-production, after Bovaird and Loeffler."""

MENU = ("people", "hours", "both_ways", "forms")
"""All tables there are, for everybody alike; never more than twelve, because many tables of one thing average out."""


class Deed(NamedTuple):
    """Minutes that one person gave another. A side is None where it is nobody's: the pot, a group."""

    giver: str | None
    receiver: str | None
    minutes: int
    form: str | None = None


def content(deeds: Iterable[Deed], key_of: Callable[[str], int]) -> dict[str, Any]:
    """Make what is told of a quarter from its deeds. `key_of` gives a person's key.

    {"rules": 1, "small": no, "tables": [{"name", "unit", "cells": [{"name", "shown": number or None}]}]}. A cell that
    shows None is not told; hours that show 0 are fewer than the smallest step.
    """
    deeds = list(deeds)
    keys = {person: key_of(person) for deed in deeds for person in deed[:2] if person is not None}
    whole = _sides(deeds)
    active = counted(keys, keys)
    if is_small(active):
        return _content([_table("hours", "hours", {"all": hours(whole, keys, step=STEP_OF_FEW_HOURS)})], small=True)
    both_ways = counted(whole.givers.keys() & whole.receivers.keys(), keys)
    forms = {form: hours(_sides(deed for deed in deeds if deed.form == form), keys) for form in FORMS}
    tables = [
        _table("people", "people", {"active": active.shown}),
        _table("hours", "hours", {"all": hours(whole, keys)}),
        _table("both_ways", "percent", {"gave_and_received": share(both_ways, active)}),
        _table("forms", "hours", forms),
    ]
    return _content(tables, small=False)


def _sides(deeds: Iterable[Deed]) -> Sides:
    cell = Sides()
    for deed in deeds:
        cell.add(deed.giver, deed.receiver, deed.minutes)
    return cell


def _table(name: str, unit: str, shown: dict[str, int | None]) -> dict[str, Any]:
    return {"name": name, "unit": unit, "cells": [{"name": cell, "shown": value} for cell, value in shown.items()]}


def _content(tables: list[dict[str, Any]], *, small: bool) -> dict[str, Any]:
    return {"rules": RULES, "small": small, "tables": tables}


def canonical(told: dict[str, Any]) -> str:
    """Write a release's content the one way it is hashed, whichever database gave it back."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(told: dict[str, Any]) -> str:
    """Give the SHA-256 of a release's content, as hexadecimal letters."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()
