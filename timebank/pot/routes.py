"""Pages of the pot."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, Viewer, needs
from timebank.core.database import reading, transaction
from timebank.core.forms import choices
from timebank.people import queries as people
from timebank.pot import actions, queries, rules
from timebank.pot.forms import GiveForm, PassOnForm

pot = Blueprint("pot", __name__)


def _here() -> Viewer:
    viewer: Viewer = g.viewer
    return viewer


@pot.route("/c/<community>/pot", methods=["GET", "POST"])
@needs(Role.MEMBER)
def index() -> ResponseReturnValue:
    """Show what the pot is and its closed months; give hours to it."""
    form = GiveForm()
    if form.accepted():
        with form.refusals():
            minutes, key = form.total(), form.one_time_key()
            with transaction():
                actions.give(minutes=minutes, words=form.words.data, key=key, now=clock.now(), by=_here())
            flash(gettext("Thank you. It is in the pot, for whoever needs it."), "success")
            return redirect(url_for("pot.index"), 303)
    with reading():
        months = queries.closed_months(_here(), clock.now())
        own = queries.may_give(_here(), people.own_membership(_here()))
    shown = months if request.args.get("months") == "all" else months[-rules.MONTHS_DRAWN :]
    page = render_template(
        "pot/index.html",
        form=form,
        most=min(own, rules.MOST_AT_ONCE),
        months=shown[::-1],
        more=len(months) > len(shown),
        bars=rules.drawn(months),
        drawing=rules,
        last=months[-1].first if months else None,
        left=rules.left_in_it(months),
    )
    return page, form.status


@pot.route("/c/<community>/pot/pass-on", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def pass_on() -> ResponseReturnValue:
    """Pass hours on from the pot to a member."""
    form = PassOnForm(data={"to": request.args.get("to", "")})
    with reading():
        others = queries.others(_here())
        present = queries.in_it_now(_here())
    form.to.choices = choices(("", gettext("Choose …")), *((each.public_id, each.called) for each in others))
    if form.accepted():
        with form.refusals():
            minutes, key = form.total(), form.one_time_key()
            with transaction():
                to = queries.other(_here(), form.to.data)
                called = to.called
                actions.pass_on(to=to, minutes=minutes, why=form.why.data, key=key, now=clock.now(), by=_here())
            flash(gettext("Passed on. It stands on the statement of %(called)s.", called=called), "success")
            return redirect(url_for("pot.index"), 303)
    return render_template("pot/pass_on.html", form=form, present=present), form.status
