"""People at their browsers: signed in, and sending forms the way a browser does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.factories.people import PASSPHRASE, Member, inside
from timebank.core import clock
from timebank.core.database import transaction
from timebank.core.door import cookie_name
from timebank.people import actions

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def door_name() -> str:
    """Give the name of the cookie of a sign-in."""
    with inside():
        return cookie_name()


def signed_in_client(app: Flask, member: Member, *, shared_device: bool = False) -> FlaskClient:
    """Give somebody's browser, signed in."""
    with app.app_context():
        with transaction(even_closed=True):
            token = actions.sign_in(person_id=member.person_id, shared_device=shared_device, now=clock.now())
        name = cookie_name()
    client = app.test_client()
    client.set_cookie(name, token)
    return client


def token_of(client: FlaskClient) -> str:
    """Give the token of this browser's forms."""
    found = TOKEN.search(client.get("/sign-in").text)
    assert found is not None
    return unescape(found[1])


def _signed_token(client: FlaskClient) -> str:
    # What `token_of` reads from a page, without making the page: most of a test's time would go into that.
    with client.session_transaction() as session:
        seed = session.setdefault("csrf_token", secrets.token_hex(20))
    return str(URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token").dumps(seed))


def send(
    client: FlaskClient, path: str, fields: Mapping[str, Any] | None = None, *, htmx: bool = False, **more: Any
) -> TestResponse:
    """Send a form from this site, with its token; with `htmx` as htmx does."""
    token = _signed_token(client)
    headers = {"Sec-Fetch-Site": "same-origin", **({"HX-Request": "true"} if htmx else {}), **more.pop("headers", {})}
    return client.post(path, data={"csrf_token": token, **(fields or {})}, headers=headers, **more)


def join_as_new(client: FlaskClient, path: str, called: str = "Ama", **more: Any) -> TestResponse:
    """Send the form of somebody new: a name, a passphrase, the agreement."""
    return send(client, path, {"called": called, "passphrase": PASSPHRASE, "agree": "y", **more})
