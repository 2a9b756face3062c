"""Only `transaction()` and `note()` write; what fails leaves nothing; a read cannot write, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import a_community, a_member, count, nothing_written, rows_of
from timebank.core import audit, clock
from timebank.core.access import Program
from timebank.core.database import db, note, reading, transaction
from timebank.people.models import Attempt


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def a_line() -> None:
    audit.write("test", on=("test", 1), by=Program())


def test_a_transaction_keeps_what_it_wrote() -> None:
    with transaction():
        a_line()
    assert count("audit_line", verb="test") == 1


def test_a_transaction_that_fails_leaves_nothing() -> None:
    with nothing_written(), pytest.raises(KeyError), transaction():
        a_line()
        db.session.flush()
        raise KeyError


def test_a_transaction_opens_empty_so_that_nothing_read_before_counts() -> None:
    member = a_member("Ama")
    from timebank.people import queries

    stale = queries.membership_of(member.person_id, member.community.id)
    with transaction():
        fresh = queries.membership_of(member.person_id, member.community.id)
        assert fresh is not stale


def test_a_transaction_inside_another_is_refused() -> None:
    with transaction(), pytest.raises(RuntimeError), transaction():
        pass


def test_a_note_inside_a_transaction_is_refused() -> None:
    with transaction(), pytest.raises(RuntimeError), note():
        pass


def test_a_note_is_kept_although_the_page_fails_afterwards() -> None:
    with pytest.raises(KeyError), reading():
        with note() as notes:
            notes.add(Attempt(bucket="b", at=clock.now()))
        raise KeyError
    assert count("attempt") == 1


def test_a_note_that_fails_leaves_nothing() -> None:
    with pytest.raises(KeyError), note() as notes:
        notes.add(Attempt(bucket="b", at=clock.now()))
        notes.flush()
        raise KeyError
    assert count("attempt") == 0


def test_a_read_cannot_write() -> None:
    a_community()
    with nothing_written():
        with pytest.raises(sa.exc.DBAPIError), reading() as session:
            session.execute(sa.text("DELETE FROM community"))
        with pytest.raises(sa.exc.DBAPIError), reading():
            a_line()
            db.session.flush()


def test_what_is_read_is_never_written_by_a_later_write() -> None:
    a_community()
    from timebank.communities import queries

    with reading():
        found = queries.by_slug("harbour-street")
    found.slug = "stolen"
    with transaction():
        a_line()
    assert [row["slug"] for row in rows_of("community")] == ["harbour-street"]


LOOKED = (
    "INSERT INTO look (community_id, membership_id, what, looked_by, looked_at) "
    "SELECT community_id, id, 'reach', 'rosa', joined_at FROM membership"
)


@pytest.mark.parametrize("table", ["audit_line", "look", "wording", "setting_change", "acceptance"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "DROP TABLE {}"])
def test_the_web_alters_nothing_that_is_append_only(table: str, statement: str) -> None:
    a_member("Ama")
    with transaction() as session:
        session.execute(sa.text(LOOKED))
    if table == "acceptance":
        statement = statement.replace("id = id", "membership_id = membership_id")
    with nothing_written(), pytest.raises(sa.exc.DBAPIError), transaction() as session:
        session.execute(sa.text(statement.format(table)))
