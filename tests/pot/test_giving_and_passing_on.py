"""Hours into the pot and out of it: once for each key, never more than there is, never to oneself."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories.people import a_community, a_member, inside
from tests.factories.rows import count, nothing_written, rows_of, violations
from tests.pot.conftest import NOW, balance, earned, give, in_pot, pass_on
from timebank.core.access import Role
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, NotAllowed, NotFound, Refused
from timebank.ledger import actions as ledger
from timebank.people import actions as people_actions
from timebank.people import queries as people


def test_what_is_given_goes_from_the_member_to_the_pot() -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 90, jo)
    entry = give(ama, 60, words="For the next one")
    assert (balance(ama), in_pot(ama)) == (30, 60)
    assert entry.posting.kind == "gift"
    assert [note["text"] for note in rows_of("transfer_note")] == ["For the next one"]
    assert [line["verb"] for line in rows_of("audit_line") if "pot" in line["verb"]] == ["give_to_pot"]
    assert violations() == []


def test_the_same_key_gives_once_also_on_the_next_day() -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 90, jo)
    key = uuid.uuid4()
    first = give(ama, 30, words="x", key=key)
    with nothing_written():
        again = give(ama, 30, words="x", key=key, now=NOW + timedelta(days=1))
    assert again.id == first.id
    assert in_pot(ama) == 30


def test_the_same_key_with_another_amount_is_refused() -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 90, jo)
    key = uuid.uuid4()
    give(ama, 30, key=key)
    for minutes, words in ((40, ""), (30, "Another word")):
        with nothing_written(), pytest.raises(Conflict):
            give(ama, minutes, words=words, key=key)


def test_one_persons_key_never_meets_anothers() -> None:
    ama, jo, sam = a_member("Ama"), a_member("Jo"), a_member("Sam")
    earned(ama, 90, sam)
    earned(jo, 90, sam)
    key = uuid.uuid4()
    give(ama, 30, key=key)
    give(jo, 45, key=key)
    assert in_pot(ama) == 75


def test_nobody_gives_hours_they_do_not_have() -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 90, jo)
    for who, minutes in ((ama, 91), (jo, 1), (a_member("Sam"), 1)):
        with nothing_written(), pytest.raises(Conflict):
            give(who, minutes)
    with nothing_written(), pytest.raises(Refused):
        give(ama, 0)


def test_a_coordinator_passes_hours_on_with_a_reason_that_can_be_erased() -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 90, jo)
    give(ama, 90)
    entry = pass_on(rosa, jo, 60, why="A hard month")
    assert (balance(jo), in_pot(jo)) == (-30, 30)
    line = next(line for line in rows_of("audit_line") if line["verb"] == "pass_on_from_pot")
    assert (line["actor"], line["object_id"]) == (rosa.person_public_id, jo.public_id)
    assert "A hard month" not in str(rows_of("audit_line"))
    with inside(), transaction():
        from timebank.core.access import Program

        ledger.forget_notes(community_id=jo.community.id, transfer_ids=[entry.id], by=Program(jo.community.id))
    assert "A hard month" not in str(rows_of("transfer_note"))
    assert violations() == []


def test_the_same_key_passes_on_once() -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 90, jo)
    give(ama, 90)
    key = uuid.uuid4()
    pass_on(rosa, jo, 60, key=key)
    with nothing_written():
        pass_on(rosa, jo, 60, key=key)
    with nothing_written(), pytest.raises(Conflict):
        pass_on(rosa, ama, 60, key=key)


def test_nobody_passes_on_more_than_there_is_nor_to_themself_nor_without_a_reason() -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 90, jo)
    give(ama, 60)
    with nothing_written():
        with pytest.raises(Conflict, match="There are 1 h in it now"):
            pass_on(rosa, jo, 61)
        with pytest.raises(Conflict, match="themself"):
            pass_on(rosa, rosa, 10)
        with pytest.raises(Refused):
            pass_on(rosa, jo, 10, why="  ")
        with pytest.raises(NotAllowed):
            pass_on(ama, jo, 10)


def test_somebody_of_another_community_or_who_is_not_here_receives_nothing() -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 90, jo)
    give(ama, 60)
    pavel = a_member("Pavel", community=a_community("hill", "The Hill"))
    with nothing_written(), pytest.raises(NotFound):
        pass_on(rosa, pavel, 10)
    with inside(), transaction() as session:
        people.member_by_id(jo.membership_id).standing = "left"
        session.flush()
    with nothing_written(), pytest.raises(Conflict):
        pass_on(rosa, jo, 10)


def test_nobody_gathers_more_than_anybody_may() -> None:
    from timebank.communities import queries as communities

    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    with inside(), reading():
        ceiling = communities.by_id(ama.community.id).chosen.ceiling_minutes
    with inside(), transaction():
        from timebank.core.access import Program
        from timebank.ledger import queries as ledger_queries
        from timebank.ledger.rules import NewLimits

        assert jo.account_id is not None
        state = ledger_queries.account(jo.community.id, jo.account_id)
        wanted = NewLimits(jo.community.id, jo.account_id, state.floor, 30, why="for the test")
        ledger.change_limits(wanted, now=NOW, by=Program(jo.community.id))
    assert ceiling > 60
    earned(ama, 60, rosa)
    give(ama, 60)
    with nothing_written(), pytest.raises(Conflict, match="room for 30 min"):
        pass_on(rosa, jo, 31)
    pass_on(rosa, jo, 30)


def test_somebody_who_is_away_may_still_be_helped() -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 60, rosa)
    give(ama, 60)
    with inside(), transaction():
        place = people.member_by_id(jo.membership_id)
        people_actions.pause(membership=place, by=people.viewer_of(jo.person_id, jo.community.id))
    pass_on(rosa, jo, 30)
    assert balance(jo) == 30


def test_verify_finds_hours_somebody_passed_on_to_themself() -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 60, jo)
    give(ama, 60)
    pass_on(rosa, jo, 30)
    assert violations() == []
    with inside(), transaction() as session:
        # The book cannot be altered; whose account it is can be, and then it was Rosa who received them.
        nobodys = sa.text("UPDATE membership SET account_id = NULL WHERE id = :id")
        session.execute(nobodys, {"id": jo.membership_id})
        session.execute(
            sa.text("UPDATE membership SET account_id = :account WHERE id = :id"),
            {"id": rosa.membership_id, "account": jo.account_id},
        )
    assert violations() == ["Whoever passed these hours on received them."]


def test_verify_finds_a_line_of_the_pot_that_moves_between_two_members() -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    from datetime import date

    from timebank.core.access import Program
    from timebank.ledger.rules import Posting

    assert ama.account_id is not None
    assert jo.account_id is not None
    key = uuid.uuid4()
    wrong = Posting(
        ama.community.id, key, ama.account_id, jo.account_id, 5, "gift", ("pot", str(key)), date(2026, 11, 2)
    )
    with inside(), transaction():
        ledger.post(wrong, now=NOW, by=Program(ama.community.id))
    assert violations() == ["It is the pot's and moves nothing in or out of it."]
    assert count("transfer") == 1
