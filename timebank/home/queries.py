"""What a member's home shows of others. Every read begins at the gate."""

from __future__ import annotations

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.people import queries as people
from timebank.people.models import Membership
from timebank.safeguarding.queries import visible_to

QUILT = 48


def quilt(viewer: Viewer) -> list[str]:
    """Give the public ids of up to 48 members the viewer may see, for the community's quilt."""
    query = people.members_of(viewer.community_id).where(visible_to(viewer, Membership.person_id))
    return list(db.session.scalars(query.with_only_columns(Membership.public_id).order_by(Membership.id).limit(QUILT)))
