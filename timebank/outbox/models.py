"""Rows of the outbox: to whom, what kind, which ids; never the words themselves."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, Json, personal
from timebank.core.database import Model

KEPT = "30 days after it was done"


class Message(Model):
    """One thing to tell one person. `due_at` moves on when a try fails; `done_at` ends it, with what came of it."""

    __tablename__ = "outbox"
    __table_args__ = (
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done"),
        sa.Index("ix_outbox_due", "done_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(info=NOT_PERSONAL)
    person_id: Mapped[uuid.UUID] = mapped_column(info=personal("pseudonym", keep=KEPT))
    kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    ids: Mapped[dict[str, Any]] = mapped_column(Json, info=personal("pseudonym", keep=KEPT))
    put_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    due_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    not_after: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    tries: Mapped[int] = mapped_column(default=0, info=NOT_PERSONAL)
    done_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    outcome: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)


class PeriodicWork(Model):
    """When a piece of periodic work ran last, and when it is due again."""

    __tablename__ = "periodic_work"

    name: Mapped[str] = mapped_column(primary_key=True, info=NOT_PERSONAL)
    due_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    ran_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    outcome: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
