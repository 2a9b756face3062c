"""Communities and their people, as plain values that stay readable when the session is gone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

from flask import Flask, has_app_context

from timebank.communities import queries as communities
from timebank.communities.models import Community
from timebank.core import clock
from timebank.core.access import Program, Role, Viewer
from timebank.core.database import reading, transaction
from timebank.core.errors import NotFound
from timebank.core.hashing import hashing
from timebank.people import actions, queries
from timebank.people.commands import open_with_book
from timebank.people.models import Membership, Person

PASSPHRASE = "maple kettle sunny harbour"
SLUG, NAME = "harbour-street", "Harbour Street"

_app: ContextVar[Flask] = ContextVar("app of the tests")


@contextmanager
def working_on(app: Flask) -> Iterator[None]:
    """Let factories work on this app, within the block."""
    token = _app.set(app)
    try:
        yield
    finally:
        _app.reset(token)


@contextmanager
def inside() -> Iterator[None]:
    """Work inside the app. Left before a client asks: a pushed context would keep people signed in."""
    if has_app_context():
        yield
        return
    with _app.get().app_context():
        yield


@dataclass(frozen=True)
class Place:
    """A community."""

    id: int
    public_id: str
    slug: str

    def path(self, more: str = "") -> str:
        """Give an address inside it."""
        return f"/c/{self.slug}/{more}"


@dataclass(frozen=True)
class Member:
    """A person, and their membership where they have one."""

    person_id: uuid.UUID
    person_public_id: str
    sign_in_name: str
    called: str
    community: Place
    membership_id: int = 0
    public_id: str = ""
    account_id: int | None = None


def a_community(slug: str = SLUG, name: str = NAME) -> Place:
    """Give the community with this address, opened with its book where it is not yet."""
    with inside():
        with suppress(NotFound), reading():
            return _place(communities.by_slug(slug))
        with transaction():
            return _place(open_with_book(slug=slug, name=name, by=Program()))


def _place(found: Community) -> Place:
    return Place(found.id, found.public_id, found.slug)


def a_login(called: str = "Pavel", *, passphrase: str = PASSPHRASE, is_host: bool = False) -> Member:
    """Give somebody with a login who belongs nowhere yet."""
    community = a_community()
    with inside():
        given = actions.NewPerson(called, hashing().hash(passphrase))
        with transaction():
            person = actions.new_person(given=given, now=clock.now(), is_host=is_host)
            return Member(person.id, person.public_id, person.sign_in_name, called, community)


def a_member(
    called: str = "Ama", *, roles: Iterable[Role] = (), community: Place | None = None, login: Member | None = None
) -> Member:
    """Give somebody who joined by an invitation; `login` is who they are already elsewhere."""
    here = community or a_community()
    login = login or a_login(called)
    with inside():
        with transaction():
            person = queries.own_person(_alone(login))
            now, by, rest = clock.now(), Program(here.id), list(roles)
            first = rest.pop(0) if rest else None
            invitation, _code = actions.invite(community_id=here.id, places=1, role=first, now=now, by=by)
            joined = actions.join_with_code(invitation=invitation, person=person, called=called, now=now)
            _agree(joined)
            for role in rest:
                actions.put_in_role(membership=joined, role=role, now=now, by=by)
            return _member(person, joined, here)


def somebody_who_asked(called: str = "Pavel", *, community: Place | None = None) -> Member:
    """Give somebody who asked to join and waits for the answer."""
    here = community or a_community()
    login = a_login(called)
    with inside():
        with transaction():
            person = queries.own_person(_alone(login))
            asked = actions.ask_to_join(community_id=here.id, person=person, called=called, now=clock.now())
            _agree(asked)
            return _member(person, asked, here)


def on_paper(called: str = "Dai", *, community: Place | None = None) -> Member:
    """Give somebody who takes part on paper."""
    here = community or a_community()
    with inside():
        with transaction() as session:
            joined = actions.bring_on_paper(
                community_id=here.id, called=called, said={}, reach={}, now=clock.now(), by=Program(here.id)
            )
            return _member(session.get_one(Person, joined.person_id), joined, here)


def an_invitation(places: int = 1, *, role: Role | None = None, community: Place | None = None) -> str:
    """Give the code of an invitation, as its card shows it."""
    here = community or a_community()
    with inside():
        with transaction():
            _invitation, code = actions.invite(
                community_id=here.id, places=places, role=role, now=clock.now(), by=Program(here.id)
            )
            return code


def viewer_of(member: Member, community: Place | None = None) -> Viewer:
    """Give somebody as the one who asks, in their community or another."""
    with inside():
        with reading():
            return queries.viewer_of(member.person_id, (community or member.community).id)


def _alone(login: Member) -> Viewer:
    return Viewer(login.person_id, login.person_public_id, login.called)


def _agree(membership: Membership) -> None:
    wordings = {communities.wording(membership.community_id, kind).id for kind in ("house", "privacy")}
    actions.agree_to_words(membership=membership, wording_ids=wordings, now=clock.now())


def _member(person: Person, joined: Membership, here: Place) -> Member:
    return Member(
        person.id,
        person.public_id,
        person.sign_in_name,
        joined.called,
        here,
        joined.id,
        joined.public_id,
        joined.account_id,
    )
