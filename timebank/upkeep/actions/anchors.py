"""Keep the head of each chain outside the database, so that a cut tail, or one written anew, is noticed."""

from __future__ import annotations

from datetime import datetime

from timebank.communities import queries as communities
from timebank.core.access import Program
from timebank.ledger import actions as ledger
from timebank.ledger.rules import Sent
from timebank.outbox import actions as outbox
from timebank.people import queries as people
from timebank.upkeep import rules

COORDINATORS_TOLD = 2


def anchor_all(*, sent_to: str, by_mail: bool, now: datetime) -> list[str]:
    """Anchor each community's book and give the lines for the file; `by_mail` also sends two coordinators theirs."""
    lines = []
    for community in communities.open_ones():
        by = Program(community.id)
        seq, head = ledger.anchor(community_id=community.id, sent_to=sent_to, now=now, by=by)
        lines.append(rules.anchor_line(Sent(community.id, seq, head), community.slug, now))
        for person_id in people.coordinators_with_email(community.id)[:COORDINATORS_TOLD] if by_mail else ():
            told = {"seq": seq, "head": head}
            outbox.put(person_id=person_id, kind="anchor", ids=told, now=now, community_id=community.id)
    return lines
