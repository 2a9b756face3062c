"""The places at hand tell where one is, on their own pages and on those that belong to them."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.factories import a_member, signed_in_client
from timebank.core.access import Role
from timebank.entry import BELONGS

HERE = "/c/harbour-street"
CURRENT = re.compile(r'<a href="([^"]*)" aria-current="(page|true)"')


@pytest.mark.parametrize(
    ("path", "place", "how"),
    [
        ("/", "/", "page"),
        ("/exchanges", "/", "true"),
        ("/help", "/help", "page"),
        ("/help/new/offer", "/help", "true"),
        ("/me/help", "/me", "true"),
        ("/members", "/members", "page"),
        ("/members/{jo}", "/members", "true"),
        ("/me/looks", "/me", "true"),
        ("/me", "/me", "page"),
        ("/statement", "/me", "true"),
        ("/desk", "/desk", "page"),
        ("/desk/people/{jo}", "/desk", "true"),
        ("/desk/slip", "/desk", "true"),
        ("/desk/slip/blank", "/desk", "true"),
    ],
)
def test_one_place_is_marked_on_each_page(app: Flask, path: str, place: str, how: str) -> None:
    jo = a_member("Jo")
    rosa = signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))
    page = rosa.get(HERE + path.format(jo=jo.public_id))
    assert page.status_code == 200
    nav = page.text.split('class="nav"')[1].split("</nav>")[0]
    assert CURRENT.findall(nav) == [(HERE + place, how)]


def test_what_belongs_somewhere_names_what_there_is(app: Flask) -> None:
    endpoints = set(app.view_functions)
    known = endpoints | {each.partition(".")[0] for each in endpoints}
    assert set(BELONGS) | set(BELONGS.values()) <= known
