"""Pages of leaving."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, Viewer, needs, public, signed_in
from timebank.core.database import note, reading, transaction
from timebank.core.door import settings, take_cookie
from timebank.core.errors import Refused
from timebank.core.hashing import hashing
from timebank.core.words import N_
from timebank.people import actions as people_actions
from timebank.people import queries as people
from timebank.privacy import actions, queries
from timebank.privacy.forms import HelpForm, LeaveForm
from timebank.safeguarding.queries import somebody

privacy = Blueprint("privacy", __name__)

WRONG = N_("That is not your passphrase. Please type it again. Nothing was changed.")


def _here() -> Viewer:
    viewer: Viewer = g.viewer
    return viewer


@privacy.route("/c/<community>/me/leave", methods=["GET", "POST"])
@signed_in
def leave() -> ResponseReturnValue:
    """Say what leaving means, and leave."""
    form = LeaveForm()
    with reading():
        meaning = queries.meaning(_here(), clock.today(g.community.chosen.zone))
    if form.accepted():
        with form.refusals():
            _check_passphrase(form.present.data)
            with transaction():
                own = people.own_membership(_here())
                closed = actions.leave(membership_id=own.id, now=clock.now(), by=_here())
            answer = redirect(url_for("privacy.left"), 303)
            if closed:
                session.clear()
                return take_cookie(answer)
            return answer
    form.present.data = None
    return render_template("privacy/leave.html", form=form, meaning=meaning), form.status


def _check_passphrase(typed: str) -> None:
    # Counted like replacing the passphrase: whoever found a phone unlocked does not get to guess.
    with note() as notes:
        buckets = people_actions.try_secret(
            notes,
            name=f"present {_here().public_id}",
            address=request.remote_addr or "",
            secret_key=settings().secret_key,
            now=clock.now(),
        )
    with reading():
        kept = people.own_person(_here()).passphrase_hash
    if not hashing().matches(kept, typed):
        raise Refused(WRONG, field="present")
    with note() as notes:
        people_actions.check_secret_name(notes, buckets)


@privacy.get("/c/<community>/left")
@public
def left() -> ResponseReturnValue:
    """Say goodbye."""
    return render_template("privacy/left.html")


@privacy.route("/c/<community>/desk/people/<public_id>/leave", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def help_to_leave(public_id: str) -> ResponseReturnValue:
    """Let somebody leave who asked a coordinator to do it for them."""
    form = HelpForm()
    with reading():
        found = somebody(_here(), public_id)
    if found.id == _here().membership_id:
        return redirect(url_for("privacy.leave"), 303)
    if form.accepted():
        with form.refusals():
            with transaction():
                place = somebody(_here(), public_id)
                actions.help_to_leave(membership_id=place.id, why=form.why.data, now=clock.now(), by=_here())
            flash(gettext("They have left. Their lines read “a former member” now."), "success")
            return redirect(url_for("desk.index"), 303)
    return render_template("privacy/help_to_leave.html", form=form, member=found), form.status


@privacy.get("/c/<community>/desk/left")
@needs(Role.COORDINATOR)
def helped() -> ResponseReturnValue:
    """Show which coordinator helped somebody to leave, when and why."""
    with reading():
        found = queries.helped(_here())
    return render_template("privacy/helped.html", helped=found)
