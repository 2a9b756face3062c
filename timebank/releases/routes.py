"""Pages of releases: for funders and coordinators to read, for coordinators to look at and let go."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import reading, transaction
from timebank.releases import actions, queries, rules
from timebank.releases.queries import Shown

releases = Blueprint("releases", __name__)


@releases.get("/c/<community>/release")
@needs(Role.FUNDER, Role.COORDINATOR)
def latest() -> ResponseReturnValue:
    """Show the newest release; where there is none yet, when the first will come."""
    with reading():
        out = queries.out(g.viewer)
        coming = queries.next_quarter(g.viewer)
        looked_over = bool(queries.waiting(g.viewer))
    is_soon = looked_over or coming.freezes_on <= clock.today(g.community.chosen.zone)
    if not out:
        return render_template("releases/none.html", coming=coming, is_soon=is_soon)
    return _page("releases/show.html", out[0], other_quarters=out[1:], coming=None if is_soon else coming)


@releases.get("/c/<community>/release/<quarter>")
@needs(Role.FUNDER, Role.COORDINATOR)
def show(quarter: str) -> ResponseReturnValue:
    """Show the release of one quarter."""
    with reading():
        release = queries.one_out(g.viewer, quarter)
        others = [each for each in queries.out(g.viewer) if each.quarter != release.quarter]
    return _page("releases/show.html", release, other_quarters=others, coming=None)


@releases.get("/c/<community>/desk/release/<quarter>")
@needs(Role.COORDINATOR)
def look_over(quarter: str) -> ResponseReturnValue:
    """Show exactly what will leave the house, with the button that lets it go."""
    with reading():
        release = queries.one(g.viewer, quarter)
    if release.approved_at is not None:
        return redirect(url_for("releases.show", quarter=quarter), 303)
    return _page("releases/look_over.html", release)


@releases.post("/c/<community>/desk/release/<quarter>")
@needs(Role.COORDINATOR)
def let_go(quarter: str) -> ResponseReturnValue:
    """Let a release leave the house."""
    with transaction():
        release = queries.to_approve(g.community.id, quarter)
        actions.approve(release=release, now=clock.now(), by=g.viewer)
    flash(gettext("It is out. Funders see it from now on, and it stays as it is."), "success")
    return redirect(url_for("releases.show", quarter=quarter), 303)


def _page(template: str, release: Shown, **more: Any) -> str:
    return render_template(template, release=release, stitches=rules.stitches, bars=rules.bars, **more)
