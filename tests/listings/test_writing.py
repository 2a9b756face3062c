"""Writing and changing an offer or a request, through the pages."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import Member, a_community, a_member, nothing_written, rows_of, send, signed_in_client
from tests.listings.making import a_listing, with_lists
from timebank.listings.rules import State

CHOSEN = {"kind", "area", "for_whom"}
REQUEST = {
    "title": "  A   letter ",
    "would_like": "Understanding it",
    "would_do": "I make the tea",
    "words": "No hurry\r\n\r\n\r\n\r\nat all",
    "when": "Evenings",
    "until": "2030-07-01",
    "for_whom": "group",
    "press": "publish",
}


def test_request_is_written_tidied_and_shown(app: Flask, ama: Member, jo: Member) -> None:
    answer = send(signed_in_client(app, ama), ama.community.path("help/new/request"), REQUEST)
    assert answer.status_code == 303
    (row,) = rows_of("listing")
    assert (row["title"], row["words"], row["state"]) == ("A letter", "No hurry\n\nat all", "published")
    assert (row["would_do"], row["for_whom"], row["is_offer"]) == ("I make the tea", "group", False)
    page = signed_in_client(app, jo).get(answer.location)
    assert page.status_code == 200
    for words in ("A letter", "Understanding it", "I make the tea", "Monday 1 July", "our group"):
        assert words in page.text


def test_title_is_enough(app: Flask, ama: Member) -> None:
    answer = send(signed_in_client(app, ama), ama.community.path("help/new/offer"), {"title": "Bread"})
    assert answer.status_code == 303
    (row,) = rows_of("listing")
    assert (row["state"], row["kind"], row["area"], row["until"]) == ("published", None, None, None)
    assert row["for_whom"] == "person"


def test_offer_keeps_no_part_of_a_request(app: Flask, ama: Member) -> None:
    send(signed_in_client(app, ama), ama.community.path("help/new/offer"), {"title": "Bread", "would_do": "x"})
    assert rows_of("listing")[0]["would_do"] == ""


def test_draft_is_kept_for_its_owner_alone(app: Flask, ama: Member, jo: Member) -> None:
    answer = send(
        signed_in_client(app, ama), ama.community.path("help/new/offer"), {"title": "Zither", "press": "draft"}
    )
    assert rows_of("listing")[0]["state"] == "draft"
    assert "Zither" in signed_in_client(app, ama).get(answer.location).text
    assert signed_in_client(app, jo).get(answer.location).status_code == 404
    assert "Zither" not in signed_in_client(app, ama).get(ama.community.path("help")).text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": " "}, "Please say in a few words what it is."),
        ({"title": "x" * 101}, "There is room for 100 letters."),
        ({"title": "Ring 07700 900123"}, "This looks like a telephone number"),
        ({"would_do": "write to ama@example.org"}, "This looks like a telephone number"),
        ({"until": "2030-06-02"}, "That day is over."),
        ({"until": "next week"}, "type it as 2030-12-31"),
        ({"kind": "nonsense"}, "Please choose one from the list."),
        ({"kind": "ko"}, "Please choose one from the list."),
        ({"area": "kt"}, "Please choose one from the list."),
        ({"for_whom": "nobody"}, "Please choose one from the list."),
    ],
)
def test_refusal_lands_on_its_field_and_keeps_what_was_typed(
    app: Flask, ama: Member, change: dict[str, str], sentence: str
) -> None:
    with_lists(ama.community.id)
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = send(client, ama.community.path("help/new/request"), {**REQUEST, "kind": "kt", **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Understanding it" in answer.text
    assert all(typed in answer.text for name, typed in change.items() if typed.strip() and name not in CHOSEN)


def test_owner_changes_their_own(app: Flask, ama: Member) -> None:
    listing = a_listing(ama, "Bread", kind=None)
    client = signed_in_client(app, ama)
    assert 'value="Bread"' in client.get(ama.community.path(f"help/{listing}/edit")).text
    answer = send(client, ama.community.path(f"help/{listing}/edit"), {"title": "Rolls", "for_whom": "everyone"})
    assert answer.status_code == 303
    (row,) = rows_of("listing")
    assert (row["title"], row["state"], row["search"].strip()) == ("Rolls", "published", "roll")


def test_draft_is_published_from_its_form(app: Flask, ama: Member) -> None:
    listing = a_listing(ama, state=State.DRAFT)
    send(signed_in_client(app, ama), ama.community.path(f"help/{listing}/edit"), {"title": "Rolls", "press": "publish"})
    assert rows_of("listing")[0]["state"] == "published"


def test_publishing_what_is_shown_already_changes_nothing(app: Flask, ama: Member) -> None:
    listing = a_listing(ama)
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = send(client, ama.community.path(f"help/{listing}/edit"), {"title": "Rolls", "press": "publish"})
    assert answer.status_code == 409


def test_what_has_ended_cannot_be_changed(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    path = ama.community.path(f"help/{a_listing(ama, state=State.ENDED)}/edit")
    with nothing_written():
        assert client.get(path).status_code == 409
        assert send(client, path, {"title": "Rolls"}).status_code == 409


def test_only_the_owner_reaches_the_form(app: Flask, ama: Member, jo: Member, rosa: Member) -> None:
    path = ama.community.path(f"help/{a_listing(ama)}/edit")
    for other in (jo, rosa):
        client = signed_in_client(app, other)
        with nothing_written():
            assert client.get(path).status_code == 404
            assert send(client, path, {"title": "Mine"}).status_code == 404


def test_another_community_knows_nothing_of_it(app: Flask, ama: Member) -> None:
    elsewhere = a_member("Pavel", community=a_community("mill-lane", "Mill Lane"))
    listing = a_listing(elsewhere)
    client = signed_in_client(app, ama)
    real = client.get(ama.community.path(f"help/{listing}"))
    random = client.get(ama.community.path("help/222222222222"))
    assert real.status_code == random.status_code == 404
    assert real.text == random.text
    with nothing_written():
        assert send(client, ama.community.path(f"help/{listing}/edit"), {"title": "x"}).status_code == 404
        assert send(client, ama.community.path(f"help/{listing}/end")).status_code == 404


def test_markup_is_shown_as_typed(app: Flask, ama: Member, jo: Member) -> None:
    listing = a_listing(ama, "<b>Bread</b>", words="<script>alert(1)</script>")
    for path in (f"help/{listing}", "help"):
        assert "<script>alert" not in (text := signed_in_client(app, jo).get(ama.community.path(path)).text)
        assert "&lt;b&gt;Bread" in text


def test_new_one_begins_with_the_words_of_an_ended_one(app: Flask, ama: Member, jo: Member) -> None:
    listing = a_listing(ama, "Zither", state=State.ENDED)
    path = ama.community.path(f"help/new/offer?like={listing}")
    assert 'value="Zither"' in signed_in_client(app, ama).get(path).text
    assert signed_in_client(app, jo).get(path).status_code == 404


def test_there_are_two_ways_in_and_no_third(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    assert client.get(ama.community.path("help/new/offer")).status_code == 200
    assert client.get(ama.community.path("help/new/request")).status_code == 200
    assert client.get(ama.community.path("help/new/favour")).status_code == 404
