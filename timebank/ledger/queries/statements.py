"""Reads that pages, exports and releases show: statement lines, tallies, the pot by month, all activity."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from timebank.core.database import db
from timebank.core.errors import NotFound
from timebank.core.pages import PAGE, Page, page_of, read_mark
from timebank.core.words import N_
from timebank.ledger.models import Transfer, TransferNote, table_of
from timebank.ledger.queries.balances import account, pot_of
from timebank.ledger.rules import BROUGHT_ALONG, COUNTER_ENTRIES, TALLY

TRANSFER = table_of(Transfer)
NOTE = table_of(TransferNote)
MORE = [kind for kind, tally in TALLY.items() if tally > 0]
LESS = [kind for kind, tally in TALLY.items() if tally < 0]


@dataclass(frozen=True)
class Line:
    """One line of an account's statement. `incoming` means the account was paid: whoever holds it gave help."""

    id: uuid.UUID
    account_id: int
    other_account_id: int
    incoming: bool
    minutes: int
    kind: str
    done_on: date
    posted_at: datetime
    source: tuple[str, str]
    reverses: uuid.UUID | None
    is_reversed: bool
    note: str | None


@dataclass(frozen=True)
class Tallies:
    """Minutes of help given and received, what was taken back not counted."""

    given_minutes: int
    received_minutes: int


class PotMonth(NamedTuple):
    """What came into the pot and went out of it in a month, in minutes. `month` is its first day."""

    month: date
    in_minutes: int
    out_minutes: int


class Activity(NamedTuple):
    """One transfer that stands, for releases and measures."""

    payer_id: int
    payee_id: int
    minutes: int
    kind: str
    done_on: date
    source_kind: str
    source_id: str


def tallies(community_id: int, account_id: int, *, since: date | None = None, until: date | None = None) -> Tallies:
    """Give the two tallies of an account: of all time, or of help done from `since` on and before `until`.

    Raises NotFound for an unknown account.
    """
    if since is None and until is None:
        state = account(community_id, account_id)
        return Tallies(state.given, state.received)
    more_given, less_received = _sums(community_id, TRANSFER.c.payee_id == account_id, since, until)
    more_received, less_given = _sums(community_id, TRANSFER.c.payer_id == account_id, since, until)
    return Tallies(more_given - less_given, more_received - less_received)


def _sums(community_id: int, side: sa.ColumnElement[bool], since: date | None, until: date | None) -> tuple[int, int]:
    def total(kinds: Sequence[str]) -> sa.ColumnElement[Any]:
        counted = sa.case((TRANSFER.c.kind.in_(kinds), TRANSFER.c.minutes), else_=0)
        return sa.func.coalesce(sa.func.sum(counted), 0)

    wanted = sa.select(total(MORE), total(LESS)).where(TRANSFER.c.community_id == community_id, side)
    if since is not None:
        wanted = wanted.where(TRANSFER.c.done_on >= since)
    if until is not None:
        wanted = wanted.where(TRANSFER.c.done_on < until)
    more, less = db.session.execute(wanted).one()
    return int(more), int(less)


def lines(community_id: int, account_ids: Sequence[int], *, after: str | None = None, size: int = PAGE) -> Page[Line]:
    """Give a page of what accounts were paid and paid, newest first; a transfer between two of them shows twice.

    Raises NotFound for a page's mark that is not of these accounts.
    """
    if not account_ids:
        return Page([], None)
    last = _place(community_id, account_ids, after)
    # Each side of each account is cut to the page's size along its own index, so that the book's length never matters.
    sides = [
        _side(community_id, account_id, incoming=incoming, last=last, size=size + 1)
        for account_id in account_ids
        for incoming in (True, False)
    ]
    near = sa.union_all(*(sa.select(side) for side in sides)).subquery("near")
    undone = TRANSFER.alias("undone")
    is_reversed = sa.exists().where(undone.c.community_id == community_id, undone.c.reverses == near.c.id)
    rows = db.session.execute(
        sa.select(near, is_reversed.label("is_reversed"), NOTE.c.text)
        .outerjoin(NOTE, sa.and_(NOTE.c.community_id == community_id, NOTE.c.transfer_id == near.c.id))
        .order_by(near.c.seq.desc(), near.c.incoming.desc(), near.c.account_id)
        .limit(size + 1)
    ).all()
    return page_of([_line(row) for row in rows], lambda line: (str(line.id), int(line.incoming), line.account_id), size)


