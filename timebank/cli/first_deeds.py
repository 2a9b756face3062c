"""What the invented people of `make run` offer, ask for and have done together, through the same actions."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Viewer
from timebank.core.database import db, transaction
from timebank.exchanges import actions as exchanges
from timebank.exchanges.actions import Said, Two
from timebank.exchanges.models import Exchange
from timebank.listings import actions as listings
from timebank.listings.rules import Verb as ListingVerb
from timebank.people import queries as people
from timebank.people.models import Membership

LISTINGS = (
    ("Ama", True, "Bread baking on Saturdays", "I bake, you knead. We share the loaf.", "k0"),
    ("Ama", False, "Company on a walk along the canal", "I bring tea.", "k5"),
    ("Jo Mbeki", False, "Help with a letter to the council", "I write, you tell me what they mean.", "k3"),
    ("Jo Mbeki", True, "Guitar for beginners", "I have a second guitar.", "k7"),
    ("Mrs Okoro", False, "A lift to the clinic on Tuesdays", "I sing in the car.", "k4"),
    ("Dai", True, "Shelves, hinges, anything with wood", "Bring the broken thing.", "k2"),
    ("Dai", False, "Learn one good soup", "I chop, you tell me when it is done.", "k0"),
    ("Sam", True, "Driving, evenings and Sundays", "", "k4"),
)
DONE = (
    ("Dai", "Jo Mbeki", "Mending the shed roof", 150, 24),
    ("Jo Mbeki", "Ama", "Planting beans", 90, 19),
    ("Ama", "Dai", "A pot of soup", 60, 12),
    ("Sam", "Mrs Okoro", "To the clinic and back", 120, 8),
    ("Mrs Okoro", "Ama", "Knitting, the heel of a sock", 75, 5),
)


def begin(slug: str) -> None:
    """Let them say what they offer and ask for, and walk their exchanges to where they stand."""
    now = clock.now()
    with transaction():
        for called, is_offer, title, words, kind in LISTINGS:
            viewer = _viewer(slug, called)
            said = listings.Said(title=title, words=words, kind=kind, area="a1")
            listing = listings.write(is_offer=is_offer, said=said, now=now, by=viewer)
            listings.move(listing=listing, verb=ListingVerb.PUBLISH, now=now, by=viewer)
    for giver, receiver, title, minutes, days in DONE:
        with transaction():
            _walk(slug, (giver, receiver), title, minutes, now - timedelta(days=days))
    with transaction():
        said_so = _proposed(slug, ("Jo Mbeki", "Ama"), "Tuning the guitar", 45, now - timedelta(days=2))
        _say(slug, said_so, ("Jo Mbeki", "Ama"), now - timedelta(days=1))
        _proposed(slug, ("Dai", "Ama"), "A shelf for the cookbooks", 60, now - timedelta(hours=5))
        waits = _proposed(slug, ("Ama", "Jo Mbeki"), "Reading the council's letter", 60, now - timedelta(days=4))
        _say(slug, waits, ("Ama", "Jo Mbeki"), now - timedelta(days=3))
        _confirm(slug, waits, "Jo Mbeki", now - timedelta(days=3))


def _membership(slug: str, called: str) -> Membership:
    here = communities.by_slug(slug)
    wanted = sa.select(Membership).where(Membership.community_id == here.id, Membership.called == called)
    return db.session.scalars(wanted).one()


def _viewer(slug: str, called: str) -> Viewer:
    member = _membership(slug, called)
    return people.viewer_of(member.person_id, member.community_id)


def _proposed(slug: str, two: tuple[str, str], title: str, minutes: int, when: datetime) -> Exchange:
    giver, receiver = (_membership(slug, called) for called in two)
    return exchanges.propose(
        two=Two(giver, receiver),
        terms=exchanges.Terms(title, minutes, on_day=when.date(), place="Canal Library"),
        listing_id=None,
        settings=communities.by_slug(slug).chosen,
        now=when,
        by=_viewer(slug, two[0]),
    )


def _say(slug: str, exchange: Exchange, two: tuple[str, str], when: datetime) -> None:
    exchanges.agree(exchange=exchange, now=when, by=_viewer(slug, two[1]))
    exchanges.talk(exchange=exchange, words="Lovely. See you there.", now=when, by=_viewer(slug, two[1]))
    said = Said(exchange.minutes, when.date() - timedelta(days=1))
    exchanges.say_done(exchange=exchange, said=said, now=when, by=_viewer(slug, two[0]))


def _confirm(slug: str, exchange: Exchange, called: str, when: datetime) -> None:
    exchanges.confirm(exchange=exchange, minutes=exchange.minutes, keep=None, now=when, by=_viewer(slug, called))


def _walk(slug: str, two: tuple[str, str], title: str, minutes: int, when: datetime) -> None:
    exchange = _proposed(slug, two, title, minutes, when - timedelta(days=2))
    _say(slug, exchange, two, when)
    _confirm(slug, exchange, two[1], when)
    exchanges.approve(exchange=exchange, now=when + timedelta(hours=20), by=_viewer(slug, "Rosa"))
    exchanges.thank(
        exchange=exchange, words="Thank you, that was good.", public=False, now=when, by=_viewer(slug, two[1])
    )


__all__ = ["begin"]
