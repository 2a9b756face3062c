"""Somebody on paper is asked by a coordinator, and what was typed for people becomes theirs when they say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.exchanges.test_exchange_flow import NEVER, balance, wish
from tests.factories.browsers import send, signed_in_client
from tests.factories.exchanges import MINUTES, Pair, do, exchange_at, found, propose, state_of, viewer
from tests.factories.people import Member, a_community, a_member, inside, on_paper, working_on
from tests.factories.rows import count, nothing_written, rows_of, violations
from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Role
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, DomainError, NotAllowed, NotFound
from timebank.exchanges import actions, queries
from timebank.exchanges.actions.making import Two
from timebank.exchanges.rules import State, Verb
from timebank.people import queries as people


@pytest.fixture
def pair(app: Flask) -> Iterator[Pair]:
    """Give Ama who helps, Dai on paper who is helped, and Rosa who coordinates."""
    with working_on(app):
        yield Pair(a_member("Ama"), on_paper("Dai"), a_member("Rosa", roles=[Role.COORDINATOR]))


def typed(pair: Pair, by: Member | None = None) -> str:
    """Let a coordinator type a slip, and give the exchange's public id."""
    with inside(), transaction():
        two = Two(people.member_by_id(pair.giver.membership_id), people.member_by_id(pair.receiver.membership_id))
        return actions.type_slip(
            two=two,
            terms=actions.Terms("Carrying", 30, on_day=clock.day_of(clock.now(), "Europe/London")),
            settings=communities.by_id(pair.giver.community.id).chosen,
            now=clock.now(),
            by=viewer(by or pair.approver),
        ).public_id


def waits(member: Member) -> list[str]:
    """Give what waits for somebody who looks after others."""
    with inside(), reading():
        return [seen.exchange.public_id for seen in queries.to_look_after(viewer(member))]


def say_so(public_id: str, by: Member) -> None:
    with inside(), transaction():
        actions.say_so(exchange=found(public_id, by, lock=True), now=clock.now(), by=viewer(by))


def typed_for(member: Member) -> list[str]:
    with inside(), reading():
        return [seen.exchange.public_id for seen in queries.typed_for(viewer(member))]


def test_a_coordinator_carries_the_question_and_the_answer_all_the_way(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    sam = a_member("Sam", roles=[Role.SECOND])
    public_id = propose(pair)
    assert waits(pair.approver) == [public_id]
    do(public_id, Verb.AGREE, pair.approver)
    assert waits(pair.approver) == []
    do(public_id, Verb.SAY_DONE, pair.giver)
    assert waits(pair.approver) == [public_id]
    do(public_id, Verb.CONFIRM, pair.approver)
    assert state_of(public_id, pair.giver) is State.CONFIRMED, "typed for somebody, it wants another pair of eyes"
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.APPROVE, pair.approver)
    do(public_id, Verb.APPROVE, sam)
    assert (balance(pair.giver), balance(pair.receiver)) == (MINUTES, -MINUTES)
    assert violations() == []
    assert (typed_for(pair.giver), typed_for(pair.receiver)) == ([], [public_id])


def test_they_say_another_time_and_the_other_confirms_that(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    public_id = propose(pair)
    do(public_id, Verb.AGREE, pair.approver)
    do(public_id, Verb.SAY_DONE, pair.giver)
    do(public_id, Verb.SAY_OTHER, pair.approver, minutes=60)
    assert waits(pair.approver) == []
    do(public_id, Verb.CONFIRM, pair.giver)
    assert state_of(public_id, pair.giver) is State.CONFIRMED
    assert typed_for(pair.giver) == []
    do(public_id, Verb.APPROVE, a_member("Sam", roles=[Role.SECOND]))
    assert balance(pair.giver) == 60
    assert violations() == []


def test_they_would_like_it_otherwise_and_the_other_answers(pair: Pair) -> None:
    public_id = propose(pair)
    do(public_id, Verb.CHANGE, pair.approver)
    with inside(), reading():
        assert found(public_id, pair.giver).author_id == pair.receiver.membership_id
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.AGREE, pair.approver)
    do(public_id, Verb.AGREE, pair.giver)
    assert state_of(public_id, pair.giver) is State.AGREED


def test_they_would_rather_not_or_can_no_longer(pair: Pair) -> None:
    first, second = propose(pair), propose(pair)
    do(first, Verb.DECLINE, pair.approver)
    assert state_of(first, pair.giver) is State.DECLINED
    do(second, Verb.AGREE, pair.approver)
    do(second, Verb.WITHDRAW, pair.approver)
    assert state_of(second, pair.giver) is State.WITHDRAWN


