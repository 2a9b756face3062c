"""The desk's blueprint."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from timebank.core.access import Viewer

desk = Blueprint("desk", __name__)


def here() -> Viewer:
    """Give the viewer of a page of the desk."""
    viewer: Viewer = g.viewer
    return viewer


def in_place() -> bool:
    """Tell whether htmx asks, for a part of the page alone."""
    return request.headers.get("HX-Request") == "true"


def answered(sentence: str, back: ResponseReturnValue) -> ResponseReturnValue:
    """Say in place what was done, for htmx; lead back to the desk, and say it there, otherwise."""
    if in_place():
        return render_template("desk/_answered.html", sentence=sentence)
    flash(sentence, "success")
    return back


def chosen_answer(*answers: str) -> str:
    """Give which button was pressed; no answer at all decides nothing."""
    found = request.form.get("answer", "")
    if found not in answers:
        abort(400)
    return found
