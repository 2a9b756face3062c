"""A populated town for tests that walk every route: one person for each role, and something waiting for each page.

A feature that adds routes with something in their address adds it to `EXAMPLES`; one that adds rows people can see adds
them in `populate`, with words that stand nowhere else (WORDS), so that the gate's test can look for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.architecture.deeds import DRAFT, MESSAGE, OFFER, REQUEST, THANKS, TITLE, do_things
from timebank.communities import actions as communities
from timebank.communities.models import Community
from timebank.core import clock
from timebank.core.access import Program, Role, Viewer
from timebank.core.database import Base, db, reading, transaction
from timebank.desk.actions import WantedLimits, propose_limits
from timebank.people import actions, queries
from timebank.people.actions import NewPerson
from timebank.people.commands import open_with_book
from timebank.people.models import Membership, Person
from timebank.releases import actions as releases
from timebank.releases.rules import due

NOW = datetime.now(UTC)
HERE, ELSEWHERE = "harbour", "hillside"
HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$bm9ib2R5c2lnbnNpbndpdGh0aGlz"
NOBODY = "nobody"
# Who they are, and what they are called: names that stand nowhere else, so that they can be looked for in a page.
CALLED = {
    "asked": "Quillfeather",
    "member": "Brambleworth",
    "other": "Thistledown",
    "second": "Marrowstone",
    "coordinator": "Larkspurling",
    "other_coordinator": "Wrenfielding",
    "keeper": "Foxglovely",
    "funder": "Silverbirchen",
    "paper": "Inkberrywell",
    "elsewhere": "Oakenhurst",
}
ROLES = {
    "second": Role.SECOND,
    "coordinator": Role.COORDINATOR,
    "other_coordinator": Role.COORDINATOR,
    "keeper": Role.KEEPER,
    "funder": Role.FUNDER,
}
# Who has left: the name stands nowhere, and nobody comes in by it.
GONE, CALLED_ONCE = "gone", "Tumbleweeding"
NAMES = {**CALLED, GONE: CALLED_ONCE}
VISITORS = (NOBODY, *CALLED)
LIKES = {"other": ("Zitherplaying", "Yodelmending")}
WORDS = {"other": (*LIKES["other"], OFFER, DRAFT, TITLE, MESSAGE), "member": (REQUEST,), "keeper": (THANKS,)}
# For walks whose outcome the database has no say in.
on_sqlite_alone = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")
NOT_COUNTED = {"sign_in", "exchange_opened"}  # notes: last seen, who opened; and the walk itself signs people in


@dataclass
class Town:
    """The town: who lives there, and what stands in the addresses of its pages."""

    app: Flask
    persons: dict[str, Any] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    public_ids: dict[str, set[str]] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)

    def client(self, who: str) -> FlaskClient:
        """Give somebody's browser, signed in."""
        client = self.app.test_client()
        if who != NOBODY:
            with self.app.app_context(), transaction():
                token = actions.sign_in(person_id=self.persons[who], shared_device=False, now=datetime.now(UTC))
            client.set_cookie("door", token, domain="localhost")
        return client

    def viewer(self, who: str, community: str | None) -> Viewer | None:
        """Give who the door takes somebody for."""
        if who == NOBODY:
            return None
        with self.app.app_context(), reading():
            here = db.session.scalar(sa.select(Community.id).where(Community.slug == community))
            return queries.viewer_of(self.persons[who], here)

    def addresses(self, rule: Rule) -> Iterator[str]:
        """Give the addresses of a route in this town."""
        arguments = rule.arguments - {"community"}
        assert rule.endpoint in EXAMPLES or not arguments, (
            f"{rule.endpoint} has {sorted(arguments)} in its address: "
            "say in EXAMPLES of tests/architecture/town.py what to walk it with."
        )
        for values in EXAMPLES.get(rule.endpoint, lambda _: [{}])(self):
            given = {"community": HERE} if "community" in rule.arguments else {}
            with self.app.test_request_context():
                yield self.app.url_map.bind("localhost").build(rule.endpoint, {**given, **values})

    def rows(self) -> dict[str, list[str]]:
        """Give every row of every table that a refused request must leave as it was."""
        with self.app.app_context(), reading() as session:
            return {
                table.name: sorted(str(row) for row in session.execute(sa.select(table)))
                for table in Base.metadata.sorted_tables
                if table.name not in NOT_COUNTED
            }


