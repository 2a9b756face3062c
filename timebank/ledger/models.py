"""The book's tables. None of them holds a name: a higher row says whose an account is."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, Id, personal
from timebank.core.database import Model

FOR_GOOD = "as long as the community"
PSEUDONYM = personal("pseudonym", keep=FOR_GOOD)
HOURS = personal("hours", keep=FOR_GOOD)


def _account(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["community_id", column], ["account.community_id", "account.id"])


def _options(**info: Any) -> dict[str, Any]:
    return {"sqlite_strict": True, "info": info}


class Book(Model):
    """The head row of a community's ledger: locked first, it counts the transfers and holds the chain's last hash."""

    __tablename__ = "book"
    __table_args__ = _options(walls={"sqlite": ("no_delete", "no_replace"), "postgresql": ("no_delete", "no_truncate")})

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    head: Mapped[str] = mapped_column(info=NOT_PERSONAL)


class Account(Model):
    """A pot of minutes with its running totals, and the limits that a limit change alone can move."""

    __tablename__ = "account"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "id"),
        sa.CheckConstraint("kind IN ('member', 'group', 'pot', 'adjustment', 'bridge')", name="kind_known"),
        sa.CheckConstraint("balance BETWEEN floor AND ceiling", name="balance_within_limits"),
        sa.CheckConstraint("balance = given - received + moved", name="balance_is_its_parts"),
        sa.Index("ix_account_community_id_kind", "community_id", "kind"),
        _options(
            frozen_columns=("id", "public_id", "floor", "ceiling", "kind", "community_id"),
            walls={
                "sqlite": ("begins", "limits", "no_delete", "no_replace", "same"),
                "postgresql": ("begins", "limits", "no_delete", "no_truncate", "same"),
            },
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("book.community_id"))
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    floor: Mapped[int] = mapped_column(info=HOURS)
    ceiling: Mapped[int] = mapped_column(info=HOURS)
    balance: Mapped[int] = mapped_column(info=HOURS)
    given: Mapped[int] = mapped_column(info=HOURS)
    received: Mapped[int] = mapped_column(info=HOURS)
    moved: Mapped[int] = mapped_column(info=HOURS)


class Transfer(Model):
    """Minutes that went from the payer, who received help, to the payee, who gave it. Never altered.

    Its kinds are not a check of the database: a new one would need the table rebuilt, which drops its triggers.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        _account("payer_id"),
        _account("payee_id"),
        sa.ForeignKeyConstraint(["community_id", "reverses"], ["transfer.community_id", "transfer.id"]),
        sa.UniqueConstraint("community_id", "seq"),
        sa.UniqueConstraint("community_id", "source_kind", "source_id", "leg"),
        sa.UniqueConstraint("community_id", "reverses"),
        sa.CheckConstraint("minutes > 0", name="minutes_positive"),
        sa.CheckConstraint("payer_id <> payee_id", name="two_accounts"),
        sa.CheckConstraint("seconded_by <> approved_by", name="two_people"),
        sa.Index("ix_transfer_payer_newest", "community_id", "payer_id", "seq"),
        sa.Index("ix_transfer_payee_newest", "community_id", "payee_id", "seq"),
        sa.Index("ix_transfer_payer_day", "community_id", "payer_id", "done_on"),
        sa.Index("ix_transfer_payee_day", "community_id", "payee_id", "done_on"),
        _options(append_only=True),
    )

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("book.community_id"), primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    batch_id: Mapped[uuid.UUID] = mapped_column(info=NOT_PERSONAL)
    payer_id: Mapped[int] = mapped_column()
    payee_id: Mapped[int] = mapped_column()
    minutes: Mapped[int] = mapped_column(info=HOURS)
    kind: Mapped[str] = mapped_column(info=HOURS)
    source_kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    source_id: Mapped[str] = mapped_column(info=PSEUDONYM)
    leg: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    reverses: Mapped[uuid.UUID | None] = mapped_column()
    done_on: Mapped[date] = mapped_column(info=HOURS)
    starts_at: Mapped[datetime | None] = mapped_column(info=HOURS)
    posted_at: Mapped[datetime] = mapped_column(info=HOURS)
    posted_by: Mapped[str] = mapped_column(info=PSEUDONYM)
    approved_by: Mapped[str | None] = mapped_column(info=PSEUDONYM)
    seconded_by: Mapped[str | None] = mapped_column(info=PSEUDONYM)
    payload_hash: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    note_commitment: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    prev: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    hash: Mapped[str] = mapped_column(info=NOT_PERSONAL)


class TransferNote(Model):
    """The words beside a transfer. Erased with their salt they leave nothing to guess from."""

    __tablename__ = "transfer_note"
    __table_args__ = (
        sa.ForeignKeyConstraint(["community_id", "transfer_id"], ["transfer.community_id", "transfer.id"]),
        _options(unaltered=True, walls={"sqlite": ("no_replace", "no_update"), "postgresql": ("no_update",)}),
    )

    community_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(info=personal("words", keep="until erased"))
    text: Mapped[str] = mapped_column(info=personal("words", keep="until erased"))


class LimitChange(Model):
    """Limits made others, in minutes: from what to what, by whom, why, and after how many transfers of the book.

    Inserting one moves the account's limits, by a trigger; nothing else can. `seconded_by` is the second person where
    a rule of the community was set aside.
    """

    __tablename__ = "limit_change"
    __table_args__ = (
        _account("account_id"),
        sa.CheckConstraint("new_floor <= new_ceiling", name="floor_below_ceiling"),
        sa.CheckConstraint("seconded_by <> made_by", name="two_people"),
        sa.Index("ix_limit_change_account_newest", "community_id", "account_id", "id"),
        _options(append_only=True, walls={"sqlite": ("moves",), "postgresql": ("moves",)}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("book.community_id"))
    account_id: Mapped[int] = mapped_column()
    after_seq: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    old_floor: Mapped[int] = mapped_column(info=HOURS)
    old_ceiling: Mapped[int] = mapped_column(info=HOURS)
    new_floor: Mapped[int] = mapped_column(info=HOURS)
    new_ceiling: Mapped[int] = mapped_column(info=HOURS)
    made_by: Mapped[str] = mapped_column(info=PSEUDONYM)
    made_at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)
    seconded_by: Mapped[str | None] = mapped_column(info=PSEUDONYM)
    why: Mapped[str] = mapped_column(info=personal("words", keep=FOR_GOOD))


class Anchor(Model):
    """The head of a community's chain as it was sent somewhere else, so that a cut tail is noticed."""

    __tablename__ = "anchor"
    __table_args__ = _options(append_only=True)

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("book.community_id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=NOT_PERSONAL)
    sent_to: Mapped[str] = mapped_column(primary_key=True, info=NOT_PERSONAL)
    head: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    at: Mapped[datetime] = mapped_column(info=NOT_PERSONAL)


def table_of(model: type[Model]) -> sa.Table:
    """Give a model's table, for statements that are made once and run often."""
    return model.metadata.tables[model.__tablename__]
