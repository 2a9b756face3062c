"""Sign in and out, leave quickly, and find a way back in with a forgotten passphrase."""

from __future__ import annotations

from flask import Response as Answer
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock, languages, passphrases
from timebank.core.access import public, signed_in
from timebank.core.database import note, reading, transaction
from timebank.core.door import cookie_name, read_way_back, settings, take_cookie
from timebank.core.errors import Refused
from timebank.core.forms import EmptyForm
from timebank.core.hashing import hashing
from timebank.core.words import N_
from timebank.people import actions, queries
from timebank.people.forms import CardForm, ForgottenForm, NewPassphraseForm, SignInForm
from timebank.people.routes.blueprint import enter, hash_new, people, proved_right, try_secret

NOT_RIGHT = N_("The name and the passphrase do not go together. Please try again, or ask for help below.")


@people.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in. Every failure says the same."""
    form = SignInForm(after=request.args.get("after", ""))
    if form.accepted():
        with form.refusals():
            buckets = try_secret(form.name.data)
            with reading():
                person = queries.person_by_name(form.name.data)
            kept = person.passphrase_hash if person else None
            if not hashing().matches(kept, form.passphrase.data) or person is None:
                raise Refused(NOT_RIGHT)
            proved_right(buckets)
            shared = bool(form.shared_device.data)
            with transaction(even_closed=True):
                token = actions.sign_in(person_id=person.id, shared_device=shared, now=clock.now())
            after = read_way_back(form.after.data) or url_for("home.start")
            return enter(redirect(after, 303), token, shared=shared)
    form.passphrase.data = None
    return render_template("people/sign_in.html", form=form), form.status


@people.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """Sign out here."""
    _end()
    return take_cookie(redirect(url_for("home.start"), 303))


@people.get("/leave")
@public
def leave() -> ResponseReturnValue:
    """Leave quickly: the one link that ends a sign-in. Only as a page of its own, so that no picture can do it."""
    response = redirect(settings().neutral_url, 303)
    response.headers["Cache-Control"] = "no-store"
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return response
    _end()
    return take_cookie(response)


def _end() -> None:
    token = request.cookies.get(cookie_name())
    if token:
        with note() as notes:
            actions.end_sign_in(notes, token=token)


@people.route("/language", methods=["GET", "POST"])
@public
def language() -> ResponseReturnValue:
    """Choose the language to read in: kept with the login, and by this browser."""
    wanted = request.form.get("language", "")
    form = EmptyForm()
    if form.accepted() and wanted in languages.known():
        if g.viewer:
            with note() as notes:
                actions.choose_language(notes, person_id=g.viewer.person_id, language=wanted)
        after = read_way_back(request.form.get("back")) or url_for("home.start")
        return languages.remember(redirect(after, 303), wanted)
    back = request.args.get("back", "")
    return render_template("people/language.html", form=form, back=back), 422 if form.is_submitted() else 200


@people.get("/words")
@public
def propose_words() -> ResponseReturnValue:
    """Propose a passphrase of random words, as plain text for the button."""
    return Answer(passphrases.propose(), mimetype="text/plain", headers={"Cache-Control": "no-store"})


@people.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Ask for a link by e-mail; the answer is the same whoever asks."""
    form = ForgottenForm()
    if form.accepted():
        with form.refusals():
            try_secret(form.email.data)
            with transaction(even_closed=True):
                actions.ask_for_link(typed=form.email.data, now=clock.now())
            flash(gettext("If that e-mail is confirmed here, a link is on its way. It works for half an hour."), "done")
            return redirect(url_for("people.forgotten"), 303)
    return render_template("people/forgotten.html", form=form), form.status


@people.route("/card", methods=["GET", "POST"])
@public
def card() -> ResponseReturnValue:
    """Choose a new passphrase with a one-time card."""
    form = CardForm()
    if form.accepted():
        with form.refusals():
            buckets = try_secret(form.name.data)
            hashed = hash_new(form.passphrase.data, context=[form.name.data])
            try:
                with transaction(even_closed=True):
                    person = actions.set_passphrase_with_key(
                        kind="card",
                        secret=form.code.data,
                        name=form.name.data,
                        passphrase_hash=hashed,
                        now=clock.now(),
                    )
                    token = actions.sign_in(person_id=person.id, shared_device=True, now=clock.now())
            except actions.AgreeFirst as first:
                flash(gettext("Your card is good. Please read first what we agree on here, then type it once more."))
                return redirect(url_for("people.take_over", community=first.slug), 303)
            proved_right(buckets)
            flash(gettext("Your new passphrase is in place, and you are signed in."), "done")
            return enter(redirect(url_for("home.start"), 303), token, shared=True)
    form.passphrase.data = None
    return render_template("people/card.html", form=form, proposal=passphrases.propose()), form.status


@people.route("/new-passphrase/<token>", methods=["GET", "POST"])
@public
def new_passphrase(token: str) -> ResponseReturnValue:
    """Choose a new passphrase with a link. Opening the link shows a form alone: mail scanners open links."""
    form = NewPassphraseForm()
    if form.accepted():
        with form.refusals():
            hashed = hash_new(form.passphrase.data, context=[])
            with transaction(even_closed=True):
                actions.set_passphrase_with_key(
                    kind="link", secret=token, name=None, passphrase_hash=hashed, now=clock.now()
                )
            flash(gettext("Your new passphrase is in place. You can sign in with it now."), "done")
            return redirect(url_for("people.sign_in"), 303)
    form.passphrase.data = None
    return render_template("people/passphrase.html", form=form, proposal=passphrases.propose()), form.status


@people.route("/confirm-email/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm an e-mail by the link that was sent there, with a button."""
    form = EmptyForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                actions.confirm_email(secret=token, now=clock.now())
            flash(gettext("Thank you. Your e-mail is confirmed."), "done")
            return redirect(url_for("home.start"), 303)
    return render_template("people/confirm_email.html", form=form, viewer=g.viewer), form.status
