"""Pages of offers and requests."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.communities.rules import Named
from timebank.core import clock
from timebank.core.access import Role, Viewer, needs
from timebank.core.database import reading, transaction
from timebank.core.errors import Refused
from timebank.core.forms import choices
from timebank.core.words import N_
from timebank.listings import actions, queries, rules
from timebank.listings.forms import FOR_WHOM, EndForm, FindForm, OfferForm, RequestForm
from timebank.listings.models import Listing
from timebank.listings.rules import State, Verb

listings = Blueprint("listings", __name__)

ANSWER = "exchanges.propose_from_listing"
WAYS = {"offer": OfferForm, "request": RequestForm}
PRESSED = {
    "publish": (Verb.PUBLISH, N_("It is there for others to see now.")),
    "pause": (Verb.PAUSE, N_("It rests. Nobody sees it until you publish it again.")),
    "publish-again": (Verb.PUBLISH_AGAIN, N_("It is there for others to see again.")),
    "end": (Verb.END, N_("It has ended. What was agreed because of it stays as it is.")),
}


def _here() -> Viewer:
    viewer: Viewer = g.viewer
    return viewer


def _today() -> date:
    return clock.today(g.community.chosen.zone)


def _answer_url(listing: Listing) -> str | None:
    """Give where an exchange about this begins; a higher row knows."""
    known = ANSWER in current_app.view_functions
    return url_for(ANSWER, public_id=listing.public_id) if known else None


def _choices(entries: tuple[Named, ...], none: str, present: str | None = None) -> list[Any]:
    open_ones = [(each.code, each.name) for each in entries if not each.retired or each.code == present]
    return choices(("", none), *open_ones)


@listings.get("/c/<community>/help")
@needs(Role.MEMBER)
def index() -> ResponseReturnValue:
    """Find offers and requests."""
    form = FindForm(request.args)
    chosen = g.community.chosen
    form.kind.choices = _choices(chosen.kinds, gettext("All kinds"))
    form.area.choices = _choices(chosen.areas, gettext("All parts"))
    asked = {name: request.args.get(name) or "" for name in ("kind", "area", "way")}
    if asked["way"] not in WAYS:
        asked["way"] = ""
    wanted = queries.Found(words=form.words.data or "", **asked) if form.validate() else queries.Found()
    with reading():
        page = queries.browse(_here(), wanted, _today(), request.args.get("after"))
    kept: dict[str, Any] = {name: getattr(wanted, name) or None for name in ("words", "kind", "area")}
    further = url_for("listings.index", after=page.after, way=wanted.way or None, **kept) if page.after else None
    return render_template("listings/index.html", form=form, page=page, further=further, wanted=wanted, kept=kept)


@listings.get("/c/<community>/help/<public_id>")
@needs(Role.MEMBER)
def show(public_id: str) -> ResponseReturnValue:
    """Show an offer or a request."""
    today = _today()
    with reading():
        found = queries.shown_listing(_here(), public_id, today)
    state = rules.state_on(found.state, found.until, today)
    doer = rules.Doer(found.membership_id == _here().membership_id, coordinates=_here().has(Role.COORDINATOR))
    return render_template(
        "listings/show.html",
        listing=found,
        state=state,
        mine=doer.is_owner,
        verbs=rules.verbs(state, doer),
        answer_url=None if doer.is_owner else _answer_url(found),
        for_whom=FOR_WHOM[rules.ForWhom(found.for_whom)],
    )


@listings.get("/c/<community>/me/help")
@needs(Role.MEMBER)
def own() -> ResponseReturnValue:
    """Show one's own offers and requests, whatever their state."""
    with reading():
        found = queries.own(_here(), _today())
    return render_template("listings/own.html", own=found)


