"""What was brought along already, so that doing it again brings nothing twice."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, personal
from timebank.core.database import Model

FOR_GOOD = "as long as the community"


class MemberBefore(Model):
    """Whose number in the books from before a membership is.

    Kept when somebody leaves: who was forgotten here must not come back by the same file.
    """

    __tablename__ = "member_before"

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(primary_key=True, info=personal("pseudonym", keep=FOR_GOOD))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), unique=True)


class ListingBefore(Model):
    """An offer or request that was brought along, by the id made of its row."""

    __tablename__ = "listing_before"

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), primary_key=True, autoincrement=False)
    row_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, info=NOT_PERSONAL)
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listing.id"), unique=True)
