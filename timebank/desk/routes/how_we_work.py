"""How the community works: its words, lists, limits and times. Each change is dated, with who and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.communities import actions, queries, rules
from timebank.core.access import Role, needs
from timebank.core.database import reading, transaction
from timebank.core.errors import Conflict, Refused
from timebank.core.forms import Form
from timebank.core.minutes import HOUR
from timebank.core.show import told
from timebank.core.words import N_
from timebank.desk import queries as desk_queries
from timebank.desk.forms import (
    JoiningForm,
    ListForm,
    NumbersForm,
    PlaceForm,
    WhyForm,
    WordingForm,
    WordsForm,
)
from timebank.desk.routes.blueprint import desk, here
from timebank.desk.routes.changes import SETTING_NAMES, told_of

EMPTY = N_("Nothing is left on the list. If you want to do without it, say so by the tick below.")
HOURS = ("floor", "ceiling", "newcomer_floor")


@desk.get("/c/<community>/desk/how-we-work")
@needs(Role.COORDINATOR)
def how_we_work() -> ResponseReturnValue:
    """Show how the community works, and what was changed when, by whom and why."""
    with reading():
        changes = queries.changes(g.community.id)
        names = desk_queries.called_by(here(), {change.made_by for change in changes})
    told = [told_of(each, changes) for each in changes]
    return render_template(
        "desk/how_we_work.html",
        chosen=g.community.chosen,
        changes=told,
        names=names,
        setting_names=SETTING_NAMES,
    )


def _from_words(form: Form) -> dict[str, Any]:
    return {name: form[name].data for name in ("name", "about", "whom_to_call")}


def _from_place(form: Form) -> dict[str, Any]:
    return {name: form[name].data for name in ("language", "zone")}


def _from_joining(form: Form) -> dict[str, Any]:
    return {"join_by_asking": form.join_by_asking.data == "yes"}


def _from_list(setting: str) -> Callable[[Form], dict[str, Any]]:
    def read(form: Form) -> dict[str, Any]:
        names = [line for line in (form.entries.data or "").split("\n") if line.strip()]
        present = getattr(g.community.chosen, setting)
        if not names and not form.none.data and any(not each.retired for each in present):
            raise Refused(EMPTY, field="entries")
        return {setting: rules.renamed(present, names, actions.new_code)}

    return read


def _from_numbers(form: Form) -> dict[str, Any]:
    kinds = list(g.community.chosen.approval.kinds)
    return {
        "approval": {
            "when": form.when.data,
            "first_of_newcomer": form.whole("first_of_newcomer"),
            "above_minutes": form.minutes("above_hours"),
            "kinds": kinds,
        },
        "floor_minutes": -form.minutes("floor_hours"),
        "newcomer_floor_minutes": -form.minutes("newcomer_floor_hours"),
        "newcomer_exchanges": form.whole("newcomer_exchanges"),
        "ceiling_minutes": form.minutes("ceiling_hours"),
        "remind_after_days": form.whole("remind_after_days"),
        "fade_after_days": form.whole("fade_after_days"),
    }


def _present(part: str) -> dict[str, Any]:
    """Give the form's starting values: what holds now."""
    chosen = g.community.chosen
    if part in {"areas", "kinds"}:
        return {"entries": "\n".join(each.name for each in getattr(chosen, part) if not each.retired)}
    if part == "joining":
        return {"join_by_asking": "yes" if chosen.join_by_asking else "no"}
    if part == "place":
        return {name: getattr(chosen, name) for name in ("language", "zone")}
    if part == "words":
        return {name: getattr(chosen, name) for name in ("name", "about", "whom_to_call")}
    hours = {f"{name}_hours": str(abs(getattr(chosen, f"{name}_minutes")) // HOUR) for name in HOURS}
    days = {name: str(getattr(chosen, name)) for name in ("newcomer_exchanges", "remind_after_days", "fade_after_days")}
    approval = chosen.approval
    return {
        **hours,
        **days,
        "when": approval.when,
        "first_of_newcomer": str(approval.first_of_newcomer),
        "above_hours": str(approval.above_minutes // HOUR),
    }


PARTS: dict[str, tuple[type[Form], Callable[[Form], dict[str, Any]]]] = {
    "words": (WordsForm, _from_words),
    "place": (PlaceForm, _from_place),
    "joining": (JoiningForm, _from_joining),
    "areas": (ListForm, _from_list("areas")),
    "kinds": (ListForm, _from_list("kinds")),
    "numbers": (NumbersForm, _from_numbers),
}


@desk.route("/c/<community>/desk/how-we-work/<part>", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def change(part: str) -> ResponseReturnValue:
    """Change one part of how the community works."""
    if part not in PARTS:
        abort(404)
    kind, read = PARTS[part]
    form = kind(data=_present(part))
    if form.accepted():
        with form.refusals():
            wanted = read(form)
            with transaction():
                locked = actions.lock(g.community.id)
                made = actions.change_settings(community=locked, wanted=wanted, why=form.why.data, by=here())
                changed = bool(made)
            if changed:
                flash(gettext("Changed. It holds from now on, and can be taken back."), "success")
            else:
                flash(gettext("It is as it was: nothing was changed."), "info")
            return redirect(url_for("desk.how_we_work"), 303)
    return render_template("desk/change.html", form=form, part=part), form.status


@desk.post("/c/<community>/desk/how-we-work/changes/<int:change_id>/take-back")
@needs(Role.COORDINATOR)
def take_back(change_id: int) -> ResponseReturnValue:
    """Take a change back."""
    form = WhyForm()
    if form.accepted():
        try:
            with transaction():
                locked = actions.lock(g.community.id)
                taken = queries.change(locked.id, change_id)
                actions.take_back(community=locked, change=taken, why=form.why.data, by=here())
        except (Conflict, Refused) as refusal:
            flash(told(refusal), "info")
        else:
            flash(gettext("Taken back."), "success")
    else:
        flash(gettext("Please say why, in a few words: others will want to know."), "error")
    return redirect(url_for("desk.how_we_work"), 303)


@desk.route("/c/<community>/desk/words/<kind>", methods=["GET", "POST"])
@needs(Role.COORDINATOR)
def change_wording(kind: str) -> ResponseReturnValue:
    """Put new words of agreement in force."""
    if kind not in {"house", "privacy"}:
        abort(404)
    with reading():
        present = queries.wording(g.community.id, kind)
    form = WordingForm(data={"words": present.words})
    if form.accepted():
        with form.refusals():
            with transaction():
                locked = actions.lock(g.community.id)
                actions.put_in_force(community=locked, kind=kind, words=form.words.data, by=here())
            flash(gettext("The new words are in force."), "success")
            return redirect(url_for("desk.how_we_work"), 303)
    return render_template("desk/wording.html", form=form, kind=kind, present=present), form.status
