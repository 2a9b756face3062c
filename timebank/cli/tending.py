"""Look after an installation: keys, tables, the books, what is wrong."""

from __future__ import annotations

import csv
import secrets as random_secrets
import sys

import click
from flask.cli import with_appcontext

from config import KEPT_IN_FILES, read_settings
from timebank.cli import doctoring
from timebank.communities import queries as communities
from timebank.core import console
from timebank.core.console import ready
from timebank.core.database import db, reading
from timebank.core.text import csv_cell
from timebank.ledger import queries as ledger
from timebank.people import queries as people

KEY_BYTES = 48
OWNER_ALONE = 0o600
IN_WORDS = ("a secret key", "a secret for the releases")


@click.command(
    help="Write instance/secret_key and instance/release_secret, each where there is none. `make setup` does this."
)
def secrets() -> None:
    """Write the secrets that are not there yet; one that is there is never written over."""
    settings = read_settings(need_key=False)
    folder = settings.instance_dir
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in zip(KEPT_IN_FILES, IN_WORDS, strict=True):
        if getattr(settings, name):
            click.echo(f"There is {words} already.")
            continue
        kept = folder / name
        kept.touch(mode=OWNER_ALONE)
        kept.chmod(OWNER_ALONE)
        kept.write_text(random_secrets.token_urlsafe(KEY_BYTES) + "\n")
        click.echo(f"There is {words} now: {name} in the instance folder. Keep a copy of it apart from the database.")


@click.command(help="Bring the database's tables up to date with the program.")
@with_appcontext
def migrate() -> None:
    """Run the migrations that are missing."""
    with console.told_plainly():
        console.bring_up_to_date()
    click.echo("The tables are up to date.")


@click.command(help="Write all accounts of a community as CSV to standard output.")
@click.option("--community", "slug", required=True, help="The community's place in addresses.")
@ready
def accounts(slug: str) -> None:
    """Write the accounts."""
    with reading():
        here = communities.by_slug(slug)
        found = ledger.accounts(here.id)
        names = people.names_of_accounts(here.id)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["kind", "public_id", "name", "balance_minutes", "given_minutes", "received_minutes"])
    for each in found:
        out.writerow(
            [each.kind, each.public_id, csv_cell(names.get(each.id, "")), each.balance, each.given, each.received]
        )


@click.command(help="Say what is wrong with this installation, in sentences. Exit code 1 when something is.")
@with_appcontext
def doctor() -> None:
    """Look at settings, database and triggers."""
    troubles = 0
    for finding in doctoring.look(db.engine):
        click.echo(("  " if finding.well else "! ") + finding.sentence)
        troubles += not finding.well
    if troubles:
        sys.exit(1)
