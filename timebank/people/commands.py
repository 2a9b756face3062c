"""Open a community and invite people from the console. Row 4, because a community begins with its book of hours."""

from __future__ import annotations

import click

from timebank.communities import actions as communities
from timebank.communities import queries as community_queries
from timebank.communities.models import Community
from timebank.communities.starting_words import HOUSE, PRIVACY
from timebank.core import clock
from timebank.core.access import Actor, Program, Role
from timebank.core.console import ready
from timebank.core.database import reading, transaction
from timebank.core.door import settings
from timebank.ledger import actions as ledger
from timebank.people import actions


def open_with_book(*, slug: str, name: str, by: Actor) -> Community:
    """Open a community and its book: the pot and what else every book has."""
    opened = communities.open_community(slug=slug, name=name, words={"house": HOUSE, "privacy": PRIVACY}, by=by)
    ledger.open_book(community_id=opened.id, by=by)
    return opened


@click.group(help="Communities of this installation.")
def community() -> None:
    """Gather the commands about communities."""


@community.command(help="Open a community. SLUG stands in its addresses, NAME is what people read.")
@click.argument("slug")
@click.argument("name")
@ready
def create(slug: str, name: str) -> None:
    """Open a community."""
    with transaction():
        open_with_book(slug=slug, name=name, by=Program())
    click.echo(f"{name} is open. Invite its first coordinator:")
    click.echo(f"  timebank person invite --community {slug} --role coordinator")


@community.command("list", help="List the communities: their place in addresses, and their name.")
@ready
def list_all() -> None:
    """List the communities."""
    with reading():
        for each in community_queries.all_ones():
            click.echo(f"{each.slug}\t{each.chosen.name}")


@click.group(help="People and their way in.")
def person() -> None:
    """Gather the commands about people."""


@person.command(help="Make an invitation and print its code and link, once.")
@click.option("--community", "slug", required=True, help="The community's place in addresses.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role if role is not Role.MEMBER]), help="A role to begin with."
)
@click.option(
    "--people",
    "places",
    type=click.IntRange(1, 3),
    default=1,
    show_default=True,
    help="For how many who come together.",
)
@ready
def invite(slug: str, role: str | None, places: int) -> None:
    """Make an invitation."""
    with transaction():
        here = community_queries.by_slug(slug)
        _invitation, code = actions.invite(
            community_id=here.id,
            places=places,
            role=Role(role) if role else None,
            now=clock.now(),
            by=Program(here.id),
        )
    click.echo(f"Code: {code}")
    click.echo(f"Link: {settings().address}/c/{slug}/join/{code}")
    click.echo("It opens the door for 60 days. Only this once is it shown.")
