"""Somebody who leaves, and what they leave."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.factories.exchanges import Pair
from tests.factories.people import Member, a_member, inside, working_on
from timebank.core import clock
from timebank.core.access import Program, Role, Viewer
from timebank.core.database import reading, transaction
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import AccountState, Posting
from timebank.people import queries as people
from timebank.privacy import actions

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def pair(app: Flask) -> Iterator[Pair]:
    """Give Ama who helps, Jo who is helped, and Rosa who coordinates."""
    with working_on(app):
        yield Pair(a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR]))


def viewer(member: Member) -> Viewer:
    return people.viewer_of(member.person_id, member.community.id)


def leave(member: Member) -> bool:
    with inside(), transaction():
        return actions.leave(membership_id=member.membership_id, now=clock.now(), by=viewer(member))


def help_to_leave(by: Member, member: Member, why: str = "They rang and asked") -> None:
    with inside(), transaction():
        actions.help_to_leave(membership_id=member.membership_id, why=why, now=clock.now(), by=viewer(by))


def helped(giver: Member, receiver: Member, minutes: int) -> None:
    """Post help in the book, without an exchange."""
    assert giver.account_id is not None
    assert receiver.account_id is not None
    key = uuid.uuid4()
    posting = Posting(
        giver.community.id,
        key,
        receiver.account_id,
        giver.account_id,
        minutes,
        "imported",
        ("book", str(key)),
        NOW.date(),
    )
    with inside(), transaction():
        ledger.post(posting, now=clock.now(), by=Program(giver.community.id))


def account(member: Member) -> AccountState:
    assert member.account_id is not None
    with inside(), reading():
        return ledger_queries.account(member.community.id, member.account_id)


def in_pot(member: Member) -> int:
    with inside(), reading():
        return ledger_queries.pot_of(member.community.id).balance
