"""The pot's pages: closed months without names, forms that post once, lines that read well."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.factories.browsers import send, signed_in_client
from tests.factories.people import a_community, a_member, inside
from tests.factories.rows import count, nothing_written
from tests.pot.conftest import at, balance, earned, give, in_pot, pass_on
from timebank.core.access import Role, Viewer
from timebank.core.database import reading
from timebank.people import queries as people
from timebank.pot import queries
from timebank.safeguarding import queries as gate

SEPTEMBER = datetime(2026, 9, 3, 12, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)


def key_in(page: str) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_only_months_that_are_over_are_shown_and_nobody_is_named(app: Flask) -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Josephine"), a_member("Rosalind", roles=[Role.COORDINATOR])
    with at(SEPTEMBER):
        earned(jo, 150, rosa, now=SEPTEMBER)
        earned(jo, 100, ama, now=SEPTEMBER)
        give(jo, 130, now=SEPTEMBER, words="Quietly")
    give(jo, 77, now=OCTOBER)
    pass_on(rosa, jo, 50, now=OCTOBER, why="Quietly too")
    with at(OCTOBER):
        page = signed_in_client(app, ama).get(ama.community.path("pot")).text
        assert "September 2026" in page
        assert "2 h 10 min" in page
        assert "1 h 17 min" not in page
        assert "October 2026" not in page
        assert "At the end of September 2026 there were 2 h 10 min" in page
    with at(NOVEMBER):
        page = signed_in_client(app, ama).get(ama.community.path("pot")).text
    assert "1 h 17 min" in page
    assert "50 min" in page
    assert "At the end of October 2026 there were 2 h 37 min" in page
    assert page.count("<rect") == 4
    for told in ("Josephine", "Rosalind", "Quietly", jo.public_id, rosa.public_id):
        assert told not in page


def test_a_month_is_over_when_it_is_over_in_utc_wherever_the_community_lives(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 60, jo, now=OCTOBER)
    give(ama, 60, now=OCTOBER)
    viewer = Viewer(ama.person_id, ama.person_public_id, "Ama", ama.community.id)
    with inside(), reading():
        auckland = OCTOBER.astimezone(ZoneInfo("Pacific/Auckland"))
        assert auckland.month == 11
        assert queries.closed_months(viewer, auckland) == []
        assert len(queries.closed_months(viewer, NOVEMBER)) == 1


def test_the_empty_pot_invites(app: Flask) -> None:
    ama = a_member("Ama")
    page = signed_in_client(app, ama).get(ama.community.path("pot")).text
    assert "The first month is still to come" in page
    assert '<svg class="pot__picture"' not in page


def test_a_double_tap_the_back_button_and_a_retry_give_once(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 120, jo)
    client, path = signed_in_client(app, ama), ama.community.path("pot")
    fields = {"key": key_in(client.get(path).text), "hours": "1", "minutes": "", "words": "For all"}
    for _ in range(3):
        assert send(client, path, fields).status_code == 303
    assert in_pot(ama) == 60
    refused = send(client, path, fields | {"hours": "", "minutes": "20"})
    assert refused.status_code == 409
    assert "begin anew" in refused.text
    assert send(client, path, fields | {"key": key_in(client.get(path).text)}).status_code == 303
    assert in_pot(ama) == 120


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [("", ""), ("0", "0"), ("-1", ""), ("1.30", ""), ("\u0663", ""), ("9999", ""), ("1e3", ""), ("x" * 200, "")],
)
def test_time_that_makes_no_sense_is_refused_and_kept(app: Flask, hours: str, minutes: str) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 120, jo)
    client, path = signed_in_client(app, ama), ama.community.path("pot")
    with nothing_written():
        answer = send(client, path, {"key": key_in(client.get(path).text), "hours": hours, "minutes": minutes})
    assert answer.status_code == 422
    assert f'value="{hours}"' in answer.text or not hours


@pytest.mark.parametrize("key", ["", "x", "1", "\x00", "00000000-0000-0000-0000-00000000000g"])
def test_a_key_that_is_not_ours_is_refused(app: Flask, key: str) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 120, jo)
    client = signed_in_client(app, ama)
    with nothing_written():
        answer = send(client, ama.community.path("pot"), {"key": key, "hours": "1"})
    assert answer.status_code == 422
    assert "open this page again" in answer.text


def test_more_than_one_has_is_refused_kindly(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    earned(ama, 90, jo)
    cases = (
        (ama, "You can give up to 1 h 30 min.", "You have 1 h 30 min left over"),
        (jo, "That is fine", "That is fine"),
    )
    for member, before, words in cases:
        client, path = signed_in_client(app, member), ama.community.path("pot")
        assert before in client.get(path).text, "it is said before anything is typed"
        with nothing_written():
            answer = send(client, path, {"key": str(uuid.uuid4()), "hours": "2"})
        assert answer.status_code == 409
        assert words in answer.text


def test_a_coordinator_passes_on_by_the_form_and_both_statements_read_well(app: Flask) -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 120, jo)
    give(ama, 90, words="=For you")
    client, path = signed_in_client(app, rosa), rosa.community.path("pot/pass-on")
    assert path in client.get(rosa.community.path("desk")).text
    page = client.get(f"{path}?to={jo.public_id}").text
    assert "1 h 30 min in the pot now" in page
    assert re.search(rf'<option value="{jo.public_id}" selected', page)
    assert rosa.public_id not in page.split("<select")[1].split("</select>")[0]
    fields = {"key": key_in(page), "to": jo.public_id, "hours": "1", "minutes": "", "why": "For the lift"}
    for _ in range(2):
        assert send(client, path, fields).status_code == 303
    assert (in_pot(jo), balance(jo)) == (30, -60)
    for where in ("statement", "statement/print"):
        gave = signed_in_client(app, ama).get(ama.community.path(where)).text
        received = signed_in_client(app, jo).get(ama.community.path(where)).text
        assert "Given to the pot" in gave
        assert "the pot" in gave
        assert "From the pot" in received
        assert "For the lift" in received
        assert "For the lift" not in gave
    lines = list(csv.DictReader(io.StringIO(signed_in_client(app, ama).get(ama.community.path("statement.csv")).text)))
    assert (lines[0]["in_words"], lines[0]["with"], lines[0]["note"]) == ("Given to the pot", "the pot", "'=For you")
    assert lines[0]["went_minutes"] == "90"


def test_what_cannot_be_passed_on_lands_on_its_field_and_is_kept(app: Flask) -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    elsewhere = a_member("Pavel", community=a_community("hill", "The Hill"))
    earned(ama, 120, jo)
    give(ama, 60)
    client, path = signed_in_client(app, rosa), rosa.community.path("pot/pass-on")
    good = {"key": key_in(client.get(path).text), "to": jo.public_id, "hours": "1", "why": "For the lift"}
    cases = [
        ({"hours": "2"}, 409, "not that much in the pot"),
        ({"why": " "}, 422, "Please say why"),
        ({"to": rosa.public_id}, 422, ""),
        ({"to": elsewhere.public_id}, 422, ""),
        ({"to": ""}, 404, "choose somebody"),
        ({"hours": "", "minutes": ""}, 422, "At least one minute"),
        ({"key": "x"}, 422, "open this page again"),
    ]
    for wrong, status, words in cases:
        with nothing_written():
            answer = send(client, path, good | wrong)
        assert (answer.status_code, words in answer.text) == (status, True), wrong
    assert "For the lift" in send(client, path, good | {"hours": "2"}).text


def test_only_coordinators_pass_on_and_only_those_whom_they_may_see(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ama, jo, rosa = a_member("Ama"), a_member("Jo"), a_member("Rosa", roles=[Role.COORDINATOR])
    earned(ama, 120, jo)
    give(ama, 60)
    path = rosa.community.path("pot/pass-on")
    assert signed_in_client(app, ama).get(path).status_code == 403
    client = signed_in_client(app, rosa)
    fields = {"key": key_in(client.get(path).text), "to": jo.public_id, "hours": "1", "why": "x"}

    class HidesEverybody(gate.Gate):
        def visible_to(self, viewer, person_id):
            return person_id == viewer.person_id

    monkeypatch.setattr(gate, "_gate", HidesEverybody())
    assert jo.public_id not in client.get(path).text
    with nothing_written():
        assert send(client, path, fields).status_code == 422
    with inside(), reading():
        seen = queries.others(people.viewer_of(rosa.person_id, rosa.community.id))
    assert list(seen) == []


def test_a_funder_is_nobody_to_pass_hours_to_and_finds_no_pot(app: Flask) -> None:
    rosa, fund = a_member("Rosa", roles=[Role.COORDINATOR]), a_member("Canal Fund", roles=[Role.FUNDER])
    assert fund.public_id not in signed_in_client(app, rosa).get(rosa.community.path("pot/pass-on")).text
    assert signed_in_client(app, fund).get(rosa.community.path("pot")).status_code == 403
    assert count("transfer") == 0


def test_all_months_can_be_seen(app: Flask) -> None:
    ama, jo = a_member("Ama"), a_member("Jo")
    long_ago = datetime(2025, 1, 5, 12, tzinfo=UTC)
    earned(ama, 120, jo, now=long_ago)
    give(ama, 60, now=long_ago)
    client = signed_in_client(app, ama)
    with at(NOVEMBER):
        client = signed_in_client(app, ama)
        assert "Jan 2025" not in client.get(ama.community.path("pot")).text
        assert "Jan 2025" in client.get(ama.community.path("pot?months=all")).text
