"""The web's own role: made by a command, looked at by the doctor, and unable to do what it must not."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import Backend
from tests.factories import timebank
from tests.upkeep.conftest import an_installation
from timebank.cli import roles


@pytest.fixture
def fresh(backend: Backend, tmp_path: Path) -> Iterator[Backend]:
    """Give an empty database and the address of a web role that does not exist yet."""
    with backend.beside(tmp_path / "instance") as made:
        if backend.name == "sqlite":
            yield made
            return
        role = f"web_{uuid.uuid4().hex[:8]}"
        web = sa.make_url(made.url).set(username=role, password="it's 100% secret")
        made.url = web.render_as_string(hide_password=False)
        yield made
        with made.owner().connect().execution_options(unit="write") as connection, connection.begin():
            if connection.scalar(sa.text(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'")):
                connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_the_role_is_made_once_and_the_doctor_is_content(fresh: Backend) -> None:
    with an_installation(fresh) as app:
        if fresh.name == "sqlite":
            assert "SQLite has no roles" in timebank(app, "db", "roles").output
            return
        done = timebank(app, "db", "roles")
        assert done.exit_code == 0, done.output
        assert "was made" in done.output
        assert timebank(app, "migrate").exit_code == 0
        assert "was there" in timebank(app, "db", "roles").output
        done = timebank(app, "doctor")
        assert done.exit_code == 0, done.output
        assert "can alter neither tables nor the book" in done.output


@pytest.mark.parametrize(
    ("power", "words"),
    [
        ("ALTER ROLE {role} SUPERUSER", "is a superuser"),
        ("ALTER ROLE {role} REPLICATION", "may replicate"),
        ("GRANT UPDATE ON transfer TO {role}", "has UPDATE on transfer"),
        ("GRANT TRUNCATE ON limit_change TO {role}", "has TRUNCATE on limit_change"),
        ("GRANT UPDATE (floor) ON account TO {role}", "may change account.floor"),
        ("ALTER TABLE transfer OWNER TO {role}", "owns transfer"),
    ],
)
def test_the_doctor_finds_a_role_that_may_too_much(fresh: Backend, power: str, words: str) -> None:
    with an_installation(fresh) as app:
        assert timebank(app, "db", "roles").exit_code == 0
        assert timebank(app, "migrate").exit_code == 0
        if fresh.name == "sqlite":
            return
        role = sa.make_url(fresh.url).username
        with fresh.owner().connect().execution_options(unit="write") as connection, connection.begin():
            connection.exec_driver_sql(power.format(role=role))
            assert words in list(roles.too_much(connection, str(role)))
        try:
            done = timebank(app, "doctor")
            assert done.exit_code == 1
            assert "! The web's role" in done.output
        finally:
            with fresh.owner().connect().execution_options(unit="write") as connection, connection.begin():
                connection.exec_driver_sql("ALTER TABLE transfer OWNER TO CURRENT_USER")


def test_the_owner_as_the_web_is_refused(backend: Backend, fresh: Backend) -> None:
    fresh.url = fresh.owner_url
    with an_installation(fresh) as app:
        done = timebank(app, "db", "roles")
        assert (done.exit_code == 0) == (backend.name == "sqlite")
        if backend.name == "postgresql":
            assert "not the owner" in done.output
