"""What a community may decide for itself, with the values it starts with and what each of them may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from timebank.core import languages
from timebank.core.errors import Refused
from timebank.core.ids import LETTERS
from timebank.core.minutes import HOUR
from timebank.core.text import clean_line, clean_words, folded
from timebank.core.words import N_

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_SLUG = 40
LONGEST_NAME = 80
LONGEST_WORDS = 2_000
MOST_IN_A_LIST = 60
MOST_HOURS = 10_000


@dataclass(frozen=True)
class Named:
    """An entry of a community's own list (an area, a kind of help): a short code for good, a name that may change."""

    code: str
    name: str
    retired: bool = False


@dataclass(frozen=True)
class Approval:
    """When a second pair of eyes looks at an exchange: always, never, or where one of the conditions holds."""

    when: str = "some"
    first_of_newcomer: int = 2
    above_minutes: int = 4 * HOUR
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """A community's settings, all of them. Times are in days, hours of help in minutes."""

    name: str
    zone: str = "Europe/London"
    language: str = languages.SOURCE
    about: str = ""
    whom_to_call: str = ""
    join_by_asking: bool = True
    areas: tuple[Named, ...] = ()
    kinds: tuple[Named, ...] = ()
    approval: Approval = field(default_factory=Approval)
    floor_minutes: int = -10 * HOUR
    ceiling_minutes: int = 40 * HOUR
    newcomer_floor_minutes: int = -3 * HOUR
    newcomer_exchanges: int = 2
    remind_after_days: int = 10
    fade_after_days: int = 21


def check_slug(slug: str) -> str:
    """Give back a community's place in addresses, or raise Refused."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise Refused(N_("An address has small letters, figures and single hyphens: harbour-street."), field="slug")
    return slug


def _whole(lowest: int, highest: int, field: str | None = None) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            sentence = N_("That is a whole number from %(lowest)s to %(highest)s.")
            raise Refused(sentence, field=field, lowest=lowest, highest=highest)
        return value

    return check


def _line(value: Any) -> str:
    text = clean_line(str(value), longest=LONGEST_NAME)
    if not text:
        raise Refused(N_("Please write a name."))
    return text


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(N_("That is yes or no."))
    return value


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(N_("A time zone is written like Europe/London.")) from None


def _language(value: Any) -> str:
    if value not in languages.known():
        raise Refused(N_("The site does not speak that language yet."))
    return str(value)


def _list(value: Any) -> tuple[Named, ...]:
    entries = tuple(Named(str(e["code"]), _line(e["name"]), bool(e.get("retired"))) for e in value)
    names = [folded(entry.name) for entry in entries if not entry.retired]
    if len(names) > MOST_IN_A_LIST:
        raise Refused(N_("There is room for %(most)s entries."), most=MOST_IN_A_LIST)
    if len(set(names)) != len(names) or len({entry.code for entry in entries}) != len(entries):
        raise Refused(N_("The same name stands there twice."))
    return entries


def _approval(value: Any) -> Approval:
    if value["when"] not in {"always", "never", "some"}:
        raise Refused(N_("Choose always, never or sometimes."))
    return Approval(
        value["when"],
        _whole(0, 100, "first_of_newcomer")(value["first_of_newcomer"]),
        _whole(0, MOST_HOURS * HOUR, "above_minutes")(value["above_minutes"]),
        tuple(str(kind) for kind in value["kinds"]),
    )


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _line,
    "zone": _zone,
    "language": _language,
    "about": lambda value: clean_words(str(value), longest=LONGEST_WORDS),
    "whom_to_call": lambda value: clean_words(str(value), longest=LONGEST_WORDS),
    "join_by_asking": _yes_no,
    "areas": _list,
    "kinds": _list,
    "approval": _approval,
    "floor_minutes": _whole(-MOST_HOURS * HOUR, 0),
    "ceiling_minutes": _whole(0, MOST_HOURS * HOUR),
    "newcomer_floor_minutes": _whole(-MOST_HOURS * HOUR, 0),
    "newcomer_exchanges": _whole(0, 100),
    "remind_after_days": _whole(1, 365),
    "fade_after_days": _whole(2, 730),
}


def check(setting: str, value: Any) -> Any:
    """Judge a setting's value, as JSON holds it; gives it tidied, or raises Refused with a sentence on its field."""
    try:
        judged = CHECKS[setting](value)
    except Refused as refusal:
        raise Refused(refusal.sentence, field=refusal.field or setting, **refusal.named) from None
    except (KeyError, TypeError, ValueError):
        raise Refused(N_("That cannot be a setting of a community."), field=setting) from None
    return as_json(judged)


def check_together(settings: Settings) -> None:
    """Judge settings that belong together. Raises Refused with a sentence."""
    if settings.newcomer_floor_minutes < settings.floor_minutes:
        raise Refused(N_("A newcomer's lowest point cannot be lower than everybody's."), field="newcomer_floor_minutes")
    if settings.remind_after_days >= settings.fade_after_days:
        raise Refused(N_("The reminder comes before an exchange fades."), field="remind_after_days")
    codes = {kind.code for kind in settings.kinds}
    if not codes.issuperset(settings.approval.kinds):
        raise Refused(N_("That kind of help is not on the list."), field="approval")


def as_json(value: Any) -> Any:
    """Give a judged value as plain lists and mappings."""
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    if isinstance(value, Named | Approval):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    return value


def read(stored: Mapping[str, Any]) -> Settings:
    """Read stored settings, with the starting value for whatever is not there."""
    known = {name: CHECKS[name](stored[name]) for name in CHECKS if name in stored and name != "language"}
    if stored.get("language") in languages.known():  # the catalogue may have been taken away meanwhile
        known["language"] = stored["language"]
    return Settings(**known)


def starting_value(setting: str) -> Any:
    """Give what a setting is where a community has not chosen, as JSON; None where it must choose."""
    for each in fields(Settings):
        if each.name == setting:
            made = each.default_factory() if each.default_factory is not MISSING else each.default
            return None if made is MISSING else as_json(made)
    raise KeyError(setting)


def name_of(entries: tuple[Named, ...], code: str | None) -> str:
    """Give the name of an entry of a list; nothing for an unknown one."""
    return next((entry.name for entry in entries if entry.code == code), "")


def renamed(entries: tuple[Named, ...], lines: list[str], new_code: Callable[[], str]) -> list[dict[str, Any]]:
    """Turn a list typed one name a line into entries: known names keep their code, missing ones are retired.

    A retired entry stays in the list, so that what was filed under it keeps its name.
    """
    by_name = {folded(entry.name): entry for entry in entries}
    kept: list[Named] = []
    for line in lines:
        known = by_name.pop(folded(line), None)
        kept.append(Named(known.code if known else new_code(), line))
    gone = [Named(entry.code, entry.name, retired=True) for entry in by_name.values()]
    return [as_json(entry) for entry in (*kept, *gone)]


def short_code(number: int) -> str:
    """Write a drawn number as a code of four letters."""
    letters = []
    for _ in range(4):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)
