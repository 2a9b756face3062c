"""What the console's commands share: an app at work, on a database that is up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from timebank.core import schema
from timebank.core.database import db, failed_by_itself
from timebank.core.door import settings
from timebank.core.errors import DomainError, Refused
from timebank.core.words import N_

FAILED = "The database did not answer in time, or cannot be written to. Nothing half done was kept. Do it again later."

P = ParamSpec("P")
R = TypeVar("R")


def state_of_database() -> str:
    """Tell whether the database is `empty`, `behind`, `ahead` of this program, `ready`, or `foreign`: not ours."""
    with db.engine.connect() as connection:
        present = schema.revision(connection)
        if present is None:
            return "foreign" if schema.holds_tables(connection) else "empty"
    if present == schema.newest():
        return "ready"
    return "behind" if schema.knows(present) else "ahead"


def bring_up_to_date() -> None:
    """Run the migrations that are missing, as the owner of the tables. Raises Refused for what is not our database."""
    if state_of_database() == "foreign":
        raise Refused(N_("This is a database of something else. Is DATABASE_URL right? Nothing was changed."))
    schema.upgrade(settings().database_owner, app_url=settings().database)


def ready(command: Callable[P, R]) -> Callable[P, Any]:
    """Run a command inside the app; an empty database is migrated first, any other mismatch is told."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with told_plainly():
            state = state_of_database()
            if state == "behind":
                raise Refused(N_("The database is older than the program. Run `timebank migrate` first."))
            if state == "ahead":
                raise Refused(N_("The database is newer than the program. Update the program first."))
            if state == "empty":
                click.echo("The database is empty: making its tables.", err=True)
            if state != "ready":
                bring_up_to_date()
            return command(*args, **kwargs)

    return with_appcontext(run)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a refusal, or a database that fails by itself, into one sentence on standard error, exit code 1."""
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from None
    except DBAPIError as error:
        if not failed_by_itself(error):
            raise
        said = str(error.orig).strip().partition("\n")[0]
        raise click.ClickException(f"{FAILED} ({said})") from None