def test_nobody_but_a_coordinator_speaks_for_them(pair: Pair) -> None:
    public_id = propose(pair)
    for who in (a_member("Sam", roles=[Role.SECOND]), a_member("Jo"), a_member("Mrs Okoro", roles=[Role.KEEPER])):
        assert waits(who) == []
        with pytest.raises(NotFound), nothing_written():
            do(public_id, Verb.AGREE, who)
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.AGREE, pair.giver)


def test_a_coordinator_of_another_community_carries_nothing(app: Flask, pair: Pair) -> None:
    public_id = propose(pair)
    hill = a_community("hill", "The Hill")
    pavel = signed_in_client(app, a_member("Pavel", roles=[Role.COORDINATOR], community=hill))
    with nothing_written():
        assert send(pavel, hill.path(f"exchanges/{public_id}/agree"), {}).status_code == 404


def test_for_people_who_use_the_site_nobody_speaks(pair: Pair) -> None:
    both_here = Pair(pair.giver, a_member("Jo"), pair.approver)
    public_id = propose(both_here)
    assert waits(pair.approver) == []
    for verb in (Verb.AGREE, Verb.DECLINE, Verb.CHANGE):
        with pytest.raises(NotFound), nothing_written():
            do(public_id, verb, pair.approver)


def test_a_coordinator_who_is_one_of_the_two_does_not_speak_for_the_other(pair: Pair) -> None:
    own = Pair(pair.approver, pair.receiver, pair.approver)
    public_id = propose(own)
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.AGREE, pair.approver)
    assert waits(a_member("Sam", roles=[Role.COORDINATOR])) == [public_id]


def test_when_they_have_taken_their_place_over_they_answer_themselves(app: Flask, pair: Pair) -> None:
    public_id = propose(pair)
    taken_over(pair.receiver)
    assert waits(pair.approver) == []
    with pytest.raises(NotFound), nothing_written():
        do(public_id, Verb.AGREE, pair.approver)
    do(public_id, Verb.AGREE, pair.receiver)


def taken_over(member: Member) -> None:
    from timebank.people import actions as people_actions
    from timebank.people.rules import CARD_LASTS

    rosa = a_member("Rosa", roles=[Role.COORDINATOR])
    with inside(), transaction():
        membership = people_actions.to_answer(member.community.id, member.public_id)
        code = people_actions.print_card(
            membership=membership, lasts=CARD_LASTS["1h"], now=clock.now(), by=viewer(rosa)
        )
        card = people_actions.UsedCard(member.sign_in_name, code, "a hash")
        people_actions.take_over(community_id=member.community.id, card=card, now=clock.now())


def test_who_writes_is_told_that_a_coordinator_reads_it_and_only_a_coordinator_does(app: Flask, pair: Pair) -> None:
    ama, rosa = signed_in_client(app, pair.giver), signed_in_client(app, pair.approver)
    sam = signed_in_client(app, a_member("Sam", roles=[Role.SECOND]))
    page = ama.get(pair.giver.community.path(f"members/{pair.receiver.public_id}/propose")).text
    assert "is reached in person. A coordinator reads what you write" in page
    fields = {"who": "me", "title": "Tea", "hours": "1", "for_whom": "person", "words": "Whisperlantern"}
    address = send(ama, pair.giver.community.path(f"members/{pair.receiver.public_id}/propose"), fields).location
    assert "A coordinator reads what you write" in ama.get(address).text
    assert "Whisperlantern" in rosa.get(address).text
    assert sam.get(address).status_code == 404
    desk = rosa.get(pair.giver.community.path("desk")).text
    assert "They would like that" in desk
    assert send(rosa, f"{address}/agree?from=desk", {}).status_code == 303
    assert "Whisperlantern" in rosa.get(address).text


def test_with_somebody_who_uses_the_site_nothing_is_said_of_a_coordinator(app: Flask, pair: Pair) -> None:
    jo = a_member("Jo")
    page = signed_in_client(app, pair.giver).get(jo.community.path(f"members/{jo.public_id}/propose")).text
    assert "reached in person" not in page


def test_a_slip_that_came_back_is_taken_back_and_typed_anew(pair: Pair) -> None:
    both = Pair(on_paper("Pavel"), pair.receiver, pair.approver)
    public_id = typed(both)
    do(public_id, Verb.GIVE_BACK, a_member("Sam", roles=[Role.SECOND]))
    assert waits(pair.approver) == [public_id]
    do(public_id, Verb.WITHDRAW, pair.approver)
    assert state_of_any(public_id) == State.WITHDRAWN
    assert waits(pair.approver) == []


def state_of_any(public_id: str) -> str:
    return str(rows_of("exchange", public_id=public_id)[0]["state"])


def test_a_slip_waits_for_another_person_even_where_nobody_ever_looks(pair: Pair) -> None:
    wish(pair, approval=NEVER)
    public_id = typed(pair)
    assert state_of(public_id, pair.giver) is State.CONFIRMED
    with pytest.raises(NotAllowed), nothing_written():
        do(public_id, Verb.APPROVE, pair.approver)


