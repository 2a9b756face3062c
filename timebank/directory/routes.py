"""Pages about members."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.communities.rules import name_of
from timebank.core import clock
from timebank.core.access import Role, needs, signed_in
from timebank.core.database import reading
from timebank.core.forms import choices
from timebank.directory import queries
from timebank.directory.forms import FindForm
from timebank.listings import queries as listings

directory = Blueprint("directory", __name__)


@directory.get("/c/<community>/members")
@needs(Role.MEMBER)
def members() -> ResponseReturnValue:
    """Find members."""
    form = FindForm(request.args)
    form.area.choices = choices(
        ("", gettext("All parts")),
        *((a.code, a.name) for a in g.community.chosen.areas if not a.retired),
    )
    sound = form.validate()
    wanted = queries.Found(form.words.data or "", form.area.data or "") if sound else queries.Found()
    with reading():
        page = queries.members(g.viewer, wanted, request.args.get("after"))
    further = None
    if page.after:
        further = url_for("directory.members", after=page.after, words=wanted.words or None, area=wanted.area or None)
    return render_template("directory/index.html", form=form, page=page, further=further, wanted=wanted)


@directory.get("/c/<community>/members/<public_id>")
@needs(Role.MEMBER)
def member(public_id: str) -> ResponseReturnValue:
    """Show a member."""
    with reading():
        found = queries.member(g.viewer, public_id)
        area = name_of(g.community.chosen.areas, found.area)
        today = clock.today(g.community.chosen.zone)
        open_listings = listings.of_member(g.viewer, found.id, today)
    return render_template("directory/show.html", member=found, area=area, listings=open_listings)


@directory.get("/c/<community>/me/looks")
@signed_in
def looks() -> ResponseReturnValue:
    """Show who has looked at how the viewer can be reached."""
    with reading():
        found = queries.looks(g.viewer)
    return render_template("directory/looks.html", looks=found)
