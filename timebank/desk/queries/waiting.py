"""What waits for coordinators and seconds. Every read begins at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from timebank.communities import queries as communities
from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.desk.queries.proposals import limits_to_agree, roles_to_agree
from timebank.exchanges import queries as exchanges
from timebank.exchanges.queries import Seen
from timebank.exchanges.rules import Verb, is_ordinary, why_approve
from timebank.people.models import Membership
from timebank.people.rules import Standing
from timebank.releases import queries as releases
from timebank.safeguarding.queries import visible_to

MOST_WAITING = 100


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: its kind (which names its card), since when, and what is needed to decide."""

    kind: str
    since: datetime
    about: Any


def waiting(viewer: Viewer) -> list[Waiting]:
    """Give what waits for this viewer, oldest first."""
    found: list[Waiting] = []
    if viewer.has(Role.COORDINATOR):
        found += [Waiting("release", each.prepared_at, each) for each in releases.waiting(viewer)]
        found += [Waiting("newcomer", each.came_at, each) for each in asked(viewer)]
    if viewer.has(Role.COORDINATOR, Role.SECOND):
        found += exchanges_waiting(viewer)
        found += [Waiting("role", each.proposal.proposed_at, each) for each in roles_to_agree(viewer)]
        found += [Waiting("limits", each.proposal.proposed_at, each) for each in limits_to_agree(viewer)]
    return sorted(found, key=lambda each: each.since)


def asked(viewer: Viewer) -> Sequence[Membership]:
    """Give who asked to join, oldest first."""
    return db.session.scalars(
        sa.select(Membership)
        .where(
            Membership.community_id == viewer.community_id,
            Membership.standing == Standing.ASKED,
            visible_to(viewer, Membership.person_id),
        )
        .order_by(Membership.came_at, Membership.id)
        .limit(MOST_WAITING)
    ).all()


@dataclass(frozen=True)
class ExchangeWaiting:
    """An exchange that waits: what the viewer may do, why somebody else looks, may it be taken with others.

    `ordinary` says that it may be taken with others now; `approves` that it may once its details were opened.
    """

    seen: Seen
    verbs: list[Verb]
    why: str | None
    ordinary: bool
    approves: bool


def exchanges_waiting(viewer: Viewer) -> list[Waiting]:
    """Give the exchanges that wait for this viewer."""
    policy = communities.by_id(viewer.community_id or 0).chosen.approval
    looked_after = exchanges.to_look_after(viewer)
    facts_of = exchanges.facts_of_several([seen.exchange for seen in looked_after], policy)
    opened = exchanges.opened(viewer, [seen.exchange for seen in looked_after])
    found = []
    for seen in looked_after:
        facts = facts_of[seen.exchange.id]
        verbs = exchanges.verbs(viewer, seen.exchange)
        why = why_approve(policy, facts) if Verb.APPROVE in verbs else None
        together = Verb.APPROVE in verbs and (is_ordinary(policy, facts) or seen.exchange.id in opened)
        approves = Verb.APPROVE in verbs
        about = ExchangeWaiting(seen, verbs, gettext(why) if why else None, ordinary=together, approves=approves)
        found.append(Waiting("exchange", seen.exchange.touched_at, about))
    return found
