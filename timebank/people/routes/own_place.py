"""One's own place: what I said about myself, being away, devices, passphrase, e-mail."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.communities.rules import name_of
from timebank.core import clock, passphrases
from timebank.core.access import signed_in
from timebank.core.database import reading, transaction
from timebank.core.door import cookie_name
from timebank.core.errors import Refused
from timebank.core.forms import Form, choices
from timebank.core.hashing import hashing
from timebank.core.words import N_
from timebank.people import actions, queries
from timebank.people.forms import ABOUT, CalledForm, EmailForm, ReplacePassphraseForm
from timebank.people.routes.blueprint import hash_new, own, people, proved_right, try_secret

WRONG_PRESENT = N_("That is not the passphrase you have now. Please type it again.")


@people.get("/c/<community>/welcome")
@signed_in
def name_for_signing_in() -> ResponseReturnValue:
    """Show a newcomer the name to sign in with, to write down or print."""
    with reading():
        person = queries.own_person(own())
        membership = queries.own_membership(own())
    return render_template("people/welcome.html", person=person, membership=membership)


@people.get("/c/<community>/me")
@signed_in
def me() -> ResponseReturnValue:
    """Show one's own place."""
    with reading():
        membership = queries.own_membership(own())
        person = queries.own_person(own())
        reach = queries.way_to_reach(membership.id)
        area = name_of(g.community.chosen.areas, membership.area)
    return render_template("people/me.html", membership=membership, person=person, reach=reach, area=area)


@people.route("/c/<community>/me/called", methods=["GET", "POST"])
@signed_in
def called() -> ResponseReturnValue:
    """Change the name one is called."""
    return _ask_about("called", CalledForm)


@people.route("/c/<community>/me/about/<question>", methods=["GET", "POST"])
@signed_in
def about(question: str) -> ResponseReturnValue:
    """Ask one question about oneself; all of them can be skipped."""
    if question not in ABOUT:
        abort(404)
    return _ask_about(question, ABOUT[question])


def _ask_about(question: str, kind: type[Form]) -> ResponseReturnValue:
    with reading():
        membership = queries.own_membership(own())
        kept = queries.way_to_reach(membership.id) if question == "reach" else membership
    form = kind(obj=kept)
    if question == "area":
        open_areas = [(area.code, area.name) for area in g.community.chosen.areas if not area.retired]
        form.area.choices = choices(("", gettext("I would rather not say")), *open_areas)
    beginning = request.args.get("begin") == "1"
    if form.accepted():
        with form.refusals():
            with transaction():
                said = {name: field.data or "" for name, field in form._fields.items() if name != "csrf_token"}
                save = actions.say_how_to_reach if question == "reach" else actions.say_about_myself
                save(membership=queries.own_membership(own()), said=said, by=own())
            if not beginning:
                flash(gettext("Kept. Thank you."), "done")
            return redirect(_after(question, beginning=beginning), 303)
    template = "people/reach.html" if question == "reach" else "people/about.html"
    page = render_template(
        template, form=form, question=question, beginning=beginning, skip=_after(question, beginning=beginning)
    )
    return page, form.status


def _after(question: str, *, beginning: bool) -> str:
    if not beginning:
        return url_for("people.me")
    order = list(ABOUT)
    place = order.index(question) + 1
    if place == len(order):
        return url_for("home.community")
    return url_for("people.about", question=order[place], begin=1)


@people.post("/c/<community>/me/pause")
@signed_in
def pause() -> ResponseReturnValue:
    """Be away for a while."""
    with transaction():
        actions.pause(membership=queries.own_membership(own()), by=own())
    flash(gettext("You are away now. Nothing is asked of you until you come back."), "done")
    return redirect(url_for("people.me"), 303)


@people.post("/c/<community>/me/come-back")
@signed_in
def come_back() -> ResponseReturnValue:
    """Be back."""
    with transaction():
        actions.come_back(membership=queries.own_membership(own()), by=own())
    flash(gettext("Welcome back. It is good to have you here."), "done")
    return redirect(url_for("people.me"), 303)


@people.get("/devices")
@signed_in
def devices() -> ResponseReturnValue:
    """Show where one is signed in."""
    now = clock.now()
    with reading():
        found = queries.sign_ins(own().person_id, now)
        present = queries.sign_in_by_token(request.cookies.get(cookie_name(), ""), now)
    return render_template("people/devices.html", sign_ins=found, present=present.public_id if present else None)


@people.post("/devices/end")
@signed_in
def end_devices() -> ResponseReturnValue:
    """Sign out on one device, or on all others."""
    with transaction(even_closed=True):
        actions.end_sign_ins(
            person_id=own().person_id,
            but_token=request.cookies.get(cookie_name()),
            only=request.form.get("device") or None,
        )
    flash(gettext("Done. Whoever used that device has to sign in again."), "done")
    return redirect(url_for("people.devices"), 303)


@people.route("/passphrase", methods=["GET", "POST"])
@signed_in
def passphrase() -> ResponseReturnValue:
    """Replace one's passphrase."""
    form = ReplacePassphraseForm()
    if form.accepted():
        with form.refusals():
            # Counted apart from signing in: whoever found a phone unlocked does not keep its owner out by guessing.
            buckets = try_secret(f"present {own().public_id}")
            with reading():
                person = queries.own_person(own())
            if not hashing().matches(person.passphrase_hash, form.present.data):
                raise Refused(WRONG_PRESENT, field="present")
            proved_right(buckets)
            hashed = hash_new(form.passphrase.data, context=[person.sign_in_name])
            with transaction(even_closed=True):
                actions.replace_passphrase(
                    person=queries.own_person(own()),
                    passphrase_hash=hashed,
                    but_token=request.cookies.get(cookie_name()),
                    now=clock.now(),
                    by=own(),
                )
            flash(gettext("Your new passphrase is in place. Other devices have to sign in again."), "done")
            return redirect(url_for("home.start"), 303)
    form.present.data = form.passphrase.data = None
    return render_template("people/passphrase.html", form=form, proposal=passphrases.propose()), form.status


@people.route("/email", methods=["GET", "POST"])
@signed_in
def email() -> ResponseReturnValue:
    """Give an e-mail, change it, or take it away."""
    with reading():
        person = queries.own_person(own())
    form = EmailForm(obj=person)
    if form.accepted():
        with form.refusals():
            with transaction():
                actions.give_email(
                    person=queries.own_person(own()),
                    email=form.email.data,
                    now=clock.now(),
                    by=own(),
                )
            flash(gettext("Kept. If it is new, a link to confirm it is on its way."), "done")
            return redirect(url_for("people.email"), 303)
    return render_template("people/email.html", form=form, person=person), form.status
