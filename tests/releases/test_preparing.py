"""Making a release: what counts in a quarter, that it is made once, and that nothing moves it afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.cli.test_console import timebank
from tests.databases import RELEASE_SECRET, Backend
from tests.factories import a_community, count, inside, nothing_written, rows_of
from tests.factories.exchanges import Pair, exchange_at
from tests.releases.conftest import FROZEN, IN_TIME, OPENED, QUARTER, Town, days_after, shown
from timebank.core import clock
from timebank.core.access import Program
from timebank.core.database import db, reading, transaction
from timebank.core.errors import Conflict
from timebank.exchanges.rules import State
from timebank.ledger import queries as ledger
from timebank.ledger.rules import Kind
from timebank.people.models import Membership
from timebank.people.rules import Standing
from timebank.releases import actions, checks, jobs, queries
from timebank.releases.rules import Deed, Quarter, content, digest, fingerprint, record_key

ZONE = "Europe/London"
LATE = datetime(2026, 10, 20, 12, tzinfo=UTC)


def deeds(town: Town, quarter: Quarter = QUARTER) -> list[Deed]:
    with inside(), reading():
        return queries.deeds(town.place.id, queries.window_of(quarter, ZONE))


def test_release_holds_the_figures_of_its_quarter_and_where_they_came_from(town: Town) -> None:
    town.circle(24, minutes=100)
    row = town.prepare()
    told = shown(row["content"])
    assert told["people/active"] in {20, 25, 30}
    assert told["hours/all"] in {30, 40, 50}
    assert told["both_ways/gave_and_received"] is None, "all of them did"
    assert row["content"]["name"] == "Harbour Street"
    assert row["content"]["quarter"] == row["quarter"] == "2026-Q3"
    assert (row["inputs"], row["ledger_seq"]) == (24, 24)
    assert [row["ledger_head"]] == [each["hash"] for each in rows_of("transfer", seq=24)]
    assert row["content_hash"] == digest(row["content"])
    assert row["secret_fingerprint"] == fingerprint(RELEASE_SECRET.encode())
    assert row["code_version"]
    assert row["prepared_at"] == FROZEN
    assert rows_of("audit_line", verb="prepare_release")


def test_figures_are_those_of_the_rules_for_the_same_people(town: Town) -> None:
    town.circle(24, minutes=100)
    people = [str(member.person_id) for member in town.members]
    same = [Deed(people[number], people[(number + 1) % 24], 100) for number in range(24)]
    by_rules = content(same, lambda person: record_key(RELEASE_SECRET.encode(), person))
    row = town.prepare()
    assert {name: row["content"][name] for name in by_rules} == by_rules


def test_release_holds_no_name_no_id_no_true_figure(town: Town) -> None:
    town.circle(23, minutes=97)
    told = str(town.prepare()["content"])
    for member in town.members:
        for sign in (member.called, member.public_id, member.person_public_id, str(member.person_id)):
            assert sign not in told
    assert "'shown': 23" not in told
    assert str(23 * 97) not in told


@pytest.mark.parametrize(
    ("day", "at", "counts_in"),
    [
        (date(2026, 7, 1), datetime(2026, 7, 2, tzinfo=UTC), Quarter(2026, 3)),
        (date(2026, 6, 30), datetime(2026, 7, 2, tzinfo=UTC), Quarter(2026, 2)),
        (date(2026, 6, 30), datetime(2026, 7, 14, 22, 59, tzinfo=UTC), Quarter(2026, 2)),
        (date(2026, 6, 30), datetime(2026, 7, 14, 23, tzinfo=UTC), Quarter(2026, 3)),
        (date(2026, 9, 30), datetime(2026, 10, 14, 22, 59, 59, 999999, tzinfo=UTC), Quarter(2026, 3)),
        (date(2026, 9, 30), datetime(2026, 10, 14, 23, tzinfo=UTC), Quarter(2026, 4)),
        (date(2026, 3, 3), datetime(2026, 9, 1, tzinfo=UTC), Quarter(2026, 3)),
        (date(2026, 10, 1), datetime(2026, 10, 2, tzinfo=UTC), Quarter(2026, 4)),
    ],
)
def test_help_counts_in_its_quarter_or_where_it_was_late_in_the_next(
    town: Town, day: date, at: datetime, counts_in: Quarter
) -> None:
    town.grow(2)
    town.help(*town.members, day=day, at=at)
    found = Counter({str(Quarter(2026, number)): len(deeds(town, Quarter(2026, number))) for number in (1, 2, 3, 4)})
    assert +found == {str(counts_in): 1}, "once, and in one quarter"


def test_what_was_taken_back_in_time_does_not_count(town: Town) -> None:
    town.grow(2)
    gone = town.help(*town.members)
    town.help(*town.members, day=date(2026, 8, 18))
    town.take_back(gone, days_after(IN_TIME, 3))
    assert len(deeds(town)) == 1


def test_what_was_taken_back_after_the_freeze_stays_as_it_was_told(town: Town) -> None:
    town.circle(5)
    posting = town.help(town.members[0], town.members[1], 120, day=date(2026, 8, 20))
    before = town.prepare()
    told = len(deeds(town))
    town.take_back(posting, LATE)
    assert len(deeds(town)) == told
    assert deeds(town, QUARTER.after) == []
    assert town.prepare(now=days_after(FROZEN, 20)) == before


def test_late_release_is_the_one_that_would_have_been_made_in_time(town: Town) -> None:
    town.circle(5)
    posting = town.help(town.members[0], town.members[1], 120, day=date(2026, 8, 20))
    with inside(), reading():
        in_time = deeds(town), ledger.head_at(town.place.id, QUARTER.freezes_at(ZONE))
    town.take_back(posting, LATE)
    town.help(town.members[3], town.members[4], at=LATE)
    row = town.prepare(now=days_after(FROZEN, 60))
    assert deeds(town) == in_time[0]
    assert (row["inputs"], row["ledger_seq"], row["ledger_head"]) == (6, *in_time[1])


def test_correction_counts_in_time_and_never_later(town: Town) -> None:
    town.grow(2)
    first, second = town.help(*town.members), town.help(*town.members, day=date(2026, 8, 18))
    town.take_back(first, days_after(IN_TIME, 3))
    town.help(*town.members, minutes=30, kind=Kind.CORRECTION, at=days_after(IN_TIME, 3))
    assert sorted(deed.minutes for deed in deeds(town)) == [30, 60]
    town.take_back(second, LATE)
    town.help(*town.members, minutes=45, kind=Kind.CORRECTION, day=date(2026, 8, 18), at=LATE)
    assert sorted(deed.minutes for deed in deeds(town)) == [30, 60]
    assert deeds(town, QUARTER.after) == []


@pytest.mark.parametrize("kind", [Kind.GIFT, Kind.OPENING, Kind.IMPORTED])
def test_minutes_that_only_moved_or_were_confirmed_elsewhere_are_no_help_of_the_quarter(town: Town, kind: Kind) -> None:
    town.grow(2)
    town.help(*town.members, kind=kind)
    assert deeds(town) == []


def test_whoever_left_still_counts(town: Town) -> None:
    town.circle(3)
    with inside(), transaction():
        gone = db.session.get_one(Membership, town.members[1].membership_id)
        gone.standing, gone.left_at, gone.called = Standing.LEFT, FROZEN, ""
    assert {deed.giver for deed in deeds(town)} == {str(member.person_id) for member in town.members}


def test_another_communitys_help_does_not_count(town: Town) -> None:
    town.circle(2)
    other = Town(a_community("hillside", "Hillside"), town.coordinator, town.funder)
    other.circle(3)
    assert (len(deeds(town)), len(deeds(other))) == (2, 3)


@pytest.mark.parametrize(("for_whom", "form"), [("person", "individual"), ("group", "group")])
def test_form_is_the_exchanges_own(town: Town, for_whom: str, form: str) -> None:
    town.grow(2)
    with clock.set_to(IN_TIME):
        exchange_at(State.POSTED, Pair(*town.members, town.coordinator), for_whom=for_whom)
    [deed] = deeds(town)
    assert deed.form == form
    assert (deed.giver, deed.receiver) == tuple(str(member.person_id) for member in town.members)


def test_help_for_everybody_is_collective_and_names_no_receiver(town: Town) -> None:
    town.grow(2)
    with clock.set_to(IN_TIME):
        town.help(town.members[1], town.members[0], minutes=120)
        give_to_pot(town)
        exchange_at(State.POSTED, Pair(*town.members, town.coordinator), for_whom="everyone")
    [deed] = [each for each in deeds(town) if each.form == "collective"]
    assert (deed.giver, deed.receiver) == (str(town.members[0].person_id), None)


def give_to_pot(town: Town) -> None:
    """Let the pot have something to pay with."""
    from timebank.core import ids
    from timebank.people import queries as people
    from timebank.pot import actions as pot

    with inside(), transaction():
        by = people.viewer_of(town.members[1].person_id, town.place.id)
        pot.give(minutes=100, words="", key=ids.new_uuid(), now=clock.now(), by=by)


def test_release_is_made_once(town: Town) -> None:
    town.circle(3)
    first = town.prepare()
    with nothing_written():
        assert town.prepare(now=days_after(FROZEN, 5)) == first
    assert count("release") == 1


def test_two_that_make_it_at_the_same_time_make_one(town: Town, app: Flask) -> None:
    town.circle(2)
    ready, found, failed = threading.Barrier(2), [], []

    def make() -> None:
        try:
            with app.app_context():
                ready.wait()
                with transaction():
                    by = Program(town.place.id)
                    made = actions.prepare(community_id=town.place.id, quarter=QUARTER, now=FROZEN, by=by)
                    found.append(made.public_id)
        except Exception as error:  # noqa: BLE001 - what a thread met is looked at outside of it
            failed.append(error)

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(found)) == 1
    assert count("release") == 1


@pytest.mark.parametrize(
    ("quarter", "now", "words"),
    [
        (QUARTER, datetime(2026, 10, 14, 23, 30, tzinfo=UTC), "two weeks"),
        (Quarter(2025, 4), FROZEN, "not there yet"),
    ],
)
def test_release_too_early_or_of_a_time_before_is_refused(
    town: Town, quarter: Quarter, now: datetime, words: str
) -> None:
    with nothing_written(), pytest.raises(Conflict, match=words):
        town.prepare(quarter, now)


@pytest.fixture
def secret(app: Flask, monkeypatch: pytest.MonkeyPatch, backend: Backend):
    """Let another secret be set, or none."""

    def put(words: str) -> None:
        monkeypatch.setitem(app.extensions, "settings", backend.settings(RELEASE_SECRET=words))

    return put


def test_without_the_secret_nothing_is_made_and_the_doctor_says_so(town: Town, app: Flask, secret) -> None:
    secret("")
    with nothing_written(), pytest.raises(Conflict, match="no secret for the releases"):
        town.prepare()
    with nothing_written(), inside(), clock.set_to(FROZEN):
        jobs.prepare_due()
    assert "! No releases are made: there is no secret" in timebank(app, "doctor").output


def test_another_secret_than_before_makes_no_release_anywhere_here(town: Town, app: Flask, secret) -> None:
    first = town.prepare()
    assert "another one" not in timebank(app, "doctor").output
    secret(RELEASE_SECRET[::-1])
    other = Town(a_community("hillside", "Hillside"), town.coordinator, town.funder)
    for place in (town, other):
        with nothing_written(), pytest.raises(Conflict, match="another one than before"):
            place.prepare(Quarter(2026, 2))
    assert town.prepare() == first, "what was made stays"
    assert "! The secret of the releases is another one than before." in timebank(app, "doctor").output
    secret(RELEASE_SECRET)
    town.prepare(Quarter(2026, 2))


def run_job(at: datetime) -> list[str]:
    with inside(), clock.set_to(at):
        jobs.prepare_due()
    return [row["quarter"] for row in rows_of("release")]


def test_job_makes_each_quarter_since_the_community_began_when_it_is_due(town: Town) -> None:
    assert run_job(datetime(2026, 4, 14, 20, tzinfo=UTC)) == []
    assert run_job(datetime(2026, 4, 15, 1, tzinfo=UTC)) == ["2026-Q1"]
    assert run_job(datetime(2026, 4, 16, tzinfo=UTC)) == ["2026-Q1"]
    assert run_job(FROZEN) == ["2026-Q1", "2026-Q2", "2026-Q3"]
    with nothing_written():
        run_job(FROZEN)
    assert count("release_approval") == 0, "nothing leaves the house by itself"


def test_release_goes_out_once(town: Town) -> None:
    town.prepare()
    town.approve()
    [row] = rows_of("release_approval")
    assert (row["approved_by"], row["approved_at"]) == (town.coordinator.person_public_id, FROZEN)
    with nothing_written(), pytest.raises(Conflict, match="already"):
        town.approve()
    assert rows_of("audit_line", verb="approve_release")


def alter(backend: Backend, statement: str) -> None:
    """Alter what cannot be altered, as the owner of the database with its guards off."""
    with backend.owner().connect().execution_options(unit="write") as connection, connection.begin():
        if backend.name == "sqlite":
            kept = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'release_no_update'"))
            connection.exec_driver_sql("DROP TRIGGER release_no_update")
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql(kept)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(statement)
    backend.owner().dispose()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE release SET quarter = '2026-Q2'", "not as it was made"),
        ("UPDATE release SET content_hash = 'x'", "not as it was made"),
        ("UPDATE release SET ledger_head = 'x'", "another book"),
    ],
)
def test_verify_notices_a_release_that_was_altered(
    town: Town, app: Flask, backend: Backend, statement: str, words: str
) -> None:
    town.circle(3)
    town.prepare()
    with inside(), reading() as session:
        assert [found for check in checks.CHECKS for found in check(session)] == []
    alter(backend, statement)
    assert words in timebank(app, "verify").output


def test_community_begins_with_the_quarter_it_was_opened_in(town: Town) -> None:
    with inside(), reading():
        assert queries.next_quarter(queries_viewer(town)) == Quarter.of(OPENED.date())
    town.prepare(Quarter(2026, 1))
    with inside(), reading():
        assert queries.next_quarter(queries_viewer(town)) == Quarter(2026, 2)


def queries_viewer(town: Town):
    from timebank.people import queries as people

    return people.viewer_of(town.funder.person_id, town.place.id)
