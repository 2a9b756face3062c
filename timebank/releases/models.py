"""A release, and that somebody let it leave the house. Neither is ever altered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, Json, personal
from timebank.core.database import Model

FOR_GOOD = "as long as the community, as a pseudonym"


class Release(Model):
    """What is told of a community's quarter: `content` is all of it, the rest says what it was made from.

    `inputs` are the transfers it was made from, as the book stood at `ledger_seq` and `ledger_head`; they are shown to
    nobody. `secret_fingerprint` tells whether the secret of the releases is still the same.
    """

    __tablename__ = "release"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "quarter", name="uq_release_quarter"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    quarter: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    content: Mapped[dict[str, Any]] = mapped_column(Json, info=NOT_PERSONAL)
    content_hash: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    inputs: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    ledger_seq: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    ledger_head: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    code_version: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    secret_fingerprint: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    prepared_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)


class ReleaseApproval(Model):
    """Somebody looked at a release and let it leave the house: who, and when."""

    __tablename__ = "release_approval"
    __table_args__ = (
        sa.UniqueConstraint("release_id", name="uq_release_approval_once"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("release.id"))
    approved_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=FOR_GOOD))
    approved_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
