"""An exchange, what happened to it, what the two wrote to each other, and thanks."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from timebank.core.columns import NOT_PERSONAL, both_or_none, personal
from timebank.core.database import Model
from timebank.exchanges.rules import State

GOOD = "as long as the community, as pseudonyms"
WHILE = "12 months after the exchange"
TITLES = "12 months after both have left"
OPENINGS = "2 years"
STATES = ", ".join(f"'{state}'" for state in State)


class Exchange(Model):
    """The deal. `transfer_id` is drawn when it is made, so that no retry ever posts twice.

    `receiver_id` is who received, or where it is for everyone the witness on the receiving side (None: logged by the
    one who gave, witnessed by whoever approves). `author_id` is whose word stands: the terms, or the minutes said.
    `alone_since` is when one of the two left the community.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_of_a_day"),
        sa.CheckConstraint("receiver_id IS NULL OR giver_id <> receiver_id", name="two_people"),
        sa.CheckConstraint("receiver_id IS NOT NULL OR for_whom = 'everyone'", name="receiver_or_everyone"),
        sa.CheckConstraint("for_whom IN ('person', 'group', 'everyone')", name="for_whom_known"),
        sa.CheckConstraint("keep IN ('keep', 'pot', 'none')", name="keep_known"),
        both_or_none("approved_by", "approved_at"),
        sa.Index("ix_exchange_giver", "giver_id", "id"),
        sa.Index("ix_exchange_receiver", "receiver_id", "id"),
        sa.Index("ix_exchange_giver_state", "giver_id", "state"),
        sa.Index("ix_exchange_receiver_state", "receiver_id", "state"),
        sa.Index("ix_exchange_giver_typed", "giver_id", "typed_by"),
        sa.Index("ix_exchange_receiver_typed", "receiver_id", "typed_by"),
        sa.Index("ix_exchange_state", "community_id", "state", "touched_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    transfer_id: Mapped[uuid.UUID] = mapped_column(unique=True, info=NOT_PERSONAL)
    listing_id: Mapped[int | None] = mapped_column(sa.ForeignKey("listing.id"))
    giver_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    receiver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("membership.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("membership.id"))
    state: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    title: Mapped[str] = mapped_column(info=personal("words", keep=TITLES))
    kind: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    for_whom: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    minutes: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    on_day: Mapped[date | None] = mapped_column(info=personal("activity", keep=GOOD))
    starts_at: Mapped[datetime | None] = mapped_column(info=personal("activity", keep=GOOD))
    place: Mapped[str] = mapped_column(info=personal("words", keep=WHILE))
    keep: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    typed_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=GOOD))
    asked_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=GOOD))
    reason: Mapped[str] = mapped_column(default="", info=personal("words", keep=WHILE))
    made_at: Mapped[datetime] = mapped_column(info=personal("activity", keep=GOOD))
    touched_at: Mapped[datetime] = mapped_column(info=personal("activity", keep=GOOD))
    alone_since: Mapped[datetime | None] = mapped_column(info=personal("activity", keep=GOOD))
    reminded_at: Mapped[datetime | None] = mapped_column(info=NOT_PERSONAL)
    approved_by: Mapped[str | None] = mapped_column(info=personal("pseudonym", keep=GOOD))
    approved_at: Mapped[datetime | None] = mapped_column(info=personal("activity", keep=GOOD))
    posted_at: Mapped[datetime | None] = mapped_column(info=personal("activity", keep=GOOD))

    @property
    def parties(self) -> frozenset[int]:
        """Give the memberships of its two (one, where it was logged for everyone)."""
        return frozenset({self.giver_id} | ({self.receiver_id} if self.receiver_id is not None else set()))


class ExchangeEvent(Model):
    """One move of an exchange: from where to where, by whom, when. Never altered."""

    __tablename__ = "exchange_event"
    __table_args__ = (
        sa.Index("ix_exchange_event_exchange", "exchange_id", "id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id"))
    verb: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    old: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    new: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    minutes: Mapped[int] = mapped_column(info=NOT_PERSONAL)
    done_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=GOOD))
    done_at: Mapped[datetime] = mapped_column(info=personal("activity", keep=GOOD))


class ExchangeMessage(Model):
    """What one of the two wrote to the other."""

    __tablename__ = "exchange_message"
    __table_args__ = (sa.Index("ix_exchange_message_exchange", "exchange_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    words: Mapped[str] = mapped_column(info=personal("message", keep=WHILE))
    written_at: Mapped[datetime] = mapped_column(info=personal("message", keep=WHILE))


class SaidSo(Model):
    """One of the two says themself that what was typed from paper was so: it is theirs now."""

    __tablename__ = "said_so"
    __table_args__ = (sa.UniqueConstraint("exchange_id", "membership_id", name="uq_said_so_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), index=True)
    said_at: Mapped[datetime] = mapped_column(info=personal("activity", keep=GOOD))


class Thanks(Model):
    """A word of thanks; `public` asks that all may read it, `agreed_at` is when whom it thanks let it be."""

    __tablename__ = "thanks"
    __table_args__ = (
        sa.UniqueConstraint("exchange_id", "membership_id", name="uq_thanks_once"),
        sa.CheckConstraint("agreed_at IS NULL OR public", name="agreed_if_public"),
        sa.Index("ix_thanks_agreed", "community_id", "agreed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id"))
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    words: Mapped[str] = mapped_column(info=personal("message", keep=WHILE))
    public: Mapped[bool] = mapped_column(info=NOT_PERSONAL)
    written_at: Mapped[datetime] = mapped_column(info=personal("message", keep=WHILE))
    agreed_at: Mapped[datetime | None] = mapped_column(info=personal("consent", keep=WHILE))


class Opened(Model):
    """Somebody who may approve opened the details of an exchange, as it stood then."""

    __tablename__ = "exchange_opened"
    __table_args__ = (sa.UniqueConstraint("exchange_id", "opened_by", name="uq_exchange_opened_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    exchange_id: Mapped[int] = mapped_column(sa.ForeignKey("exchange.id"))
    opened_by: Mapped[str] = mapped_column(info=personal("pseudonym", keep=OPENINGS))
    opened_at: Mapped[datetime] = mapped_column(info=personal("activity", keep=OPENINGS))
