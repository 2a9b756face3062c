"""The cookie of a sign-in, and the way back to the page somebody asked for before signing in."""

from __future__ import annotations

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from config import Settings

COOKIE_KEPT_S = 30 * 24 * 60 * 60


def settings() -> Settings:
    """Give the running app's settings."""
    found = current_app.extensions["settings"]
    assert isinstance(found, Settings)
    return found


def cookie_name() -> str:
    """Give the cookie's name: it follows the base address, because browsers drop `__Host-` ones over plain http."""
    return "__Host-door" if settings().secure else "door"


def give_cookie(response: Response, token: str, *, shared_device: bool) -> Response:
    """Give the browser the secret of a sign-in; on a shared device it goes when the browser closes."""
    response.set_cookie(
        cookie_name(),
        token,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        max_age=None if shared_device else COOKIE_KEPT_S,
    )
    return response


def forget_cookie(response: Response) -> Response:
    """Take away a cookie that opens nothing any more."""
    response.delete_cookie(cookie_name(), secure=settings().secure, httponly=True, samesite="Lax")
    return response


def take_cookie(response: Response) -> Response:
    """Take it away again, with everything this browser kept of the site."""
    forget_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="after sign-in")


def way_back() -> str | None:
    """Sign the page that was asked for, so that signing in leads back to it and nowhere else."""
    if request.method != "GET" or request.headers.get("HX-Request"):
        return None
    return str(_signer().dumps(request.full_path.rstrip("?")))


def read_way_back(signed: str | None) -> str | None:
    """Give the page to lead back to; None where it was not signed here."""
    try:
        return str(_signer().loads(signed)) if signed else None
    except BadSignature:
        return None