@listings.route("/c/<community>/help/new/<way>", methods=["GET", "POST"])
@needs(Role.MEMBER)
def new(way: str) -> ResponseReturnValue:
    """Write an offer or a request; `like` begins with the words of an own one."""
    if way not in WAYS:
        abort(404)
    form = _form_for(way, _begun_with(request.args.get("like")))
    if form.accepted():
        with form.refusals():
            now, draft = clock.now(), request.form.get("press") == "draft"
            with transaction():
                listing = actions.write(is_offer=way == "offer", said=_said(form), now=now, by=_here())
                if not draft:
                    actions.move(listing=listing, verb=Verb.PUBLISH, now=now, by=_here())
                public_id = listing.public_id
            flash(_kept(draft=draft), "success")
            return redirect(url_for("listings.show", public_id=public_id), 303)
    return render_template("listings/form.html", form=form, way=way, listing=None), form.status


@listings.route("/c/<community>/help/<public_id>/edit", methods=["GET", "POST"])
@needs(Role.MEMBER)
def edit(public_id: str) -> ResponseReturnValue:
    """Say something else in one's own listing."""
    today = _today()
    with reading():
        listing = queries.own_listing(_here(), public_id)
    rules.check_may(Verb.SAVE, rules.state_on(listing.state, listing.until, today), rules.Doer(is_owner=True))
    way = "offer" if listing.is_offer else "request"
    form = _form_for(way, listing)
    if form.accepted():
        with form.refusals():
            now, publish = clock.now(), request.form.get("press") == "publish"
            with transaction():
                mine = queries.own_listing(_here(), public_id, lock=True)
                actions.change(listing=mine, said=_said(form), now=now, by=_here())
                if publish:
                    actions.move(listing=mine, verb=Verb.PUBLISH, now=now, by=_here())
                draft = mine.state == State.DRAFT
            flash(_kept(draft=draft), "success")
            return redirect(url_for("listings.show", public_id=public_id), 303)
    return render_template("listings/form.html", form=form, way=way, listing=listing), form.status


@listings.post("/c/<community>/help/<public_id>/<press>")
@needs(Role.MEMBER)
def move(public_id: str, press: str) -> ResponseReturnValue:
    """Publish, pause, publish again or end one's own."""
    if press not in PRESSED:
        abort(404)
    verb, said = PRESSED[press]
    try:
        with transaction():
            mine = queries.own_listing(_here(), public_id, lock=True)
            actions.move(listing=mine, verb=verb, now=clock.now(), by=_here())
    except Refused as refusal:  # a draft whose last day is over: it is put right where it is written
        flash(gettext(refusal.sentence), "error")
        return redirect(url_for("listings.edit", public_id=public_id), 303)
    flash(gettext(said), "success")
    return redirect(url_for("listings.show", public_id=public_id), 303)


@listings.route("/c/<community>/help/<public_id>/end-with-reason", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def end_with_reason(public_id: str) -> ResponseReturnValue:
    """End somebody else's listing, as a coordinator, with a reason they will read."""
    with reading():
        listing = queries.visible_listing(_here(), public_id, _today())
    form = EndForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                found = queries.visible_listing(_here(), public_id, _today(), lock=True)
                actions.move(listing=found, verb=Verb.END, why=form.why.data, now=clock.now(), by=_here())
            flash(gettext("It has ended. They will read your words."), "success")
            return redirect(url_for("listings.index"), 303)
    return render_template("listings/end.html", form=form, listing=listing), form.status


def _begun_with(like: str | None) -> Any:
    if not like:
        return None
    with reading():
        return queries.own_listing(_here(), like)


def _form_for(way: str, listing: Listing | None) -> OfferForm:
    form: OfferForm = WAYS[way](obj=listing)
    chosen = g.community.chosen
    form.kind.choices = _choices(chosen.kinds, gettext("Something else"), listing.kind if listing else None)
    form.area.choices = _choices(chosen.areas, gettext("I would rather not say"), listing.area if listing else None)
    if request.method == "GET" and listing and listing.until and listing.until < _today():
        form.until.data = None
    return form


def _said(form: OfferForm) -> actions.Said:
    typed = {name: field.data for name, field in form._fields.items() if name in actions.Said.__dataclass_fields__}
    return actions.Said(**typed)


def _kept(*, draft: bool) -> str:
    return str(gettext("Kept for you alone.") if draft else gettext("Kept. Others can see it."))
