"""Reads of releases: those that are out, those that wait, and what one is made from. None of them shows a person."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from timebank.communities import queries as communities
from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.words import N_
from timebank.exchanges import queries as exchanges
from timebank.ledger import queries as ledger
from timebank.ledger.queries import Activity, Window
from timebank.people.models import Membership
from timebank.releases.models import Release, ReleaseApproval
from timebank.releases.rules import Deed, Quarter, first_of

EXCHANGE = "exchange"


@dataclass(frozen=True)
class Shown:
    """A release as a page shows it: its quarter, all that is told, and when it left the house (None: not yet)."""

    public_id: str
    quarter: Quarter
    content: dict[str, Any]
    prepared_at: datetime
    approved_at: datetime | None

    def table(self, name: str) -> dict[str, int | None]:
        """Give what a table shows, by its cells; empty where this release has no such table."""
        found = [table["cells"] for table in self.content["tables"] if table["name"] == name]
        return {cell["name"]: cell["shown"] for cells in found for cell in cells}


def _of(community_id: int | None) -> sa.Select[Release, datetime]:
    return (
        sa.select(Release, ReleaseApproval.approved_at)
        .outerjoin(ReleaseApproval, ReleaseApproval.release_id == Release.id)
        .where(Release.community_id == community_id)
        .order_by(Release.quarter.desc())
    )


def _shown(release: Release, approved_at: datetime | None) -> Shown:
    quarter = Quarter.read(release.quarter)
    return Shown(release.public_id, quarter, release.content, release.prepared_at, approved_at)


def out(viewer: Viewer) -> list[Shown]:
    """Give the releases of the viewer's community that have left the house, the newest quarter first."""
    found = db.session.execute(_of(viewer.community_id).where(ReleaseApproval.id.is_not(None)))
    return [_shown(*row) for row in found]


def waiting(viewer: Viewer) -> list[Shown]:
    """Give the releases that wait for a coordinator to let them go, the oldest quarter first."""
    found = db.session.execute(_of(viewer.community_id).where(ReleaseApproval.id.is_(None)))
    return [_shown(*row) for row in found][::-1]


def one(viewer: Viewer, quarter: str) -> Shown:
    """Give the release of a quarter, out or not: for those who let it go alone. Raises NotFound."""
    return _shown(*_row(viewer.community_id, quarter))


def one_out(viewer: Viewer, quarter: str) -> Shown:
    """Give the release of a quarter that has left the house; raises NotFound, the same for one that has not."""
    release, approved_at = _row(viewer.community_id, quarter)
    if approved_at is None:
        raise NotFound(NONE_SUCH)
    return _shown(release, approved_at)


NONE_SUCH = N_("There is no such release.")


def _row(community_id: int | None, quarter: str) -> tuple[Release, datetime | None]:
    found = db.session.execute(_of(community_id).where(Release.quarter == quarter)).one_or_none()
    if found is None:
        raise NotFound(NONE_SUCH)
    return found[0], found[1]


def to_approve(community_id: int, quarter: str) -> Release:
    """Give the row of a release, to let it go; raises NotFound."""
    return _row(community_id, quarter)[0]


def of_quarter(community_id: int, quarter: Quarter) -> Release | None:
    """Give the release of a community's quarter, where it was made."""
    return db.session.scalar(
        sa.select(Release).where(Release.community_id == community_id, Release.quarter == str(quarter))
    )


def is_approved(release: Release) -> bool:
    """Tell whether a release has left the house."""
    wanted = sa.select(ReleaseApproval.id).where(ReleaseApproval.release_id == release.id)
    return db.session.scalar(wanted) is not None


def fingerprints() -> set[str]:
    """Give the fingerprints of the secrets behind all releases here: one, or something is wrong."""
    return set(db.session.scalars(sa.select(Release.secret_fingerprint).distinct()))


def next_quarter(viewer: Viewer) -> Quarter:
    """Give the quarter the next release will tell of: the one after the last, or the community's first."""
    last = db.session.scalar(sa.select(sa.func.max(Release.quarter)).where(Release.community_id == viewer.community_id))
    if last is not None:
        return Quarter.read(last).after
    here = communities.by_id(viewer.community_id or 0)
    return first_of(here.opened_at, here.chosen.zone)


def window_of(quarter: Quarter, zone: str) -> Window:
    """Give which help counts in a quarter: done in it and posted by the freeze, or too late for the one before."""
    return Window(quarter.begins, quarter.ends, quarter.before.freezes_at(zone), quarter.freezes_at(zone))


def deeds(community_id: int, window: Window) -> list[Deed]:
    """Give the help that counts in a window as who gave whom how long, in which form. Never shown to anybody."""
    found = ledger.help_in(community_id, window)
    persons = _persons_of_accounts(community_id)
    forms = exchanges.forms([each.source_id for each in found if each.source_kind == EXCHANGE])
    return [_deed(each, persons, forms) for each in found]


def _deed(each: Activity, persons: dict[int, str], forms: dict[str, str]) -> Deed:
    form = forms.get(each.source_id) if each.source_kind == EXCHANGE else None
    # The payee gave the help and the payer received it; the pot and groups are nobody.
    return Deed(persons.get(each.payee_id), persons.get(each.payer_id), each.minutes, form)


def _persons_of_accounts(community_id: int) -> dict[int, str]:
    """Give the person behind each account, by the id that stays when somebody leaves or is erased."""
    rows: Sequence[sa.Row[int | None, uuid.UUID]] = db.session.execute(
        sa.select(Membership.account_id, Membership.person_id).where(
            Membership.community_id == community_id, Membership.account_id.is_not(None)
        )
    ).all()
    return {account_id: str(person_id) for account_id, person_id in rows if account_id is not None}
