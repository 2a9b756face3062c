"""Finding offers and requests: words, kind, area, way, pages; and always through the gate."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import Member, a_member, inside, signed_in_client, viewer_of
from tests.listings.making import TODAY, a_listing, with_lists
from timebank.core.access import Role
from timebank.core.database import reading
from timebank.core.errors import NotFound
from timebank.listings import queries
from timebank.listings.queries import Found
from timebank.safeguarding import queries as gate


def titles(viewer: Member, wanted: Found = Found(), after: str | None = None) -> list[str]:  # noqa: B008
    by = viewer_of(viewer)
    with inside(), reading():
        return [each.title for each in queries.browse(by, wanted, TODAY, after).rows]


class Hiding(gate.Gate):
    """A gate that hides everybody."""

    def visible_to(self, viewer: object, person_id: object) -> sa.ColumnElement[bool]:
        del viewer, person_id
        return sa.false()


def test_newest_come_first(app: Flask, ama: Member, jo: Member) -> None:
    for title in ("One", "Two", "Three"):
        a_listing(ama, title)
    assert titles(jo) == ["Three", "Two", "One"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("baking", ["Crème brûlée"]),
        ("BRULEE", ["Crème brûlée"]),
        ("bake creme", ["Crème brûlée"]),
        ("letters", ["A letter"]),
        ("lett", ["A letter"]),
        ("tea", ["A letter"]),
        ("etter", []),
        ("100%", ["100% wool"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'; drop table listing", []),
    ],
)
def test_words_are_found_alike_on_both_databases(
    app: Flask, ama: Member, jo: Member, words: str, found: list[str]
) -> None:
    a_listing(ama, "Crème brûlée", words="We bake together")
    a_listing(ama, "100% wool")
    a_listing(ama, "A letter", is_offer=False, would_do="I make the tea")
    assert titles(jo, Found(words=words)) == found


def test_kind_area_and_way_narrow_it(app: Flask, ama: Member, jo: Member) -> None:
    with_lists(ama.community.id)
    a_listing(ama, "Soup", kind="kt", area="hb")
    a_listing(ama, "Lunch", kind="kt", area="hl", is_offer=False)
    a_listing(ama, "Songs", area="hb")
    assert titles(jo, Found(kind="kt")) == ["Lunch", "Soup"]
    assert titles(jo, Found(area="hb")) == ["Songs", "Soup"]
    assert titles(jo, Found(way="request")) == ["Lunch"]
    assert titles(jo, Found(kind="kt", way="offer")) == ["Soup"]
    text = signed_in_client(app, jo).get(ama.community.path("help?kind=kt&way=offer")).text
    assert "Soup" in text
    assert "Lunch" not in text
    assert "Songs" not in text


def test_pages_hold_everything_once(app: Flask, ama: Member, jo: Member) -> None:
    dai = a_member("Dai")
    made = [a_listing(dai if number % 2 else ama, f"Bread {number}") for number in range(45)]
    client = signed_in_client(app, jo)
    path: str | None = ama.community.path("help?words=bread&way=offer")
    seen: list[str] = []
    pages = 0
    while path:
        text = client.get(path).text
        seen += [each for each in reversed(made) if f"/help/{each}" in text]
        further = text.partition('class="button button--second" href="')[2].partition('"')[0]
        path = further.replace("&amp;", "&") if 'rel="next"' in text else None
        pages += 1
    assert seen == list(reversed(made))
    assert pages == 3


def test_mark_nobody_wrote_is_not_found(app: Flask, ama: Member) -> None:
    assert signed_in_client(app, ama).get(ama.community.path("help?after=nonsense")).status_code == 404


@pytest.mark.parametrize("query", ["way=third", "kind=zz&area=%25", "words=" + "x" * 500, "words=%00"])
def test_odd_questions_are_answered(app: Flask, ama: Member, query: str) -> None:
    assert signed_in_client(app, ama).get(ama.community.path(f"help?{query}")).status_code == 200


def test_nobody_passes_a_gate_that_hides_everybody(
    app: Flask, ama: Member, jo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = a_listing(ama, "Zither")
    by = viewer_of(jo)
    client = signed_in_client(app, jo)
    assert titles(jo) == ["Zither"]
    monkeypatch.setattr(gate, "_gate", Hiding())
    assert titles(jo) == []
    assert "Zither" not in client.get(ama.community.path("help")).text
    assert client.get(ama.community.path(f"help/{listing}")).status_code == 404
    with inside(), reading():
        assert list(queries.newest(by, TODAY, 5)) == []
        assert list(queries.of_member(by, ama.membership_id, TODAY)) == []
        with pytest.raises(NotFound):
            queries.visible_listing(by, listing, TODAY)


def test_own_ones_stay_with_their_owner_whatever_the_gate(
    app: Flask, ama: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = a_listing(ama, "Zither")
    monkeypatch.setattr(gate, "_gate", Hiding())
    assert "Zither" in signed_in_client(app, ama).get(ama.community.path("me/help")).text
    assert signed_in_client(app, ama).get(ama.community.path(f"help/{listing}")).status_code == 200


def test_newest_are_of_others_and_of_member_are_theirs(app: Flask, ama: Member, jo: Member) -> None:
    a_listing(ama, "Bread")
    a_listing(jo, "Guitar")
    by = viewer_of(ama)
    with inside(), reading():
        assert [each.title for each in queries.newest(by, TODAY, 5)] == ["Guitar"]
        assert [each.owner.called for each in queries.of_member(by, jo.membership_id, TODAY)] == ["Jo"]


def test_answering_leads_to_an_exchange_and_not_for_the_owner(app: Flask, ama: Member, jo: Member) -> None:
    path = ama.community.path(f"help/{a_listing(ama, is_offer=False)}")
    assert "I can help" in signed_in_client(app, jo).get(path).text
    assert "I can help" not in signed_in_client(app, ama).get(path).text


def test_empty_place_invites(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    assert "Be the first to ask" in client.get(ama.community.path("help")).text
    assert "Be the first to offer" in client.get(ama.community.path("help?way=offer")).text
    assert "Nothing like that yet" in client.get(ama.community.path("help?words=zither")).text
    assert "Nothing here yet" in client.get(ama.community.path("me/help")).text


def test_only_members_look(app: Flask, ama: Member) -> None:
    a_listing(ama, "Zither")
    funder = a_member("Canal Fund", roles=[Role.FUNDER])
    assert app.test_client().get(ama.community.path("help")).status_code == 303
    assert signed_in_client(app, funder).get(ama.community.path("help")).status_code == 403


def test_member_is_found_by_any_form_of_a_word(app: Flask, ama: Member) -> None:
    assert "Ama" in signed_in_client(app, ama).get(ama.community.path("members?words=AMÁ")).text
