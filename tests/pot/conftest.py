"""People who give to the pot, and what is in it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.factories.people import Member, inside, working_on
from timebank.core import clock
from timebank.core.access import Program, Viewer
from timebank.core.database import reading, transaction
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Entry, Posting
from timebank.people import queries as people
from timebank.pot import actions

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _here(app: Flask) -> Iterator[None]:
    with working_on(app):
        yield


def viewer(member: Member) -> Viewer:
    return people.viewer_of(member.person_id, member.community.id)


def earned(member: Member, minutes: int, by: Member, *, now: datetime = NOW) -> None:
    """Let a member have given `minutes` of help to another."""
    assert member.account_id is not None
    assert by.account_id is not None
    key = uuid.uuid4()
    posting = Posting(
        member.community.id, key, by.account_id, member.account_id, minutes, "imported", ("book", str(key)), now.date()
    )
    with inside(), transaction():
        ledger.post(posting, now=now, by=Program(member.community.id))


def give(member: Member, minutes: int, *, words: str = "", key: uuid.UUID | None = None, now: datetime = NOW) -> Entry:
    with inside(), transaction():
        return actions.give(minutes=minutes, words=words, key=key or uuid.uuid4(), now=now, by=viewer(member))


def pass_on(
    by: Member, to: Member, minutes: int, *, why: str = "A hand", key: uuid.UUID | None = None, now: datetime = NOW
) -> Entry:
    with inside(), transaction():
        place = people.member_by_id(to.membership_id)
        return actions.pass_on(to=place, minutes=minutes, why=why, key=key or uuid.uuid4(), now=now, by=viewer(by))


def balance(member: Member) -> int:
    assert member.account_id is not None
    with inside(), reading():
        return ledger_queries.balance(member.community.id, member.account_id)


def in_pot(member: Member) -> int:
    with inside(), reading():
        return ledger_queries.pot_of(member.community.id).balance


def at(instant: datetime):
    return clock.set_to(instant)
