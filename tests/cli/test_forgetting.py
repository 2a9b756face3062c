"""Whatever a column promises to be forgotten after a term is forgotten then, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.architecture import town
from tests.factories import inside, working_on
from timebank.cli import jobs_loop
from timebank.core import clock
from timebank.core.database import Base, db, reading, transaction
from timebank.core.keeping import over_before, term_of
from timebank.outbox.models import Message
from timebank.people import actions
from timebank.people.models import Attempt, OneTimeKey
from timebank.upkeep import queries as upkeep

NOW = datetime.now(UTC)
# Promises without a term: somebody's leaving keeps them, or nothing does, and that is what they say.
WITHOUT_A_TERM = {
    "as long as the community",
    "as long as the community, as a pseudonym",
    "as long as the community, as pseudonyms",
    "until erased",
    "while a member",
    "while the person has a login",
}
OPENED_BEFORE = 400  # days before anybody came, the community was opened there
LONG_AGO = timedelta(days=366 * 8)


def promises() -> dict[str, str]:
    """Give what each column promises, by table and column."""
    return {
        f"{table.name}.{column.name}": column.info["personal"]["keep"]
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info.get("personal")
    }


TERMS = {column: promise for column, promise in promises().items() if term_of(promise)}


def test_a_promise_names_its_term_first_or_is_a_known_one_without() -> None:
    assert set(promises().values()) - set(TERMS.values()) == WITHOUT_A_TERM


def test_whoever_promises_a_term_is_named_by_one_job() -> None:
    named = [each for work in jobs_loop.PERIODIC for each in work.forgets]
    assert len(set(named)) == len(named)
    kept = {column: [each for each in named if each in {column, column.split(".")[0]}] for column in TERMS}
    assert {column for column, jobs in kept.items() if len(jobs) != 1} == set()
    assert {each for each in named if not any(each in jobs for jobs in kept.values())} == set()


def test_what_its_trigger_holds_for_a_term_is_what_its_columns_promise() -> None:
    for table in Base.metadata.sorted_tables:
        if "forgotten" in table.info:
            column, promise = table.info["forgotten"]
            assert column in table.columns
            assert {keep for name, keep in promises().items() if name.startswith(f"{table.name}.")} == {promise}


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        ("1 day", datetime(2024, 2, 28, tzinfo=UTC)),
        ("30 days after the end", datetime(2024, 1, 30, tzinfo=UTC)),
        ("12 months after the exchange", datetime(2023, 2, 28, tzinfo=UTC)),
        ("2 years", datetime(2022, 2, 28, tzinfo=UTC)),
        ("4 years", datetime(2020, 2, 29, tzinfo=UTC)),
        ("3 months", datetime(2023, 11, 29, tzinfo=UTC)),
    ],
)
def test_a_term_is_counted_by_the_calendar(promise: str, expected: datetime) -> None:
    assert over_before(promise, datetime(2024, 2, 29, tzinfo=UTC)) == expected


def test_a_promise_without_a_term_has_no_end() -> None:
    with pytest.raises(ValueError, match="no term"):
        over_before("while a member", NOW)


def lived(app: Flask, age: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a whole town live and leave, so long ago; and what its people do not do be there as well."""
    then = NOW - age
    monkeypatch.setattr(town, "NOW", then)
    with clock.set_to(then):
        place = town.populate(app)
        with inside(), transaction() as session:
            person_id = place.persons["member"]
            session.add(Attempt(bucket="b", at=then))
            actions.sign_in(person_id=person_id, shared_device=False, now=then)
            message = {"kind": "anchor", "ids": {"seq": 1}, "put_at": then, "due_at": then, "tries": 1}
            session.add(Message(person_id=person_id, done_at=then, outcome="sent", **message))
            session.add(
                OneTimeKey(
                    kind="card",
                    person_id=person_id,
                    secret_hash="s",
                    made_by="rosa",
                    made_at=then - timedelta(hours=1),
                    ends_at=then,
                    used_at=then,
                )
            )
            for statement in BESIDE:
                session.execute(sa.text(statement).bindparams(*_binds(statement, then)))


def _binds(statement: str, then: datetime) -> list[sa.BindParameter[Any]]:
    instant = Base.metadata.tables["look"].c.looked_at.type
    return [sa.bindparam("then", then, type_=instant)] if ":then" in statement else []


