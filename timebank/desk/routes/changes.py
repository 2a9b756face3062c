"""Say in words what a change to how the community works was about: what held before, and what since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from timebank.communities.models import SettingChange
from timebank.core.show import hours

LONGEST = 120
SETTING_NAMES = {
    "name": _("the name"),
    "about": _("what it is"),
    "whom_to_call": _("whom to call"),
    "language": _("the language"),
    "zone": _("the clock"),
    "join_by_asking": _("joining by asking"),
    "areas": _("parts of town"),
    "kinds": _("kinds of help"),
    "approval": _("the second pair of eyes"),
    "floor_minutes": _("how much can be received ahead"),
    "ceiling_minutes": _("how much can be gathered"),
    "newcomer_floor_minutes": _("how much a newcomer can receive ahead"),
    "newcomer_exchanges": _("how long somebody is a newcomer"),
    "remind_after_days": _("when a reminder comes"),
    "fade_after_days": _("when an exchange fades"),
}


@dataclass(frozen=True)
class Told:
    """A change with what held before and since, in words. `taken_back` is whether another change undid it."""

    change: SettingChange
    before: str
    since: str
    taken_back: bool
    may_take_back: bool


def told_of(change: SettingChange, changes: Sequence[SettingChange]) -> Told:
    """Tell a change among all, the newest first. Taken back is the newest of its setting, where it undid nothing."""
    newest = next(each for each in changes if each.setting == change.setting)
    taken_back = any(each.undoes == change.id for each in changes)
    before, since = in_words(change.setting, change.old, change.new)
    return Told(change, before, since, taken_back, change is newest and change.undoes is None)


def in_words(setting: str, old: Any, new: Any) -> tuple[str, str]:
    """Say a setting's old and new value; of a list only what differs, for the rest of it stayed."""
    if setting in {"areas", "kinds"}:
        before, since = (_names(each) for each in (old, new))
        return _listed(before, since), _listed(since, before)
    return _said(setting, old), _said(setting, new)


def _names(entries: Any) -> list[str]:
    return [each["name"] for each in entries or [] if not each.get("retired")]


def _listed(names: list[str], others: list[str]) -> str:
    own = [name for name in names if name not in others]
    if own:
        return ", ".join(own)
    return str(gettext("the others")) if names else str(gettext("nothing"))


def _said(setting: str, value: Any) -> str:
    if setting == "approval":
        return _approval(value)
    if setting.endswith("_minutes"):
        return hours(value)
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    text = str(value if value is not None else "").strip()
    return f"{text[:LONGEST]} …" if len(text) > LONGEST else text or str(gettext("nothing"))


def _approval(value: Any) -> str:
    whens = {"always": gettext("always"), "never": gettext("never")}
    if not value or value["when"] in whens:
        return str(whens[value["when"]] if value else gettext("nothing"))
    words: str = gettext("the first %(first)s of somebody new, and what is longer than %(above)s")
    return words % {"first": value["first_of_newcomer"], "above": hours(value["above_minutes"])}
