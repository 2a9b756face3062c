"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, g
from flask_babel import gettext

from timebank.communities.rules import name_of
from timebank.core.access import Viewer
from timebank.core.forms import choices
from timebank.exchanges import queries, rules
from timebank.exchanges.forms import TermsForm
from timebank.exchanges.queries import Seen
from timebank.exchanges.rules import State

exchanges = Blueprint("exchanges", __name__)


def here() -> Viewer:
    """Give the viewer of a page that only members reach."""
    viewer: Viewer = g.viewer
    return viewer


def offer_kinds(form: TermsForm) -> None:
    """Fill in the community's own kinds of help."""
    kinds = [(kind.code, kind.name) for kind in g.community.chosen.kinds if not kind.retired]
    form.kind.choices = choices(("", gettext("Something else")), *kinds)


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
        "events": queries.events(exchange),
        "thankable": State(exchange.state) in rules.THANKABLE,
    }
