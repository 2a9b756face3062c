"""The front of the installation and of each community, a member's home, help, and the words of agreement."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from timebank.communities import queries as communities
from timebank.core import clock
from timebank.core.access import Role, public
from timebank.core.database import reading
from timebank.desk import queries as desk
from timebank.exchanges import queries as exchanges
from timebank.home import queries
from timebank.listings import queries as listings
from timebank.people import queries as people
from timebank.people.rules import Standing
from timebank.statement import queries as statement
from timebank.statement.rules import season_begins

home = Blueprint("home", __name__)

NEWEST = 4
HELP = ("member", "coordinator", "second", "keeper", "funder", "host")


@home.get("/")
@public
def start() -> ResponseReturnValue:
    """Lead whoever belongs somewhere to it, or let them choose; show everybody else how this works, and where."""
    with reading():
        open_ones = communities.open_ones()
        places = people.memberships(g.viewer.person_id) if g.viewer else []
    mine = {each.community_id for each in places}
    own = [each for each in open_ones if each.id in mine]
    if len(own) == 1:
        return redirect(url_for("home.community", community=own[0].slug), 303)
    # The cards are the way to each: the row of other communities above would only say it twice.
    return render_template("home/start.html", communities=open_ones, own=own, other_communities=[])


@home.get("/c/<community>/")
@public
def community() -> ResponseReturnValue:
    """Show a member their home, and everybody else what this community is."""
    viewer = g.viewer
    if viewer is None or viewer.standing in {None, Standing.LEFT}:
        return render_template("home/front.html")
    if viewer.standing in {Standing.ASKED, Standing.DECLINED}:
        with reading():
            membership = people.own_membership(viewer)
        return render_template("home/waiting.html", membership=membership)
    if not viewer.has(Role.MEMBER):
        return redirect(url_for("releases.latest"), 303)
    today = clock.today(g.community.chosen.zone)
    with reading():
        membership = people.own_membership(viewer)
        patches = queries.quilt(viewer)
        under_way = exchanges.under_way(viewer, today)
        turns = {seen.exchange.id for seen in under_way if exchanges.waits_for(viewer, seen.exchange, today)}
        thanks = exchanges.public_thanks(viewer)
        newest = listings.newest(viewer, today, NEWEST)
        typed = exchanges.typed_for(viewer)
        season = statement.tallies(viewer, season_begins(today))
        waiting = len(desk.waiting(viewer)) if viewer.has(Role.COORDINATOR, Role.SECOND) else None
    return render_template(
        "home/member.html",
        membership=membership,
        patches=patches,
        season=season,
        waiting_at_desk=waiting,
        under_way=under_way,
        turns=turns,
        thanks=thanks,
        newest=newest,
        typed=typed,
    )


@home.get("/c/<community>/words/<kind>")
@public
def wording(kind: str) -> ResponseReturnValue:
    """Show the house agreement or the privacy words."""
    if kind not in {"house", "privacy"}:
        abort(404)
    with reading():
        found = communities.wording(g.community.id, kind)
    return render_template("home/wording.html", wording=found)


@home.get("/help")
@public
def help_index() -> ResponseReturnValue:
    """Show the help, by who is asking."""
    return render_template("home/help.html", kinds=HELP)


@home.get("/help/<kind>")
@public
def help_for(kind: str) -> ResponseReturnValue:
    """Show the help for one kind of user."""
    if kind not in HELP:
        abort(404)
    return render_template(f"home/help_{kind}.html", kind=kind)
