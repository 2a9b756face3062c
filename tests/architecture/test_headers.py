"""What every answer carries: pages, parts, refusals, static files; by http on this machine and by https."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.architecture.town import NOBODY, Town, on_sqlite_alone, rules
from tests.databases import Backend
from timebank import create_app
from timebank.core.database import db

pytestmark = on_sqlite_alone
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
OFF = ("camera", "geolocation", "microphone", "payment", "usb")
SITE = "https://timebank.example.org"


def check_common(answer: TestResponse, where: str) -> None:
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy == POLICY, where
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, where
    assert all(f"{what}=()" in answer.headers["Permissions-Policy"] for what in OFF), where
    assert {"Cookie", "HX-Request"} <= {each.strip() for each in answer.headers["Vary"].split(",")}, where
    assert "Access-Control-Allow-Origin" not in answer.headers, where
    assert "Server" not in answer.headers, where


def walk(town: Town, client: FlaskClient) -> Iterator[tuple[str, TestResponse]]:
    for method in ("GET", "HEAD", "OPTIONS"):
        for rule in rules(town.app, "GET"):
            for address in town.addresses(rule):
                if rule.endpoint != "people.leave":
                    yield f"{method} {address}", client.open(address, method=method)
    for rule in rules(town.app, "POST"):
        for address in town.addresses(rule):
            yield f"POST {address}", client.post(address)


@pytest.mark.parametrize("who", [NOBODY, "asked", "member", "coordinator", "funder"])
def test_every_answer_carries_them_and_is_kept_by_nobody(town: Town, who: str) -> None:
    seen = set()
    for where, answer in walk(town, town.client(who)):
        check_common(answer, where)
        kept = answer.headers["Cache-Control"]
        if who != NOBODY or not where.startswith("GET") or answer.status_code >= 400:
            assert kept == "no-store", where
        else:
            assert kept in {"no-store", "no-cache, private"}, where
        seen.add(answer.status_code)
    assert {200, 303, 400, 404} <= seen


@pytest.mark.parametrize(
    ("address", "given", "status"),
    [
        ("/nothing/here", {}, 404),
        ("/c/nowhere/", {}, 404),
        ("/sign-in", {"method": "PUT"}, 405),
        ("/sign-in", {"method": "POST"}, 400),
        ("/sign-in", {"method": "POST", "headers": {"Sec-Fetch-Site": "cross-site"}}, 400),
        ("/sign-in", {"method": "POST", "data": {"name": "x" * 2_000_000}}, 413),
        ("/help", {"base_url": "http://evil.example"}, 400),
        ("/static/nothing.css", {}, 404),
        ("/static/../config.py", {}, 404),
    ],
)
def test_refusals_carry_them_too(client: FlaskClient, address: str, given: dict[str, Any], status: int) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.open(address, **{**given, "headers": {**given.get("headers", {}), **headers}})
        assert answer.status_code == status
        check_common(answer, address)
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_breaks_carries_them_and_says_a_number_and_nothing_else(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> str:
        raise RuntimeError("the words of somebody's letter")

    monkeypatch.setitem(app.config, "PROPAGATE", False)
    monkeypatch.setitem(app.view_functions, "home.help_index", break_down)
    monkeypatch.setattr(break_down, "access", app.view_functions["home.help_for"].access, raising=False)
    answer = client.get("/help")
    assert answer.status_code == 500
    check_common(answer, "/help")
    assert "letter" not in answer.text
    assert "RuntimeError" not in answer.text


def test_static_files_are_kept_for_long_and_set_no_cookie(town: Town) -> None:
    for who in (NOBODY, "member"):
        with town.client(who).get("/static/css/site.css?v=1") as answer:
            check_common(answer, "static")
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Set-Cookie" not in answer.headers


def test_reading_a_page_twice_sets_no_cookie_of_a_sign_in(town: Town) -> None:
    answer = town.client("member").get("/c/harbour/members")
    assert all(not cookie.startswith("door") for cookie in answer.headers.getlist("Set-Cookie"))


def test_leaving_clears_what_the_browser_kept(town: Town) -> None:
    client = town.client("member")
    answer = client.get("/leave")
    check_common(answer, "/leave")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/devices").status_code == 303


@pytest.fixture
def https(backend: Backend, app: Flask) -> Iterator[FlaskClient]:
    """Give a browser on a site that people reach by https."""
    del app  # its database is the same
    made = create_app(backend.settings(BASE_URL=SITE), TESTING=True, PROPAGATE=True, HASH_MEMORY_KIB=8, HASH_PASSES=1)
    yield made.test_client()
    with made.app_context():
        db.engine.dispose()


def test_by_https_the_browser_is_told_to_stay_with_it(https: FlaskClient) -> None:
    for address in ("/", "/help", "/nothing", "/static/css/site.css"):
        with https.get(address, base_url=SITE) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_by_https_cookies_are_bound_to_the_host(https: FlaskClient) -> None:
    cookies = https.get("/sign-in", base_url=SITE).headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for bound in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert bound in cookie
        assert "Domain" not in cookie


def test_on_this_machine_nothing_promises_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/help").headers


def test_what_htmx_swaps_in_takes_no_style_along(client: FlaskClient) -> None:
    # A text box made larger by hand carries a style; htmx would set it on the one that takes its place.
    found = re.search(r"name=\"htmx-config\" content='([^']+)'", client.get("/sign-in").text)
    assert found is not None
    config = json.loads(found[1])
    assert (config["attributesToSettle"], config["includeIndicatorStyles"]) == (["class"], False)
