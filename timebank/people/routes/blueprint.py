"""The blueprint, and what several of its pages do alike."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, g, request, session
from werkzeug.wrappers import Response

from timebank.core import clock, passphrases
from timebank.core.access import Viewer
from timebank.core.database import note
from timebank.core.door import give_cookie, settings
from timebank.core.errors import Refused
from timebank.core.hashing import hashing
from timebank.people import actions

people = Blueprint("people", __name__)


def hash_new(passphrase: str, *, context: Iterable[str]) -> str:
    """Judge a new passphrase and hash it, before any transaction is opened. Raises Refused on its field."""
    community = g.get("community")
    names = [*context, *([community.name, community.slug] if community else [])]
    problem = passphrases.problem_with(passphrase, context=names)
    if problem:
        raise Refused(problem, field="passphrase")
    return hashing().hash(passphrase)


def try_secret(name: str) -> tuple[str, ...]:
    """Count one try at a secret from where this request comes; raises WaitFirst."""
    with note() as notes:
        return actions.try_secret(
            notes,
            name=name,
            address=request.remote_addr or "",
            secret_key=settings().secret_key,
            now=clock.now(),
        )


def proved_right(buckets: tuple[str, ...]) -> None:
    """Forget the tries that led here."""
    with note() as notes:
        actions.check_secret_name(notes, buckets)


def enter(response: Response, token: str, *, shared: bool) -> Response:
    """Let somebody in: a new seed for forms, and their cookie."""
    session.clear()
    return give_cookie(response, token, shared_device=shared)


def own() -> Viewer:
    """Give the viewer of a page that only signed-in people reach."""
    viewer: Viewer = g.viewer
    return viewer
