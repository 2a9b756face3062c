"""The pages of leaving: said plainly, asked once, with one's passphrase; and a former member everywhere after."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.browsers import door_name, send, signed_in_client
from tests.factories.exchanges import Pair, do, exchange_at
from tests.factories.people import PASSPHRASE, a_community, a_member, somebody_who_asked
from tests.factories.rows import nothing_written, rows_of, violations
from tests.privacy.conftest import help_to_leave, helped, leave
from timebank.core.access import Role
from timebank.exchanges.rules import State, Verb
from timebank.safeguarding import queries as gate

GOOD = {"present": PASSPHRASE}


def path(pair: Pair, more: str = "") -> str:
    return pair.giver.community.path(more)


def test_the_page_says_what_happens_and_offers_the_statement_first(app: Flask, pair: Pair) -> None:
    helped(pair.giver, pair.receiver, 90)
    client = signed_in_client(app, pair.giver)
    assert path(pair, "me/leave") in client.get(path(pair, "me")).text
    page = client.get(path(pair, "me/leave")).text
    for words in ("1 h 30 min left over", "a former member", "Your login is closed", "statement.csv", "away"):
        assert words in page
    page = signed_in_client(app, pair.receiver).get(path(pair, "me/leave")).text
    assert "1 h 30 min more than you gave" in page
    assert "You owe nobody anything" in page


def test_leaving_takes_the_passphrase_once_and_ends_with_a_kind_page(app: Flask, pair: Pair) -> None:
    helped(pair.giver, pair.receiver, 90)
    client = signed_in_client(app, pair.giver)
    other_device = signed_in_client(app, pair.giver)
    answer = send(client, path(pair, "me/leave"), GOOD)
    assert (answer.status_code, answer.location) == (303, path(pair, "left"))
    assert client.get_cookie(door_name()) is None
    assert "Thank you for the time" in client.get(answer.location).text
    for each in (client, other_device):
        assert each.get(path(pair, "me")).status_code == 303
        assert send(each, path(pair, "me/leave"), GOOD).status_code == 303
    assert "I have a card" in client.get(path(pair)).text
    assert violations() == []


@pytest.mark.parametrize("present", ["", "wrong words here", "x" * 10_000, "\x00", "\ud83d"])
def test_without_the_right_passphrase_nothing_happens(app: Flask, pair: Pair, present: str) -> None:
    client = signed_in_client(app, pair.giver)
    with nothing_written():
        answer = send(client, path(pair, "me/leave"), {"present": present.encode("utf-8", "replace").decode()})
    assert answer.status_code == 422
    assert not present.strip() or present not in answer.text


def test_guessing_at_a_found_phone_is_slowed_down(app: Flask, pair: Pair) -> None:
    client = signed_in_client(app, pair.giver)
    answers = [send(client, path(pair, "me/leave"), {"present": f"wrong {turn}"}).status_code for turn in range(8)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert send(client, path(pair, "me/leave"), GOOD).status_code == 429


def test_a_page_gone_stale_leaves_nothing_twice(app: Flask, pair: Pair) -> None:
    a_member("Amalia", community=a_community("hill", "The Hill"), login=pair.giver)
    client = signed_in_client(app, pair.giver)
    assert send(client, path(pair, "me/leave"), GOOD).status_code == 303
    with nothing_written():
        assert send(client, path(pair, "me/leave"), GOOD).status_code == 404
        assert client.get(path(pair, "me/leave")).status_code == 404
        assert client.get(path(pair, "me")).status_code == 404
        assert client.get(path(pair, "statement")).status_code == 403
    assert client.get("/c/hill/me").status_code == 200
    assert "I have a card" in client.get(path(pair)).text


def test_the_only_coordinator_reads_what_can_be_done(app: Flask, pair: Pair) -> None:
    client = signed_in_client(app, pair.approver)
    assert "make somebody else a coordinator first" in client.get(path(pair, "me/leave")).text
    with nothing_written():
        answer = send(client, path(pair, "me/leave"), GOOD)
    assert answer.status_code == 409
    assert "only coordinator" in answer.text


def test_what_waits_for_a_word_is_named_before(app: Flask, pair: Pair) -> None:
    public_id = exchange_at(State.SAID, pair)
    page = signed_in_client(app, pair.receiver).get(path(pair, "me/leave")).text
    assert "Somebody waits for your word" in page
    assert public_id in page
    assert "Somebody waits for your word" not in signed_in_client(app, pair.giver).get(path(pair, "me/leave")).text


def test_everywhere_the_name_reads_a_former_member(app: Flask, pair: Pair) -> None:
    gone = a_member("Bartholomea")
    with_jo = Pair(gone, pair.receiver, pair.approver)
    posted, confirmed = exchange_at(State.POSTED, with_jo), exchange_at(State.CONFIRMED, with_jo)
    said = exchange_at(State.SAID, with_jo)
    asked_for_help = exchange_at(State.SAID, Pair(pair.receiver, gone, pair.approver))
    jo, rosa = signed_in_client(app, pair.receiver), signed_in_client(app, pair.approver)
    send(jo, path(pair, f"exchanges/{posted}/thank"), {"words": "So kind", "public": "y"})
    token = signed_in_client(app, gone)
    send(token, path(pair, f"exchanges/{posted}/talk"), {"words": "See you soon"})
    jos = ["", "statement", "statement/print", "statement.csv", "exchanges", "members", "help"]
    jos += [f"exchanges/{public_id}" for public_id in (posted, confirmed, said, asked_for_help)]
    jos += [f"exchanges/{said}/confirm", f"exchanges/{said}/ask_help", f"exchanges/{posted}/ask_put_right"]
    rosas = ["", "desk", "desk/roles", "members", f"exchanges/{confirmed}", f"exchanges/{asked_for_help}"]
    before = "".join(jo.get(path(pair, where)).text for where in jos)
    assert "Bartholomea" in before
    assert leave(gone)
    for client, wheres in ((jo, jos), (rosa, rosas)):
        for where in wheres:
            answer = client.get(path(pair, where))
            assert answer.status_code in {200, 303, 404}, where
            for told in ("Bartholomea", gone.public_id, gone.person_public_id):
                assert told not in answer.text, where
    card = jo.get(path(pair, f"exchanges/{posted}")).text
    assert "a former member" in card
    assert "See you soon" in card
    assert "So kind" in card
    assert "Write to them" not in card
    assert "you can still say so" in jo.get(path(pair, f"exchanges/{said}")).text
    assert "a former member" in jo.get(path(pair, "statement")).text
    assert "a former member" in jo.get(path(pair, "statement.csv")).text
    desk = rosa.get(path(pair, "desk")).text
    assert "a former member" in desk
    assert "One of the two has left" in desk
    assert jo.get(path(pair, f"members/{gone.public_id}")).status_code == 404
    assert rosa.get(path(pair, f"desk/people/{gone.public_id}")).status_code == 404
    assert send(jo, path(pair, f"exchanges/{said}/confirm"), {"said": "90"}).status_code == 303
    assert send(rosa, path(pair, f"exchanges/{said}/approve"), {}).status_code == 303
    assert send(rosa, path(pair, f"exchanges/{confirmed}/close"), {"reason": "Not so"}).status_code == 303
    assert send(rosa, path(pair, f"exchanges/{asked_for_help}/close"), {"reason": "Gone"}).status_code == 303
    assert violations() == []


def test_what_was_open_on_another_screen_is_refused_kindly(app: Flask, pair: Pair) -> None:
    asked, said = exchange_at(State.ASKED, pair), exchange_at(State.SAID, pair)
    jo = signed_in_client(app, pair.receiver)
    leave(pair.giver)
    with nothing_written():
        assert send(jo, path(pair, f"exchanges/{asked}/agree"), {}).status_code == 409
        other = send(jo, path(pair, f"exchanges/{said}/say_other"), {"hours": "1", "on_day": "2026-01-05"})
        assert other.status_code == 409
        assert send(jo, path(pair, f"exchanges/{asked}/talk"), {"words": "Hello?"}).status_code == 409
        proposed = {"who": "me", "title": "Tea", "hours": "1", "for_whom": "person"}
        assert send(jo, path(pair, f"members/{pair.giver.public_id}/propose"), proposed).status_code == 404


def test_a_coordinator_helps_by_the_form_and_others_read_why_without_a_name(app: Flask, pair: Pair) -> None:
    rosa, sam = signed_in_client(app, pair.approver), a_member("Sam", roles=[Role.COORDINATOR])
    where = path(pair, f"desk/people/{pair.giver.public_id}/leave")
    assert where in rosa.get(path(pair, f"desk/people/{pair.giver.public_id}")).text
    with nothing_written():
        empty = send(rosa, where, {"why": " "})
    assert empty.status_code == 422
    assert "Please say why" in empty.text
    assert send(rosa, where, {"why": "Her daughter rang"}).status_code == 303
    with nothing_written():
        assert send(rosa, where, {"why": "Again"}).status_code == 404
    page = signed_in_client(app, sam).get(path(pair, "desk/left")).text
    assert "Her daughter rang" in page
    assert "Rosa" in page
    assert "Ama" not in page
    assert violations() == []


def test_nobody_is_helped_out_who_did_not_ask_here(app: Flask, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    rosa, ama = signed_in_client(app, pair.approver), signed_in_client(app, pair.giver)
    sam, pavel = a_member("Sam", roles=[Role.COORDINATOR]), a_member("Pavel", community=a_community("hill", "The Hill"))
    own = rosa.get(path(pair, f"desk/people/{pair.approver.public_id}/leave"))
    assert own.location == path(pair, "me/leave")
    with nothing_written():
        why = {"why": "So"}
        assert send(rosa, path(pair, f"desk/people/{sam.public_id}/leave"), why).status_code == 409
        assert send(rosa, path(pair, f"desk/people/{pavel.public_id}/leave"), why).status_code == 404
        assert send(rosa, path(pair, "desk/people/bcdfghjkmnpq/leave"), why).status_code == 404
        assert send(ama, path(pair, f"desk/people/{pair.receiver.public_id}/leave"), why).status_code == 403
    help_to_leave(pair.approver, pair.giver, "Quietly")

    class HidesEverybody(gate.Gate):
        def visible_to(self, viewer, person_id):
            return person_id == viewer.person_id

    monkeypatch.setattr(gate, "_gate", HidesEverybody())
    assert rosa.get(path(pair, f"desk/people/{pair.receiver.public_id}/leave")).status_code == 404
    page = signed_in_client(app, sam).get(path(pair, "desk/left")).text
    assert "Quietly" in page
    assert "Rosa" not in page


def test_somebody_who_asked_to_join_takes_it_back(app: Flask, pair: Pair) -> None:
    asked = somebody_who_asked("Pavel")
    client = signed_in_client(app, asked)
    page = client.get(path(pair, "me/leave"))
    assert page.status_code == 200
    assert "statement.csv" not in page.text
    assert send(client, path(pair, "me/leave"), GOOD).status_code == 303
    assert "Pavel" not in signed_in_client(app, pair.approver).get(path(pair, "desk")).text
    assert violations() == []


def test_who_left_comes_back_with_a_card_and_the_old_lines_stay_without_a_name(app: Flask, pair: Pair) -> None:
    gone = a_member("Bartholomea")
    a_member("Bartholomea", community=a_community("hill", "The Hill"), login=gone)
    public_id = exchange_at(State.POSTED, Pair(gone, pair.receiver, pair.approver))
    leave(gone)
    again = a_member("Bartholomea", login=gone)
    card = signed_in_client(app, pair.receiver).get(path(pair, f"exchanges/{public_id}")).text
    assert "Bartholomea" not in card
    theirs = signed_in_client(app, again)
    assert theirs.get(path(pair, f"exchanges/{public_id}")).status_code == 404
    assert "still to come" in theirs.get(path(pair, "statement")).text
    do(public_id, Verb.ASK_PUT_RIGHT, pair.receiver)
    assert rows_of("exchange")[0]["state"] == State.CORRECTING
    assert violations() == []
