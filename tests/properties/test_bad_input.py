"""Whatever is sent in whichever field of whichever form, the answer is a plain one and the books hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.architecture.town import HERE, NOBODY, Town, populate, rules, token_in
from tests.factories.people import PASSPHRASE
from tests.properties.paper import forms_in
from timebank.core.database import Base, transaction
from timebank.upkeep.commands import verify

PLAIN = {303, 400, 403, 404, 409, 413, 422, 429}
SHOWS = {"desk.reach", "desk.card", "desk.invitations"}  # what they show is shown once, in answer to a form
ROLES = (NOBODY, "member", "other", "coordinator", "second", "funder")
GOES_OUT = {"people.leave", "people.sign_out"}
# What a database may take amiss; the rest is told apart before it is asked, and sent on SQLite alone.
FOR_DATABASES = {
    "missing",
    "a NUL",
    "half of a pair",
    "more than there is",
    "just too many",
    "the last day",
    "the first day",
}
ANYWHERE = {
    "missing": None,
    "10,000 letters": b"x" * 10_000,
    "a NUL": b"a%00b",
    "half of a pair": b"%ED%A0%80",
    "right to left": quote_plus("\u202eabc").encode(),
}
CHOSEN = {  # where free words may stand, these are words like others
    "below nothing": b"-1",
    "nothing": b"0",
    "a fraction": b"1.5",
    "more than there is": b"9" * 40,
    "just too many": str(2**63).encode(),
    "the last day": b"9999-12-31",
    "the first day": b"0001-01-01",
    "another's": b"{other}",
    "words": quote_plus('"><script>alert(1)</script>').encode(),
}
# What a form needs where nothing stands in it yet; whatever else is empty stays so.
TYPED = {
    "title": "A walk",
    "words": "A word",
    "why": "We agreed",
    "reason": "We agreed",
    "hours": "1",
    "called": "Marigold",
    "passphrase": PASSPHRASE,
    "present": PASSPHRASE,
    "email": "marigold@example.org",
}
PATHS = ("-1", "9" * 40, "%00", "%ED%A0%80", "%E2%80%AEabc", "x" * 3_000)
DEVICE = {"device": ""}
ASKED = ("after", "words", "kind", "area", "way", "from", "begin")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Sheet:
    """A form somebody found: whose, where it goes, which route that is, and its fields as a browser would send them."""

    who: str
    address: str
    endpoint: str
    fields: tuple[tuple[str, str], ...]
    free: frozenset[str] = frozenset()


@pytest.fixture
def town(app: Flask) -> Town:
    """Build a populated town, on each database."""
    return populate(app)


def sheets(town: Town) -> list[Sheet]:
    """Find the forms of all pages, each route's once for whoever meets it first with these fields."""
    found: dict[tuple[str, tuple[str, ...]], Sheet] = {}
    match = town.app.url_map.bind("localhost").match
    for who in ROLES:
        client = town.client(who)
        for rule in rules(town.app, "GET"):
            for address in town.addresses(rule) if rule.endpoint not in GOES_OUT else ():
                for form in forms_in(client.get(address).text):
                    goes = form.action or address
                    endpoint = match(urlsplit(goes).path, method="POST")[0]
                    key = (endpoint, tuple(sorted(form.fields)))
                    found.setdefault(key, Sheet(who, goes, endpoint, tuple(form.fields.items()), frozenset(form.free)))
    return [*found.values(), *further(town, {sheet.endpoint for sheet in found.values()})]


def further(town: Town, shown: set[str]) -> Iterator[Sheet]:
    """Give the forms that no page of this town happens to show, as a coordinator would send them."""
    standing = {"exchanges.approve_several": {"exchange": town.objects["exchanges"][2]}, "people.end_devices": DEVICE}
    for rule in rules(town.app, "POST"):
        if rule.endpoint not in shown:
            fields = standing.get(rule.endpoint, {})
            yield Sheet("coordinator", next(iter(town.addresses(rule))), rule.endpoint, tuple(fields.items()))


def filled(town: Town, sheet: Sheet) -> dict[str, bytes]:
    """Fill a form in sensibly."""
    typed = {**TYPED, "receiver": town.members["member"]}
    standing = {name: value for name, value in sheet.fields if name != "csrf_token"}
    if "receiver" in standing:  # who stands first in this list stands first in that of givers too
        standing["receiver"] = ""
    return {name: quote_plus(value or typed.get(name, "")).encode() for name, value in standing.items()}


