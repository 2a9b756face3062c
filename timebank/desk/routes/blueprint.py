"""The desk's blueprint."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from timebank.core.access import Viewer
from timebank.core.errors import DomainError
from timebank.core.show import told

desk = Blueprint("desk", __name__)


def here() -> Viewer:
    """Give the viewer of a page of the desk."""
    viewer: Viewer = g.viewer
    return viewer


def in_place() -> bool:
    """Tell whether htmx asks, for a part of the page alone."""
    return request.headers.get("HX-Request") == "true"


def answered(sentence: str) -> ResponseReturnValue:
    """Say in place what was done, for htmx; lead back to the desk, and say it there, otherwise."""
    return _said(sentence, "success", HTTPStatus.OK)


def not_answered(refusal: DomainError) -> ResponseReturnValue:
    """Say in the same way why an answer is not wanted any more, or cannot be."""
    return _said(told(refusal), "info", HTTPStatus.CONFLICT)


def _said(sentence: str, kind: str, status: int) -> ResponseReturnValue:
    if in_place():
        return render_template("desk/_answered.html", sentence=sentence, kind=kind), status
    flash(sentence, kind)
    return redirect(url_for("desk.index"), 303)


def chosen_answer(*answers: str) -> str:
    """Give which button was pressed; no answer at all decides nothing."""
    found = request.form.get("answer", "")
    if found not in answers:
        abort(400)
    return found
