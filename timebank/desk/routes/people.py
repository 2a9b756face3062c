"""The people a coordinator looks after: how to reach them, their roles, a card for a new passphrase, invitations."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.communities.rules import name_of
from timebank.core import clock, ids
from timebank.core.access import Role, needs
from timebank.core.database import note, reading, transaction
from timebank.core.door import settings
from timebank.core.errors import NotFound, Stale
from timebank.core.minutes import HOUR
from timebank.core.words import N_
from timebank.desk import actions as desk_actions
from timebank.desk import queries
from timebank.desk.forms import InviteForm, LastsForm, LimitsForm, ReachForForm, RoleForm
from timebank.desk.routes.blueprint import desk, here
from timebank.people import actions
from timebank.people import queries as people
from timebank.people.rules import CARD_LASTS, HERE
from timebank.safeguarding.queries import somebody


@desk.get("/c/<community>/desk/people/<public_id>")
@needs(Role.COORDINATOR)
def person(public_id: str) -> ResponseReturnValue:
    """Show somebody with a place here, as a coordinator may see them."""
    with reading():
        found = _shown(public_id)
    return _person(found, LastsForm(), RoleForm())


@desk.route("/c/<community>/desk/people/<public_id>/limits", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def limits(public_id: str) -> ResponseReturnValue:
    """Propose other limits for somebody, with a reason; a second person answers."""
    with reading():
        member = somebody(here(), public_id)
        if member.account_id is None or member.standing not in HERE:
            raise NotFound(N_("There is nobody like that here."))
        present = queries.limits_of(member)
    form = LimitsForm(data={"floor_hours": str(-present.floor // HOUR), "ceiling_hours": str(present.ceiling // HOUR)})
    if form.accepted():
        with form.refusals():
            floor, ceiling = form.minutes("floor_hours"), form.minutes("ceiling_hours")
            wanted = desk_actions.WantedLimits(-floor, ceiling, form.why.data)
            with transaction():
                found = actions.to_answer(g.community.id, somebody(here(), public_id).public_id)
                desk_actions.propose_limits(membership=found, wanted=wanted, now=clock.now(), by=here())
            flash(gettext("Asked. It holds when a second person agrees."), "success")
            return redirect(url_for("desk.person", public_id=public_id), 303)
    return render_template("desk/limits.html", form=form, member=member, present=present), form.status


def _shown(public_id: str) -> dict[str, object]:
    """Read what the page of somebody shows."""
    found = somebody(here(), public_id)
    signed = queries.signature(found)
    roles_asked, limits_asked = queries.asked_about(here(), found)
    proposed_by = {each.proposed_by for each in [*roles_asked, limits_asked] if each is not None}
    return {
        "member": found,
        "roles": sorted(people.roles_of(found.id)),
        "area": name_of(g.community.chosen.areas, found.area),
        "on_paper": queries.login(found).on_paper,
        "signed": signed,
        "roles_asked": roles_asked,
        "limits_asked": limits_asked,
        "names": queries.called_by(here(), proposed_by | ({signed.said_by} if signed else set())),
    }


def _person(found: dict[str, object], lasts: LastsForm, role: RoleForm) -> ResponseReturnValue:
    return render_template("desk/person.html", lasts=lasts, role=role, **found), max(lasts.status, role.status)


@desk.post("/c/<community>/desk/people/<public_id>/reach")
@needs(Role.COORDINATOR)
def reach(public_id: str) -> ResponseReturnValue:
    """Show how somebody can be reached. The look is written down first: no line, no data."""
    with reading():
        membership_id = somebody(here(), public_id).id
    with note() as notes:
        actions.look_at_reach(notes, membership_id=membership_id, now=clock.now(), by=here())
    with reading():
        found = somebody(here(), public_id)
        way = people.way_to_reach(found.id)
        form = ReachForForm(formdata=None, obj=way) if queries.login(found).on_paper else None
    template = "desk/_reach.html" if request.headers.get("HX-Request") == "true" else "desk/reach.html"
    return render_template(template, member=found, reach=way, form=form)


@desk.post("/c/<community>/desk/people/<public_id>/card")
@needs(Role.COORDINATOR)
def card(public_id: str) -> ResponseReturnValue:
    """Make a one-time card for somebody who forgot their passphrase, or has none yet, and show it, once, to print."""
    form = LastsForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                found = somebody(here(), public_id)
                login = queries.login(found)
                name, on_paper = login.sign_in_name, login.on_paper
                code = actions.print_card(
                    membership=found, lasts=CARD_LASTS[form.lasts.data], now=clock.now(), by=here()
                )
                called = found.called
            ends = clock.now() + CARD_LASTS[form.lasts.data]
            door = settings().address + url_for("people.take_over" if on_paper else "people.card")
            return render_template(
                "desk/card.html", code=code, name=name, called=called, ends=ends, door=door, on_paper=on_paper
            )
    with reading():
        shown = _shown(public_id)
    return _person(shown, form, RoleForm(formdata=None))


@desk.post("/c/<community>/desk/people/<public_id>/role")
@needs(Role.COORDINATOR)
def change_role(public_id: str) -> ResponseReturnValue:
    """Give or take a role; some wait for a second person."""
    form = RoleForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                proposal = actions.propose_role(
                    membership=somebody(here(), public_id),
                    role=Role(form.role.data),
                    give=form.give.data == "give",
                    now=clock.now(),
                    by=here(),
                )
            said = gettext("Asked. It holds when a second person agrees.") if proposal else gettext("Done.")
            flash(said, "success")
            return redirect(url_for("desk.person", public_id=public_id), 303)
    with reading():
        shown = _shown(public_id)
    return _person(shown, LastsForm(formdata=None), form)


@desk.get("/c/<community>/desk/roles")
@needs(Role.COORDINATOR, Role.SECOND)
def roles() -> ResponseReturnValue:
    """Show who does what here."""
    with reading():
        found = queries.people_in_roles(here())
        lacking = queries.what_cannot_be_done(here())
    return render_template("desk/roles.html", held=found, lacking=[gettext(each) for each in lacking])


@desk.route("/c/<community>/desk/invitations", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def invitations() -> ResponseReturnValue:
    """Make invitations, and show those that still open the door."""
    form = InviteForm()
    if form.accepted():
        with form.refusals():
            with transaction():
                if people.invitation_made(form.key.data):
                    raise Stale(N_("This one has been made already, and its code was shown once. Make another one."))
                made, code = actions.invite(
                    community_id=g.community.id,
                    places=int(form.places.data),
                    public_id=form.key.data,
                    now=clock.now(),
                    by=here(),
                )
                card = {"places": made.places, "ends": made.ends_at, "number": made.public_id[-4:]}
            link = settings().address + url_for("people.join_with", code=code)
            return render_template(
                "desk/invitation_card.html", code=code, link=link, address=settings().address, **card
            )
        form.key.data = ids.public_id()
    with reading():
        found = people.open_invitations(g.community.id, clock.now())
        names = queries.called_by(here(), {each.made_by for each in found})
    return render_template("desk/invitations.html", form=form, invitations=found, names=names), form.status


@desk.post("/c/<community>/desk/invitations/<public_id>/end")
@needs(Role.COORDINATOR)
def end_invitation(public_id: str) -> ResponseReturnValue:
    """Let an invitation open nothing any more."""
    with transaction():
        now = clock.now()
        found = [each for each in people.open_invitations(g.community.id, now) if each.public_id == public_id]
        if not found:
            abort(404)
        actions.end_invitation(invitation=found[0], now=now, by=here())
    flash(gettext("That invitation opens nothing any more."), "success")
    return redirect(url_for("desk.invitations"), 303)
