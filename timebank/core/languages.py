"""The languages the site speaks: English, its own, and one catalogue in `translations/` for each more."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.wrappers import Response

from config import ROOT

SOURCE = "en"
FOLDER = ROOT / "translations"
COOKIE = "language"
COOKIE_KEPT_S = 365 * 24 * 60 * 60


@cache
def known() -> dict[str, str]:
    """Give every language the site speaks, by its code, as it calls itself: {"en": "English", "es": "Español"}."""
    codes = [SOURCE, *sorted(file.stem for file in FOLDER.glob("*.po"))]
    return {code: _own_name(code) for code in codes}


def _own_name(code: str) -> str:
    name = str(Locale.parse(code).get_language_name(code))
    return name[:1].upper() + name[1:]


def direction(code: str) -> str:
    """Tell which way a language is written: "ltr" or "rtl"."""
    return str(Locale.parse(code).text_direction)


@cache
def catalogue(code: str) -> NullTranslations:
    """Read the catalogue of a language; an empty one for English, and for a language that has none."""
    file = FOLDER / f"{code}.po"
    if code == SOURCE or not file.exists():
        return NullTranslations()
    made = BytesIO()
    with file.open("rb") as source:
        write_mo(made, read_po(source, locale=code))
    made.seek(0)
    return Translations(made)


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel carries no types
    """Hands out the catalogues, each read once: the library would read them again for every page."""

    def get_translations(self) -> NullTranslations:
        return catalogue(str(get_locale() or SOURCE))


class _Languages(Babel):  # type: ignore[misc]
    domain_instance = _Catalogues()


def init_app(app: Flask) -> None:
    """Let every page be in the language of whoever reads it."""
    _Languages(app, locale_selector=_wanted)


def _wanted() -> str:
    """Choose: what the reader chose, on their own or for this browser; else the community's language."""
    viewer, community = g.get("viewer"), g.get("community")
    chosen = (
        viewer.language if viewer else None,
        request.cookies.get(COOKIE) if has_request_context() else None,
        community.chosen.language if community else None,
    )
    return next((code for code in chosen if code in known()), SOURCE)


def remember(response: Response, code: str) -> Response:
    """Let this browser keep the reader's choice."""
    response.set_cookie(COOKIE, code, max_age=COOKIE_KEPT_S, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def present() -> str:
    """Give the code of the language that is spoken just now."""
    return str(get_locale() or SOURCE)
