"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, g
from flask_babel import gettext

from timebank.communities.rules import name_of
from timebank.core import clock
from timebank.core.access import Viewer
from timebank.core.forms import choices
from timebank.core.show import hours
from timebank.exchanges import queries, rules
from timebank.exchanges.forms import TermsForm
from timebank.exchanges.models import Exchange
from timebank.exchanges.queries import Seen
from timebank.exchanges.rules import Side, State, Telling, Verb
from timebank.listings import queries as listings
from timebank.listings.models import Listing

exchanges = Blueprint("exchanges", __name__)


def here() -> Viewer:
    """Give the viewer of a page that only members reach."""
    viewer: Viewer = g.viewer
    return viewer


def offer_kinds(form: TermsForm) -> None:
    """Fill in the community's own kinds of help."""
    kinds = [(kind.code, kind.name) for kind in g.community.chosen.kinds if not kind.retired]
    form.kind.choices = choices(("", gettext("Something else")), *kinds)


def told(seen: Seen) -> str:
    """Say how an exchange stands, from the viewer's own side, with the others by their names."""
    exchange, mine = seen.exchange, here().membership_id
    moves = [(event.verb, event.minutes) for event in queries.events(exchange)]
    before = rules.other_time(moves)
    side = Side.BESIDE
    if mine in exchange.parties:
        side = Side.WAITS if mine == exchange.author_id else Side.ANSWERS
    telling = Telling(
        State(exchange.state),
        side,
        changed=bool(moves) and moves[-1][0] == Verb.CHANGE,
        before=before,
        alone=exchange.alone_since is not None,
        typed=exchange.typed_by is not None,
        by_oneself=exchange.receiver_id is None,
    )
    giver, receiver, other = (
        each.called if each else gettext("a former member") for each in (seen.giver, seen.receiver, seen.other(here()))
    )
    gave = exchange.author_id == exchange.giver_id
    words: str = gettext(rules.sentence(telling))
    return words % {
        "other": other,
        "giver": giver,
        "receiver": receiver,
        "author": giver if gave else receiver,
        "answers": receiver if gave else giver,
        "hours": hours(exchange.minutes),
        "before": hours(before or 0),
    }


def _perhaps_met(exchange: Exchange) -> Listing | None:
    if State(exchange.state) not in rules.MEETING:
        return None
    return listings.own_open_request(here(), exchange.listing_id, clock.today(g.community.chosen.zone))


def shown(seen: Seen) -> dict[str, object]:
    """Give what the page and the card of an exchange show, beside the exchange itself."""
    viewer = here()
    exchange = seen.exchange
    party = viewer.membership_id in exchange.parties
    by_hand = queries.on_paper_in(exchange) if State(exchange.state) in rules.CARRIED else frozenset()
    carries = bool(by_hand) and not party
    return {
        "seen": seen,
        "exchange": exchange,
        "party": party,
        "gives": viewer.membership_id == exchange.giver_id,
        "other": seen.other(viewer) if party else None,
        "verbs": queries.verbs(viewer, exchange),
        "met": _perhaps_met(exchange) if party else None,
        "told": told(seen),
        "about": rules.is_about(State(exchange.state)),
        "stages": [gettext(stage) for stage in rules.STAGES],
        "stage": rules.STAGE_OF.get(State(exchange.state)),
        "kind_name": name_of(g.community.chosen.kinds, exchange.kind),
        "kind_word": queries.kind_word(viewer, exchange) if party else None,
        "by_hand": bool(by_hand),
        "carries": carries,
        "wants_word": party and queries.wants_word_of(exchange, viewer.membership_id or 0),
        # Whoever carries what is said to somebody on paper has to read it; both were told so where they write.
        "messages": queries.messages(exchange) if party or carries else [],
        "thanks": queries.thanks(exchange) if party else [],
        "thankable": State(exchange.state) in rules.THANKABLE,
    }
