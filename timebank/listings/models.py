"""Offers and requests."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from timebank.core.columns import NOT_PERSONAL, both_or_none, personal
from timebank.core.database import Model
from timebank.people.models import Membership

MEMBER = "while a member"


class Listing(Model):
    """Something a member offers, or would like help with. `would_like` and `would_do` are a request's."""

    __tablename__ = "listing"
    __table_args__ = (
        sa.CheckConstraint("state IN ('draft', 'published', 'paused', 'ended')", name="state_known"),
        sa.CheckConstraint("for_whom IN ('person', 'group', 'everyone')", name="for_whom_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (state <> 'ended')", name="ended"),
        both_or_none("ended_by", "ended_at"),
        sa.Index("ix_listing_state", "community_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), index=True)
    is_offer: Mapped[bool] = mapped_column(info=NOT_PERSONAL)
    state: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    title: Mapped[str] = mapped_column(info=personal("words", keep=MEMBER))
    words: Mapped[str] = mapped_column(info=personal("words", keep=MEMBER))
    would_like: Mapped[str] = mapped_column(info=personal("words", keep=MEMBER))
    would_do: Mapped[str] = mapped_column(info=personal("words", keep=MEMBER))
    kind: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    area: Mapped[str | None] = mapped_column(info=personal("coarse area", keep=MEMBER))
    when: Mapped[str] = mapped_column("suits", info=personal("words", keep=MEMBER))
    until: Mapped[date | None] = mapped_column(info=NOT_PERSONAL)
    for_whom: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    search: Mapped[str] = mapped_column(info=personal("words", keep=MEMBER))
    made_at: Mapped[datetime] = mapped_column(info=personal("activity", keep=MEMBER))
    ended_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=MEMBER))
    ended_at: Mapped[datetime | None] = mapped_column(info=personal("activity", keep=MEMBER))
    why_ended: Mapped[str] = mapped_column(default="", info=personal("words", keep=MEMBER))

    owner: Mapped[Membership] = relationship(lazy="raise")
