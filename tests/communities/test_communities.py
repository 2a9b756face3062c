"""A community: opened once at its address, its settings judged, its lists keeping what was filed under them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.factories import a_community, count, inside, nothing_written, rows_of
from timebank.communities import actions, queries, rules
from timebank.communities.rules import Named, Settings
from timebank.communities.starting_words import HOUSE, PRIVACY
from timebank.core.access import Program
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, NotFound, Refused

BY = Program()


def open_one(slug: str = "hill", name: str = "The Hill") -> None:
    with inside(), transaction():
        actions.open_community(slug=slug, name=name, words={"house": HOUSE, "privacy": PRIVACY}, by=BY)


def change(wanted: dict[str, Any], why: str = "We agreed") -> None:
    with inside(), transaction():
        locked = actions.lock(queries.by_slug("harbour-street").id)
        actions.change_settings(community=locked, wanted=wanted, why=why, by=BY)


def test_a_community_begins_with_almost_nothing_and_two_agreements(app: Flask) -> None:
    open_one()
    [row] = rows_of("community")
    assert row["settings"] == {"name": "The Hill"}
    assert [(each["kind"], each["version"]) for each in rows_of("wording")] == [("house", 1), ("privacy", 1)]
    assert count("audit_line", verb="open_community") == 1


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Hill",
        "hill street",
        "-hill",
        "hill-",
        "hill--street",
        "1hill",
        "hill/..",
        "hüll",
        "hill\n",
        "x" * 41,
        "hill\0",
        "h_l",
    ],
)
def test_an_address_that_cannot_be_is_refused(app: Flask, slug: str) -> None:
    with nothing_written(), pytest.raises(Refused):
        open_one(slug)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b", "\u200b"])
def test_a_name_that_cannot_be_is_refused(app: Flask, name: str) -> None:
    with nothing_written(), pytest.raises(Refused):
        open_one(name=name)


def test_an_address_is_taken_once(app: Flask) -> None:
    open_one()
    with nothing_written(), pytest.raises(Conflict):
        open_one()


def test_a_community_that_is_none_is_not_found(app: Flask) -> None:
    a_community()
    with inside(), reading(), pytest.raises(NotFound):
        queries.by_slug("nowhere")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("floor_minutes", 1),
        ("floor_minutes", -(10**9)),
        ("floor_minutes", "60"),
        ("floor_minutes", 1.5),
        ("floor_minutes", True),
        ("floor_minutes", None),
        ("ceiling_minutes", -1),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("zone", ""),
        ("join_by_asking", "yes"),
        ("join_by_asking", 1),
        ("areas", [{"code": "a"}]),
        ("areas", [{"name": "A"}]),
        ("areas", "Harbour"),
        ("areas", [{"code": "a", "name": "A"}, {"code": "a", "name": "B"}]),
        ("areas", [{"code": "a", "name": "A"}, {"code": "b", "name": "á"}]),
        ("approval", {"when": "sometimes"}),
        ("approval", {"when": "always", "first_of_newcomer": -1, "above_minutes": 0, "kinds": []}),
        ("approval", {"when": "some", "first_of_newcomer": 1, "above_minutes": 60, "kinds": ["unknown"]}),
        ("remind_after_days", 0),
        ("remind_after_days", 21),
        ("newcomer_floor_minutes", -601),
        ("fade_after_days", 10**30),
        ("slug", "stolen"),
        ("closed_at", "now"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_setting(app: Flask, setting: str, value: object) -> None:
    a_community()
    with nothing_written(), pytest.raises(Refused) as refusal:
        change({setting: value})
    assert refusal.value.field


def test_one_bad_value_among_good_ones_changes_none(app: Flask) -> None:
    a_community()
    with nothing_written(), pytest.raises(Refused):
        change({"about": "fine", "floor_minutes": 5})


def test_settings_that_are_so_already_are_no_change(app: Flask) -> None:
    a_community()
    with nothing_written():
        change({name: rules.starting_value(name) for name in rules.CHECKS if name != "name"})
        change({"name": "Harbour Street"})


def test_every_setting_can_be_written_and_read_back() -> None:
    chosen = Settings("Town", areas=(Named("a", "A"), Named("b", "B", retired=True)), kinds=(Named("k", "K"),))
    stored = {name: rules.as_json(getattr(chosen, name)) for name in rules.CHECKS}
    assert rules.read(stored) == chosen
    assert {name: rules.check(name, value) for name, value in stored.items()} == stored


def test_what_is_not_stored_is_as_it_began() -> None:
    assert rules.read({"name": "Town"}) == Settings("Town")


def test_a_renamed_list_keeps_codes_and_what_was_filed() -> None:
    codes = iter("xyz")
    entries = (Named("a", "Harbour"), Named("b", "Café"), Named("c", "Old", retired=True))
    found = rules.renamed(entries, ["cafe", "New", "old"], lambda: next(codes))
    assert [(each["code"], each["name"], each["retired"]) for each in found] == [
        ("b", "cafe", False),
        ("x", "New", False),
        ("c", "old", False),
        ("a", "Harbour", True),
    ]
    assert rules.name_of(entries, "c") == "Old"
    assert rules.name_of(entries, "nothing") == rules.name_of(entries, None) == ""


def test_words_of_agreement_are_given_by_version(app: Flask) -> None:
    here = a_community()
    with inside(), transaction():
        actions.put_in_force(community=actions.lock(here.id), kind="house", words="New.", by=BY)
    with inside(), reading():
        assert queries.wording(here.id, "house").words == "New."
        assert queries.wording(here.id, "house", 1).words == HOUSE.strip()
        for kind, version in (("house", 3), ("house", 0), ("other", None)):
            with pytest.raises(NotFound):
                queries.wording(here.id, kind, version)


def test_starting_words_mark_nobody() -> None:
    for word in ("prison", "probation", "offend", "convict", "licence", "client", "user"):
        assert word not in (HOUSE + PRIVACY).casefold()
