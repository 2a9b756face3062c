"""A community, its settings, and the dated changes that made them what they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.communities.rules import Settings, read
from timebank.core.columns import NOT_PERSONAL, Json, both_or_none, personal
from timebank.core.database import Model

FOR_GOOD = "as long as the community"


class Community(Model):
    """A place whose people give each other hours. `settings` holds what differs from the starting values."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True, info=NOT_PERSONAL)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, info=NOT_PERSONAL)
    opened_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)

    @property
    def chosen(self) -> Settings:
        """Give the settings in force, typed."""
        return read(self.settings)

    @property
    def name(self) -> str:
        """Give the community's own name for itself."""
        return self.chosen.name


class SettingChange(Model):
    """One setting made another: what it was and is, who decided it, when and why. Never altered."""

    __tablename__ = "setting_change"
    __table_args__ = (
        both_or_none("agreed_by", "agreed_at"),
        sa.Index("ix_setting_change_newest", "community_id", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    setting: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    old: Mapped[Any] = mapped_column(Json, info=NOT_PERSONAL)
    new: Mapped[Any] = mapped_column(Json, info=NOT_PERSONAL)
    made_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=FOR_GOOD))
    made_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    agreed_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=FOR_GOOD))
    agreed_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    why: Mapped[str] = mapped_column(info=personal("words", keep=FOR_GOOD))
    undoes: Mapped[int | None] = mapped_column(sa.ForeignKey("setting_change.id"))


class Wording(Model):
    """The house agreement or the privacy words, one version of it. A new version is a new row."""

    __tablename__ = "wording"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "kind", "version", name="uq_wording_version"),
        sa.CheckConstraint("kind IN ('house', 'privacy')", name="kind_known"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    version: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    words: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    since: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    made_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=FOR_GOOD))