def _place(community_id: int, account_ids: Sequence[int], after: str | None) -> tuple[int, int, int] | None:
    """Find where a page's last line stands. The mark tells its id: the book's numbers would tell what others do."""
    mark = read_mark(after, (str, int, int))
    if mark is None:
        return None
    transfer_id, incoming, account_id = mark
    try:
        wanted = uuid.UUID(str(transfer_id))
    except ValueError:
        raise NotFound(N_("There is no such page.")) from None
    side = TRANSFER.c.payee_id if incoming else TRANSFER.c.payer_id
    seq = db.session.scalar(
        sa.select(TRANSFER.c.seq).where(
            TRANSFER.c.community_id == community_id,
            TRANSFER.c.id == wanted,
            side == account_id,
            side.in_(account_ids),
        )
    )
    if seq is None:
        raise NotFound(N_("There is no such page."))
    return seq, int(incoming), int(account_id)


def _side(
    community_id: int, account_id: int, *, incoming: bool, last: tuple[int, int, int] | None, size: int
) -> sa.Subquery:
    own, other = TRANSFER.c.payer_id, TRANSFER.c.payee_id
    if incoming:
        own, other = other, own
    wanted = sa.select(
        TRANSFER.c.id,
        TRANSFER.c.seq,
        own.label("account_id"),
        other.label("other_account_id"),
        sa.literal(int(incoming)).label("incoming"),
        TRANSFER.c.minutes,
        TRANSFER.c.kind,
        TRANSFER.c.done_on,
        TRANSFER.c.posted_at,
        TRANSFER.c.source_kind,
        TRANSFER.c.source_id,
        TRANSFER.c.reverses,
    ).where(TRANSFER.c.community_id == community_id, own == account_id)
    if last is not None:
        seq, last_incoming, last_account = last
        # Lines of one transfer, where both its accounts are asked for, come incoming first.
        later = (-int(incoming), account_id) > (-last_incoming, last_account)
        wanted = wanted.where(TRANSFER.c.seq <= seq if later else TRANSFER.c.seq < seq)
    return wanted.order_by(TRANSFER.c.seq.desc()).limit(size).subquery()


def _line(row: sa.Row[Any]) -> Line:
    return Line(
        id=row.id,
        account_id=row.account_id,
        other_account_id=row.other_account_id,
        incoming=bool(row.incoming),
        minutes=row.minutes,
        kind=row.kind,
        done_on=row.done_on,
        posted_at=row.posted_at,
        source=(row.source_kind, row.source_id),
        reverses=row.reverses,
        is_reversed=row.is_reversed,
        note=row.text,
    )


def pot_by_month(community_id: int, until: date) -> list[PotMonth]:
    """Give what the pot took in and gave out by month of posting (UTC), oldest first, for months over before `until`.

    By posting, not by the day of the help: what is written later never alters a month that was shown already. Only what
    was brought along stands in the months it is of, or years of it would all stand in the month they were written in.
    """
    pot_id = pot_of(community_id).id
    months: dict[date, list[int]] = {}
    for place, side in enumerate((TRANSFER.c.payee_id, TRANSFER.c.payer_id)):
        month_told = _month_in_pot().label("month")
        rows = db.session.execute(
            sa.select(month_told, sa.func.sum(TRANSFER.c.minutes))
            .where(TRANSFER.c.community_id == community_id, side == pot_id)
            .group_by(sa.text("month"))
        )
        for month, minutes in rows:
            months.setdefault(date.fromisoformat(f"{month}-01"), [0, 0])[place] = int(minutes)
    return [PotMonth(month, *sums) for month, sums in sorted(months.items()) if month < until.replace(day=1)]


def _month_in_pot() -> sa.ColumnElement[str]:
    if db.engine.dialect.name == "postgresql":
        posted = sa.func.to_char(sa.func.timezone("UTC", TRANSFER.c.posted_at), "YYYY-MM")
        done = sa.func.to_char(TRANSFER.c.done_on, "YYYY-MM")
    else:
        posted, done = (
            sa.func.substr(when, 1, 7, type_=sa.Text) for when in (TRANSFER.c.posted_at, TRANSFER.c.done_on)
        )
    return sa.case((TRANSFER.c.source_kind == BROUGHT_ALONG, done), else_=posted)


def activity(community_id: int, since: date, until: date) -> list[Activity]:
    """Give what was done from `since` on and before `until` and stands: nothing taken back, no counter-entries."""
    undone = TRANSFER.alias("undone")
    rows = db.session.execute(
        sa.select(*(TRANSFER.c[column] for column in Activity._fields))
        .where(
            TRANSFER.c.community_id == community_id,
            TRANSFER.c.done_on >= since,
            TRANSFER.c.done_on < until,
            TRANSFER.c.kind.not_in([str(kind) for kind in COUNTER_ENTRIES]),
            ~sa.exists().where(undone.c.community_id == community_id, undone.c.reverses == TRANSFER.c.id),
        )
        .order_by(TRANSFER.c.seq)
    )
    return [Activity(*row) for row in rows]
