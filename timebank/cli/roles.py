"""The web's own role at PostgreSQL: it reads and adds, and may alter neither tables nor what stands in the book."""

from __future__ import annotations

from collections.abc import Iterator

import click
import sqlalchemy as sa
from flask.cli import with_appcontext
from psycopg import sql
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError

from timebank.core import schema
from timebank.core.console import told_plainly
from timebank.core.database import Base
from timebank.core.door import settings
from timebank.core.errors import Conflict, Refused
from timebank.core.words import N_

POWERS = {
    "rolsuper": "is a superuser",
    "rolreplication": "may replicate",
    "rolbypassrls": "may pass by row security",
    "rolcreaterole": "may make roles",
    "rolcreatedb": "may make databases",
}


@click.group("db", help="The database's roles.")
def database() -> None:
    """Gather the commands about the database."""


@database.command(help="Make the web's role of DATABASE_URL where it is missing, and give it its rights and no more.")
@with_appcontext
def roles() -> None:
    """Make the web's role."""
    if settings().database_owner.startswith("sqlite"):
        click.echo(
            "SQLite has no roles. Its triggers, and the web's own connections, refuse what would alter the book."
        )
        return
    web = sa.make_url(settings().database)
    engine = schema.owner_engine(settings().database_owner)
    try:
        with told_plainly(), engine.connect().execution_options(unit="write") as connection, connection.begin():
            if not web.username or web.username == engine.url.username:
                raise Refused(N_("Set DATABASE_OWNER_URL: the web needs a role that is not the owner of the tables."))
            made = _make(connection, web.username, str(web.password or ""))
            schema.let_work(connection, web.username)
            for power in too_much(connection, web.username):
                raise Conflict(N_("The web's role %(power)s. Take that away first."), power=power)
    finally:
        engine.dispose()
    click.echo("The web's role was made." if made else "The web's role was there.")
    click.echo("It has its rights, table by table. `timebank doctor` looks at them as the web.")


def _make(connection: Connection, role: str, password: str) -> bool:
    if connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
        return False
    statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
    try:
        # As bytes of the driver's own: a name and a password are no parameters in this statement.
        connection.exec_driver_sql(statement.as_string().replace("%", "%%"))
    except ProgrammingError:
        raise Refused(
            N_("The owner may not make roles. As the superuser: CREATE ROLE %(role)s LOGIN PASSWORD …"), role=role
        ) from None
    return True


def too_much(connection: Connection, role: str) -> Iterator[str]:
    """Find what a role may do that the web must not, each in a few words that follow “it …”."""
    wanted = sa.text(f"SELECT {', '.join(POWERS)} FROM pg_roles WHERE rolname = :role")  # noqa: S608 - our own names
    found = connection.execute(wanted, {"role": role}).mappings().one()
    yield from (words for power, words in POWERS.items() if found[power])
    temporary = sa.text("SELECT has_database_privilege(:role, current_database(), 'TEMPORARY')")
    if connection.scalar(temporary, {"role": role}):
        yield "may make temporary tables, which stand before those of the book"
    present = set(sa.inspect(connection).get_table_names())
    for table in (each for each in Base.metadata.sorted_tables if each.name in present):
        owner = "SELECT pg_has_role(:role, tableowner, 'MEMBER') FROM pg_tables WHERE tablename = :name"
        if connection.scalar(sa.text(owner), {"role": role, "name": table.name}):
            yield f"owns {table.name}"
        denied = ["TRUNCATE", "TRIGGER"]
        denied += ["UPDATE"] if table.info.get("append_only") or table.info.get("unaltered") else []
        denied += ["DELETE"] if table.info.get("append_only") and "forgotten" not in table.info else []
        for right in denied:
            held = sa.text("SELECT has_table_privilege(:role, :name, :right)")
            if connection.scalar(held, {"role": role, "name": table.name, "right": right}):
                yield f"has {right} on {table.name}"
        for column in table.info.get("frozen_columns", ()):
            held = sa.text("SELECT has_column_privilege(:role, :name, :column, 'UPDATE')")
            if connection.scalar(held, {"role": role, "name": table.name, "column": column}):
                yield f"may change {table.name}.{column}"
