"""When the books were closed because something in them was wrong, and when they were opened again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, both_or_none
from timebank.core.database import Model


class Closure(Model):
    """From `closed_at` until `opened_at` nobody writes; `found` is how many findings there were."""

    __tablename__ = "closure"
    __table_args__ = (both_or_none("opened_by", "opened_at"), sa.CheckConstraint("found > 0", name="found"))

    id: Mapped[int] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    found: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    opened_by: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    opened_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
