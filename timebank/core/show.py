"""How values are shown: hours, days, times in the community's zone; and what every page knows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Flask, g, has_request_context
from flask_babel import format_date, format_datetime, gettext
from jinja2 import ChainableUndefined, StrictUndefined, UndefinedError
from jinja2.utils import missing
from markupsafe import Markup, escape

from timebank.core import clock, languages
from timebank.core.access import ROLE_NAMES, Role
from timebank.core.door import settings, way_back
from timebank.core.errors import DomainError
from timebank.core.minutes import Span, split

UTC_ZONE = "UTC"


def init_app(app: Flask) -> None:
    """Give templates the filters for hours, days, months, moments and lines, and what every page knows."""
    app.jinja_env.filters.update(
        hours=hours,
        day=day,
        month=month,
        short_month=short_month,
        initial=initial,
        moment=moment,
        lines=lines,
        role_name=role_name,
    )

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {
            "viewer": g.get("viewer"),
            "community": g.get("community"),
            "other_communities": g.get("other_communities", []),
            "nav": g.get("nav", []),
            "sends_mail": bool(settings().mail_server),
            "locale": languages.present(),
            "text_direction": languages.direction(languages.present()),
            "languages": languages.known(),
            "way_back": way_back() if has_request_context() else None,
        }


class CarefulUndefined(StrictUndefined):
    """A name nobody gave is an error; a key missing from a plain mapping is not, for the form macros live by that."""

    __slots__ = ()

    def __new__(
        cls, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = UndefinedError
    ) -> Any:
        """Choose how strict to be by what the name was looked for in."""
        if isinstance(obj, dict) or name in {None, "caller", "undefined", "null"}:
            return ChainableUndefined(hint, obj, name, exc)
        return super().__new__(cls)


def told(refusal: DomainError) -> str:
    """Say a refusal's sentence in the reader's language, hours in it as people say them."""
    words: str = gettext(refusal.sentence)
    named = {name: hours(value) if isinstance(value, Span) else value for name, value in refusal.named.items()}
    return words % named if named else words


def hours(minutes: int) -> str:
    """Show minutes as people say them: 90 is “1 h 30 min”. The sign is never shown: words say which way."""
    whole, rest = split(minutes)
    if not whole:
        return str(gettext("%(minutes)s min", minutes=rest))
    if not rest:
        return str(gettext("%(hours)s h", hours=whole))
    return str(gettext("%(hours)s h %(minutes)s min", hours=whole, minutes=rest))


def _zone() -> ZoneInfo:
    community = g.get("community")
    return ZoneInfo(community.chosen.zone if community else UTC_ZONE)


def day(value: date | datetime | None) -> str:
    """Show a day: “Thursday 3 October”, with the year where it is another one."""
    if value is None:
        return ""
    shown = value.astimezone(_zone()).date() if isinstance(value, datetime) else value
    # A catalogue has its own patterns for days, in the letters of Unicode's TR 35.
    pattern = gettext("EEEE d MMMM") if shown.year == clock.now().year else gettext("EEEE d MMMM y")
    return str(format_date(shown, pattern))


def month(value: date) -> str:
    """Show a month: “October 2026”."""
    return str(format_date(value, gettext("LLLL y")))


def short_month(value: date) -> str:
    """Show a month where there is little room: “Oct 2026”."""
    return str(format_date(value, gettext("LLL y")))


def initial(value: date) -> str:
    """Show a month's first letter, for under a picture whose table has the whole word."""
    return str(format_date(value, "LLLLL"))


def moment(value: datetime | None) -> str:
    """Show a day and the time of day, in the community's zone."""
    if value is None:
        return ""
    local = value.astimezone(_zone())
    is_this_year = local.year == clock.now().year
    pattern = gettext("EEEE d MMMM, H:mm") if is_this_year else gettext("EEEE d MMMM y, H:mm")
    return str(format_datetime(local, pattern, rebase=False))


def role_name(role: str) -> str:
    """Show what somebody does here."""
    return str(gettext(ROLE_NAMES[Role(role)]))


def lines(text: str) -> Markup:
    """Show somebody's words with their line ends, as text and nothing else."""
    return Markup("<br>").join(escape(text).split("\n"))


def qr(text: str) -> Markup:
    """Draw a text as a QR code, black on white, as SVG."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=6, border=4, light="#fff", omitsize=False, svgclass="qr__code", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn from modules, the text itself is not in it