def test_each_of_the_two_takes_over_what_was_typed_for_them_once(pair: Pair) -> None:
    both_here = Pair(pair.giver, a_member("Jo"), pair.approver)
    public_id = typed(both_here)
    do(public_id, Verb.APPROVE, a_member("Sam", roles=[Role.SECOND]))
    assert typed_for(pair.giver) == typed_for(both_here.receiver) == [public_id]
    say_so(public_id, pair.giver)
    assert (typed_for(pair.giver), typed_for(both_here.receiver)) == ([], [public_id])
    with pytest.raises(Conflict), nothing_written():
        say_so(public_id, pair.giver)
    say_so(public_id, both_here.receiver)
    assert count("said_so") == 2
    assert violations() == []


def test_nobody_takes_over_what_is_anothers_or_what_was_not_typed(pair: Pair) -> None:
    public_id = typed(pair)
    with pytest.raises(DomainError), nothing_written():
        say_so(public_id, pair.approver)
    with pytest.raises(NotFound), nothing_written():
        say_so(public_id, a_member("Jo"))
    own = exchange_at(State.POSTED, Pair(pair.giver, a_member("Jo"), pair.approver))
    with pytest.raises(Conflict), nothing_written():
        say_so(own, pair.giver)


def test_what_was_said_so_does_not_hold_for_another_time(pair: Pair) -> None:
    both_here = Pair(pair.giver, a_member("Jo"), pair.approver)
    public_id = typed(both_here)
    say_so(public_id, pair.giver)
    do(public_id, Verb.TAKE_BACK, both_here.receiver)
    do(public_id, Verb.SAY_DONE, both_here.receiver, minutes=45)
    assert count("said_so") == 0
    do(public_id, Verb.CONFIRM, pair.giver)
    assert rows_of("exchange", public_id=public_id)[0]["typed_by"] is None, "both have said it themselves now"


def test_what_was_typed_is_marked_until_they_say_so_and_can_be_put_right(app: Flask, pair: Pair) -> None:
    public_id = typed(pair)
    do(public_id, Verb.APPROVE, a_member("Sam", roles=[Role.SECOND]))
    ama = signed_in_client(app, pair.giver)
    here = pair.giver.community.path
    mark = "typed from a slip by a coordinator"
    assert mark in ama.get(here("statement")).text
    assert "Typed for you, from paper" in ama.get(here("exchanges")).text
    page = ama.get(here(f"exchanges/{public_id}")).text
    assert "Was it so?" in page
    assert "This is wrong in the book" in page
    assert "Typed from a slip by a coordinator." in page
    assert send(ama, here(f"exchanges/{public_id}/say-so"), {}).status_code == 303
    assert mark not in ama.get(here("statement")).text
    assert "Was it so?" not in ama.get(here(f"exchanges/{public_id}")).text
    with nothing_written():
        assert send(ama, here(f"exchanges/{public_id}/say-so"), {}).status_code == 409
        assert send(ama, here("exchanges/bcdfghjkmnpq/say-so"), {}).status_code == 404


def test_several_typed_for_one_are_taken_over_from_one_page(app: Flask, pair: Pair) -> None:
    first, second, third = (typed(pair) for _ in range(3))
    ama, here = signed_in_client(app, pair.giver), pair.giver.community.path
    assert "All of these were so" in ama.get(here("exchanges")).text
    answer = send(ama, here(f"exchanges/{first}/say-so?from=list"))
    assert answer.location == here("exchanges")
    late = typed(pair)
    seen_there = {"exchange": [second, third, first, "bcdfghjkmnpq"]}
    assert send(ama, here("exchanges/say-so"), seen_there).location == here("exchanges")
    assert typed_for(pair.giver) == [late], "what was not on the page is not taken over unread"


def test_nobody_takes_over_what_was_typed_for_others(app: Flask, pair: Pair) -> None:
    public_id = typed(pair)
    dai = signed_in_client(app, a_member("Dai"))
    with nothing_written():
        send(dai, pair.giver.community.path("exchanges/say-so"), {"exchange": [public_id]})


def slip(pair: Pair, **more: str) -> dict[str, str]:
    ids = {"giver": pair.giver.public_id, "receiver": pair.receiver.public_id}
    return {**ids, "title": "Carrying", "hours": "1", "on_day": yesterday(), "for_whom": "person", **more}


def yesterday() -> str:
    from datetime import timedelta

    return (clock.day_of(clock.now(), "Europe/London") - timedelta(days=1)).isoformat()


