"""How a community works: each change dated, with who and why, taken back where nothing newer stands in the way."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import Member, a_community, a_member, count, nothing_written, rows_of, send, signed_in_client
from timebank.core.access import Role
from timebank.desk.routes.changes import in_words

DESK = "/c/harbour-street/desk"
HOW = f"{DESK}/how-we-work"
NUMBERS = {
    "when": "some", "first_of_newcomer": "2", "above_hours": "4", "floor_hours": "10", "newcomer_floor_hours": "3",
    "newcomer_exchanges": "2", "ceiling_hours": "40", "remind_after_days": "10", "fade_after_days": "21",
}  # fmt: skip
NAMES = {
    "words": ["name", "whom_to_call"], "joining": ["join_by_asking"], "areas": ["entries"], "kinds": ["entries"],
    "numbers": ["when", "fade_after_days"],
}  # fmt: skip
WORDS = {"name": "Harbour Street", "about": "", "whom_to_call": ""}


@pytest.fixture
def rosas(app: Flask) -> Member:
    return a_member("Rosa", roles=[Role.COORDINATOR])


@pytest.fixture
def rosa(app: Flask, rosas: Member) -> FlaskClient:
    return signed_in_client(app, rosas)


def change(client: FlaskClient, part: str, why: str = "We agreed on Tuesday", **fields: str) -> TestResponse:
    start = {"numbers": NUMBERS, "words": WORDS}.get(part, {})
    return send(client, f"{HOW}/{part}", {**start, **fields, "why": why})


def setting(name: str):
    return rows_of("community")[0]["settings"].get(name)


def names_of(setting_name: str, *, retired: bool = False) -> list[str]:
    return [each["name"] for each in setting(setting_name) or [] if each["retired"] is retired]


@pytest.mark.parametrize("part", ["words", "joining", "areas", "kinds", "numbers"])
def test_each_part_shows_what_holds_now_and_saving_it_changes_nothing(rosa: FlaskClient, part: str) -> None:
    assert rosa.get(f"{HOW}/{part}").status_code == 200
    with nothing_written():
        assert change(rosa, part, **({"join_by_asking": "yes"} if part == "joining" else {})).status_code == 303


def test_a_change_is_dated_with_who_and_why(rosa: FlaskClient, rosas: Member) -> None:
    assert change(rosa, "words", about="Neighbours & friends", why="So that people know").status_code == 303
    [row] = rows_of("setting_change")
    assert (row["setting"], row["old"], row["new"], row["why"]) == (
        "about",
        "",
        "Neighbours & friends",
        "So that people know",
    )
    assert row["made_by"] == rosas.person_public_id
    page = rosa.get(HOW).text
    assert "So that people know" in page
    assert "Rosa" in page
    assert "Neighbours &amp; friends" in rosa.application.test_client().get("/c/harbour-street/").text


def test_several_at_once_are_each_a_change(rosa: FlaskClient) -> None:
    change(rosa, "numbers", floor_hours="12", ceiling_hours="60", when="always")
    assert sorted(row["setting"] for row in rows_of("setting_change")) == [
        "approval",
        "ceiling_minutes",
        "floor_minutes",
    ]
    assert setting("floor_minutes") == -720


@pytest.mark.parametrize("why", ["", "  ", "\u200d", "x" * 501, "a\0"])
def test_nothing_changes_without_a_reason(rosa: FlaskClient, why: str) -> None:
    with nothing_written():
        answer = change(rosa, "words", why=why, about="kept words")
    assert answer.status_code == 422
    assert "kept words" in answer.text
    assert 'id="why-error"' in answer.text


BAD_NUMBERS = ["", "-1", "1.5", "1_0", "٣", "１２", "0x1", "1e3", "99999", "100000", "abc", " ", "½", "999999999999"]


@pytest.mark.parametrize("typed", BAD_NUMBERS)
def test_a_number_that_cannot_be_is_refused_on_its_field_and_kept(rosa: FlaskClient, typed: str) -> None:
    with nothing_written():
        for field in NUMBERS.keys() - {"when"}:
            answer = change(rosa, "numbers", **{field: typed})
            assert answer.status_code == 422
            assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"newcomer_floor_hours": "11"}, "newcomer_floor_hours"),
        ({"remind_after_days": "21"}, "remind_after_days"),
        ({"when": "perhaps"}, "when"),
        ({"when": ""}, "when"),
    ],
)
def test_numbers_that_do_not_go_together_are_told_at_a_field(
    rosa: FlaskClient, fields: dict[str, str], where: str
) -> None:
    with nothing_written():
        answer = change(rosa, "numbers", **fields)
    assert answer.status_code == 422
    assert f'id="{where}-error"' in answer.text


@pytest.mark.parametrize("name", ["", " ", "\u3164", "x" * 81, "a\0b", "x" * 10_000])
def test_a_community_has_a_name(rosa: FlaskClient, name: str) -> None:
    with nothing_written():
        answer = change(rosa, "words", name=name)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text


@pytest.mark.parametrize("part", ["areas", "kinds"])
def test_a_list_is_typed_one_a_line_and_what_is_taken_out_keeps_its_name(rosa: FlaskClient, part: str) -> None:
    change(rosa, part, entries="Harbour\r\n\r\n  The Hill \nCafé & Ø")
    codes = {each["name"]: each["code"] for each in setting(part)}
    assert names_of(part) == ["Harbour", "The Hill", "Café & Ø"]
    change(rosa, part, entries="the hill\nMill Lane")
    assert names_of(part) == ["the hill", "Mill Lane"]
    assert sorted(names_of(part, retired=True)) == ["Café & Ø", "Harbour"]
    change(rosa, part, entries="Cafe & Ø")
    assert {each["name"]: each["code"] for each in setting(part)}["Cafe & Ø"] == codes["Café & Ø"], (
        "accents are forgiven"
    )


@pytest.mark.parametrize("entries", ["One\none", "Café\nCAFE", "x" * 81, "\n".join(f"n{n}" for n in range(61)), "a\0b"])
def test_a_list_that_cannot_be_is_refused_on_its_field_and_kept(rosa: FlaskClient, entries: str) -> None:
    with nothing_written():
        answer = change(rosa, "areas", entries=entries)
    assert answer.status_code == 422
    assert 'id="entries-error"' in answer.text


def test_a_list_that_changes_often_never_fills_up(rosa: FlaskClient) -> None:
    for number in range(3):
        assert change(rosa, "areas", entries="\n".join(f"part {number} {n}" for n in range(50))).status_code == 303
    assert len(names_of("areas")) == 50


def test_asking_to_join_is_switched_off_and_on(app: Flask, rosa: FlaskClient) -> None:
    change(rosa, "joining", join_by_asking="no")
    assert "Ask to join" not in app.test_client().get("/c/harbour-street/").text
    with nothing_written():
        for answer in ("", "perhaps"):
            assert change(rosa, "joining", join_by_asking=answer).status_code == 422


# Taking back.


def take_back(client: FlaskClient, change_id: object, why: str = "It did not work") -> TestResponse:
    return send(client, f"{HOW}/changes/{change_id}/take-back", {"why": why})


def test_a_change_is_taken_back_as_a_change_of_its_own(rosa: FlaskClient) -> None:
    change(rosa, "words", about="Other words")
    [first] = rows_of("setting_change")
    assert take_back(rosa, first["id"]).status_code == 303
    assert setting("about") == ""
    [kept, second] = rows_of("setting_change")
    assert kept == first
    assert (second["undoes"], second["old"], second["new"], second["why"]) == (
        first["id"],
        "Other words",
        "",
        "It did not work",
    )


def test_what_was_changed_again_since_is_a_conflict(rosa: FlaskClient) -> None:
    change(rosa, "words", about="one")
    change(rosa, "words", about="two")
    [first, second] = (row["id"] for row in rows_of("setting_change"))
    with nothing_written():
        assert take_back(rosa, first).location == HOW
    assert "changed again since" in rosa.get(HOW).text
    assert take_back(rosa, second).status_code == 303
    assert setting("about") == "one"
    undo = rows_of("setting_change")[-1]["id"]
    with nothing_written():
        assert take_back(rosa, second).location == HOW
        assert "This has been taken back already." in rosa.get(HOW).text
        assert take_back(rosa, undo).location == HOW
        assert "This took a change back." in rosa.get(HOW).text


def test_taking_back_what_no_longer_goes_together_is_refused(rosa: FlaskClient) -> None:
    change(rosa, "numbers", floor_hours="20")
    change(rosa, "numbers", floor_hours="20", newcomer_floor_hours="15")
    first = rows_of("setting_change")[0]["id"]
    with nothing_written():
        assert take_back(rosa, first).location == HOW
    assert "A newcomer&#39;s lowest point" in rosa.get(HOW).text


@pytest.mark.parametrize("why", ["", "  "])
def test_taking_back_needs_a_reason(rosa: FlaskClient, why: str) -> None:
    change(rosa, "words", about="one")
    with nothing_written():
        answer = take_back(rosa, rows_of("setting_change")[0]["id"], why=why)
    assert answer.status_code in {303, 422}
    assert "Please say why" in (answer.text if answer.status_code == 422 else rosa.get(HOW).text)


def test_a_change_is_told_with_what_held_before_and_only_the_newest_can_be_taken_back(rosa: FlaskClient) -> None:
    change(rosa, "words", about="one")
    change(rosa, "words", about="two")
    page = rosa.get(HOW).text
    assert "Before: nothing<br>Since then: one" in page
    assert "Before: one<br>Since then: two" in page
    assert page.count("/take-back") == 1
    take_back(rosa, rows_of("setting_change")[-1]["id"])
    page = rosa.get(HOW).text
    assert "Before: two<br>Since then: one" in page
    assert "taken back</span>" in page
    assert "takes a change back</span>" in page
    assert "/take-back" not in page, "what was taken back is changed anew, not taken back again"


@pytest.mark.parametrize(
    ("setting", "old", "new", "told"),
    [
        ("areas", [{"name": "Mill"}], [{"name": "Mill"}, {"name": "Hill"}], ("the others", "Hill")),
        ("areas", [{"name": "Mill"}], [{"name": "Mill", "retired": True}], ("Mill", "nothing")),
        ("kinds", None, [{"name": "Bread"}], ("nothing", "Bread")),
        ("floor_minutes", -600, -90, ("10 h", "1 h 30 min")),
        ("join_by_asking", True, False, ("yes", "no")),
        ("fade_after_days", 21, 30, ("21", "30")),
        ("about", "", "x" * 200, ("nothing", "x" * 120 + " …")),
        (
            "approval",
            {"when": "always"},
            {"when": "some", "first_of_newcomer": 2, "above_minutes": 240},
            ("always", "the first 2 of somebody new, and what is longer than 4 h"),
        ),
    ],
)
def test_old_and_new_are_said_in_words(
    app: Flask, setting: str, old: object, new: object, told: tuple[str, str]
) -> None:
    with app.test_request_context():
        assert in_words(setting, old, new) == told


@pytest.mark.parametrize("part", ["words", "numbers"])
def test_saving_what_holds_already_does_not_say_that_it_changed(rosa: FlaskClient, part: str) -> None:
    with nothing_written():
        change(rosa, part)
    page = rosa.get(HOW).text
    assert "nothing was changed" in page
    assert "It holds from now on" not in page


def test_a_list_is_emptied_only_by_a_tick(rosa: FlaskClient) -> None:
    change(rosa, "areas", entries="Harbour")
    with nothing_written():
        answer = change(rosa, "areas", entries=" \n \n")
    assert answer.status_code == 422
    assert "say so by the tick below" in answer.text
    assert change(rosa, "areas", entries="", none="y").status_code == 303
    assert names_of("areas") == []


def test_a_number_far_too_large_is_told_as_a_number(rosa: FlaskClient) -> None:
    answer = change(rosa, "numbers", floor_hours="999999")
    assert "Please write whole hours, at most 10000." in answer.text
    assert "letters" not in answer.text


@pytest.mark.parametrize("part", ["words", "joining", "areas", "kinds", "numbers"])
def test_why_is_asked_last(rosa: FlaskClient, part: str) -> None:
    page = rosa.get(f"{HOW}/{part}").text
    form = page[page.index('class="form"') :]
    assert form.rindex('name="why"') > max(form.rindex(f'name="{name}"') for name in NAMES[part])


def test_what_has_to_be_put_right_is_named_in_the_order_of_the_form(rosa: FlaskClient) -> None:
    page = change(rosa, "words", why="", name="").text
    assert page.index('href="#name"') < page.index('href="#why"')


@pytest.mark.parametrize("number", [0, 999, 2**31, 2**63 - 1, 2**63, 2**64, 10**60, "-1", "x", "1e3", "1.0"])
def test_a_change_that_never_was_is_none(rosa: FlaskClient, number: object) -> None:
    with nothing_written():
        assert take_back(rosa, number).status_code == 404


def test_changes_elsewhere_are_none_of_ours(app: Flask, rosa: FlaskClient) -> None:
    change(rosa, "words", about="one")
    [row] = rows_of("setting_change")
    hill = a_community("hill", "The Hill")
    dai = signed_in_client(app, a_member("Dai", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        foreign, random = (
            send(dai, f"/c/hill/desk/how-we-work/changes/{n}/take-back", {"why": "x"}) for n in (row["id"], 999)
        )
        assert (foreign.status_code, foreign.data) == (404, random.data)
        assert send(dai, f"{HOW}/changes/{row['id']}/take-back", {"why": "x"}).status_code == 403
    assert "We agreed" not in dai.get("/c/hill/desk/how-we-work").text


@pytest.mark.parametrize("roles", [[], [Role.SECOND], [Role.KEEPER], [Role.FUNDER]])
def test_nobody_but_a_coordinator_changes_anything(app: Flask, roles: list[Role]) -> None:
    jo = signed_in_client(app, a_member("Jo", roles=roles))
    with nothing_written():
        assert jo.get(HOW).status_code == 403
        assert change(jo, "words", about="mine").status_code == 403
        assert take_back(jo, 1).status_code == 403
        assert send(jo, f"{DESK}/words/house", {"words": "mine"}).status_code == 403


@pytest.mark.parametrize("part", ["slug", "__init__", "zone", "WORDS", "words\0"])
def test_a_part_that_is_none_is_no_page(rosa: FlaskClient, part: str) -> None:
    with nothing_written():
        assert rosa.get(f"{HOW}/{part}").status_code == 404
        assert change(rosa, part).status_code == 404


def test_the_address_and_the_closing_of_a_community_are_in_no_form(rosa: FlaskClient) -> None:
    before = rows_of("community")[0]
    change(
        rosa, "words", about="x", slug="stolen", closed_at="2020-01-01", zone="Mars", public_id="x", floor_minutes="0"
    )
    after = rows_of("community")[0]
    assert {key for key in after if after[key] != before[key]} == {"settings"}
    assert set(after["settings"]) == {"name", "about"}


# Words of agreement.


@pytest.mark.parametrize("kind", ["house", "privacy"])
def test_new_words_are_a_new_version_and_the_old_stay(app: Flask, rosa: FlaskClient, kind: str) -> None:
    before = rows_of("wording", kind=kind)
    assert send(rosa, f"{DESK}/words/{kind}", {"words": "Be kind.\n\nCome on time."}).status_code == 303
    assert rows_of("wording", kind=kind)[:1] == before
    assert [row["version"] for row in rows_of("wording", kind=kind)] == [1, 2]
    page = app.test_client().get(f"/c/harbour-street/words/{kind}").text
    assert "Be kind.<br><br>Come on time." in page
    assert "Version 2" in page


@pytest.mark.parametrize("words", ["", " \n ", "x" * 10_001, "a\0b"])
def test_words_of_agreement_that_cannot_be_are_refused(rosa: FlaskClient, words: str) -> None:
    with nothing_written():
        answer = send(rosa, f"{DESK}/words/house", {"words": words})
    assert answer.status_code == 422
    assert 'id="words-error"' in answer.text


def test_words_of_an_unknown_kind_are_none(rosa: FlaskClient) -> None:
    assert rosa.get(f"{DESK}/words/other").status_code == 404
    assert send(rosa, f"{DESK}/words/other", {"words": "x"}).status_code == 404
    assert count("wording") == 2


# Invitations.


def test_an_invitation_is_shown_once_and_can_be_ended(app: Flask, rosa: FlaskClient) -> None:
    card = send(rosa, f"{DESK}/invitations", {"places": "3"})
    code = card.text.split('keepsake__words"><strong translate="no">')[1].split("<")[0]
    assert f"/c/harbour-street/join/{code}" in card.text
    assert "Harbour Street" in card.text
    page = rosa.get(f"{DESK}/invitations").text
    assert code not in page
    assert "0 of 3 places taken" in page
    assert app.test_client().get(f"/c/harbour-street/join/{code}").status_code == 200
    row = rows_of("invitation")[-1]
    assert send(rosa, f"{DESK}/invitations/{row['public_id']}/end").status_code == 303
    assert app.test_client().get(f"/c/harbour-street/join/{code}").status_code == 404
    with nothing_written():
        assert send(rosa, f"{DESK}/invitations/{row['public_id']}/end").status_code in {404, 409}


def test_an_invitation_sent_again_is_not_made_again(rosa: FlaskClient) -> None:
    key = re.findall(r'name="key"[^>]*value="([^"]+)"', rosa.get(f"{DESK}/invitations").text)[0]
    assert send(rosa, f"{DESK}/invitations", {"places": "1", "key": key}).status_code == 200
    with nothing_written():
        again = send(rosa, f"{DESK}/invitations", {"places": "1", "key": key})
    assert again.status_code == 409
    assert "This one has been made already" in again.text
    assert key not in again.text.split("Still open")[0], "the next press makes one"


@pytest.mark.parametrize("key", ["x", "aeiou2345678", "bcdfghjkmnpq" * 2, "bcdfghjkmnpq\n"])
def test_an_invitation_has_an_id_of_ours(rosa: FlaskClient, key: str) -> None:
    with nothing_written():
        assert send(rosa, f"{DESK}/invitations", {"places": "1", "key": key}).status_code == 422


def test_open_invitations_are_told_apart(rosa: FlaskClient) -> None:
    for _ in range(2):
        card = send(rosa, f"{DESK}/invitations", {"places": "1"}).text
        number = rows_of("invitation")[-1]["public_id"][-4:]
        assert f"Card {number}" in card
        page = rosa.get(f"{DESK}/invitations").text
        assert f"Card {number}" in page
    assert "<bdi>Rosa</bdi>" in page


@pytest.mark.parametrize("places", ["", "0", "4", "-1", "1.5", "999999999999", "x"])
def test_an_invitation_is_for_one_two_or_three(rosa: FlaskClient, places: str) -> None:
    with nothing_written():
        assert send(rosa, f"{DESK}/invitations", {"places": places, "role": "coordinator"}).status_code == 422


def test_an_invitation_from_the_desk_gives_no_role(rosa: FlaskClient) -> None:
    send(rosa, f"{DESK}/invitations", {"places": "1", "role": "coordinator"})
    assert rows_of("invitation")[-1]["role"] is None


def test_an_invitation_elsewhere_is_not_ended_from_here(app: Flask, rosa: FlaskClient) -> None:
    hill = a_community("hill", "The Hill")
    dai = signed_in_client(app, a_member("Dai", roles=[Role.COORDINATOR], community=hill))
    send(rosa, f"{DESK}/invitations", {"places": "1"})
    [row] = rows_of("invitation", community_id=a_community().id, taken=0)
    with nothing_written():
        foreign, random = (
            send(dai, f"/c/hill/desk/invitations/{each}/end") for each in (row["public_id"], "bcdfghjkmnpq")
        )
    assert (foreign.status_code, foreign.data) == (404, random.data)
