"""A wall that was taken down is found, whichever it is: by verify, by the doctor, before anybody walks through."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Backend
from tests.factories import a_community, inside, timebank
from timebank.core import append_only, schema
from timebank.core.database import Base, db
from timebank.ledger import checks

OPEN = {
    "sqlite": "DROP TRIGGER {wall}",
    "postgresql": "ALTER TABLE {table} DISABLE TRIGGER {wall}",
}


def named(connection: sa.Connection) -> list[str]:
    with Session(connection) as session:
        return [each.row for each in checks.walls_stand(session)]


def test_each_wall_that_is_missing_is_named(app: Flask, backend: Backend) -> None:
    del app
    found, expected = [], []
    with backend.owner().connect().execution_options(unit="write") as connection, connection.begin() as held:
        for table in Base.metadata.sorted_tables:
            for wall in append_only.walls(backend.name, table):
                tried = connection.begin_nested()
                connection.exec_driver_sql(OPEN[backend.name].format(table=table.name, wall=wall))
                found += named(connection)
                tried.rollback()
                expected.append(f"trigger {wall}")
        assert named(connection) == []
        held.rollback()
    assert len(expected) > 30
    assert found == expected


def test_verify_and_the_doctor_say_so(installation: Flask) -> None:
    owner = schema.owner_engine(installation.extensions["settings"].database_owner)
    with inside():
        name = db.engine.dialect.name
    with owner.connect().execution_options(unit="write") as connection, connection.begin():
        connection.execute(sa.text(OPEN[name].format(table="account", wall="account_limits")))
    owner.dispose()
    done = timebank(installation, "verify")
    assert done.exit_code == 1
    assert done.output == "0\ttrigger account_limits\tIt is missing or asleep: rows can be altered unseen.\n"
    assert "! Triggers are missing: account_limits" in timebank(installation, "doctor").output


def test_a_community_is_never_counted_as_all(app: Flask) -> None:
    del app
    assert a_community().id != checks.ALL
