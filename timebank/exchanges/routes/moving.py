"""Move an exchange on, by the verbs of the table; those that want words have a page of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, DomainError, NotAllowed, NotFound, Stale
from timebank.core.forms import EmptyForm, Form
from timebank.core.minutes import split
from timebank.core.show import told
from timebank.core.words import N_
from timebank.exchanges import actions, queries
from timebank.exchanges.actions.common import check
from timebank.exchanges.actions.moving import Said
from timebank.exchanges.forms import (
    ConfirmByGiverForm,
    ConfirmForm,
    DoneByGiverForm,
    DoneForm,
    ReasonForm,
    TermsForm,
)
from timebank.exchanges.models import Exchange
from timebank.exchanges.routes.blueprint import exchanges, here, offer_kinds, shown
from timebank.exchanges.routes.showing import Meanwhile, as_it_is_now
from timebank.exchanges.rules import Verb

Step = Callable[[Exchange, Form, datetime], None]
REASONED = {Verb.ASK_HELP, Verb.GIVE_BACK, Verb.CLOSE, Verb.ASK_PUT_RIGHT}
DONE = {Verb.SAY_DONE, Verb.SAY_OTHER}
BUTTONS = {EmptyForm, ConfirmForm}
MOVED_ON = N_("This has changed meanwhile. Here is how it stands now.")
ANSWERED = N_("Somebody has answered already. Nothing was changed.")
ONE_ANSWERED = N_("Somebody has answered one of them already. Nothing was changed: please look again.")


def _terms_of(exchange: Exchange) -> dict[str, object]:
    starts = exchange.starts_at.astimezone(ZoneInfo(g.community.chosen.zone)).time() if exchange.starts_at else None
    names = ("title", "on_day", "place", "for_whom")
    return {**{name: getattr(exchange, name) for name in names}, "kind": exchange.kind or "", "at": starts}


def _form(verb: Verb, exchange: Exchange) -> Form:
    """Give the form a verb wants, with what is known already."""
    gives = exchange.giver_id == here().membership_id
    hours, minutes = split(exchange.minutes)
    spent = {"hours": str(hours or ""), "minutes": str(minutes or "")}
    if verb is Verb.CHANGE:
        form = TermsForm(data={**_terms_of(exchange), **spent})
        offer_kinds(form)
        return form
    if verb in DONE:
        day = exchange.on_day or clock.today(g.community.chosen.zone)
        return (DoneByGiverForm if gives else DoneForm)(data={**spent, "on_day": day, "keep": exchange.keep})
    if verb is Verb.CONFIRM:
        return (ConfirmByGiverForm if gives else ConfirmForm)(
            data={"said": str(exchange.minutes), "keep": exchange.keep}
        )
    return ReasonForm() if verb in REASONED else EmptyForm()


def _confirm(exchange: Exchange, form: Form, now: datetime) -> None:
    said = form.said.data or ""
    if not (said.isascii() and said.isdigit()):
        raise Stale(N_("The other has said another time meanwhile. Please look at it again."))
    keep = form.keep.data if isinstance(form, ConfirmByGiverForm) else None
    actions.confirm(exchange=exchange, minutes=int(said), keep=keep, now=now, by=here())


def _say_done(exchange: Exchange, form: Form, now: datetime) -> None:
    assert isinstance(form, DoneForm)
    keep = form.keep.data if isinstance(form, DoneByGiverForm) else "keep"
    said = Said(form.total(), form.on_day.data, keep)
    actions.say_done(exchange=exchange, said=said, now=now, by=here())


def _change(exchange: Exchange, form: Form, now: datetime) -> None:
    assert isinstance(form, TermsForm)
    actions.change_terms(exchange=exchange, terms=form.terms(), now=now, by=here())


def _reasoned(verb: Verb) -> Step:
    return lambda exchange, form, now: actions.give_back(
        exchange=exchange, verb=verb, reason=form.reason.data, now=now, by=here()
    )


def _ended(verb: Verb) -> Step:
    return lambda exchange, _form, now: actions.end_it(exchange=exchange, verb=verb, now=now, by=here())


STEPS: dict[Verb, Step] = {
    Verb.AGREE: lambda exchange, _form, now: actions.agree(exchange=exchange, now=now, by=here()),
    Verb.CHANGE: _change,
    Verb.DECLINE: _ended(Verb.DECLINE),
    Verb.WITHDRAW: _ended(Verb.WITHDRAW),
    Verb.SAY_DONE: _say_done,
    Verb.SAY_OTHER: _say_done,
    Verb.CONFIRM: _confirm,
    Verb.TAKE_BACK: lambda exchange, _form, now: actions.take_back(exchange=exchange, now=now, by=here()),
    Verb.ASK_HELP: _reasoned(Verb.ASK_HELP),
    Verb.GIVE_BACK: _reasoned(Verb.GIVE_BACK),
    Verb.CLOSE: _reasoned(Verb.CLOSE),
    Verb.APPROVE: lambda exchange, _form, now: actions.approve(exchange=exchange, now=now, by=here()),
    Verb.ASK_PUT_RIGHT: lambda exchange, form, now: actions.ask_to_put_right(
        exchange=exchange, reason=form.reason.data, now=now, by=here()
    ),
    Verb.AGREE_PUT_RIGHT: lambda exchange, _form, now: actions.agree_to_put_right(
        exchange=exchange, now=now, by=here()
    ),
    Verb.LEAVE_IT: lambda exchange, _form, now: actions.leave_it(exchange=exchange, now=now, by=here()),
}


@exchanges.route(f"/c/<community>/exchanges/<public_id>/<any({', '.join(STEPS)}):verb>", methods=["GET", "POST"])
@needs(Role.MEMBER)
def step(public_id: str, verb: str) -> ResponseReturnValue:
    """Show what a verb wants to know, and do it; where things have moved on, show how they stand now."""
    wanted = Verb(verb)
    try:
        with reading():
            facts = shown(queries.get_visible(here(), public_id))
        if request.method != "POST":
            return _asked(wanted, facts)
        form = _form(wanted, _exchange_of(facts))
        if form.accepted():
            with form.refusals():
                refusal = _do(wanted, public_id, form)
                return _moved_on(public_id, wanted, refusal) if refusal else _kept(public_id)
    except NotFound as gone:
        return _moved_on(public_id, wanted, gone)
    if type(form) in BUTTONS:
        return as_it_is_now(public_id, Meanwhile(_first_error(form), "error", status=form.status))
    return render_template("exchanges/step.html", form=form, verb=wanted, **facts), form.status


def _first_error(form: Form) -> str:
    return next(str(sentence) for sentences in form.errors.values() for sentence in sentences)


def _exchange_of(facts: dict[str, object]) -> Exchange:
    found = facts["exchange"]
    assert isinstance(found, Exchange)
    return found


def _asked(wanted: Verb, facts: dict[str, object]) -> ResponseReturnValue:
    """Show the form of a verb; what is a button alone, or for nobody now, is on the page of the exchange."""
    exchange, offered = _exchange_of(facts), facts["verbs"]
    assert isinstance(offered, list)
    form = _form(wanted, exchange)
    if wanted not in offered:
        flash(gettext(MOVED_ON), "info")
    if wanted not in offered or type(form) is EmptyForm:
        return redirect(url_for("exchanges.show", public_id=exchange.public_id), 303)
    return render_template("exchanges/step.html", form=form, verb=wanted, **facts)


def _do(wanted: Verb, public_id: str, form: Form) -> DomainError | None:
    """Do it, or give the refusal that says that things are not as on the page this came from."""
    try:
        with transaction():
            exchange = queries.get_visible(here(), public_id, lock=True).exchange
            check(exchange, wanted, here())  # “we did it” is no answer to what the other has said meanwhile
            STEPS[wanted](exchange, form, clock.now())
    except (Stale, NotAllowed) as refusal:
        return refusal
    return None


def _at_desk() -> bool:
    return request.args.get("from") == "desk" and here().has(Role.COORDINATOR, Role.SECOND)


def _kept(public_id: str) -> ResponseReturnValue:
    flash(gettext("Done. It is kept."), "success")
    return redirect(url_for("desk.index") if _at_desk() else url_for("exchanges.show", public_id=public_id), 303)


def _moved_on(public_id: str, wanted: Verb, refusal: DomainError) -> ResponseReturnValue:
    """Lead to how things stand now. A reason that was typed is shown once more, so that it is not lost."""
    words = ReasonForm().reason.data or "" if wanted in REASONED else ""
    at_desk, gone = _at_desk(), isinstance(refusal, NotFound)
    if gone and not at_desk:
        raise refusal
    if gone and words:
        return render_template("exchanges/moved_on.html", words=words), HTTPStatus.CONFLICT
    if at_desk and not words:
        flash(gettext(refusal.sentence if isinstance(refusal, NotAllowed) else ANSWERED), "info")
        return redirect(url_for("desk.index"), 303)
    return as_it_is_now(public_id, Meanwhile(told(refusal), words=words, status=refusal.status))


@exchanges.post("/c/<community>/desk/approve")
@needs(Role.COORDINATOR, Role.SECOND)
def approve_several() -> ResponseReturnValue:
    """Approve several exchanges at once: all of them, or none."""
    chosen = list(dict.fromkeys(request.form.getlist("exchange")))[:200]
    if not chosen:
        abort(400)
    try:
        with transaction():
            found = [queries.get_visible(here(), public_id, lock=True).exchange for public_id in sorted(chosen)]
            actions.approve_several(exchanges=found, now=clock.now(), by=here())
    except (Conflict, NotAllowed, NotFound) as refusal:
        moved_on = isinstance(refusal, Stale | NotFound)
        flash(gettext(ONE_ANSWERED) if moved_on else told(refusal), "info")
    else:
        flash(gettext("They are in the book."), "success")
    return redirect(url_for("desk.index"), 303)
