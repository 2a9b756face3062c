"""Show one's exchanges, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import note, reading, transaction
from timebank.core.errors import Conflict
from timebank.core.show import told
from timebank.exchanges import actions, queries
from timebank.exchanges.forms import TalkForm, ThankForm
from timebank.exchanges.routes.blueprint import exchanges, here, shown


@exchanges.get("/c/<community>/exchanges")
@needs(Role.MEMBER)
def index() -> ResponseReturnValue:
    """Show the viewer's own exchanges."""
    today = clock.today(g.community.chosen.zone)
    with reading():
        waiting = queries.under_way(here(), today)
        page = queries.own(here(), request.args.get("after"))
        turns = {seen.exchange.id for seen in waiting if queries.waits_for(here(), seen.exchange, today)}
        typed = queries.typed_for(here())
    return render_template("exchanges/index.html", waiting=waiting, turns=turns, page=page, typed=typed)


@exchanges.get("/c/<community>/exchanges/<public_id>")
@needs(Role.MEMBER)
def show(public_id: str) -> ResponseReturnValue:
    """Show an exchange to one of the two, or to whoever looks after it now."""
    with reading():
        seen = queries.get_visible(here(), public_id)
        looks_after = here().membership_id not in seen.exchange.parties
        exchange_id = seen.exchange.id
    if looks_after:
        with note() as notes:
            actions.opened(notes, exchange_id=exchange_id, now=clock.now(), by=here())
    return page(public_id, TalkForm(formdata=None), ThankForm(formdata=None))


@dataclass(frozen=True)
class Meanwhile:
    """What has to be said above an exchange: a sentence, what sort of message it is, words that were typed for it."""

    sentence: str = ""
    kind: str = "info"
    words: str = ""
    status: int = HTTPStatus.OK


def as_it_is_now(public_id: str, meanwhile: Meanwhile) -> ResponseReturnValue:
    """Show an exchange as it stands, with what has to be said about something that could not be done."""
    return page(public_id, TalkForm(formdata=None), ThankForm(formdata=None), meanwhile)


def page(public_id: str, talk: TalkForm, thank: ThankForm, meanwhile: Meanwhile = Meanwhile()) -> ResponseReturnValue:
    """Make the page of an exchange, or for htmx its card."""
    with reading():
        seen = queries.get_visible(here(), public_id)
        facts = shown(seen)
    other = seen.other(here())
    if other:
        talk.words.label.text = gettext("Write to %(called)s", called=other.called)
        thank.words.label.text = gettext("Thank %(called)s", called=other.called)
    htmx = request.headers.get("HX-Request") == "true"
    template = "exchanges/_card.html" if htmx else "exchanges/show.html"
    status = max(talk.status, thank.status, meanwhile.status)
    return render_template(template, talk=talk, thank=thank, meanwhile=meanwhile, **facts), status


def _not_now(public_id: str, moved: Conflict) -> ResponseReturnValue:
    return as_it_is_now(public_id, Meanwhile(told(moved), status=moved.status))


@exchanges.post("/c/<community>/exchanges/<public_id>/talk")
@needs(Role.MEMBER)
def talk(public_id: str) -> ResponseReturnValue:
    """Write to the other."""
    form = TalkForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                seen = queries.get_visible(here(), public_id, lock=True)
                actions.talk(exchange=seen.exchange, words=form.words.data, now=clock.now(), by=here())
            if request.headers.get("HX-Request") == "true":
                return page(public_id, TalkForm(formdata=None), ThankForm(formdata=None))
            return redirect(url_for("exchanges.show", public_id=public_id), 303)
    return page(public_id, form, ThankForm(formdata=None))


@exchanges.post("/c/<community>/exchanges/<public_id>/thank")
@needs(Role.MEMBER)
def thank(public_id: str) -> ResponseReturnValue:
    """Thank the other."""
    form = ThankForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                seen = queries.get_visible(here(), public_id, lock=True)
                actions.thank(
                    exchange=seen.exchange,
                    words=form.words.data,
                    public=bool(form.public.data),
                    now=clock.now(),
                    by=here(),
                )
            flash(gettext("Said. They will like to read it."), "success")
            return redirect(url_for("exchanges.show", public_id=public_id), 303)
    return page(public_id, TalkForm(formdata=None), form)


@exchanges.post("/c/<community>/exchanges/<public_id>/show-thanks")
@needs(Role.MEMBER)
def show_thanks(public_id: str) -> ResponseReturnValue:
    """Let a word of thanks to oneself be shown to all."""
    try:
        with transaction():
            seen = queries.get_visible(here(), public_id, lock=True)
            for word in queries.thanks(seen.exchange):
                if word.membership_id != here().membership_id:
                    actions.agree_to_show(thanks=word, exchange=seen.exchange, now=clock.now(), by=here())
    except Conflict as moved:
        return _not_now(public_id, moved)
    flash(gettext("Now everybody here may read it."), "success")
    return redirect(url_for("exchanges.show", public_id=public_id), 303)


@exchanges.post("/c/<community>/exchanges/<public_id>/hide-thanks/<any(mine, theirs):whose>")
@needs(Role.MEMBER)
def hide_thanks(public_id: str, whose: str) -> ResponseReturnValue:
    """Take a word of thanks, written or received, out of what all may read."""
    try:
        with transaction():
            seen = queries.get_visible(here(), public_id, lock=True)
            for word in queries.thanks(seen.exchange):
                if (word.membership_id == here().membership_id) == (whose == "mine"):
                    actions.hide(thanks=word, exchange=seen.exchange, by=here())
    except Conflict as moved:
        return _not_now(public_id, moved)
    flash(gettext("It is between the two of you now."), "success")
    return redirect(url_for("exchanges.show", public_id=public_id), 303)


@exchanges.post("/c/<community>/exchanges/<public_id>/say-so")
@needs(Role.MEMBER)
def say_so(public_id: str) -> ResponseReturnValue:
    """Say that what was typed from paper was so."""
    try:
        with transaction():
            seen = queries.get_visible(here(), public_id, lock=True)
            actions.say_so(exchange=seen.exchange, now=clock.now(), by=here())
    except Conflict as moved:
        return _not_now(public_id, moved)
    flash(gettext("Thank you. It is yours now."), "success")
    if request.args.get("from") == "list":
        return redirect(url_for("exchanges.index"), 303)
    return redirect(url_for("exchanges.show", public_id=public_id), 303)


@exchanges.post("/c/<community>/exchanges/say-so")
@needs(Role.MEMBER)
def say_so_to_all() -> ResponseReturnValue:
    """Say that all that was typed for the viewer, and stood on the page they saw, was so. Nothing else is touched."""
    seen_there = set(request.form.getlist("exchange"))
    with transaction():
        for seen in queries.typed_for(here()):
            if seen.exchange.public_id in seen_there:
                locked = queries.get_visible(here(), seen.exchange.public_id, lock=True).exchange
                actions.say_so(exchange=locked, now=clock.now(), by=here())
    flash(gettext("Thank you. They are yours now."), "success")
    return redirect(url_for("exchanges.index"), 303)
