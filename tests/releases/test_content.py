"""What a release holds: the fixed menu, nothing true, and the same figures for the same people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from timebank.releases.rules import MENU, Deed, canonical, content, digest, record_key

FORMS = ("individual", "group", "collective", None)


def key_of(person: str) -> int:
    return record_key(b"a secret of the tests", person)


def of(deeds: Iterable[Deed]) -> dict[str, Any]:
    return content(deeds, key_of)


def shown(told: dict[str, Any]) -> dict[str, int | None]:
    """Give what a release shows by table and cell."""
    return {f"{table['name']}/{cell['name']}": cell["shown"] for table in told["tables"] for cell in table["cells"]}


def a_circle(size: int, minutes: int = 90, form: str | None = "individual") -> list[Deed]:
    """Let everybody help the next one once."""
    return [Deed(f"p{number}", f"p{(number + 1) % size}", minutes, form) for number in range(size)]


people = st.integers(0, 45).map("p{}".format)
deed = st.builds(Deed, people, st.one_of(people, st.none()), st.integers(1, 1_440), st.sampled_from(FORMS)).filter(
    lambda each: each.giver != each.receiver
)
towns = st.lists(deed, max_size=120)


def persons(deeds: Iterable[Deed]) -> set[str]:
    return {person for each in deeds for person in each[:2] if person is not None}


@given(towns)
def test_no_number_tells_of_fewer_than_ten_persons(deeds: list[Deed]) -> None:
    told = shown(of(deeds))
    for form in FORMS[:3]:
        if told.get(f"forms/{form}") is not None:
            mine = [each for each in deeds if each.form == form]
            assert len({each.giver for each in mine}) >= 10
            receivers = {each.receiver for each in mine} - {None}
            assert not receivers or len(receivers) >= 10
    if told["hours/all"] is not None:
        assert len({each.giver for each in deeds}) >= 10
    if told.get("both_ways/gave_and_received") is not None:
        both = {each.giver for each in deeds} & {each.receiver for each in deeds}
        assert 10 <= len(both) <= len(persons(deeds)) - 10
    if told.get("people/active") is not None:
        assert len(persons(deeds)) >= 20
        assert told["people/active"] >= 20


@given(towns)
def test_release_holds_what_is_told_and_nothing_else(deeds: list[Deed]) -> None:
    told = of(deeds)
    steps = {"people": 5, "hours": 10, "percent": 5}
    assert set(told) == {"rules", "small", "tables"}
    assert [table["name"] for table in told["tables"]] == (["hours"] if told["small"] else list(MENU))
    for table in told["tables"]:
        assert set(table) == {"name", "unit", "cells"}
        for cell in table["cells"]:
            assert set(cell) == {"name", "shown"}
            assert cell["shown"] is None or cell["shown"] % steps[table["unit"]] == 0
    assert persons(deeds).isdisjoint(json.dumps(told).replace('"', " ").split())


@given(towns, st.randoms())
def test_same_people_and_hours_give_the_same_release(deeds: list[Deed], chance: Any) -> None:
    mixed = list(deeds)
    chance.shuffle(mixed)
    assert of(mixed) == of(deeds)


@given(towns)
def test_total_does_not_depend_on_how_it_falls_into_cells(deeds: list[Deed]) -> None:
    one_cell = [each._replace(form="individual") for each in deeds]
    totals = ("people/active", "hours/all", "both_ways/gave_and_received")
    assert [shown(of(one_cell)).get(each) for each in totals] == [shown(of(deeds)).get(each) for each in totals]


@given(towns)
def test_hours_of_all_and_of_a_form_that_holds_all_are_one_figure(deeds: list[Deed]) -> None:
    told = of([each._replace(form="group") for each in deeds])
    if not told["small"]:
        assert shown(told)["forms/group"] == shown(told)["hours/all"]


@given(st.lists(deed.filter(lambda each: int(str(each.giver)[1:]) < 19), max_size=60))
def test_under_twenty_people_only_hours_in_fifties_depend_on_anything(deeds: list[Deed]) -> None:
    few = [each for each in deeds if each.receiver is None or int(each.receiver[1:]) < 19]
    told = of(few)
    assert told["small"]
    hours = told["tables"][0]["cells"][0]["shown"]
    assert hours is None or hours % 50 == 0
    assert told == {
        "rules": 1,
        "small": True,
        "tables": [{"name": "hours", "unit": "hours", "cells": [{"name": "all", "shown": hours}]}],
    }


def test_nineteen_people_never_make_a_release_of_figures_and_twenty_nearly_always_do() -> None:
    def small(size: int) -> int:
        secrets = [f"secret {number}".encode() for number in range(200)]
        return sum(
            content(a_circle(size), lambda who, secret=secret: record_key(secret, who))["small"] for secret in secrets
        )

    assert small(19) == 200
    assert 0 < small(20) < 30
    assert small(22) == 0


def test_nobody_at_all_and_a_handful_are_told_alike() -> None:
    assert of([]) == of(a_circle(2)) == of(a_circle(9))


def test_what_was_done_for_everybody_counts_its_giver() -> None:
    pot = [Deed(f"q{number}", None, 120, "collective") for number in range(12)]
    told = shown(of([*a_circle(30), *pot]))
    assert told["forms/collective"] == 20
    assert told["forms/group"] is None
    assert told["people/active"] in {35, 40, 45, 50}


def test_menu_is_fixed_and_short() -> None:
    assert MENU == ("people", "hours", "both_ways", "forms")
    assert len(MENU) <= 12


def test_content_is_hashed_the_same_however_its_keys_are_ordered() -> None:
    told = of(a_circle(40))
    turned = json.loads(json.dumps(told, sort_keys=True))
    assert canonical(turned) == canonical(told)
    assert digest(turned) == digest(told)
    turned["tables"][0]["cells"][0]["shown"] += 5
    assert digest(turned) != digest(told)
