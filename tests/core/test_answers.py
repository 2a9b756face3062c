"""Every answer: its headers, and the plain page of each refusal, whole or in part."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from tests.databases import Backend
from tests.factories import a_community, a_member, nothing_written, send, signed_in_client
from timebank import create_app
from timebank.core import headers


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/help", "/nothing", "/leave", "/c/nowhere/", "/devices", "/static/nothing.css"]
)
def test_every_answer_carries_what_protects(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    for name, value in headers.ALWAYS.items():
        assert answer.headers[name] == value
    assert {"Cookie", "HX-Request"} <= set(answer.vary)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]


def test_no_page_holds_code_of_its_own(app: Flask) -> None:
    client = signed_in_client(app, a_member("Ama"))
    for path in ("/sign-in", "/c/harbour-street/", "/c/harbour-street/me", "/nothing", "/c/harbour-street/members"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
        assert "hx-on" not in page
        assert "<script>" not in page


def test_static_files_are_kept_for_long_and_refusals_never(client: FlaskClient) -> None:
    with client.get("/static/css/site.css") as sheet:
        assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get("/nothing").headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-cache, private"


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refusal_is_a_page_or_for_htmx_a_part(client: FlaskClient, htmx: bool) -> None:
    answer = client.get("/nothing", headers={"HX-Request": "true"} if htmx else {})
    assert answer.status_code == 404
    assert ("<html" in answer.text) is not htmx
    assert "There is nothing here" in answer.text


def test_what_breaks_gives_a_number_and_nothing_of_what_was_typed(app: Flask, client: FlaskClient, monkeypatch) -> None:
    from timebank.core import passphrases

    def broken(*_args: object) -> None:
        raise RuntimeError("canary-typed-by-somebody")

    monkeypatch.setattr(passphrases, "propose", broken)
    monkeypatch.setitem(app.config, "PROPAGATE", False)
    with capture_logs() as lines:
        answer = client.get("/words?secret=canary-in-address")
    assert answer.status_code == 500
    assert "canary" not in answer.text
    [line] = [each for each in lines if each["event"] == "broke"]
    assert line["kind"] == "RuntimeError"
    assert line["number"] in answer.text
    assert "canary" not in str(lines)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (sa.exc.OperationalError("x", {}, Exception()), 503),
        (sa.exc.DataError("x", {}, Exception()), 400),
        (sa.exc.IntegrityError("x", {}, Exception()), 409),
    ],
)
def test_a_database_that_refuses_is_told_plainly(app: Flask, client: FlaskClient, monkeypatch, error, status) -> None:
    from timebank.communities import queries

    def refuse(*_args: object) -> None:
        raise error

    monkeypatch.setattr(queries, "open_ones", refuse)
    answer = client.get("/")
    assert answer.status_code == status
    assert "Nothing was changed" in answer.text


def test_too_much_at_once_is_refused(client: FlaskClient) -> None:
    a_community()
    with nothing_written():
        big = client.post("/c/harbour-street/ask", data={"called": "x" * 1_100_000})
        many = client.post("/c/harbour-street/ask", data={f"f{n}": "x" for n in range(100_000)})
        fields = {f"f{n}": "x" for n in range(600)}
        parts = client.post("/c/harbour-street/ask", data=fields, content_type="multipart/form-data")
    assert (big.status_code, parts.status_code) == (413, 413)
    assert many.status_code in {400, 413}


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "multipart/form-data", ""])
@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 10_000, b"{}", b"a=%ff%fe&b=\xff", b""])
def test_a_body_of_another_kind_changes_nothing(client: FlaskClient, kind: str, body: bytes) -> None:
    a_community()
    with nothing_written():
        for path in ("/sign-in", "/c/harbour-street/ask", "/card"):
            assert client.post(path, data=body, content_type=kind).status_code in {400, 413, 415, 422}


def test_what_is_typed_twice_counts_once(app: Flask) -> None:
    client = signed_in_client(app, a_member("Ama"))
    answer = send(client, "/c/harbour-street/me/called", {"called": ["Ama B", "Mallory"]})
    assert answer.status_code == 303
    assert "Ama B" in client.get("/c/harbour-street/me").text


def test_a_forged_host_is_refused_on_the_very_first_page_too(backend: Backend) -> None:
    fresh = create_app(backend.settings(), TESTING=True, PROPAGATE=True)
    assert fresh.test_client().get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
