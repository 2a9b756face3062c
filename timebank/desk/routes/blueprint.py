"""The desk's blueprint."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from timebank.core.access import Viewer

desk = Blueprint("desk", __name__)


def here() -> Viewer:
    """Give the viewer of a page of the desk."""
    viewer: Viewer = g.viewer
    return viewer


def answered(sentence: str, back: ResponseReturnValue) -> ResponseReturnValue:
    """Say in place what was done, for htmx; lead back to the desk otherwise."""
    if request.headers.get("HX-Request") == "true":
        return render_template("desk/_answered.html", sentence=sentence)
    return back
