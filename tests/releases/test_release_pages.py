"""Pages of releases: what a funder reads, what a coordinator lets go, and that nobody can be found in either."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.town import rules
from tests.factories import Member, a_community, a_member, inside, nothing_written, send, signed_in_client
from tests.releases.conftest import FROZEN, QUARTER, Town, shown
from timebank.communities import actions as communities
from timebank.communities.models import Community
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import db, transaction

ABOUT = "We meet on Tuesdays by the canal."
PATH, DESK = "/c/harbour-street/release", "/c/harbour-street/desk/release/2026-Q3"
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
RELEASE = re.compile(r"<article class=\"stack\">.*?</article>", re.DOTALL)


def at_frozen(app: Flask, member: Member) -> FlaskClient:
    """Give somebody's browser, signed in when the quarter is frozen."""
    with clock.set_to(FROZEN):
        return signed_in_client(app, member)


def get(client: FlaskClient, path: str, at: datetime = FROZEN, **more: bool):
    with clock.set_to(at):
        return client.get(path, **more)


def words(page: str) -> str:
    """Give what is read on a page's main part, drawings left out."""
    text = re.sub(r"<[^>]+>", " ", SVG.sub("", MAIN.findall(page)[0]))
    return " ".join(unescape(text).split())


def release_in(page: str) -> str:
    """Give the release on a page, as it stands in the markup."""
    [found] = RELEASE.findall(page)
    return found


def say_about(town: Town) -> None:
    with inside(), transaction():
        here = db.session.get_one(Community, town.place.id)
        communities.change_settings(community=here, wanted={"about": ABOUT}, why="So", by=Program(here.id))


@pytest.fixture
def told(town: Town) -> Town:
    """Give a town of 24 whose release waits; 12 of them gave and received, 12 gave alone."""
    say_about(town)
    town.circle(12, minutes=97)
    town.grow(24)
    for number in range(12, 24):
        town.help(town.members[number], town.members[number - 12], 43)
    town.prepare()
    return town


def test_before_the_first_release_its_day_is_told(town: Town, app: Flask) -> None:
    with clock.set_to(datetime(2026, 3, 1, tzinfo=UTC)):
        client = signed_in_client(app, town.funder)
        page = words(client.get("/c/harbour-street/", follow_redirects=True).text)
    assert "They tell of January to March 2026, and can be here from Wednesday 15 April on." in page


def test_release_that_waits_is_told_as_coming_and_of_it_nothing_else(told: Town, app: Flask) -> None:
    client = at_frozen(app, told.funder)
    assert "nearly here" in words(get(client, PATH).text)
    assert ABOUT not in get(client, PATH).text
    nothing = get(client, f"{PATH}/2019-Q1")
    unseen = get(client, f"{PATH}/2026-Q3")
    assert (nothing.status_code, unseen.status_code) == (404, 404)
    assert nothing.text == unseen.text
    assert get(client, DESK).status_code == 403


def test_funder_reads_the_release_from_their_front_door(told: Town, app: Flask) -> None:
    told.approve()
    client = at_frozen(app, told.funder)
    assert get(client, "/c/harbour-street/").location == PATH
    page = words(get(client, "/", follow_redirects=True).text)
    assert "July to September 2026" in page
    figures = shown(told.prepare()["content"])
    assert f"About {figures['people/active']} people gave or received help." in page
    assert f"They gave each other about {figures['hours/all']} hours." in page
    assert "Each figure is made by itself, so parts need not add up to the whole." in page
    assert ABOUT in page
    assert "Sign out" in page
    assert release_in(get(client, PATH).text) == release_in(get(client, f"{PATH}/2026-Q3").text)


def test_each_form_is_told_or_said_not_to_be(told: Town, app: Flask) -> None:
    told.approve()
    page = words(get(at_frozen(app, told.funder), PATH).text)
    for form in ("Person to person", "In groups", "For everybody"):
        assert f"{form} not told" in page, "nobody knows whose form it was"


def test_coordinator_sees_exactly_what_the_funder_will(told: Town, app: Flask) -> None:
    coordinator = at_frozen(app, told.coordinator)
    desk = get(coordinator, "/c/harbour-street/desk").text
    assert "The figures of July to September 2026 are ready" in desk
    assert DESK in desk
    preview = get(coordinator, DESK).text
    assert "Exactly this will leave the house" in preview
    with clock.set_to(FROZEN):
        done = send(coordinator, DESK)
    assert (done.status_code, done.location) == (303, f"{PATH}/2026-Q3")
    seen = get(at_frozen(app, told.funder), PATH).text
    assert release_in(seen) == release_in(preview)
    assert release_in(get(coordinator, PATH).text) == release_in(preview)
    assert get(coordinator, DESK).location == f"{PATH}/2026-Q3"
    assert "are ready" not in get(coordinator, "/c/harbour-street/desk").text
    with nothing_written(), clock.set_to(FROZEN):
        assert send(coordinator, DESK).status_code == 409


