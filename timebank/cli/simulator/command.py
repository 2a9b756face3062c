"""`timebank simulate`: live through the weeks of a seed in a scratch database, and tell what was found."""

from __future__ import annotations

import hashlib
import secrets
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta

import click
import sqlalchemy as sa

from config import Settings, database_address, read_settings
from timebank.cli.demo import bar
from timebank.cli.simulator.world import FEWEST_WEEKS, FIRST_DAY, Lived, live
from timebank.core import schema

WEEK = timedelta(weeks=1)
LARGEST_SEED = 1_000_000


@click.command(help="Let an invented town live through weeks of faults, and look at its books each night.")
@click.option("--seed", type=int, help="The same number, the same history. Without it one is drawn, and told.")
@click.option("--weeks", type=click.IntRange(min=FEWEST_WEEKS), default=8, show_default=True, help="How long.")
@click.option("--database", "address", default="", help="An empty scratch PostgreSQL. Else a SQLite file of its own.")
def simulate(seed: int | None, weeks: int, address: str) -> None:
    """Simulate; exit code 1 where something was not as it is promised."""
    seed = secrets.randbelow(LARGEST_SEED) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="timebank-simulated-") as folder:
        settings = _settings(folder, database_address("--database", address), seed)
        _make_tables(settings.database)
        click.echo(f"Seed {seed}, {weeks} weeks.")
        lived = live(settings, seed=seed, weeks=weeks, tell=_shown_by_week(weeks))
    if lived.wrong:
        click.echo(what_was_wrong(lived, f"timebank simulate --seed {seed} --weeks {weeks}"), err=True)
        sys.exit(1)
    click.echo(_what_was_lived(lived))


def _settings(folder: str, address: str, seed: int) -> Settings:
    own = read_settings(need_key=False)
    if address and address in {own.database, own.database_owner}:
        raise click.ClickException("That is this installation's own database. Name an empty one that nobody needs.")
    environ = {
        "INSTANCE_DIR": folder,
        "DATABASE_URL": address,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "RELEASE_SECRET": hashlib.sha256(f"{seed}".encode()).hexdigest(),  # as much a part of the history as the ids
    }
    return read_settings(environ)


def _make_tables(url: str) -> None:
    engine = schema.owner_engine(url)
    try:
        with engine.connect() as connection:
            inhabited = sa.inspect(connection).get_table_names()
    finally:
        engine.dispose()
    if inhabited:
        raise click.ClickException("That database is not empty. The simulator wants one of its own.")
    schema.upgrade(url)


def _shown_by_week(weeks: int) -> Callable[[Lived], None]:
    def show(lived: Lived) -> None:
        passed = lived.day - FIRST_DAY + timedelta(days=1)
        if passed % WEEK == timedelta(0):
            posted = sum(head.seq for head in lived.heads)
            words = f"week {passed // WEEK}: {lived.counts['done']} done, {posted} in the book"
            click.echo(bar(passed / WEEK / weeks, words))

    return show


def _what_was_lived(lived: Lived) -> str:
    lines = [f"{many:>7} {what}" for what, many in sorted(lived.counts.items())]
    lines += [f"community {head.community_id}: {head.seq} in the book, head {head.head}" for head in lived.heads]
    return "\n".join([*lines, "Everything held."])


def what_was_wrong(lived: Lived, again: str) -> str:
    """Tell what was found, on which day, after which steps, and how to have it again."""
    steps = "\n".join(f"  {each}" for each in lived.last_steps)
    day = (lived.day - FIRST_DAY).days + 1
    return f"{lived.wrong}\nDay {day}, {lived.day}. The last steps:\n{steps}\nTo have it again: {again}"
