"""Begin an exchange: answer a listing, ask a member, log what was done, type a slip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import reading, transaction
from timebank.core.forms import OnceForm, choices
from timebank.core.show import hours
from timebank.exchanges import actions, queries
from timebank.exchanges.actions.making import Two
from timebank.exchanges.forms import LogForm, ProposeForm, ProposeToMemberForm, SlipForm, TermsForm
from timebank.exchanges.models import Exchange
from timebank.exchanges.routes.blueprint import exchanges, here, offer_kinds
from timebank.listings import queries as listings
from timebank.people import queries as people
from timebank.people.models import Membership
from timebank.people.rules import Standing


def _today() -> object:
    return clock.today(g.community.chosen.zone)


def _made(form: TermsForm, make: Callable[[], Exchange], template: str, **more: object) -> ResponseReturnValue:
    """Take a form that begins an exchange, and lead to it."""
    if form.accepted():
        with form.refusals():
            with transaction():
                public_id = make().public_id
            return redirect(url_for("exchanges.show", public_id=public_id), 303)
    return render_template(template, form=form, **more), form.status


def _away(other: Membership) -> str:
    """Say that one of the two is away, before a whole form is filled in; nothing where both are here."""
    if request.method == "POST":  # what was typed is kept, and the sentence stands beside it
        return ""
    if here().standing == Standing.PAUSED:
        return str(gettext("You are away just now. Say on your home that you are back, and you can ask."))
    if other.standing == Standing.PAUSED:
        return str(gettext("%(called)s is away just now. You can ask when they are back.", called=other.called))
    return ""


def _first_word(exchange: Exchange, form: ProposeForm, now: datetime) -> Exchange:
    if form.words.data and exchange.made_at == now:  # not where the form was sent before
        actions.talk(exchange=exchange, words=form.words.data, now=now, by=here())
    return exchange


@exchanges.route("/c/<community>/help/<public_id>/answer", methods=["GET", "POST"])
@needs(Role.MEMBER)
def propose_from_listing(public_id: str) -> ResponseReturnValue:
    """Answer an offer or a request."""
    today = clock.today(g.community.chosen.zone)
    with reading():
        listing = listings.visible_listing(here(), public_id, today)
        by_hand = queries.takes_part_on_paper(listing.owner)
        already = queries.under_way_from(here(), listing.id)
    form = ProposeForm(data={"title": listing.title, "kind": listing.kind or "", "for_whom": listing.for_whom})
    offer_kinds(form)

    def make() -> Exchange:
        now = clock.now()
        found = listings.visible_listing(here(), public_id, today)
        other, own = people.member_by_id(found.membership_id), people.own_membership(here())
        two = Two(other, own) if found.is_offer else Two(own, other)
        exchange = actions.propose(
            two=two,
            terms=form.terms(),
            listing_id=found.id,
            settings=g.community.chosen,
            now=now,
            by=here(),
        )
        return _first_word(exchange, form, now)

    page = {"listing": listing, "other": None, "by_hand": by_hand, "away": _away(listing.owner), "already": already}
    return _made(form, make, "exchanges/propose.html", **page)


@exchanges.route("/c/<community>/members/<public_id>/propose", methods=["GET", "POST"])
@needs(Role.MEMBER)
def propose_to(public_id: str) -> ResponseReturnValue:
    """Ask a member directly."""
    with reading():
        other = queries.member(here(), public_id)
        by_hand = queries.takes_part_on_paper(other)
    form = ProposeToMemberForm()
    offer_kinds(form)

    def make() -> Exchange:
        now = clock.now()
        exchange = actions.propose(
            two=_two(public_id, form.who.data),
            terms=form.terms(),
            listing_id=None,
            settings=g.community.chosen,
            now=now,
            by=here(),
        )
        return _first_word(exchange, form, now)

    page = {"listing": None, "other": other, "by_hand": by_hand, "away": _away(other), "already": None}
    return _made(form, make, "exchanges/propose.html", **page)


def _two(public_id: str, who: str) -> Two:
    other, own = queries.member(here(), public_id), people.own_membership(here())
    return Two(own, other) if who == "me" else Two(other, own)


@exchanges.route("/c/<community>/members/<public_id>/log", methods=["GET", "POST"])
@needs(Role.MEMBER)
def log(public_id: str) -> ResponseReturnValue:
    """Log help that has happened already."""
    with reading():
        other = queries.member(here(), public_id)
        by_hand = queries.takes_part_on_paper(other)
    form = LogForm(data={"on_day": _today()})
    offer_kinds(form)

    def make() -> Exchange:
        return actions.log_done(
            two=_two(public_id, form.who.data),
            terms=form.terms(),
            keep=form.keep.data,
            settings=g.community.chosen,
            now=clock.now(),
            by=here(),
        )

    return _made(form, make, "exchanges/log.html", other=other, by_hand=by_hand, away=_away(other))


@exchanges.route("/c/<community>/desk/slip", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def slip() -> ResponseReturnValue:
    """Type a slip that both signed, and the next one of the same day."""
    form = SlipForm(data={"on_day": _day_before_this() or _today()})
    offer_kinds(form)
    with reading():
        members = queries.members(here())
    names = [("", gettext("Choose …")), *((each.public_id, each.called) for each in members)]
    form.giver.choices = form.receiver.choices = choices(*names)

    if form.accepted():
        with form.refusals():
            with transaction():
                two = Two(_chosen(form.giver.data), _chosen(form.receiver.data))
                made = actions.type_slip(
                    two=two, terms=form.terms(), settings=g.community.chosen, now=clock.now(), by=here()
                )
                kept = gettext("Kept: %(giver)s helped %(receiver)s, %(time)s. Somebody else looks at it.") % {
                    "giver": two.giver.called,
                    "receiver": two.receiver.called,
                    "time": hours(made.minutes),
                }
            flash(kept, "success")
            return redirect(url_for("exchanges.slip", day=form.on_day.data.isoformat()), 303)
    return render_template("exchanges/slip.html", form=form), form.status


def _day_before_this() -> date | None:
    """Give the day of the slip that was typed before, where it is one that can be."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


@exchanges.get("/c/<community>/desk/slip/blank")
@needs(Role.COORDINATOR)
def blank_slip() -> ResponseReturnValue:
    """Show two slips on a sheet, to print and fill in by hand."""
    return render_template("exchanges/blank_slip.html")


def _chosen(public_id: str) -> Membership:
    return queries.member(here(), public_id)


@exchanges.post("/c/<community>/desk/own-time/<int:minutes>")
@needs(Role.COORDINATOR)
def own_time(minutes: int) -> ResponseReturnValue:
    """Log a coordinator's own time of today, in one more tap."""
    form = OnceForm()
    with transaction():
        actions.log_own_time(
            giver=people.own_membership(here()),
            terms=actions.Terms(
                gettext("Looking after us all"),
                minutes,
                on_day=clock.today(g.community.chosen.zone),
                for_whom="everyone",
                key=form.one_time_key(),
            ),
            settings=g.community.chosen,
            now=clock.now(),
            by=here(),
        )
    flash(gettext("Kept. Somebody else will look at it."), "success")
    return redirect(url_for("desk.index"), 303)