@pytest.mark.parametrize("role", [None, Role.SECOND, Role.KEEPER, Role.FUNDER])
def test_nobody_else_lets_it_go(told: Town, app: Flask, role: Role | None) -> None:
    client = at_frozen(app, a_member("Dai", roles=[role] if role else [], community=told.place))
    with nothing_written(), clock.set_to(FROZEN):
        assert send(client, DESK).status_code == 403
        assert client.get(DESK).status_code == 403
        assert client.get(PATH).status_code == (200 if role == Role.FUNDER else 403)


def test_release_of_another_community_is_not_there(told: Town, app: Flask) -> None:
    told.approve()
    hillside = a_community("hillside", "Hillside")
    rosa = at_frozen(app, a_member("Rosa", roles=[Role.COORDINATOR], community=hillside))
    assert get(rosa, "/c/hillside/release/2026-Q3").status_code == 404
    with nothing_written(), clock.set_to(FROZEN):
        assert send(rosa, "/c/hillside/desk/release/2026-Q3").status_code == 404
    assert get(rosa, PATH).status_code == 403


def test_earlier_releases_stay_as_they_were(town: Town, app: Flask) -> None:
    say_about(town)
    for quarter in (QUARTER.before, QUARTER):
        town.prepare(quarter)
        town.approve(quarter)
    client = at_frozen(app, town.funder)
    newest = get(client, PATH).text
    assert f"{PATH}/2026-Q2" in newest
    assert "April to June 2026" in newest
    before = release_in(get(client, f"{PATH}/2026-Q2").text)
    with inside(), transaction():
        here = db.session.get_one(Community, town.place.id)
        wanted = {"about": "Something else.", "name": "Another Street"}
        communities.change_settings(community=here, wanted=wanted, why="So", by=Program(here.id))
    town.circle(3)
    assert release_in(get(client, f"{PATH}/2026-Q2").text) == before
    assert ABOUT in before


def test_small_circle_is_one_sentence_and_its_own_words(town: Town, app: Flask) -> None:
    say_about(town)
    town.circle(6)
    town.prepare()
    town.approve()
    page = get(at_frozen(app, town.funder), PATH).text
    assert "Fewer than 20 people took part." in words(page)
    assert ABOUT in words(page)
    for absent in ("Kinds of working together", "Both ways", "The same as tables", "hours of help"):
        assert absent not in words(page)


def test_small_circles_of_any_size_read_alike(town: Town, app: Flask) -> None:
    pages = set()
    for size, quarter in ((0, QUARTER.before), (5, QUARTER)):
        town.circle(size)
        town.prepare(quarter)
        town.approve(quarter)
        page = release_in(get(at_frozen(app, town.funder), f"{PATH}/{quarter}").text)
        pages.add(re.sub(r"<li>They tell of.*?</li>|<div class=\"patchwork.*?</div>", "", page, flags=re.DOTALL))
    assert len(pages) == 1


def test_nothing_a_funder_can_reach_names_anybody_or_tells_a_true_figure(told: Town, app: Flask) -> None:
    """Every route is walked; only a funder's own pages, public ones and the release open, and nobody stands in them."""
    told.approve()
    client = at_frozen(app, told.funder)
    opened: dict[str, str] = {}
    # What needs more in its address than a walk knows belongs to members; tests/architecture walks that with real ones.
    fill = {"quarter": "2026-Q3", "kind": "funder", "question": "likes", "public_id": told.members[0].public_id}
    fill |= {"token": "x" * 43, "code": "bbbb-bbbb-bbbb", "way": "offer", "verb": "agree", "part": "words"}
    for rule in rules(app, "GET"):
        values = {name: fill.get(name, 1) for name in rule.arguments - {"community"}}
        with app.test_request_context():
            place = {"community": "harbour-street"} if "community" in rule.arguments else {}
            address = app.url_map.bind("localhost").build(rule.endpoint, {**place, **values})
        if rule.endpoint == "people.leave":
            continue
        answer = get(client, address)
        if answer.status_code == 200:
            opened[rule.endpoint] = answer.text
        else:
            assert answer.status_code in {303, 403, 404}, address
    assert {"releases.latest", "releases.show", "home.help_for", "people.me"} <= set(opened)
    closed = ("desk.", "directory.member", "exchanges.", "listings.", "statement.", "pot.", "releases.look_over")
    assert [endpoint for endpoint in opened if endpoint.startswith(closed)] == []
    everything = "".join(opened.values())
    for member in [*told.members, told.coordinator]:
        for sign in (member.called, member.public_id, member.person_public_id, str(member.person_id)):
            assert sign not in everything
    assert told.members[0].sign_in_name not in everything
    true_hours = (12 * 97 + 12 * 43) // 60
    for figure in (24, 12, true_hours, 12 * 97, 12 * 97 + 12 * 43):
        assert re.search(rf"\b{figure}\b", words(opened["releases.latest"])) is None
