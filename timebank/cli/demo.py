"""The invented town of `timebank demo` and `make run`: built where no community is, and how to sign in to it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from timebank.cli.town.building import PASSPHRASE, build
from timebank.cli.town.plan import whole_span
from timebank.cli.town.steps import ZONE, Span
from timebank.cli.town.words import place
from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.console import ready
from timebank.core.database import reading
from timebank.core.door import settings
from timebank.core.errors import Conflict, NotFound
from timebank.core.hashing import hashing
from timebank.core.words import N_
from timebank.people import queries as people

SEED = 7
SHOWN = (
    ("a member", "Ama"),
    ("a coordinator", "Rosa"),
    ("a second", "Bronwen"),
    ("a keeper", "Leila"),
    ("a funder", "Canal Fund"),
)
WIDTH = 30


@click.command(help="Invent a town: its people, and what they did in the last fourteen months.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="Another number, another town.")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day it is looked at: everything ends the day before. Today where none is given.",
)
@ready
def demo(seed: int, day: datetime | None) -> None:
    """Build the town in an empty database."""
    if _is_inhabited():
        raise Conflict(N_("There is a community here already. An invented town wants an empty database."))
    invent(seed=seed, day=day.date() if day else clock.today(ZONE.key))
    click.echo(how_to_sign_in(settings().address))


def settle_in() -> None:
    """Build the town of today where the database holds no community."""
    if not _is_inhabited():
        invent(seed=SEED, day=clock.today(ZONE.key))


def _is_inhabited() -> bool:
    with reading():
        return communities.any_exists()


def invent(*, seed: int, day: date) -> None:
    """Build the town of a seed and a day, and show how far it has come. Raises Conflict where somebody lives here."""
    span = whole_span(day)
    click.echo("Inventing a town. This takes about half a minute; stopped in the middle it leaves nothing behind.")
    with _told_to_stop() as stopped:
        build(seed=seed, span=span, tell=_shown_by_month(span), stopped=stopped)
    click.echo(bar(1.0, "done"))


@contextmanager
def _told_to_stop() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C count between two steps. Raised anywhere it would be lost where nothing can be passed on."""
    told = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: told.set())
    try:
        yield told.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _shown_by_month(span: Span) -> Callable[[date], None]:
    return lambda day: click.echo(bar((day - span.first).days / span.days, f"{day:%B %Y}"))


def bar(share: float, words: str) -> str:
    """Draw how far something is (0 to 1), with a few words."""
    full = round(WIDTH * share)
    return f"  [{'#' * full}{'.' * (WIDTH - full)}] {words}"


def how_to_sign_in(address: str) -> str:
    """Tell how to sign in as each kind of user, as far as the passphrase they began with opens.

    Nothing where the community here is not the invented one.
    """
    town = place("street")
    try:
        with reading():
            names = list(people.sign_in_names(communities.by_slug(town.slug).id).values())
            found = [
                (role, people.person_by_name(name)) for role, called in SHOWN for name in names if _is_of(called, name)
            ]
    except NotFound:
        return ""
    opens = [
        (role, person) for role, person in found if person and hashing().matches(person.passphrase_hash, PASSPHRASE)
    ]
    if not opens:
        return ""
    rows = [f"  as {role:<14} {person.sign_in_name}" for role, person in opens]
    return "\n".join(
        [
            f"{town.name} is an invented community. Sign in at {address}/sign-in",
            *rows,
            f"  each with the passphrase: {PASSPHRASE}",
        ]
    )


def _is_of(called: str, sign_in_name: str) -> bool:
    # What they are called may be changed on the site; the name for signing in stays, with the word drawn at its end.
    return sign_in_name.rpartition(" ")[0] == called
