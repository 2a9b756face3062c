"""Listings at any state, by walking the real actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories import Member, inside, viewer_of
from timebank.communities import actions as communities
from timebank.core import clock
from timebank.core.access import Program
from timebank.core.database import transaction
from timebank.listings import actions
from timebank.listings.rules import State, Verb
from timebank.people import actions as people
from timebank.people import queries as people_queries

TODAY = date(2030, 6, 3)
WAY_TO: dict[State, tuple[Verb, ...]] = {
    State.DRAFT: (),
    State.PUBLISHED: (Verb.PUBLISH,),
    State.PAUSED: (Verb.PUBLISH, Verb.PAUSE),
    State.ENDED: (Verb.PUBLISH, Verb.END),
}


def a_listing(
    owner: Member, title: str = "Bread", *, state: State = State.PUBLISHED, is_offer: bool = True, **said: Any
) -> str:
    """Give the public id of a listing at a state."""
    by = viewer_of(owner)
    with inside():
        with transaction():
            now = clock.now()
            made = actions.write(is_offer=is_offer, said=actions.Said(title=title, **said), now=now, by=by)
            for verb in WAY_TO[state]:
                actions.move(listing=made, verb=verb, now=now, by=by)
            return made.public_id


def away(member: Member) -> None:
    """Let somebody be away."""
    by = viewer_of(member)
    with inside():
        with transaction():
            people.pause(membership=people_queries.own_membership(by), by=by)


def with_lists(community_id: int) -> None:
    """Give the community kinds of help and areas, one of each retired."""
    entries = {
        "kinds": [{"code": "kt", "name": "In the kitchen"}, {"code": "ko", "name": "Old kind", "retired": True}],
        "areas": [{"code": "hb", "name": "Harbour"}, {"code": "hl", "name": "The Hill"}],
    }
    with inside():
        with transaction():
            here = communities.lock(community_id)
            communities.change_settings(community=here, wanted=entries, why="Begin", by=Program(community_id))
