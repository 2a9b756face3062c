"""What must hold of those who left; run by `timebank verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.ledger.checks import Violation

# What is looked for, in a sentence, and the places (community, public id) where it is so.
LEFT_BEHIND = {
    "Somebody left, and their account is not empty and closed.": (
        "SELECT m.community_id, m.public_id FROM membership m JOIN account a ON a.id = m.account_id "
        "WHERE m.standing = 'left' AND (a.balance <> 0 OR a.floor <> 0 OR a.ceiling <> 0)"
    ),
    "Somebody left, and an offer or request of theirs is still there.": (
        "SELECT m.community_id, m.public_id FROM membership m JOIN listing l ON l.membership_id = m.id "
        "WHERE m.standing = 'left' AND (l.state <> 'ended' OR l.title <> '' OR l.words <> '' OR l.search <> '')"
    ),
    "Somebody left, and an exchange of theirs waits for them.": (
        "SELECT m.community_id, m.public_id FROM membership m "
        "JOIN exchange e ON m.id = e.giver_id OR m.id = e.receiver_id "
        "WHERE m.standing = 'left' AND (e.alone_since IS NULL OR e.state IN ('asked', 'agreed') "
        "OR (e.state = 'said' AND e.author_id <> m.id))"
    ),
    "Somebody left, and still has a role, or a role is asked for them.": (
        "SELECT m.community_id, m.public_id FROM membership m WHERE m.standing = 'left' AND ("
        "EXISTS (SELECT 1 FROM role_held r WHERE r.membership_id = m.id) OR EXISTS "
        "(SELECT 1 FROM role_proposal p WHERE p.membership_id = m.id AND p.decided_at IS NULL))"
    ),
    "Somebody left, and their name, words or ways to reach them are still there.": (
        "SELECT m.community_id, m.public_id FROM membership m WHERE m.standing = 'left' AND ("
        "m.called <> '' OR m.likes <> '' OR m.easier <> '' OR m.times <> '' OR m.search <> '' OR m.answer <> '' "
        "OR m.area IS NOT NULL OR EXISTS (SELECT 1 FROM way_to_reach w WHERE w.membership_id = m.id))"
    ),
    "Somebody left their last place, and their login is not closed.": (
        "SELECT m.community_id, m.public_id FROM membership m JOIN person p ON p.id = m.person_id "
        "WHERE m.standing = 'left' AND (p.passphrase_hash <> '' OR p.sign_in_name <> '' OR p.email IS NOT NULL "
        "OR EXISTS (SELECT 1 FROM sign_in s WHERE s.person_id = p.id))"
    ),
}
ALONE_BY_MISTAKE = (
    "SELECT e.community_id, e.public_id FROM exchange e WHERE e.alone_since IS NOT NULL AND NOT EXISTS ("
    "SELECT 1 FROM membership m WHERE m.standing = 'left' AND (m.id = e.giver_id OR m.id = e.receiver_id))"
)


def nothing_of_leavers_is_left_behind(session: Session) -> Iterator[Violation]:
    """Whoever left holds no hours, offers nothing, has no role, and cannot be told by name."""
    for sentence, found in LEFT_BEHIND.items():
        for community_id, public_id in session.execute(sa.text(found)):
            yield Violation(community_id, f"membership {public_id}", sentence)


def alone_are_those_whose_other_left(session: Session) -> Iterator[Violation]:
    """An exchange is marked as left by one of its two only where one of them has left."""
    for community_id, public_id in session.execute(sa.text(ALONE_BY_MISTAKE)):
        yield Violation(community_id, f"exchange {public_id}", "It says that one of the two left, and nobody did.")


CHECKS: tuple[Callable[[Session], Iterator[Violation]], ...] = (
    nothing_of_leavers_is_left_behind,
    alone_are_those_whose_other_left,
)
