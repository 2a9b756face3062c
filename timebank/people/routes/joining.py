"""Come in: with the code of an invitation, or by asking."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.communities import queries as communities
from timebank.communities.models import Wording
from timebank.core import clock, passphrases
from timebank.core.access import public
from timebank.core.database import reading, transaction
from timebank.people import actions, queries
from timebank.people.forms import AgreeForm, CodeForm, NewcomerForm, TakeOverForm
from timebank.people.models import Membership, Person
from timebank.people.routes.blueprint import enter, hash_new, people, proved_right, try_secret

Way = Callable[[Person, str], Membership]


@people.route("/c/<community>/join", methods=["GET", "POST"])
@public
def join() -> ResponseReturnValue:
    """Type the code of an invitation card."""
    form = CodeForm()
    if not form.accepted():
        return _code_page(form)
    where = url_for("people.join_with", code=queries.plain_code(form.code.data) or "-")
    return _look_at_code(form) or redirect(where, 303)


def _look_at_code(form: CodeForm) -> ResponseReturnValue | None:
    """Show the code's form again, with a sentence, where the code opens nothing."""
    with form.refusals(), reading():
        queries.invitation_by_code(g.community.id, form.code.data, clock.now())
    return _code_page(form) if form.errors else None


def _code_page(form: CodeForm) -> ResponseReturnValue:
    page = render_template("people/join.html", form=form, **({"way_back": None} if form.errors else {}))
    return page, form.status


@people.route("/c/<community>/join/<code>", methods=["GET", "POST"])
@public
def join_with(code: str) -> ResponseReturnValue:
    """Join with an invitation."""
    now = clock.now()
    opens_nothing = _look_at_code(CodeForm(data={"code": code}, formdata=None))
    if opens_nothing:
        return opens_nothing

    def way(person: Person, called: str) -> Membership:
        invitation = queries.invitation_by_code(g.community.id, code, now, lock=True)
        return actions.join_with_code(invitation=invitation, person=person, called=called, now=now)

    return _come_in(way, key=code)


@people.route("/c/<community>/ask", methods=["GET", "POST"])
@public
def ask() -> ResponseReturnValue:
    """Ask to join; a coordinator answers."""

    def way(person: Person, called: str) -> Membership:
        return actions.ask_to_join(community_id=g.community.id, person=person, called=called, now=clock.now())

    return _come_in(way, key=g.community.slug, asking=True)


@people.route("/c/<community>/card", methods=["GET", "POST"])
@public
def take_over() -> ResponseReturnValue:
    """Take one's place over with a card, after taking part on paper: read, agree, choose a passphrase."""
    form = TakeOverForm()
    if form.accepted():
        with form.refusals():
            buckets = try_secret(form.name.data)
            hashed = hash_new(form.passphrase.data, context=[form.name.data])
            card = actions.UsedCard(form.name.data, form.code.data, hashed)
            with transaction():
                person = actions.take_over(community_id=g.community.id, card=card, now=clock.now())
                token = actions.sign_in(person_id=person.id, shared_device=True, now=clock.now())
            proved_right(buckets)
            flash(gettext("This is your place now. Good to have you here."), "done")
            return enter(redirect(url_for("home.community"), 303), token, shared=True)
    form.passphrase.data = None
    with reading():
        wordings = _wordings()
    page = render_template("people/take_over.html", form=form, wordings=wordings, proposal=passphrases.propose())
    return page, form.status


def _wordings() -> dict[str, Wording]:
    return {kind: communities.wording(g.community.id, kind) for kind in ("house", "privacy")}


def _come_in(way: Way, *, key: str, asking: bool = False) -> ResponseReturnValue:
    """Show and take the form both ways in share: a login for who has none, and the agreement."""
    form = AgreeForm() if g.viewer else NewcomerForm()
    if form.accepted():
        with form.refusals():
            # By name: those who come together share a card and a network, and are not to wait for one another.
            buckets = try_secret(f"{key} {g.viewer.public_id if g.viewer else form.called.data}")
            answer = _join_known(way) if g.viewer else _join_new(form, way)
            proved_right(buckets)
            return answer
    if not g.viewer:
        form.passphrase.data = None
    with reading():
        wordings = _wordings()
    proposal = None if g.viewer else passphrases.propose()
    page = render_template("people/come_in.html", form=form, asking=asking, wordings=wordings, proposal=proposal)
    return page, form.status


def _join_known(way: Way) -> ResponseReturnValue:
    with transaction():
        person = queries.own_person(g.viewer)
        _settle_in(way(person, g.viewer.called))
    return redirect(url_for("people.about", question="likes", begin=1), 303)


def _join_new(form: NewcomerForm, way: Way) -> ResponseReturnValue:
    given = actions.NewPerson(form.called.data, hash_new(form.passphrase.data, context=[form.called.data]))
    shared = bool(form.shared_device.data)
    with transaction():
        person = actions.new_person(given=given, now=clock.now())
        _settle_in(way(person, given.called))
        token = actions.sign_in(person_id=person.id, shared_device=shared, now=clock.now())
    return enter(redirect(url_for("people.name_for_signing_in"), 303), token, shared=shared)


def _settle_in(membership: Membership) -> None:
    accepted = {communities.wording(membership.community_id, kind).id for kind in ("house", "privacy")}
    actions.agree_to_words(membership=membership, wording_ids=accepted, now=clock.now())