BESIDE = (
    "INSERT INTO exchange_opened (community_id, exchange_id, opened_by, opened_at) "
    "SELECT community_id, id, 'rosa', :then FROM exchange WHERE state = 'posted'",
    "UPDATE exchange SET place = 'the hall', reason = 'so it was' WHERE state = 'posted'",
    "INSERT INTO wording (community_id, kind, version, words, since, made_by) "
    "SELECT id, 'house', 99, 'words', :then, 'rosa' FROM community",
    "INSERT INTO acceptance (membership_id, wording_id, accepted_at) "
    "SELECT m.id, w.id, :then FROM membership m JOIN wording w ON w.community_id = m.community_id AND w.version = 99",
    "INSERT INTO paper_signature (membership_id, wording_id, said_by, said_at) "
    "SELECT m.id, w.id, 'rosa', :then FROM membership m JOIN wording w ON w.community_id = m.community_id "
    "AND w.version = 99",
    "UPDATE membership SET standing = 'left', left_at = :then, why_left = 'They asked for it'",
    "UPDATE invitation SET ends_at = :then, ended_at = :then, ended_by = 'rosa'",
    "UPDATE limit_proposal SET decided_at = :then, decided_by = 'jo', agreed = true",
    "UPDATE role_proposal SET decided_at = :then, decided_by = 'jo', agreed = true",
    "UPDATE thanks SET public = true, agreed_at = :then",
)


def forget() -> None:
    with inside():
        for work in jobs_loop.PERIODIC:
            if work.forgets:
                work.do()
        db.session.remove()


def filled() -> set[str]:
    """Give the columns with a term that hold something about anybody, of exchanges that are over."""
    found = set()
    with inside(), reading() as session:
        for name in TERMS:
            table_name, column = name.split(".")
            table = Base.metadata.tables[table_name]
            wanted = sa.select(table.c[column]).where(table.c[column].is_not(None))
            if table_name in {"exchange", "exchange_message", "thanks"}:
                exchange = Base.metadata.tables["exchange"]
                over = sa.select(exchange.c.id).where(exchange.c.state.in_(("posted", "closed", "withdrawn")))
                wanted = wanted.where(table.c["id" if table_name == "exchange" else "exchange_id"].in_(over))
            found |= {name} if any(value != "" for value in session.scalars(wanted)) else set()
        db.session.remove()
    return found


@pytest.fixture(autouse=True)
def _working(app: Flask) -> Iterator[None]:
    with working_on(app):
        yield


def test_after_all_terms_nothing_of_it_is_left_and_the_books_are_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(app, LONG_AGO, monkeypatch)
    assert filled() == set(TERMS)
    ledger_checks = upkeep.ledger.CHECKS
    forget()
    assert filled() == set()
    with inside(), reading() as session:
        assert [found for check in ledger_checks for found in check(session)] == []
    forget()


@pytest.mark.parametrize("promise", sorted({term_of(each) or "" for each in TERMS.values()}))
def test_until_its_term_is_over_nothing_is_forgotten(app: Flask, monkeypatch: pytest.MonkeyPatch, promise: str) -> None:
    nearly = NOW - over_before(promise, NOW) - timedelta(hours=1)
    lived(app, nearly, monkeypatch)
    before = filled()
    forget()
    still = {name for name in before if over_before(TERMS[name], NOW) <= over_before(promise, NOW)}
    assert still
    assert still <= filled()


def test_what_is_not_over_keeps_its_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(app, LONG_AGO, monkeypatch)
    with inside(), transaction() as session:
        waiting = session.scalar(sa.text("SELECT count(*) FROM exchange WHERE state IN ('confirmed', 'help')"))
    forget()
    with inside(), reading() as session:
        assert waiting
        assert session.scalar(sa.text("SELECT count(*) FROM exchange WHERE title <> ''")) >= waiting
        assert session.scalar(sa.text("SELECT count(*) FROM exchange_message")) > 0


KEPT = {"audit_line": ("at", 2), "look": ("looked_at", 6), "acceptance": ("accepted_at", 7)}


@pytest.mark.parametrize("table", KEPT)
def test_young_lines_are_held_by_the_database_whatever_the_clock_of_the_program_says(
    app: Flask, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    column, years = KEPT[table]
    lived(app, timedelta(days=365 * years - OPENED_BEFORE - 30), monkeypatch)
    with inside(), reading() as session:
        before = session.scalar(sa.text(f"SELECT count(*) FROM {table}"))
    assert before
    with clock.set_to(NOW + timedelta(days=366 * 20)):
        forget()
    with inside(), reading() as session:
        assert session.scalar(sa.text(f"SELECT count(*) FROM {table}")) == before
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
        with inside(), pytest.raises(sa.exc.DatabaseError), transaction() as session:
            session.execute(sa.text(statement))
