"""People who take part on paper: who they are, bringing somebody in, and what they tell a coordinator."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import reading, transaction
from timebank.core.errors import NotFound
from timebank.core.forms import choices
from timebank.core.words import N_
from timebank.desk import queries
from timebank.desk.forms import PaperForm, ReachForForm, SaidForForm
from timebank.desk.routes.blueprint import desk, here
from timebank.people import actions
from timebank.people.models import Membership
from timebank.safeguarding.queries import somebody


def _offer_areas(form: SaidForForm, present: str | None = None) -> None:
    areas = [each for each in g.community.chosen.areas if not each.retired or each.code == present]
    none = ("", gettext("They would rather not say"))
    form.area.choices = choices(none, *((each.code, each.name) for each in areas))


@desk.get("/c/<community>/desk/paper")
@needs(Role.COORDINATOR)
def on_paper() -> ResponseReturnValue:
    """Show who takes part on paper."""
    with reading():
        found = queries.on_paper(here())
    return render_template("desk/on_paper.html", members=found)


@desk.route("/c/<community>/desk/paper/new", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def bring_on_paper() -> ResponseReturnValue:
    """Bring in somebody who does not use the site."""
    form = PaperForm()
    _offer_areas(form)
    if form.accepted():
        with form.refusals():
            now = clock.now()
            with transaction():
                membership = actions.bring_on_paper(
                    community_id=g.community.id,
                    called=form.called.data,
                    said=form.said(),
                    reach=form.reach(),
                    now=now,
                    by=here(),
                )
                actions.keep_signature(membership=membership, now=now, by=here())
                called, public_id = membership.called, membership.public_id
            flash(gettext("%(called)s is a member now.") % {"called": called}, "success")
            return redirect(url_for("desk.person", public_id=public_id), 303)
    return render_template("desk/bring_on_paper.html", form=form), form.status


@desk.post("/c/<community>/desk/people/<public_id>/signed")
@needs(Role.COORDINATOR)
def keep_signature(public_id: str) -> ResponseReturnValue:
    """Keep that somebody on paper signed the words, and that the coordinator keeps the sheet."""
    with transaction():
        _on_paper(public_id)
        membership = actions.to_answer(g.community.id, public_id)
        actions.keep_signature(membership=membership, now=clock.now(), by=here())
    flash(gettext("Kept."), "success")
    return redirect(url_for("desk.person", public_id=public_id), 303)


@desk.route("/c/<community>/desk/people/<public_id>/said", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def say_for(public_id: str) -> ResponseReturnValue:
    """Keep what somebody on paper says about themself."""
    with reading():
        member = _on_paper(public_id)
    form = SaidForForm(obj=member)
    _offer_areas(form, member.area)
    if form.accepted():
        with form.refusals():
            with transaction():
                found = actions.to_answer(g.community.id, _on_paper(public_id).public_id)
                actions.say_for(membership=found, said=form.said(), reach={}, by=here())
            flash(gettext("Kept."), "success")
            return redirect(url_for("desk.person", public_id=public_id), 303)
    return render_template("desk/keep_for.html", form=form, member=member, about_reach=False), form.status


@desk.post("/c/<community>/desk/people/<public_id>/reached")
@needs(Role.COORDINATOR)
def reach_for(public_id: str) -> ResponseReturnValue:
    """Keep how somebody on paper is reached; the form stands where a coordinator has looked."""
    with reading():
        member = _on_paper(public_id)
    form = ReachForForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                found = actions.to_answer(g.community.id, _on_paper(public_id).public_id)
                actions.say_for(membership=found, said={}, reach=form.reach(), by=here())
            flash(gettext("Kept."), "success")
            return redirect(url_for("desk.person", public_id=public_id), 303)
    return render_template("desk/keep_for.html", form=form, member=member, about_reach=True), form.status


def _on_paper(public_id: str) -> Membership:
    member = somebody(here(), public_id)
    if not queries.login(member).on_paper:
        raise NotFound(N_("They use the site themselves, and say this about themselves."))
    return member
