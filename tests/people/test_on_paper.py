"""People who take part on paper: nothing opens their door, until a card lets them take their place over."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import (
    PASSPHRASE,
    Member,
    a_community,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    send,
    signed_in_client,
)
from tests.factories.people import on_paper
from timebank.core import clock
from timebank.core.access import Program, Role
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, DomainError, Refused
from timebank.people import actions, queries
from timebank.people.models import Person

NEW = "seven green doors open"
TAKE_OVER = "/c/harbour-street/card"


@pytest.fixture
def rosa(app: Flask) -> FlaskClient:
    return signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))


@pytest.fixture
def dai(rosa: FlaskClient) -> Member:
    return on_paper("Dai")


def printed(rosa: FlaskClient, member: Member) -> str:
    """Print a card at the desk and give the code that is on it."""
    answer = send(rosa, f"/c/harbour-street/desk/people/{member.public_id}/card", {"lasts": "1h"})
    assert TAKE_OVER in answer.text
    return answer.text.split('keepsake__words"><strong translate="no">')[1].split("<")[0]


def typed(member: Member, code: str, **more: str) -> dict[str, str]:
    return {"name": member.sign_in_name, "code": code, "passphrase": NEW, "agree": "y", **more}


def is_on_paper(member: Member) -> bool:
    with inside(), reading() as session:
        return session.get_one(Person, member.person_id).on_paper


def test_somebody_on_paper_is_a_member_with_an_account_and_nobodys_passphrase_opens_their_door(
    app: Flask, dai: Member
) -> None:
    assert dai.account_id is not None
    assert rows_of("membership", public_id=dai.public_id)[0]["standing"] == "active"
    for passphrase in ("", " ", "\0", NEW, PASSPHRASE, "nobody has this passphrase"):
        answer = send(app.test_client(), "/sign-in", {"name": dai.sign_in_name, "passphrase": passphrase})
        assert answer.status_code in {422, 429}
    assert count("sign_in", person_id=dai.person_id) == 0


def test_a_program_brings_people_in_with_what_they_say_and_how_they_are_reached(app: Flask) -> None:
    here = a_community()
    with inside(), transaction():
        made = actions.bring_on_paper(
            community_id=here.id,
            called="Mrs Okoro",
            said={"likes": "Knitting", "times": "Mornings"},
            reach={"place_and_day": "The shed, Tuesdays"},
            now=clock.now(),
            by=Program(here.id),
        )
        public_id = made.public_id
    row = rows_of("membership", public_id=public_id)[0]
    assert (row["likes"], row["easier"], row["times"]) == ("Knitting", "", "Mornings")
    assert row["search"]
    assert rows_of("way_to_reach", membership_id=row["id"])[0]["place_and_day"] == "The shed, Tuesdays"
    assert count("audit_line", verb="bring_on_paper", actor="program") == 1
    assert count("acceptance", membership_id=row["id"]) == count("paper_signature") == 0


def test_two_people_called_the_same_are_two_people(app: Flask) -> None:
    first, second = on_paper("Jo"), on_paper("Jo")
    assert first.public_id != second.public_id
    assert first.sign_in_name != second.sign_in_name


@pytest.mark.parametrize("called", ["", "   ", "\u200b", "x" * 61])
def test_without_a_name_nobody_is_brought_in(app: Flask, called: str) -> None:
    here = a_community()
    with nothing_written(), pytest.raises(Refused) as refusal, inside(), transaction():
        actions.bring_on_paper(
            community_id=here.id, called=called, said={}, reach={}, now=clock.now(), by=Program(here.id)
        )
    assert refusal.value.field == "called"


def test_the_card_lets_them_take_their_place_over_with_their_own_agreement(
    app: Flask, rosa: FlaskClient, dai: Member
) -> None:
    client = app.test_client()
    page = client.get(TAKE_OVER).text
    assert "Read our agreement" in page
    answer = send(client, TAKE_OVER, typed(dai, printed(rosa, dai)))
    assert (answer.status_code, answer.location) == (303, "/c/harbour-street/")
    assert client.get("/c/harbour-street/me").status_code == 200
    assert count("acceptance", membership_id=dai.membership_id) == 2
    assert not is_on_paper(dai)
    assert send(app.test_client(), "/sign-in", {"name": dai.sign_in_name, "passphrase": NEW}).status_code == 303


def test_without_agreeing_the_place_is_not_taken_and_the_card_stays_good(
    app: Flask, rosa: FlaskClient, dai: Member
) -> None:
    code = printed(rosa, dai)
    fields = typed(dai, code)
    del fields["agree"]
    with nothing_written():
        answer = send(app.test_client(), TAKE_OVER, fields)
    assert answer.status_code == 422
    assert NEW not in answer.text
    assert send(app.test_client(), TAKE_OVER, typed(dai, code)).status_code == 303


def test_the_ordinary_page_for_cards_leads_to_the_words_first(app: Flask, rosa: FlaskClient, dai: Member) -> None:
    code = printed(rosa, dai)
    client = app.test_client()
    with nothing_written():
        answer = send(client, "/card", typed(dai, code))
        assert (answer.status_code, answer.location) == (303, TAKE_OVER)
    assert is_on_paper(dai)
    assert "type it once more" in client.get(TAKE_OVER).text


def test_a_card_takes_a_place_over_once(app: Flask, rosa: FlaskClient, dai: Member) -> None:
    code = printed(rosa, dai)
    send(app.test_client(), TAKE_OVER, typed(dai, code))
    with nothing_written():
        again = send(app.test_client(), TAKE_OVER, typed(dai, code, passphrase="purple kettles sing loudly"))
    assert again.status_code == 404


@pytest.mark.parametrize("wrong", [{"name": "Jo otter"}, {"code": "bcdf-ghjk-mnpq"}, {"name": "\u200d"}])
def test_a_wrong_name_or_code_takes_nothing_over_and_says_the_same(
    app: Flask, rosa: FlaskClient, dai: Member, wrong: dict[str, str]
) -> None:
    code = printed(rosa, dai)
    with nothing_written():
        answer = send(app.test_client(), TAKE_OVER, {**typed(dai, code), **wrong})
    assert answer.status_code in {404, 422}
    assert is_on_paper(dai)


def test_a_card_opens_nothing_in_a_community_they_do_not_belong_to(app: Flask, rosa: FlaskClient, dai: Member) -> None:
    a_community("hill", "The Hill")
    code = printed(rosa, dai)
    with nothing_written():
        assert send(app.test_client(), "/c/hill/card", typed(dai, code)).status_code == 404
    assert is_on_paper(dai)


def test_guessing_codes_where_places_are_taken_over_is_slowed(app: Flask, dai: Member) -> None:
    with clock.set_to(clock.now()):
        tries = [send(app.test_client(), TAKE_OVER, typed(dai, f"bcdf-ghjk-mnp{n}")) for n in range(2, 9)]
    assert [each.status_code for each in tries] == [404] * 5 + [429] * 2


def test_a_role_waits_until_they_sign_in(dai: Member) -> None:
    by = a_member("Sam", roles=[Role.COORDINATOR])
    with nothing_written(), pytest.raises(Conflict), inside(), transaction():
        actions.propose_role(
            membership=actions.to_answer(dai.community.id, dai.public_id),
            role=Role.SECOND,
            give=True,
            now=clock.now(),
            by=queries.viewer_of(by.person_id, by.community.id),
        )


def test_who_has_a_login_says_for_themself(app: Flask) -> None:
    ama = a_member("Ama")
    with nothing_written(), pytest.raises(DomainError), inside(), transaction():
        actions.say_for(
            membership=actions.to_answer(ama.community.id, ama.public_id),
            said={"likes": "Nothing"},
            reach={},
            by=Program(ama.community.id),
        )
