"""What the console's commands share: an app at work, on a database that is up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click
from flask.cli import with_appcontext

from timebank.core import schema
from timebank.core.database import db
from timebank.core.door import settings
from timebank.core.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


def state_of_database() -> str:
    """Tell whether the database is `empty`, `behind`, `ahead` of this program, or `ready`."""
    with db.engine.connect() as connection:
        present = schema.revision(connection)
    if present is None:
        return "empty"
    if present == schema.newest():
        return "ready"
    return "behind" if schema.knows(present) else "ahead"


def bring_up_to_date() -> None:
    """Run the migrations that are missing, as the owner of the tables."""
    schema.upgrade(settings().database_owner, app_url=settings().database)


def ready(command: Callable[P, R]) -> Callable[P, Any]:
    """Run a command inside the app; an empty database is migrated first, any other mismatch is told."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        state = state_of_database()
        if state == "empty":
            click.echo("The database is empty: making its tables.", err=True)
            bring_up_to_date()
        elif state == "behind":
            raise click.ClickException("The database is older than the program. Run `timebank migrate` first.")
        elif state == "ahead":
            raise click.ClickException("The database is newer than the program. Update the program first.")
        with told_plainly():
            return command(*args, **kwargs)

    return with_appcontext(run)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a refusal into one sentence on standard error, exit code 1."""
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from None
