"""Leave: each feature forgets its own, what is left of the hours goes to the pot, and the lines keep no name."""

from __future__ import annotations

from datetime import date, datetime

from timebank.communities import queries as communities
from timebank.core import audit, clock, ids
from timebank.core.access import Actor, Viewer
from timebank.core.errors import Refused
from timebank.core.text import clean_words
from timebank.core.words import N_
from timebank.exchanges import actions as exchanges
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Leaving, NewLimits
from timebank.listings import actions as listings
from timebank.people import actions as people
from timebank.people import queries as people_queries
from timebank.people.models import Membership
from timebank.people.rules import check_may_help_to_leave
from timebank.privacy.queries import HELP

LONGEST_REASON = 500


def leave(*, membership_id: int, now: datetime, by: Viewer) -> bool:
    """Leave a community oneself, at any balance. Tells whether the login was closed, because it opened nothing else.

    Raises Conflict for the only coordinator of others, NotFound where the place was left meanwhile.
    """
    membership = people.to_leave(membership_id)
    return _let_go(membership, None, now, by, verb="leave")


def help_to_leave(*, membership_id: int, why: str, now: datetime, by: Viewer) -> None:
    """Let somebody leave who asked a coordinator to do it for them, with a reason, kept for a year.

    Raises as `leave` does; Refused without a reason; Conflict for oneself and for whoever has a role that two people
    give and take; NotAllowed for who is no coordinator.
    """
    membership = people.to_leave(membership_id)
    check_may_help_to_leave(by, membership.id, people_queries.roles_of(membership.id))
    reason = clean_words(why, longest=LONGEST_REASON, field="why")
    if not reason:
        raise Refused(N_("Please say why, in a few words: others will want to know."), field="why")
    _let_go(membership, reason, now, by, verb=HELP)


def _let_go(membership: Membership, why: str | None, now: datetime, by: Actor, *, verb: str) -> bool:
    """Let somebody go. Locks, in this order: the place, its exchanges, the community, the book."""
    exchanges.forget(membership_id=membership.id, now=now, by=by)
    people.check_can_leave(membership)
    listings.forget(membership_id=membership.id, now=now)
    if membership.account_id is not None:
        today = clock.day_of(now, communities.by_id(membership.community_id).chosen.zone)
        _empty(membership.community_id, membership.account_id, today, now, by)
    audit.write(verb, on=("membership", membership.public_id), by=by)
    return people.forget(membership=membership, why=why, now=now)


def _empty(community_id: int, account_id: int, today: date, now: datetime, by: Actor) -> None:
    """Bring an account to nothing, keep it there, and erase the words beside its lines with the community itself."""
    leaving = Leaving(community_id, account_id, ids.new_uuid(), today)
    ledger.settle(leaving, now=now, by=by)
    ledger.change_limits(NewLimits(community_id, account_id, 0, 0, why="left"), now=now, by=by)
    noted = ledger_queries.noted_with_our_own(community_id, account_id)
    ledger.forget_notes(community_id=community_id, transfer_ids=noted, by=by)
