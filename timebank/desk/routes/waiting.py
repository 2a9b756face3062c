"""What waits, and the answers to it."""

from __future__ import annotations

from http import HTTPStatus

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, Stale
from timebank.desk import actions as desk_actions
from timebank.desk import queries
from timebank.desk.forms import AnswerForm
from timebank.desk.routes.blueprint import answered, chosen_answer, desk, here, in_place, not_answered
from timebank.people import actions
from timebank.people.rules import Standing
from timebank.safeguarding.queries import somebody


@desk.get("/c/<community>/desk")
@needs(Role.COORDINATOR, Role.SECOND)
def index() -> ResponseReturnValue:
    """Show what waits, oldest first."""
    with reading():
        waiting = queries.waiting(here())
        lacking = queries.what_cannot_be_done(here())
        steps = queries.first_steps(here(), clock.now())
        asked = {each.about.proposal.proposed_by for each in waiting if each.kind in {"role", "limits"}}
        names = queries.called_by(here(), asked)
    return render_template(
        "desk/index.html",
        waiting=waiting,
        lacking=[gettext(each) for each in lacking],
        steps=steps,
        form=AnswerForm(),
        names=names,
    )


@desk.post("/c/<community>/desk/newcomers/<public_id>")
@needs(Role.COORDINATOR)
def answer_newcomer(public_id: str) -> ResponseReturnValue:
    """Welcome somebody who asked to join, or kindly decline."""
    form = AnswerForm()
    welcome = chosen_answer("welcome", "decline") == "welcome"
    if form.accepted():
        with form.refusals():
            with transaction():
                called = somebody(here(), public_id).called
                membership = actions.to_answer(g.community.id, public_id)
                actions.answer_request(
                    membership=membership, welcome=welcome, why=form.why.data or "", now=clock.now(), by=here()
                )
            said = gettext("%(called)s is a member now.") if welcome else gettext("%(called)s will read your answer.")
            return answered(said % {"called": called})
    with reading():
        membership = somebody(here(), public_id)
    if membership.standing != Standing.ASKED:
        if form.why.data and not in_place():  # so that kind words are not lost
            return render_template("exchanges/moved_on.html", words=form.why.data), HTTPStatus.CONFLICT
        return not_answered(Stale(queries.ANSWERED))
    template = "desk/_newcomer_form.html" if in_place() else "desk/newcomer.html"
    return render_template(template, form=form, member=membership), form.status


@desk.post("/c/<community>/desk/roles/<public_id>")
@needs(Role.COORDINATOR, Role.SECOND)
def answer_role(public_id: str) -> ResponseReturnValue:
    """Answer a proposed role as the second person."""
    agree = chosen_answer("agree", "no") == "agree"
    try:
        with transaction():
            proposal = queries.role_to_answer(here(), public_id)
            actions.answer_proposal(proposal=proposal, agree=agree, now=clock.now(), by=here())
    except Conflict as refusal:
        return not_answered(refusal)
    return answered(gettext("Agreed. It holds from now on.") if agree else gettext("It stays as it was."))


@desk.post("/c/<community>/desk/limits/<public_id>")
@needs(Role.COORDINATOR, Role.SECOND)
def answer_limits(public_id: str) -> ResponseReturnValue:
    """Answer proposed limits as the second person."""
    agree = chosen_answer("agree", "no") == "agree"
    try:
        with transaction():
            proposal = queries.limits_to_answer(here(), public_id)
            desk_actions.answer_limits(proposal=proposal, agree=agree, now=clock.now(), by=here())
    except Conflict as refusal:
        return not_answered(refusal)
    return answered(gettext("Agreed. It holds from now on.") if agree else gettext("It stays as it was."))


@desk.get("/c/<community>/desk/newcomers/<public_id>")
@needs(Role.COORDINATOR)
def newcomer(public_id: str) -> ResponseReturnValue:
    """Show somebody who asked to join, with room for an answer."""
    with reading():
        membership = somebody(here(), public_id)
    if membership.standing != Standing.ASKED:
        return redirect(url_for("desk.person", public_id=public_id, community=g.community.slug), 303)
    return render_template("desk/newcomer.html", form=AnswerForm(), member=membership)
