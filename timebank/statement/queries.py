"""Reads of the viewer's own statement. Names of others come through the gate, or are “a former member”."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from timebank.core.access import Viewer
from timebank.core.database import db
from timebank.core.pages import Page
from timebank.exchanges import queries as exchanges
from timebank.ledger import queries as ledger
from timebank.ledger.queries import Line, Tallies
from timebank.ledger.rules import AccountKind, Nearness, nearness
from timebank.people.models import Membership
from timebank.people.rules import HERE
from timebank.safeguarding.queries import visible_to
from timebank.statement.rules import Room, StatementLine, side_of

MOST_PRINTED = 1_000


def own_account(viewer: Viewer) -> int | None:
    """Give the viewer's own account here; None for who has none."""
    return db.session.scalar(sa.select(Membership.account_id).where(Membership.id == viewer.membership_id))


def tallies(viewer: Viewer, since: date | None = None) -> Tallies:
    """Give what the viewer gave and received, in minutes: of all time, or of help done since a day."""
    account_id = own_account(viewer)
    if account_id is None or viewer.community_id is None:
        return Tallies(0, 0)
    return ledger.tallies(viewer.community_id, account_id, since=since)


def how_near(viewer: Viewer) -> Nearness:
    """Tell how near the viewer is to a limit."""
    account_id = own_account(viewer)
    if account_id is None or viewer.community_id is None:
        return Nearness.FINE
    state = ledger.account(viewer.community_id, account_id)
    return nearness(state.balance, state.floor, state.ceiling)


def room(viewer: Viewer) -> Room | None:
    """Give how far the viewer can go from here, in minutes: what they may receive, and what they may gather."""
    account_id = own_account(viewer)
    if account_id is None or viewer.community_id is None:
        return None
    state = ledger.account(viewer.community_id, account_id)
    return Room(to_receive=state.balance - state.floor, to_gather=state.ceiling - state.balance, has=state.balance)


def lines(viewer: Viewer, after: str | None, size: int) -> Page[StatementLine]:
    """Give a page of the viewer's own lines, newest first; always the same few statements, however long the book."""
    account_id = own_account(viewer)
    if account_id is None or viewer.community_id is None:
        return Page([], None)
    page = ledger.lines(viewer.community_id, [account_id], after=after, size=size)
    names = _called(viewer, [line.other_account_id for line in page.rows])
    sources = [line.source[1] for line in page.rows if line.source[0] == "exchange"]
    titles, typed = exchanges.titles(sources), exchanges.typed_among(viewer, sources)
    return Page([_shown(line, names, titles, typed) for line in page.rows], page.after)


def _shown(
    line: Line, names: dict[int, tuple[str, str | None]], titles: dict[str, str], typed: set[str]
) -> StatementLine:
    called, public_id = names.get(line.other_account_id, (None, None))
    return StatementLine(
        done_on=line.done_on,
        side=side_of(line.kind, incoming=line.incoming),
        minutes=line.minutes,
        what=line.kind,
        called=called,
        member_public_id=public_id,
        taken_back=line.is_reversed,
        note=line.note or titles.get(line.source[1]),
        typed=line.source[1] if line.source[1] in typed else None,
    )


def _called(viewer: Viewer, account_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """Give what those behind accounts are called: members as the viewer may see them, and the community's own."""
    if viewer.community_id is None or not account_ids:
        return {}
    wanted = set(account_ids)
    found = db.session.execute(
        sa.select(Membership.account_id, Membership.called, Membership.public_id).where(
            Membership.community_id == viewer.community_id,
            Membership.account_id.in_(wanted),
            Membership.standing.in_(HERE),
            visible_to(viewer, Membership.person_id),
        )
    )
    names: dict[int, tuple[str, str | None]] = {
        account_id: (called, public_id) for account_id, called, public_id in found if account_id is not None
    }
    for account_id, state in ledger.states(viewer.community_id, sorted(wanted - set(names))).items():
        if state.kind is not AccountKind.MEMBER:
            names[account_id] = (state.kind, None)
    return names