WHOSE = ("mine", "theirs")
Example = Callable[[Town], list[dict[str, Any]]]


def _every(name: str, *values: Any) -> Example:
    return lambda _town: [{name: value} for value in values]


def _listings(town: Town) -> list[dict[str, Any]]:
    return [{"public_id": town.objects[which]} for which in ("offer", "request", "draft")]


def _exchanges(town: Town) -> list[dict[str, Any]]:
    return [{"public_id": public_id} for public_id in town.objects["exchanges"]]


def _steps(town: Town) -> list[dict[str, Any]]:
    return [{"public_id": public_id, "verb": verb} for public_id, verb in town.objects["steps"]]


def _members(town: Town) -> list[dict[str, Any]]:
    return [{"public_id": town.members[who]} for who in ("other", "asked", "coordinator", "paper", "elsewhere")]


def _quarters(town: Town) -> list[dict[str, Any]]:
    return [{"quarter": quarter} for quarter in town.objects["quarters"]]


EXAMPLES: dict[str, Example] = {
    "releases.show": _quarters,
    "releases.look_over": _quarters,
    "releases.let_go": _quarters,
    "static": _every("filename", "css/site.css"),
    "directory.members": lambda _town: [{}, {"words": CALLED["other"]}, {"words": "Zitherplaying"}],
    "directory.member": _members,
    "desk.person": _members,
    "desk.card": _members,
    "privacy.help_to_leave": _members,
    "pot.index": lambda _town: [{}, {"months": "all"}],
    "pot.pass_on": lambda town: [{}, {"to": town.members["other"]}],
    "desk.reach": _members,
    "desk.say_for": _members,
    "desk.reach_for": _members,
    "desk.limits": _members,
    "desk.answer_limits": lambda town: [{"public_id": town.objects["limits"]}],
    "desk.keep_signature": _members,
    "desk.change_role": _members,
    "desk.newcomer": _members,
    "listings.index": lambda _town: [{}, {"words": OFFER}, {"way": "request"}],
    "listings.new": _every("way", "offer", "request", "nothing"),
    "listings.show": _listings,
    "listings.edit": _listings,
    "listings.end_with_reason": _listings,
    "listings.move": lambda town: [{**each, "press": press} for each in _listings(town) for press in ("pause", "end")],
    "exchanges.propose_from_listing": _listings,
    "exchanges.propose_to": _members,
    "exchanges.log": _members,
    "exchanges.own_time": _every("minutes", 30),
    "exchanges.show": _exchanges,
    "exchanges.talk": _exchanges,
    "exchanges.thank": _exchanges,
    "exchanges.show_thanks": _exchanges,
    "exchanges.hide_thanks": lambda town: [{**each, "whose": whose} for each in _exchanges(town) for whose in WHOSE],
    "exchanges.say_so": _exchanges,
    "exchanges.step": _steps,
    "desk.answer_newcomer": lambda town: [{"public_id": town.members["asked"]}],
    "desk.answer_role": lambda town: [{"public_id": town.objects["proposal"]}],
    "desk.end_invitation": lambda town: [{"public_id": town.objects["invitation"]}],
    "desk.take_back": _every("change_id", 1),
    "desk.change": _every("part", "words", "joining", "areas", "kinds", "numbers", "nothing"),
    "desk.change_wording": _every("kind", "house", "nothing"),
    "home.wording": _every("kind", "house", "privacy", "nothing"),
    "home.help_for": _every("kind", "member", "second", "coordinator", "keeper", "funder", "host", "nothing"),
    "people.about": _every("question", "likes", "easier", "area", "times", "reach", "nothing"),
    "people.join_with": lambda town: [{"code": town.objects["code"]}, {"code": "bbbb-bbbb-bbbb"}],
    "people.new_passphrase": _every("token", "x" * 43),
    "people.confirm_email": _every("token", "x" * 43),
}


