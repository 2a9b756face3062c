"""Every route says who may enter, and keeps to it: walked as everybody, by every method."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.architecture.town import CALLED, HERE, NOBODY, VISITORS, Town, on_sqlite_alone, rules, token_in
from timebank.core.access import Mark, Viewer

TABLE = Path(__file__).with_name("routes.txt")
UPDATE = "UPDATE_TABLES=1 make test"
SEEN_BY_FUNDERS = {"signed_in", "public"}
# Everybody on one database; on the other those who meet most: who is kept out is so before any row is read.
WALKS = [*(("sqlite", who) for who in VISITORS), *(("postgresql", who) for who in ("member", "coordinator", "funder"))]
GOES_OUT = {"people.sign_out", "people.end_devices", "people.passphrase", "people.leave"}


def mark_of(app: Flask, endpoint: str) -> Mark:
    mark = getattr(app.view_functions[endpoint], "access", None)
    assert isinstance(mark, Mark), f"{endpoint} carries no mark: @public, @signed_in or @needs(role)."
    return mark


def table(app: Flask) -> str:
    lines = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        mark = mark_of(app, rule.endpoint)
        who = " or ".join(sorted(mark.roles)) if mark.roles else mark.kind.replace("_", " ")
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"{rule.endpoint:<30} {methods:<9} {rule.rule:<62} {who}")
    return "\n".join(sorted(lines)) + "\n"


def test_routes_are_the_ones_in_the_table(app: Flask) -> None:
    present = table(app)
    if os.environ.get("UPDATE_TABLES"):
        TABLE.write_text(present)
    assert TABLE.read_text() == present, f"Look at each difference; where it is meant, write the table with {UPDATE}"


def well(answer: TestResponse, mark: Mark, viewer: Viewer | None) -> bool:
    """Tell whether an answer is what the route's mark promises this viewer."""
    if mark.admits(viewer):
        return answer.status_code in {200, 303, 404}
    if viewer is None:
        return answer.status_code == 303 and "/sign-in" in answer.location
    return answer.status_code == 403


@pytest.mark.parametrize(("backend", "who"), WALKS, indirect=["backend"], scope="session")
def test_every_page_opens_to_whom_its_mark_says_and_writes_nothing(town: Town, who: str) -> None:
    client = town.client(who)
    before = town.rows()
    wrong = []
    for rule in rules(town.app, "GET"):
        viewer = town.viewer(who, HERE if "community" in rule.arguments else None)
        if rule.endpoint in GOES_OUT:
            continue
        for address in town.addresses(rule):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.get(address, headers=headers)
                if not well(answer, mark_of(town.app, rule.endpoint), viewer):
                    wrong.append(f"{answer.status_code} {address} {headers}")
    assert wrong == []
    assert town.rows() == before, "reading wrote something"


@on_sqlite_alone
def test_somebody_finds_something_on_every_page(town: Town) -> None:
    clients = {who: town.client(who) for who in VISITORS}
    opened = set()
    for rule in rules(town.app, "GET"):
        for address in town.addresses(rule):
            for client in clients.values() if rule.endpoint not in GOES_OUT else [town.client("member")]:
                if client.get(address).status_code in {200, 303}:
                    opened.add(rule.endpoint)
    assert opened == {rule.endpoint for rule in rules(town.app, "GET")}, "a route that the walk never really opened"


@on_sqlite_alone
def test_funder_reaches_nothing_but_public_pages_and_their_own_login(town: Town) -> None:
    client = town.client("funder")
    reached = {
        rule.endpoint
        for rule in rules(town.app, "GET")
        for address in town.addresses(rule)
        if rule.endpoint not in GOES_OUT and client.get(address).status_code == 200
    }
    own = {endpoint for endpoint in reached if mark_of(town.app, endpoint).kind not in SEEN_BY_FUNDERS}
    assert own == {"releases.latest", "releases.show"}
    front = client.get("/c/harbour/", follow_redirects=True).text
    own = set(client.get("/c/harbour/me").text.split('"'))
    for who in CALLED:
        if who != "funder":
            assert CALLED[who] not in front
            assert town.public_ids[who].isdisjoint(own)


@on_sqlite_alone
@pytest.mark.parametrize("who", VISITORS)
def test_forged_forms_and_those_the_mark_keeps_out_change_nothing(town: Town, who: str) -> None:
    client = town.client(who)
    token = token_in(client.get("/sign-in").text)
    before = town.rows()
    for rule in rules(town.app, "POST"):
        viewer = town.viewer(who, HERE if "community" in rule.arguments else None)
        for address in town.addresses(rule):
            for forged in ({}, {"csrf_token": "x"}, {"csrf_token": token[:-1]}):
                assert client.post(address, data=forged).status_code == 400, f"{forged} {address}"
            for site in ("cross-site", "same-site"):
                answer = client.post(address, data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
                assert answer.status_code == 403, f"{site} {address}"
            if not mark_of(town.app, rule.endpoint).admits(viewer):
                answer = client.post(address, data={"csrf_token": token})
                assert answer.status_code == (303 if who == NOBODY else 403), address
    assert town.rows() == before


@pytest.mark.parametrize("who", [NOBODY, "member", "coordinator", "funder"])
def test_empty_form_never_breaks_anything(town: Town, who: str) -> None:
    client = town.client(who)
    token = token_in(client.get("/sign-in").text)
    for rule in sorted(rules(town.app, "POST"), key=lambda rule: rule.endpoint in GOES_OUT):
        for address in town.addresses(rule):
            for headers in ({}, {"HX-Request": "true"}):
                assert client.post(address, data={"csrf_token": token}, headers=headers).status_code < 500, address


@on_sqlite_alone
@pytest.mark.parametrize("who", [NOBODY, "member", "coordinator"])
def test_other_methods_are_answered_plainly(town: Town, who: str) -> None:
    client = town.client(who)
    before = town.rows()
    for rule in {rule.rule: rule for method in ("GET", "POST") for rule in rules(town.app, method)}.values():
        for address in town.addresses(rule):
            if rule.endpoint in GOES_OUT:
                continue
            for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "BREW"):
                assert client.open(address, method=method).status_code < 500, f"{method} {address}"
    assert town.rows() == before
