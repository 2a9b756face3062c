"""Leaving: at any balance, at once, and nothing of the leaver stays but lines without a name."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.factories.exchanges import Pair, propose
from tests.factories.people import a_community, a_member, inside, somebody_who_asked
from tests.factories.rows import count, nothing_written, rows_of, violations
from tests.privacy.conftest import account, help_to_leave, helped, in_pot, leave, viewer
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, NotAllowed, NotFound, Refused
from timebank.core.hashing import hashing
from timebank.ledger import actions as ledger
from timebank.ledger.rules import NewLimits
from timebank.listings import actions as listings
from timebank.listings.rules import Verb as ListingVerb
from timebank.people import actions as people_actions
from timebank.people import queries as people
from timebank.pot import actions as pot


def place_of(member) -> dict:
    return rows_of("membership", id=member.membership_id)[0]


def test_what_is_left_over_goes_to_the_pot_by_a_line_that_can_be_seen(pair: Pair) -> None:
    helped(pair.giver, pair.receiver, 90)
    leave(pair.giver)
    state = account(pair.giver)
    assert (state.balance, state.floor, state.ceiling) == (0, 0, 0)
    assert in_pot(pair.receiver) == 90
    assert [row["minutes"] for row in rows_of("transfer", kind="settlement")] == [90]
    assert state.given == 90
    assert violations() == []


def test_what_is_missing_comes_from_the_pot_and_what_it_has_not_the_community_carries(pair: Pair) -> None:
    helped(pair.approver, pair.receiver, 20)
    with inside(), transaction():
        pot.give(minutes=20, words="", key=uuid.uuid4(), now=clock.now(), by=viewer(pair.approver))
    helped(pair.giver, pair.receiver, 50)
    leave(pair.receiver)
    assert account(pair.receiver).balance == 0
    assert in_pot(pair.giver) == 0
    assert sorted(row["minutes"] for row in rows_of("transfer", kind="settlement")) == [20, 50]
    assert violations() == []


def test_nothing_of_the_leaver_stays_but_the_row(pair: Pair) -> None:
    ama = pair.giver
    with inside(), transaction():
        own = people.own_membership(viewer(ama))
        said = {"likes": "Zither", "easier": "Yodel", "times": "Never"}
        people_actions.say_about_myself(membership=own, said=said, by=viewer(ama))
        people_actions.say_how_to_reach(membership=own, said={"phone": "0123"}, by=viewer(ama))
        people_actions.sign_in(person_id=ama.person_id, shared_device=False, now=clock.now())
        people_actions.print_card(membership=own, lasts=timedelta(days=1), now=clock.now(), by=viewer(pair.approver))
        people_actions.give_email(
            person=people.own_person(viewer(ama)), email="ama@example.org", now=clock.now(), by=viewer(ama)
        )
        listing = listings.write(is_offer=True, said=listings.Said("Accordion"), now=clock.now(), by=viewer(ama))
        listings.move(listing=listing, verb=ListingVerb.PUBLISH, now=clock.now(), by=viewer(ama))
    assert count("outbox") == 1
    assert leave(ama) is True
    everything = " ".join(
        str(rows_of(table)) for table in ("membership", "listing", "way_to_reach", "person", "outbox")
    )
    for told in ("Zither", "Yodel", "Never", "0123", "Accordion", "ama@example.org", "'Ama", ama.sign_in_name):
        assert told not in everything
    assert place_of(ama)["standing"] == "left"
    assert place_of(ama)["left_at"] is not None
    [person] = rows_of("person", id=ama.person_id)
    assert (person["public_id"], person["passphrase_hash"], person["sign_in_name"]) == (ama.person_public_id, "", "")
    assert count("sign_in", person_id=ama.person_id) == count("one_time_key") == count("outbox") == 0
    assert rows_of("listing")[0]["state"] == "ended"
    assert violations() == []


def test_nobody_signs_in_as_somebody_erased(pair: Pair) -> None:
    leave(pair.giver)
    [kept] = rows_of("person", id=pair.giver.person_id)
    with inside(), reading():
        for typed in ("", kept["sign_in_folded"], pair.giver.sign_in_name):
            assert people.person_by_name(typed) is None
        assert not hashing().matches(kept["passphrase_hash"], "")


def test_somebody_with_another_place_keeps_their_login_there(pair: Pair) -> None:
    hill = a_community("hill", "The Hill")
    there = a_member("Amalia", community=hill, login=pair.giver)
    assert leave(pair.giver) is False
    with inside(), reading():
        person = people.person_by_name(pair.giver.sign_in_name)
        assert person is not None
        assert people.viewer_of(person.id, hill.id).membership_id == there.membership_id
        assert people.viewer_of(person.id, pair.giver.community.id).membership_id is None
        stand_in = people.member_by_id(pair.giver.membership_id).person_id
    assert stand_in != pair.giver.person_id
    assert rows_of("person", id=stand_in)[0]["passphrase_hash"] == ""
    assert violations() == []


def test_a_host_keeps_the_login(pair: Pair) -> None:
    with inside(), transaction():
        people.own_person(viewer(pair.giver)).is_host = True
    assert leave(pair.giver) is False
    assert rows_of("person", id=pair.giver.person_id)[0]["passphrase_hash"] != ""
    assert violations() == []


def test_somebody_who_left_may_come_back_and_begins_anew(pair: Pair) -> None:
    a_member("Amalia", community=a_community("hill", "The Hill"), login=pair.giver)
    helped(pair.giver, pair.receiver, 90)
    leave(pair.giver)
    again = a_member("Ama again", login=pair.giver)
    assert again.membership_id != pair.giver.membership_id
    assert again.account_id != pair.giver.account_id
    assert account(again).balance == 0
    assert account(again).floor < 0
    assert place_of(pair.giver)["called"] == ""
    leave(again)
    assert violations() == []


def test_the_only_coordinator_of_others_stays_until_there_is_another(pair: Pair) -> None:
    with nothing_written(), pytest.raises(Conflict, match="only coordinator"):
        leave(pair.approver)
    sam = a_member("Sam", roles=[Role.COORDINATOR])
    leave(pair.approver)
    assert violations() == []
    with nothing_written(), pytest.raises(Conflict):
        leave(sam)
    leave(pair.giver)
    leave(pair.receiver)
    asked = somebody_who_asked()
    with nothing_written(), pytest.raises(Conflict):
        leave(sam)
    leave(asked)
    leave(sam)
    assert violations() == []


def test_roles_and_open_proposals_end_and_invitations_stay(pair: Pair) -> None:
    rosa, sam = pair.approver, a_member("Sam", roles=[Role.COORDINATOR])
    with inside(), transaction():
        for about in (pair.giver, rosa):
            people_actions.propose_role(
                membership=people.member_by_id(about.membership_id),
                role=Role.KEEPER,
                give=True,
                now=clock.now(),
                by=viewer(rosa if about is pair.giver else sam),
            )
        people_actions.invite(community_id=rosa.community.id, places=2, now=clock.now(), by=viewer(rosa))
    before = count("invitation", ended_at=None)
    leave(rosa)
    assert count("role_held", membership_id=rosa.membership_id) == 0
    assert {(row["decided_by"], row["agreed"]) for row in rows_of("role_proposal")} == {("program", False)}
    assert count("invitation", ended_at=None) == before
    assert violations() == []


def test_the_words_beside_lines_with_the_pot_are_erased_and_others_stay(pair: Pair) -> None:
    helped(pair.giver, pair.receiver, 90)
    helped(pair.approver, pair.receiver, 30)
    with inside(), transaction():
        pot.give(minutes=30, words="Amas word", key=uuid.uuid4(), now=clock.now(), by=viewer(pair.giver))
        pot.give(minutes=20, words="Rosas word", key=uuid.uuid4(), now=clock.now(), by=viewer(pair.approver))
    leave(pair.giver)
    assert [note["text"] for note in rows_of("transfer_note")] == ["Rosas word"]
    assert violations() == []


def test_leaving_twice_finds_nothing_and_writes_nothing(pair: Pair) -> None:
    leave(pair.giver)
    with nothing_written(), inside():
        with pytest.raises(NotFound), transaction():
            people_actions.to_leave(pair.giver.membership_id)


def test_who_only_asked_can_take_that_back(pair: Pair) -> None:
    asked = somebody_who_asked("Pavel")
    assert leave(asked) is True
    assert place_of(asked)["standing"] == "left"
    assert violations() == []


def test_a_coordinator_helps_somebody_to_leave_with_a_reason_kept_for_a_year(pair: Pair) -> None:
    help_to_leave(pair.approver, pair.giver, "Her daughter rang")
    assert place_of(pair.giver)["why_left"] == "Her daughter rang"
    line = rows_of("audit_line", verb="help_to_leave")[0]
    assert (line["actor"], line["object_id"]) == (pair.approver.person_public_id, pair.giver.public_id)
    for days, kept in ((364, "Her daughter rang"), (367, None)):
        with inside(), transaction():
            people_actions.forget_old(now=clock.now() + timedelta(days=days))
        assert place_of(pair.giver)["why_left"] == kept
    assert violations() == []


def test_no_coordinator_puts_anybody_out(pair: Pair) -> None:
    sam, keeper = a_member("Sam", roles=[Role.COORDINATOR]), a_member("Dai", roles=[Role.KEEPER])
    with nothing_written():
        for member in (sam, keeper, pair.approver):
            with pytest.raises(Conflict):
                help_to_leave(pair.approver, member)
        with pytest.raises(NotAllowed):
            help_to_leave(pair.giver, pair.receiver)
        with pytest.raises(Refused):
            help_to_leave(pair.approver, pair.giver, "  ")


def test_nobody_in_the_account_of_a_leaver_can_be_paid_any_more(pair: Pair) -> None:
    leave(pair.giver)
    with nothing_written():
        for two in ((pair.giver, pair.receiver), (pair.receiver, pair.giver)):
            with pytest.raises(Conflict):
                helped(*two, 10)


BREAKS = {
    "Somebody left, and their account is not empty and closed.": None,
    "Somebody left, and an offer or request of theirs is still there.": (
        "UPDATE listing SET state = 'published', ended_at = NULL, ended_by = NULL"
    ),
    "Somebody left, and an exchange of theirs waits for them.": "UPDATE exchange SET state = 'agreed'",
    "Somebody left, and still has a role, or a role is asked for them.": (
        "UPDATE role_proposal SET decided_by = NULL, decided_at = NULL, agreed = NULL"
    ),
    "Somebody left, and their name, words or ways to reach them are still there.": (
        "UPDATE membership SET called = 'Ama' WHERE standing = 'left'"
    ),
    "Somebody left their last place, and their login is not closed.": (
        "UPDATE person SET passphrase_hash = 'x' WHERE passphrase_hash = ''"
    ),
    "It says that one of the two left, and nobody did.": "UPDATE membership SET standing = 'paused', called = 'x'",
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_verify_finds_whatever_is_left_behind(pair: Pair, sentence: str) -> None:
    propose(pair)
    with inside(), transaction():
        listing = listings.write(is_offer=True, said=listings.Said("Tea"), now=clock.now(), by=viewer(pair.giver))
        listings.move(listing=listing, verb=ListingVerb.PUBLISH, now=clock.now(), by=viewer(pair.giver))
        people_actions.propose_role(
            membership=people.member_by_id(pair.giver.membership_id),
            role=Role.KEEPER,
            give=True,
            now=clock.now(),
            by=viewer(pair.approver),
        )
    leave(pair.giver)
    assert violations() == []
    statement = BREAKS[sentence]
    with inside(), transaction() as session:
        if statement is not None:
            session.execute(sa.text(statement))
        else:
            assert pair.giver.account_id is not None
            wanted = NewLimits(pair.giver.community.id, pair.giver.account_id, -10, 10, why="wrong")
            ledger.change_limits(wanted, now=clock.now(), by=Program(pair.giver.community.id))
    assert sentence in violations()
