"""Where somebody had a say in what others were to decide about them, verify finds it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import a_member, inside
from tests.factories.exchanges import viewer
from tests.ledger.town import drop_triggers, owner
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import db, reading, transaction
from timebank.ledger import actions as ledger
from timebank.ledger.rules import NewLimits
from timebank.people import actions, checks, queries

OWN = "(SELECT public_id FROM person WHERE id = (SELECT person_id FROM membership WHERE called = 'Ama'))"
LIMITS, ROLE = "Somebody had a say in their own limits.", "Somebody agreed to a role of their own."


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (f"UPDATE limit_change SET made_by = {OWN} WHERE seconded_by IS NOT NULL", LIMITS),
        (f"UPDATE limit_change SET seconded_by = {OWN} WHERE seconded_by IS NOT NULL", LIMITS),
        (f"UPDATE role_proposal SET decided_by = {OWN}", ROLE),
    ],
)
def test_a_say_in_ones_own_affairs_is_found(app: Flask, statement: str, sentence: str) -> None:
    ama = a_member("Ama")
    rosa, jo = (a_member(name, roles=[Role.COORDINATOR]) for name in ("Rosa", "Jo"))
    with inside(), transaction():
        place = queries.member_by_id(ama.membership_id)
        assert place.account_id is not None
        limits = NewLimits(place.community_id, place.account_id, -900, 2400, "a long move", second=jo.person_public_id)
        ledger.change_limits(limits, now=clock.now(), by=viewer(rosa))
        proposal = actions.propose_role(membership=place, role=Role.KEEPER, give=True, now=clock.now(), by=viewer(rosa))
        assert proposal is not None
        actions.answer_proposal(proposal=proposal, agree=True, now=clock.now(), by=viewer(jo))
    assert found() == []
    with inside():
        db.engine.dispose()
    with owner(app) as connection:
        drop_triggers(connection)
        connection.execute(sa.text(statement))
    assert found() == [sentence]


def found() -> list[str]:
    with inside(), reading() as session:
        return [each.sentence for check in checks.CHECKS for each in check(session)]
