"""The command: judge, tell, and bring along what is good."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.console import ready
from timebank.core.database import reading
from timebank.import_export import queries
from timebank.import_export.commands.bringing import Brought, Community, bring
from timebank.import_export.commands.judging import ENCODINGS, Files, judge, write_refused
from timebank.import_export.commands.spool import Spool, spool
from timebank.import_export.rules import SOURCES, Here

HELP = """Bring along people, offers, requests and hours from before.

FOLDER holds three files. From TimeOverflow they are users.csv, posts.csv and transfers.csv, without a header; from
anywhere else people.csv, listings.csv and transfers.csv with the columns of docs/hosts/import.md. Commas and semicolons
are told apart by themselves.

First every row is judged, and nothing is written. Each bad row is told with its line and a reason, and then it ends
there, unless you say --skip-bad. Then everything is brought along, in the order it happened. If it is stopped, the same
command goes on; done again, it brings nothing twice.

People come in without a passphrase: a coordinator prints their cards, and they take their place over when they like.
"""


@click.command("import", help=HELP, short_help="Bring along people and hours from before.")
@click.option("--community", "slug", required=True, help="The community's place in addresses.")
@click.option("--from", "source", required=True, type=click.Choice(list(SOURCES)), help="Whose files they are.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--encoding", type=click.Choice(list(ENCODINGS)), default="utf-8", show_default=True, help="Of the files."
)
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out and bring the others along.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where --skip-bad writes the bad rows.  [default: refused.csv in FOLDER]",
)
@ready
def import_from(  # each option of the command is an argument
    slug: str, source: str, folder: Path, encoding: str, *, skip_bad: bool, refused: Path | None
) -> None:
    """Judge and bring along."""
    files = Files(folder, SOURCES[source], encoding)
    with spool() as judged:
        community = _judged(slug, files, judged)
        bad = judged.count("refused")
        if bad and not skip_bad:
            click.echo(f"{_times(bad, 'row')} cannot be brought along. Nothing was written.", err=True)
            click.echo("Put them right and do it again, or say --skip-bad to leave them out.", err=True)
            sys.exit(1)
        where = refused or folder / "refused.csv"
        if bad:
            _write_refused(where, files, judged)
        _report(bring(community, judged), judged)
        if bad:
            click.echo(f"{_times(bad, 'row')} left out: see {where}.")


def _judged(slug: str, files: Files, judged: Spool) -> Community:
    with reading():
        here = communities.by_slug(slug)
        chosen, community = here.chosen, Community(here.id, here.public_id)
        known = dict.fromkeys(queries.members(here.id), 0)
    judge(files, Here(clock.now(), chosen.zone, chosen.kinds, known), judged)
    return community


def _write_refused(where: Path, files: Files, judged: Spool) -> None:
    if where.resolve() in {(files.folder / name).resolve() for name in files.source.files}:
        raise click.ClickException("The bad rows go to a file of their own, not over what you bring along.")
    try:
        write_refused(where, judged)
    except OSError as error:
        raise click.ClickException(f"The bad rows cannot be written to {where}: {error.strerror}.") from None


def _report(brought: Brought, judged: Spool) -> None:
    for what, new, table in (
        ("People", brought.people, "person"),
        ("Offers and requests", brought.listings, "listing"),
        ("Transfers", brought.transfers, "transfer"),
    ):
        rest = judged.count(table) - new
        already = f", {rest:,} were here already or stay behind" if rest else ""
        click.echo(f"{what}: {new:,} brought along{already}.")
    rounded = judged.count("transfer", "rounded")
    if rounded:
        click.echo(f"{_times(rounded, 'transfer')} rounded to the nearest minute.")


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"
