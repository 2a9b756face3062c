"""Reads of communities. None of these shows a person."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from timebank.communities.models import Community, SettingChange, Wording
from timebank.core.columns import LARGEST
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_


def by_slug(slug: str) -> Community:
    """Give the community whose addresses begin with this; raises NotFound."""
    found = db.session.scalar(sa.select(Community).where(Community.slug == slug))
    if found is None:
        raise NotFound(N_("There is no such community here."))
    return found


def by_id(community_id: int) -> Community:
    """Give a community by its number."""
    return db.session.get_one(Community, community_id)


def open_ones() -> Sequence[Community]:
    """Give all communities that are not closed, by the name in their address."""
    return db.session.scalars(sa.select(Community).where(Community.closed_at.is_(None)).order_by(Community.slug)).all()


def all_ones() -> Sequence[Community]:
    """Give all communities, closed ones too."""
    return db.session.scalars(sa.select(Community).order_by(Community.slug)).all()


def with_ids(ids: Sequence[int]) -> Sequence[Community]:
    """Give some communities, by the name in their address."""
    return db.session.scalars(sa.select(Community).where(Community.id.in_(ids)).order_by(Community.slug)).all()


def any_exists() -> bool:
    """Tell whether there is a community at all."""
    return db.session.scalar(sa.select(Community.id).limit(1)) is not None


def changes(community_id: int, limit: int = 50) -> Sequence[SettingChange]:
    """Give the latest changes to a community's settings, newest first."""
    return db.session.scalars(
        sa.select(SettingChange)
        .where(SettingChange.community_id == community_id)
        .order_by(SettingChange.id.desc())
        .limit(limit)
    ).all()


def change(community_id: int, change_id: int) -> SettingChange:
    """Give one change to a community's settings; raises NotFound."""
    wanted = sa.select(SettingChange).where(SettingChange.community_id == community_id, SettingChange.id == change_id)
    found = db.session.scalar(wanted) if change_id <= LARGEST else None
    if found is None:
        raise NotFound(N_("There is no such change."))
    return found


def wording(community_id: int, kind: str, version: int | None = None) -> Wording:
    """Give the house agreement (`house`) or the privacy words (`privacy`): a version, or the latest."""
    wanted = sa.select(Wording).where(Wording.community_id == community_id, Wording.kind == kind)
    if version is not None:
        wanted = wanted.where(Wording.version == version)
    found = db.session.scalar(wanted.order_by(Wording.version.desc()).limit(1))
    if found is None:
        raise NotFound(N_("There are no such words here."))
    return found
