"""What goes on in the town of the walks: offers and requests, and exchanges at several of their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from timebank.communities.models import Community
from timebank.core import clock
from timebank.core.access import Viewer
from timebank.exchanges import actions as exchanges
from timebank.exchanges.actions.making import Terms, Two
from timebank.exchanges.actions.moving import Said
from timebank.exchanges.models import Exchange
from timebank.exchanges.rules import TABLE, Verb
from timebank.listings import actions as listings
from timebank.listings.rules import Verb as ListingVerb
from timebank.people import queries
from timebank.privacy import actions as privacy

if TYPE_CHECKING:
    from tests.architecture.town import Town

# Words that stand nowhere else, by what they are: whose they are stands in WORDS of the town.
OFFER, DRAFT, REQUEST = "Accordionlessons", "Unicyclerepairs", "Hedgehogsitting"
TITLE, MESSAGE, THANKS = "Gumbootpolishing", "Whisperlantern", "Marmaladegratitude"


@dataclass(frozen=True)
class Doers:
    """Who does things here, as the actions want them."""

    town: Town
    here: Community
    now: datetime

    def viewer(self, who: str) -> Viewer:
        return queries.viewer_of(self.town.persons[who], self.here.id)

    def two(self, giver: str, receiver: str) -> Two:
        places = [queries.membership_of(self.town.persons[who], self.here.id) for who in (giver, receiver)]
        assert places[0] is not None
        assert places[1] is not None
        return Two(places[0], places[1])

    def terms(self, title: str) -> Terms:
        return Terms(title, 60, on_day=clock.day_of(self.now, self.here.chosen.zone))


def do_things(town: Town, here: Community, now: datetime) -> None:
    """Let people offer, ask, agree, do and thank."""
    doers = Doers(town, here, now)
    town.objects["offer"] = _list(doers, "other", OFFER, is_offer=True)
    town.objects["request"] = _list(doers, "member", REQUEST, is_offer=False)
    town.objects["draft"] = _list(doers, "other", DRAFT, is_offer=True, publish=False)
    asked = _propose(doers, "other", "member")
    said = _propose(doers, "other", "second")
    _say_done(doers, said, "other", "second")
    waiting = _confirmed(doers, "other", "keeper")
    posted = _posted(doers, "other", "keeper")
    help_wanted = _propose(doers, "other", "keeper")
    _say_done(doers, help_wanted, "other", "keeper")
    viewer = doers.viewer("keeper")
    exchanges.give_back(exchange=help_wanted, verb=Verb.ASK_HELP, reason="We differ.", now=now, by=viewer)
    carried = _propose(doers, "second", "paper", message="")
    slip = _typed(doers, "other", "paper")
    gone = _posted(doers, "gone", "keeper")
    left_open = _propose(doers, "gone", "other")
    _say_done(doers, left_open, "gone", "other")
    place = queries.membership_of(town.persons["gone"], here.id)
    assert place is not None
    privacy.leave(membership_id=place.id, now=now, by=doers.viewer("gone"))
    exchanges_made = (asked, said, waiting, posted, help_wanted, carried, slip, gone, left_open)
    town.objects["exchanges"] = [each.public_id for each in exchanges_made]
    town.objects["steps"] = [(each.public_id, verb) for each in exchanges_made for verb in _verbs(each)]


def _verbs(exchange: Exchange) -> list[Verb]:
    """Give what somebody may do with an exchange now, and one thing that nobody may."""
    possible = {move.verb for move in TABLE if move.state is exchange.state}
    impossible = next(verb for verb in Verb if verb not in possible)
    return sorted((possible | {impossible}) - {Verb.FADE, Verb.PART})


def _list(doers: Doers, who: str, title: str, *, is_offer: bool, publish: bool = True) -> str:
    viewer = doers.viewer(who)
    listing = listings.write(is_offer=is_offer, said=listings.Said(title), now=doers.now, by=viewer)
    if publish:
        listings.move(listing=listing, verb=ListingVerb.PUBLISH, now=doers.now, by=viewer)
    return listing.public_id


def _settings(doers: Doers) -> dict[str, Any]:
    return {"settings": doers.here.chosen, "now": doers.now}


def _typed(doers: Doers, giver: str, receiver: str) -> Exchange:
    two, by = doers.two(giver, receiver), doers.viewer("other_coordinator")
    return exchanges.type_slip(two=two, terms=doers.terms(TITLE), by=by, **_settings(doers))


def _propose(doers: Doers, giver: str, receiver: str, message: str = MESSAGE) -> Exchange:
    exchange = exchanges.propose(
        two=doers.two(giver, receiver),
        terms=doers.terms(TITLE),
        listing_id=None,
        by=doers.viewer(giver),
        **_settings(doers),
    )
    if message:
        exchanges.talk(exchange=exchange, words=message, now=doers.now, by=doers.viewer(giver))
    return exchange


def _say_done(doers: Doers, exchange: Exchange, giver: str, receiver: str) -> None:
    exchanges.agree(exchange=exchange, now=doers.now, by=doers.viewer(receiver))
    said = Said(60, exchange.on_day)
    exchanges.say_done(exchange=exchange, said=said, now=doers.now, by=doers.viewer(giver))


def _confirmed(doers: Doers, giver: str, receiver: str) -> Exchange:
    exchange = _propose(doers, giver, receiver)
    _say_done(doers, exchange, giver, receiver)
    exchanges.confirm(exchange=exchange, minutes=60, keep=None, now=doers.now, by=doers.viewer(receiver))
    return exchange


def _posted(doers: Doers, giver: str, receiver: str) -> Exchange:
    exchange = _confirmed(doers, giver, receiver)
    exchanges.approve(exchange=exchange, now=doers.now, by=doers.viewer("other_coordinator"))
    exchanges.thank(exchange=exchange, words=THANKS, public=False, now=doers.now, by=doers.viewer(receiver))
    return exchange
