"""A small town for tests of the ledger: Ana, Ben, Cora and Dan, a pot, and a book that can be compared as a whole."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

from timebank.communities.models import Community
from timebank.core import ids
from timebank.core.access import Program
from timebank.core.database import db, reading, transaction
from timebank.ledger import actions, checks, queries, rules
from timebank.ledger.rules import Entry, Posting

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BY = Program(public_id="cora")
PEOPLE = ("ana", "ben", "cora", "dan")
FLOOR, CEILING = -600, 2400
TABLES = ("book", "account", "transfer", "transfer_note", "limit_change", "anchor")


def open_town(floor: int = FLOOR, ceiling: int = CEILING) -> Town:
    """Open a community with its book and an account for each of the four."""
    with transaction():
        community = Community(public_id=ids.public_id(), slug=ids.public_id(), settings={"name": "Town"}, opened_at=NOW)
        db.session.add(community)
        db.session.flush()
        town = Town(community.id)
        actions.open_book(community_id=town.id, by=BY)
        for name in PEOPLE:
            opened = actions.open_account(community_id=town.id, kind="member", floor=floor, ceiling=ceiling, by=BY)
            town.accounts[name] = opened.id
        town.accounts["pot"] = queries.pot_of(town.id).id
        town.accounts["adjustment"] = queries.adjustment_of(town.id).id
    return town


@dataclass
class Town:
    """One community's ledger, with the verbs tests say all the time. Each opens its own unit of work."""

    id: int
    accounts: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def posting(self, payer: str = "ana", payee: str = "ben", minutes: int = 60, **changes: Any) -> Posting:
        """Give the smallest valid posting, from one name to another, with changes."""
        values: dict[str, Any] = {
            "community_id": self.id,
            "id": ids.new_uuid(),
            "payer_id": self.accounts[payer],
            "payee_id": self.accounts[payee],
            "minutes": minutes,
            "kind": "help",
            "source": ("exchange", f"e{next(self.numbers)}"),
            "done_on": TODAY,
        }
        return Posting(**{**values, **changes})

    def post(self, *postings: Posting) -> list[Entry]:
        """Post some postings in one batch."""
        with transaction():
            return actions.post_batch(postings, now=NOW, by=BY)

    def help(self, payer: str = "ana", payee: str = "ben", minutes: int = 60, **changes: Any) -> Entry:
        """Post one transfer between names."""
        return self.post(self.posting(payer, payee, minutes, **changes))[0]

    def reverse(self, transfer_id: uuid.UUID, *approvers: str, **changes: Any) -> list[Entry]:
        """Take a transfer back."""
        wanted = {"new_id": ids.new_uuid(), **changes}
        with transaction():
            reversal = rules.Reversal(self.id, transfer_id, approvers=approvers, **wanted)
            return actions.reverse(reversal, now=NOW, by=BY)

    def limit(self, name: str, floor: int, ceiling: int, second: str | None = None, why: str = "agreed") -> None:
        """Change somebody's limits."""
        with transaction():
            wanted = rules.NewLimits(self.id, self.accounts[name], floor, ceiling, why, second)
            actions.change_limits(wanted, now=NOW, by=BY)

    def balances(self) -> dict[str, int]:
        """Give everybody's balance that is not nothing."""
        with reading():
            found = {name: queries.balance(self.id, account) for name, account in self.accounts.items()}
        return {name: balance for name, balance in found.items() if balance}

    def rows(self) -> dict[str, list[Any]]:
        """Give every row of the ledger's tables, to show that nothing was written."""
        with reading() as session:
            return {name: sorted(map(str, session.execute(sa.text(f"SELECT * FROM {name}")).all())) for name in TABLES}

    def violations(self) -> list[str]:
        """Give what the checks find, as lines."""
        with reading() as session:
            return [f"{check.__name__}: {found}" for check in checks.CHECKS for found in check(session)]


@contextmanager
def owner(app: Flask) -> Iterator[sa.Connection]:
    """Write as the one who owns the tables, past the web's guard: what somebody with the file in hand can do."""
    engine = sa.create_engine(app.extensions["settings"].database_owner)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def drop_triggers(connection: sa.Connection) -> None:
    """Take the walls away, so that checks have something to find."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
