"""What was brought along already. Nothing here is shown to anybody."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa

from timebank.core.database import db
from timebank.import_export.models import ListingBefore, MemberBefore
from timebank.people.models import Membership
from timebank.people.rules import HERE


class Known(NamedTuple):
    """A member whose number is known, and whether they are here still."""

    membership_id: int
    account_id: int | None
    is_here: bool


def members(community_id: int, numbers: Collection[str] | None = None) -> dict[str, Known]:
    """Give who was brought along, by number: everybody, or those of some numbers."""
    wanted = (
        sa.select(MemberBefore.number, Membership.id, Membership.account_id, Membership.standing)
        .join(Membership, Membership.id == MemberBefore.membership_id)
        .where(MemberBefore.community_id == community_id)
    )
    if numbers is not None:
        wanted = wanted.where(MemberBefore.number.in_(numbers))
    found = db.session.execute(wanted)
    return {number: Known(member, account, standing in HERE) for number, member, account, standing in found}


def listings(community_id: int, row_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Give which of some rows were brought along already."""
    return set(
        db.session.scalars(
            sa.select(ListingBefore.row_id).where(
                ListingBefore.community_id == community_id, ListingBefore.row_id.in_(row_ids)
            )
        )
    )
