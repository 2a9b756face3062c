"""Look after the books from the console: verify, anchor, back up, restore, move."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Program
from timebank.core.console import ready, told_plainly
from timebank.core.database import db, reading, transaction
from timebank.core.door import settings
from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.ledger.rules import Sent
from timebank.upkeep import actions, queries, rules

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    help="Check the books. Silent when all is well; else one line for each thing that is wrong, exit code 1."
)
@click.option("--anchors", "kept", type=FILE, help="Also compare with anchors kept elsewhere by `timebank anchor`.")
@click.option("--open-again", is_flag=True, help="Where nothing is wrong any more, let people write again.")
@ready
def verify(kept: Path | None, *, open_again: bool) -> None:
    """Check every invariant."""
    found = False
    with reading() as session:
        sent = _anchors_of(kept) if kept else []
        for violation in queries.violations(session, sent):
            found = True
            click.echo(f"{violation.community_id}\t{violation.row}\t{violation.sentence}")
    if found:
        sys.exit(1)
    if open_again:
        with transaction(even_closed=True):
            were_closed = actions.open_again(now=clock.now(), by=Program())
        click.echo("The books are open again." if were_closed else "The books were open.", err=True)


def _anchors_of(kept: Path) -> list[Sent]:
    here = {each.slug: each.id for each in communities.all_ones()}
    return rules.read_anchors(kept.read_text(errors="replace").splitlines(), here)


@click.command(help="Write the head of each community's chain to a file elsewhere, and mail it to two coordinators.")
@click.option(
    "--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Added to, a line each."
)
@ready
def anchor(file: Path) -> None:
    """Anchor the books."""
    with transaction(even_closed=True):
        lines = actions.anchor_all(sent_to=file.name, by_mail=bool(settings().mail_server), now=clock.now())
        _add_to(file, lines)  # inside: what cannot be kept elsewhere is not said to be kept
    click.echo(f"{len(lines)} anchors were added.")


def _add_to(file: Path, lines: list[str]) -> None:
    try:
        with file.open("a", encoding="utf-8") as kept:
            kept.writelines(lines)
            kept.flush()
            os.fsync(kept.fileno())
    except OSError:
        raise Refused(N_("The anchors could not be written to %(file)s."), file=file.name) from None


@click.command(help="Copy everything into a folder, and try the copy out before it is kept.")
@click.argument("folder", type=FOLDER)
@click.option("--for", "recipient", help="A public key (age1…): only whoever holds the secret one can read the copy.")
@click.option("--keep-all", is_flag=True, help="Delete no older copies. Else 24 hourly, 30 daily and 12 monthly stay.")
@ready
def backup(folder: Path, recipient: str | None, *, keep_all: bool) -> None:
    """Back up."""
    begun = time.monotonic()
    made = actions.back_up(settings().database_owner, folder, recipient=recipient, now=clock.now())
    took = time.monotonic() - begun
    rows = sum(made.manifest.rows.values())
    click.echo(f"{made.file.name}: {rows} rows, restored beside and found whole, {took:.1f} s.")
    gone = [] if keep_all else actions.forget_old(folder)
    if gone:
        click.echo(f"{len(gone)} older copies were deleted.")


@click.command(help="Put a copy (or a folder's newest) in place of the database. --drill only tries it out.")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "key_file", type=FILE, help="The secret key's file, for a sealed copy.")
@click.option("--drill", is_flag=True, help="Restore beside, check, tell how long it took, and change nothing.")
@click.option("--replace", is_flag=True, help="Where there is a database: keep it beside and take its place.")
@with_appcontext
def restore(place: Path, key_file: Path | None, *, drill: bool, replace: bool) -> None:
    """Restore."""
    with told_plainly():
        begun = time.monotonic()
        key = _secret_key(key_file)
        db.engine.dispose()
        with actions.place_to_work(settings().instance_dir) as work:
            scratch = work / "restored.sqlite"
            manifest = actions.open_copy(place, scratch, secret_key=key)
            made = datetime.fromisoformat(manifest.made_at)
            before = None
            if not drill:
                owner, app = settings().database_owner, settings().database
                before = actions.put_in_place(scratch, owner, app_url=app, replace=replace, now=clock.now())
        age = clock.now() - made
        click.echo(f"Recovery point: {made:%Y-%m-%d %H:%M} UTC, {age.total_seconds() / 3600:.1f} hours ago.")
        click.echo(f"Recovery time: {time.monotonic() - begun:.1f} s, every invariant checked.")
        click.echo("This was a drill. Nothing was changed." if drill else "The copy is in place.")
        if before:
            click.echo(f"What was there before is kept as {before.name}.")


def _secret_key(file: Path | None) -> str | None:
    if file is None:
        return None
    lines = [line.strip() for line in file.read_text(errors="replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1:
        raise Refused(N_("The key's file holds one line that begins with AGE-SECRET-KEY."))
    return keys[0]


@click.command(help="Carry everything into another, empty database: from SQLite to PostgreSQL, or back.")
@click.option("--to", "target", required=True, help="The other database, as its owner: postgresql://… or sqlite:///…")
@click.option("--web", "web_url", help="The same as the web's role, which gets its rights there.")
@ready
def move(target: str, web_url: str | None) -> None:
    """Move to another database."""
    from config import BadSettingError, database_address

    try:
        target, web = database_address("--to", target), database_address("--web", web_url or "")
    except BadSettingError as bad:
        raise click.ClickException(str(bad)) from None
    with reading() as session:
        rows = sum(queries.row_counts(session).values())
    db.session.remove()
    db.engine.dispose()
    with click.progressbar(length=rows, label="Carrying", file=sys.stderr) as bar:
        told: Callable[[int], None] = bar.update
        actions.carry_over(settings().database_owner, target, app_url=web or None, told=told)
    click.echo(f"{rows} rows came over, with their ids and hashes; every invariant holds there.")
    click.echo("Now set DATABASE_URL to it and start the site.")
