"""What the desk itself keeps: other limits for somebody, until a second person has answered."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, both_or_none, personal
from timebank.core.database import Model

KEEP = "2 years"


class LimitProposal(Model):
    """Other limits for a member, in minutes, that want a second person. What was agreed stands in the book itself."""

    __tablename__ = "limit_proposal"
    __table_args__ = (
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        both_or_none("decided_by", "decided_at"),
        sa.CheckConstraint("(agreed IS NULL) = (decided_by IS NULL)", name="decided"),
        sa.Index("ix_limit_proposal_open", "community_id", "decided_at"),
        sa.Index("ix_limit_proposal_membership", "membership_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    floor: Mapped[int] = mapped_column(info=personal("hours", keep=KEEP))
    ceiling: Mapped[int] = mapped_column(info=personal("hours", keep=KEEP))
    why: Mapped[str] = mapped_column(info=personal("words", keep=KEEP))
    proposed_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=KEEP))
    proposed_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    decided_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=KEEP))
    decided_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    agreed: Mapped[bool | None] = mapped_column(info=NOT_PERSONAL)