def rules(app: Flask, method: str) -> list[Rule]:
    """Give the routes that answer to a method, the static files left out."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def token_in(page: str) -> str:
    """Find the token against forged forms in a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def populate(app: Flask) -> Town:
    """Build the town, through the actions everybody uses."""
    town = Town(app)
    with app.app_context(), transaction():
        with clock.set_to(NOW - timedelta(days=400)):  # old enough for releases
            here = open_with_book(slug=HERE, name="Harbour", by=Program())
        elsewhere = open_with_book(slug=ELSEWHERE, name="Hillside", by=Program())
        for who, called in NAMES.items():
            place = _bring_in(who, called, elsewhere if who == "elsewhere" else here)
            person = db.session.get_one(Person, place.person_id)
            town.persons[who], town.members[who] = person.id, place.public_id
            town.public_ids[who] = {person.public_id, place.public_id}
            _say(town, who, place)
        _leave_things_waiting(town, here)
        do_things(town, here, NOW)
        _tell_of_quarters(town, here)
    return town


def _tell_of_quarters(town: Town, here: Community) -> None:
    """Let one release be out and the next one wait."""
    quarters = due(here.opened_at, NOW, here.chosen.zone)[-2:]
    by = queries.viewer_of(town.persons["coordinator"], here.id)
    made = [releases.prepare(community_id=here.id, quarter=each, now=NOW, by=by) for each in quarters]
    releases.approve(release=made[0], now=NOW, by=by)
    town.objects["quarters"] = [*(str(each) for each in quarters), "2001-Q1", "nothing"]


def _bring_in(who: str, called: str, community: Community) -> Membership:
    if who == "paper":
        by = Program(community.id)
        return actions.bring_on_paper(community_id=community.id, called=called, said={}, reach={}, now=NOW, by=by)
    person = actions.new_person(given=NewPerson(called, HASH), now=NOW)
    if who == "asked":
        return actions.ask_to_join(community_id=community.id, person=person, called=NAMES[who], now=NOW)
    by = Program(community.id)
    invitation, _code = actions.invite(community_id=community.id, places=1, role=ROLES.get(who), now=NOW, by=by)
    return actions.join_with_code(invitation=invitation, person=person, called=NAMES[who], now=NOW)


def _say(town: Town, who: str, place: Membership) -> None:
    if who in LIKES:
        likes, easier = LIKES[who]
        viewer = queries.viewer_of(town.persons[who], place.community_id)
        actions.say_about_myself(membership=place, said={"likes": likes, "easier": easier}, by=viewer)


def _leave_things_waiting(town: Town, here: Community) -> None:
    coordinator = queries.viewer_of(town.persons["other_coordinator"], here.id)
    other = queries.membership_of(town.persons["other"], here.id)
    assert other is not None
    proposal = actions.propose_role(membership=other, role=Role.KEEPER, give=True, now=NOW, by=coordinator)
    assert proposal is not None
    wanted = WantedLimits(-300, 3000, "A long move")
    limits = propose_limits(membership=other, wanted=wanted, now=NOW, by=coordinator)
    town.objects["limits"] = limits.public_id
    invitation, code = actions.invite(community_id=here.id, places=2, now=NOW, by=coordinator)
    town.objects |= {"proposal": proposal.public_id, "invitation": invitation.public_id, "code": code}
    looked_at = queries.membership_of(town.persons["member"], here.id)
    assert looked_at is not None
    actions.look_at_reach(db.session(), membership_id=looked_at.id, now=NOW, by=coordinator)
    communities.change_settings(
        community=here,
        wanted={"areas": [{"code": "a1", "name": "Mill Lane"}]},
        why="How we begin",
        by=coordinator,
    )