def bodies(town: Town, sheet: Sheet, names: set[str]) -> Iterator[tuple[str, bytes]]:
    """Give what is sent: in each of some fields each hostile value, among fields that are filled in sensibly."""
    sensible = filled(town, sheet)
    other = town.members["elsewhere"].encode()
    on_sqlite = town.app.extensions["settings"].database.startswith("sqlite")
    for name in sorted(names & set(sensible)):
        values = ANYWHERE if name in sheet.free else ANYWHERE | CHOSEN
        for what, value in values.items():
            if not on_sqlite and what not in FOR_DATABASES:
                continue
            sent = {**sensible, name: value if value is None else value.replace(b"{other}", other)}
            yield f"{name}: {what}", joined(sent)
        yield f"{name}: twice", joined(sensible) + b"&" + name.encode() + b"=" + sensible[name]
    yield "nothing but a button", b""


def joined(body: Mapping[str, bytes | None]) -> bytes:
    return b"&".join(name.encode() + b"=" + value for name, value in body.items() if value is not None)


def outcome(client: FlaskClient, method: str, address: str, **sent: Any) -> int | str:
    """Give the status of an answer, or what broke."""
    try:
        return client.open(address, method=method, **sent).status_code
    except Exception as broke:  # noqa: BLE001 - whatever it is, it is a finding
        return f"{type(broke).__name__}: {str(broke)[:80]}"


def ready(town: Town, who: str) -> tuple[FlaskClient, bytes]:
    """Give somebody's browser, with the token of its forms."""
    client = town.client(who)
    return client, b"&csrf_token=" + token_in(client.get("/sign-in").text).encode()


def make_room(town: Town) -> None:
    """Forget the tries at secrets and free the places on the invitation: each thing typed meets an open door."""
    with town.app.app_context(), transaction() as session:
        session.execute(sa.delete(Base.metadata.tables["attempt"]))
        session.execute(sa.update(Base.metadata.tables["invitation"]).values(taken=0))


def verified(town: Town) -> str:
    """Give what `timebank verify` finds."""
    return town.app.test_cli_runner().invoke(verify).output


def test_nothing_typed_in_a_form_breaks_anything(town: Town) -> None:
    wrong, seen, accepted = [], set(), set()
    for sheet in sheets(town):
        names = {name for name, _value in sheet.fields if (sheet.endpoint, name) not in seen}
        seen |= {(sheet.endpoint, name) for name in names}
        allowed = PLAIN | ({200} if sheet.endpoint in SHOWS else set())
        client, token = ready(town, sheet.who)
        for what, body in bodies(town, sheet, names):
            status = outcome(client, "POST", sheet.address, data=body + token, content_type=FORM)
            if status not in allowed:
                wrong.append(f"{status} {sheet.endpoint} {what} ({sheet.who})")
            accepted |= {sheet.endpoint} if status in {200, 303} else set()
            if status in {404, 429} and sheet.who == NOBODY:
                make_room(town)
            if status == 303 and sheet.endpoint.startswith("people."):  # a sign-in may have ended, or another begun
                client, token = ready(town, sheet.who)
    assert wrong == []
    assert len(accepted) > len({rule.endpoint for rule in rules(town.app, "POST")}) * 2 // 3, "most are really opened"
    assert verified(town) == ""


@pytest.mark.parametrize("who", [NOBODY, "coordinator"])
def test_nothing_typed_in_an_address_breaks_anything(town: Town, who: str) -> None:
    client, token = ready(town, who)
    wrong = []
    for rule in town.app.url_map.iter_rules():
        for address in hostile_addresses(town, rule):
            for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                sent = {"data": token, "content_type": FORM} if method == "POST" else {}
                status = outcome(client, method, address, **sent)
                if status not in PLAIN | {405} and (method, status) != ("GET", 200):
                    wrong.append(f"{status} {method} {address[:80]}")
    assert wrong == []


def hostile_addresses(town: Town, rule: Rule) -> Iterator[str]:
    """Give a route's address with each hostile value in place of what it takes, and behind the question mark."""
    takes = rule.arguments - {"community"}
    plain = rule.rule.replace("<community>", HERE)
    for value in PATHS if takes else ():
        yield re.sub(r"<[^>]+>", value, plain)
    if not takes:
        for value in PATHS:
            yield plain + "?" + "&".join(f"{name}={value}" for name in ASKED)
