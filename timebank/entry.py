"""The door of every request: which community, who comes, and whether this route admits them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, abort, after_this_request, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_login import UserMixin, current_user
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Mark, Role, Viewer
from timebank.core.database import Busy, failed_by_itself, note, reading
from timebank.core.door import cookie_name, forget_cookie, way_back
from timebank.core.errors import NotAllowed
from timebank.core.words import N_
from timebank.people import actions as people_actions
from timebank.people import queries as people
from timebank.people.rules import SEEN_EVERY
from timebank.upkeep import queries as upkeep

SAME_SITE = {None, "same-origin", "none"}
READS = {"GET", "HEAD", "OPTIONS"}
# Which of the places at hand a page belongs to: by its blueprint, or by its own name where it goes elsewhere.
BELONGS = {
    "home": "home.community",
    "exchanges": "home.community",
    "exchanges.slip": "desk.index",
    "exchanges.blank_slip": "desk.index",
    "listings": "listings.index",
    "listings.own": "people.me",
    "directory": "directory.members",
    "directory.looks": "people.me",
    "people": "people.me",
    "statement": "people.me",
    "privacy": "people.me",
    "privacy.help_to_leave": "desk.index",
    "releases": "home.community",
    "releases.let_go": "desk.index",
    "releases.look_over": "desk.index",
    "desk": "desk.index",
    "pot": "home.community",
    "pot.pass_on": "desk.index",
}


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login carries no types
    """Who Flask-Login says is signed in: a viewer, and the sign-in it comes from."""

    def __init__(self, viewer: Viewer) -> None:
        """Keep the viewer."""
        self.viewer = viewer
        self.id = viewer.public_id


def init_app(app: Flask) -> None:
    """Let every request pass this door."""
    app.url_value_preprocessor(_take_community)
    app.url_defaults(_fill_community)
    app.login_manager.request_loader(lambda _request: _whoever_comes())  # type: ignore[attr-defined]
    app.before_request(_enter)
    app.extensions["check_open"] = upkeep.check_open


def _take_community(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.viewer = None
    slug = values.pop("community", None) if values else None
    if slug is not None:
        with reading():
            g.community = communities.by_slug(slug)


def _fill_community(endpoint: str, values: dict[str, Any]) -> None:
    found = g.get("community")
    if (
        found is not None
        and "community" not in values
        and current_app.url_map.is_endpoint_expecting(endpoint, "community")
    ):
        values["community"] = found.slug


def _whoever_comes() -> SignedIn | None:
    token = request.cookies.get(cookie_name())
    if not token or g.get("unreachable"):
        return None
    now = clock.now()
    community = g.get("community")
    with reading():
        sign_in = people.sign_in_by_token(token, now)
        if sign_in is None:
            if request.method in READS:
                _say_signed_out()
            return None
        viewer = people.viewer_of(sign_in.person_id, community.id if community else None)
        places = people.memberships(sign_in.person_id)
        elsewhere = [each.community_id for each in places if community is None or each.community_id != community.id]
        g.other_communities = communities.with_ids(elsewhere) if elsewhere else []
        sign_in_id, seen_at = sign_in.id, sign_in.seen_at
    _keep_seen(sign_in_id, seen_at, now)
    return SignedIn(viewer)


def _say_signed_out() -> None:
    """Say it once to who had been signed in here: the time was over, or a role or a passphrase is another one now."""
    flash(gettext("You are signed out here, because it was a while ago or something about you has changed."))
    after_this_request(forget_cookie)


def _keep_seen(sign_in_id: int, seen_at: datetime, now: datetime) -> None:
    if now - seen_at >= SEEN_EVERY:
        # Whoever only reads is not stopped by a book that cannot be written just now.
        try:
            with suppress(Busy), note() as session:
                people_actions.seen(session, sign_in_id=sign_in_id, now=now)
        except DBAPIError as error:
            if not failed_by_itself(error):
                raise


def _enter() -> Response | None:
    if request.endpoint == "static":
        return None
    if request.method not in READS and request.headers.get("Sec-Fetch-Site") not in SAME_SITE:
        abort(403)
    viewer: Viewer | None = current_user.viewer if current_user.is_authenticated else None
    g.viewer = viewer
    g.nav = _places(viewer)
    view: Callable[..., Any] | None = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    mark: Mark = view.access  # type: ignore[attr-defined]
    if mark.admits(viewer):
        return None
    if viewer is None:
        return redirect(url_for("people.sign_in", after=way_back()), 303)
    raise NotAllowed(N_("This page is for others here. Nothing was changed."))


@dataclass(frozen=True)
class Place:
    """One of the few places that are always at hand."""

    endpoint: str
    label: str
    icon: str

    @property
    def endpoint_url(self) -> str:
        """Give its address."""
        return url_for(self.endpoint)

    @property
    def current(self) -> str | None:
        """Tell whether the viewer is there: on its own page (`page`), or on one that belongs to it (`true`)."""
        here = request.endpoint or ""
        if here == self.endpoint:
            return "page"
        place = BELONGS.get(here) or BELONGS.get(here.partition(".")[0])
        return "true" if place == self.endpoint else None


def _places(viewer: Viewer | None) -> list[Place]:
    if viewer is None or not viewer.has(Role.MEMBER):
        return []
    places = [
        Place("home.community", gettext("Home"), "house"),
        Place("listings.index", gettext("Help"), "heart-handshake"),
        Place("directory.members", gettext("People"), "users"),
        Place("people.me", gettext("Me"), "user"),
    ]
    if viewer.has(Role.COORDINATOR, Role.SECOND):
        places.insert(3, Place("desk.index", gettext("Desk"), "inbox"))
    return places