def test_slips_are_typed_in_a_row_without_losing_the_day(app: Flask, pair: Pair) -> None:
    rosa = signed_in_client(app, pair.approver)
    address = pair.giver.community.path("desk/slip")
    answer = send(rosa, address, slip(pair))
    assert (answer.status_code, answer.location) == (303, f"{address}?day={yesterday()}")
    page = rosa.get(answer.location).text
    assert "Kept: Ama helped Dai, 1 h." in page
    assert f'value="{yesterday()}"' in page
    assert 'value="Carrying"' not in page
    assert rosa.get(f"{address}?day=soon").status_code == 200
    assert rosa.get(f"{address}?day=9999999-01-01").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"giver": ""},
        {"giver": "bcdfghjkmnpq"},
        {"on_day": "2999-01-01"},
        {"on_day": ""},
        {"hours": ""},
        {"title": " "},
        {"kind": "nothing"},
    ],
)
def test_a_slip_that_cannot_be_is_refused_and_what_was_typed_is_kept(
    app: Flask, pair: Pair, wrong: dict[str, str]
) -> None:
    rosa = signed_in_client(app, pair.approver)
    with nothing_written():
        answer = send(rosa, pair.giver.community.path("desk/slip"), slip(pair, place="The shed", **wrong))
    assert answer.status_code in {404, 422}
    assert 'value="The shed"' in answer.text


def test_a_slip_with_oneself_is_refused(app: Flask, pair: Pair) -> None:
    rosa = signed_in_client(app, pair.approver)
    address = pair.giver.community.path("desk/slip")
    with nothing_written():
        assert send(rosa, address, slip(pair, receiver=pair.giver.public_id)).status_code == 409
        assert send(rosa, address, slip(pair, receiver=pair.approver.public_id)).status_code == 409


def test_blank_slips_have_room_for_two_signatures_and_are_for_coordinators(app: Flask, pair: Pair) -> None:
    address = pair.giver.community.path("desk/slip/blank")
    page = signed_in_client(app, pair.approver).get(address).text
    assert page.count("Signed, who helped") == page.count("Signed, who was helped") == 2
    assert signed_in_client(app, pair.giver).get(address).status_code == 403


def shown_thanks(pair: Pair) -> str:
    public_id = exchange_at(State.POSTED, pair)
    with inside(), transaction():
        exchange = found(public_id, pair.receiver)
        actions.thank(exchange=exchange, words="Lovely", public=True, now=clock.now(), by=viewer(pair.receiver))
    with inside(), transaction():
        exchange = found(public_id, pair.giver)
        [word] = queries.thanks(exchange)
        actions.agree_to_show(thanks=word, exchange=exchange, now=clock.now(), by=viewer(pair.giver))
    return public_id


@pytest.mark.parametrize(("who", "whose"), [("giver", "theirs"), ("receiver", "mine")])
def test_either_takes_a_word_of_thanks_out_of_what_all_read(app: Flask, pair: Pair, who: str, whose: str) -> None:
    both_here = Pair(pair.giver, a_member("Jo"), pair.approver)
    public_id = shown_thanks(both_here)
    here = pair.giver.community.path
    rosa = signed_in_client(app, pair.approver)
    assert "Lovely" in rosa.get(here("")).text
    client = signed_in_client(app, getattr(both_here, who))
    address = here(f"exchanges/{public_id}/hide-thanks/{whose}")
    assert address in client.get(here(f"exchanges/{public_id}")).text
    assert send(client, address, {}).status_code == 303
    assert "Lovely" not in rosa.get(here("")).text
    assert "Lovely" in client.get(here(f"exchanges/{public_id}")).text


def test_a_word_withdrawn_by_who_wrote_it_is_not_shown_by_the_other(app: Flask, pair: Pair) -> None:
    both_here = Pair(pair.giver, a_member("Jo"), pair.approver)
    public_id = shown_thanks(both_here)
    address = pair.giver.community.path(f"exchanges/{public_id}")
    jo, ama = signed_in_client(app, both_here.receiver), signed_in_client(app, pair.giver)
    send(jo, f"{address}/hide-thanks/mine", {})
    pavel = signed_in_client(app, a_member("Pavel"))
    with nothing_written():
        assert send(jo, f"{address}/hide-thanks/mine", {}).status_code == 409
        assert send(ama, f"{address}/show-thanks", {}).status_code == 409
        assert send(ama, f"{address}/hide-thanks/anybodys", {}).status_code == 404
        assert send(pavel, f"{address}/hide-thanks/theirs", {}).status_code == 404


def test_whoever_reads_releases_is_nobody_to_choose(app: Flask, pair: Pair) -> None:
    funder = a_member("Canal Fund", roles=[Role.FUNDER])
    client = signed_in_client(app, pair.approver)
    page = client.get("/c/harbour-street/desk/slip").text
    assert pair.giver.called in page
    assert "Canal Fund" not in page
    assert client.get(f"/c/harbour-street/members/{funder.public_id}/propose").status_code == 404
