"""Forms of the desk."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovRadioInput, GovSelect
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Regexp

from timebank.communities.actions import LONGEST_REASON, LONGEST_WORDING
from timebank.communities.rules import LONGEST_NAME, LONGEST_WORDS, MOST_HOURS, MOST_IN_A_LIST
from timebank.core import ids, languages
from timebank.core.access import Role
from timebank.core.errors import Refused
from timebank.core.forms import Form, choices, line, words
from timebank.core.minutes import HOUR
from timebank.core.words import N_
from timebank.people.rules import CARD_LASTS, LONGEST_CALLED, LONGEST_CONTACT
from timebank.people.rules import LONGEST_WORDS as LONGEST_SAID

WHOLE = N_("Please write a whole number.")
WHOLE_HOURS = N_("Please write whole hours, at most %(most)s.")
LONGEST_NUMBER = 40  # so that a number that is too large is told as one
ROLES = {
    Role.SECOND: _("second: the other person where two are needed"),
    Role.COORDINATOR: _("coordinator: brings people together, is the second pair of eyes"),
    Role.KEEPER: _("keeper: looks after worries that must stay private"),
    Role.FUNDER: _("funder: reads the frozen figures and nothing else"),
}


class AnswerForm(Form):
    """Answer somebody who asked to join."""

    why = words(
        _("If it does not suit just now, a kind word that says why"),
        longest=1000,
        hint=_("They will read it."),
        rows=3,
    )


class SaidForForm(Form):
    """What somebody on paper tells a coordinator about themself."""

    called = line(
        _("What are they called here?"),
        longest=LONGEST_CALLED,
        hint=_("As they like it. Others here see it."),
        need=_("What are they called here?"),
        autocomplete="off",
    )
    likes = words(_("What they like doing"), longest=LONGEST_SAID, rows=3)
    easier = words(_("What would make their week easier"), longest=LONGEST_SAID, rows=3)
    area = SelectField(_("Which part of town?"), default="", widget=GovSelect())
    times = words(_("When it usually suits them"), longest=LONGEST_SAID, rows=2)

    def said(self) -> dict[str, str]:
        """Give what they say about themself."""
        return {name: self[name].data or "" for name in ("called", "likes", "easier", "area", "times")}


class ReachForForm(Form):
    """How somebody on paper is reached."""

    phone = line(_("Phone"), longest=LONGEST_CONTACT, inputmode="tel", autocomplete="off")
    email = line(_("E-mail"), longest=LONGEST_CONTACT, inputmode="email", autocomplete="off")
    someone = line(_("A person who can pass on a message"), longest=LONGEST_CONTACT, autocomplete="off")
    place_and_day = line(_("A place and a day they are usually there"), longest=LONGEST_CONTACT)

    def reach(self) -> dict[str, str]:
        """Give how they are reached."""
        return {name: self[name].data or "" for name in ("phone", "email", "someone", "place_and_day")}


class PaperForm(SaidForForm, ReachForForm):
    """Somebody who takes part on paper."""

    asked_first = ("called", "likes", "easier", "area", "times")

    signed = BooleanField(
        _("They signed our agreement and what is kept about them, on paper, and I keep the sheet"),
        validators=[InputRequired(message=_("Please read both with them first, and let them sign."))],
        widget=GovCheckboxInput(),
    )


class InviteForm(Form):
    """For how many an invitation is. Its id is drawn with the page, so that a page sent again makes no second one."""

    key = HiddenField(default=ids.public_id, validators=[Regexp(ids.PUBLIC_ID)])
    places = SelectField(
        _("For how many who come together?"),
        choices=choices(("1", _("one")), ("2", _("two")), ("3", _("three"))),
        widget=GovSelect(),
    )


class LastsForm(Form):
    """How long a one-time card opens the door."""

    lasts = SelectField(
        _("The card opens the door for"),
        choices=choices(*zip(CARD_LASTS, (_("15 minutes"), _("1 hour"), _("1 day"), _("7 days")), strict=True)),
        default="1d",
        widget=GovSelect(),
    )


class RoleForm(Form):
    """Which role, to give or to take."""

    role = SelectField(
        _("Role"), choices=choices(*((role.value, label) for role, label in ROLES.items())), widget=GovSelect()
    )
    give = RadioField(
        _("Give it, or take it back?"),
        choices=choices(("give", _("give the role")), ("take", _("take it back"))),
        default="give",
        validators=[InputRequired(message=_("Please choose."))],
        widget=GovRadioInput(),
    )


class WhyForm(Form):
    """Why a change is made; asked when it is clear what the change is."""

    asked_last = ("why",)

    why = line(_("Why?"), longest=LONGEST_REASON, need=_("Please say why, in a few words: others will want to know."))


class WholeHoursForm(WhyForm):
    """Whole numbers and whole hours, as people type them."""

    def whole(self, field: str) -> int:
        """Give the number typed in a field. Raises Refused on it."""
        text = (self[field].data or "").strip()
        if not (text.isascii() and text.isdigit()):
            raise Refused(WHOLE, field=field)
        return int(text)

    def minutes(self, field: str) -> int:
        """Give the hours typed in a field as minutes. Raises Refused on it."""
        hours = self.whole(field)
        if hours > MOST_HOURS:
            raise Refused(WHOLE_HOURS, field=field, most=MOST_HOURS)
        return hours * HOUR


class LimitsForm(WholeHoursForm):
    """How far one member may go, in whole hours."""

    lands: ClassVar[dict[str, str]] = {"floor": "floor_hours", "ceiling": "ceiling_hours"}
    floor_hours = line(
        _("How many hours they may receive before giving any"), longest=LONGEST_NUMBER, inputmode="numeric"
    )
    ceiling_hours = line(
        _("How many hours they may gather before using any"), longest=LONGEST_NUMBER, inputmode="numeric"
    )


class WordsForm(WhyForm):
    """What the community says about itself."""

    name = line(_("The community's name"), longest=LONGEST_NAME, need=_("Please write a name."))
    about = words(_("What it is, in your own words"), longest=LONGEST_WORDS, rows=4)
    whom_to_call = words(
        _("Whom to call or where to go"), longest=LONGEST_WORDS, hint=_("A name, a number, a place and a day."), rows=3
    )


class PlaceForm(WhyForm):
    """The language of the community's pages, and the clock it lives by."""

    language = SelectField(
        _("Our language"),
        choices=choices(*languages.known().items()),
        widget=GovSelect(),
        description=_("Whoever reads can choose another for themself."),
    )
    zone = SelectField(
        _("Our clock"), choices=choices(*((zone, zone) for zone in sorted(available_timezones()))), widget=GovSelect()
    )


class ListForm(WhyForm):
    """One of the community's own lists, a name a line."""

    lands: ClassVar[dict[str, str]] = {"areas": "entries", "kinds": "entries"}

    entries = words(
        _("One on each line"),
        longest=MOST_IN_A_LIST * (LONGEST_NAME + 1),
        hint=_("Take a line out to stop using it. What was filed under it keeps its name."),
        rows=10,
    )
    none = BooleanField(_("We do without this list: leave it empty"), widget=GovCheckboxInput())


class NumbersForm(WholeHoursForm):
    """Limits, approval and fading times: whole hours and days."""

    lands: ClassVar[dict[str, str]] = {
        "above_minutes": "above_hours",
        "floor_minutes": "floor_hours",
        "newcomer_floor_minutes": "newcomer_floor_hours",
        "ceiling_minutes": "ceiling_hours",
        "approval": "when",
    }

    when = RadioField(
        _("When does a second pair of eyes look at an exchange?"),
        choices=choices(("some", _("sometimes, as below")), ("always", _("always")), ("never", _("never"))),
        widget=GovRadioInput(),
    )
    first_of_newcomer = line(_("The first exchanges of somebody new"), longest=LONGEST_NUMBER, inputmode="numeric")
    above_hours = line(_("Exchanges of more than this many hours"), longest=LONGEST_NUMBER, inputmode="numeric")
    floor_hours = line(
        _("How many hours somebody may receive before giving any"), longest=LONGEST_NUMBER, inputmode="numeric"
    )
    newcomer_floor_hours = line(_("The same, for somebody new"), longest=LONGEST_NUMBER, inputmode="numeric")
    newcomer_exchanges = line(
        _("Somebody is new until this many exchanges"), longest=LONGEST_NUMBER, inputmode="numeric"
    )
    ceiling_hours = line(
        _("How many hours somebody may gather before using any"), longest=LONGEST_NUMBER, inputmode="numeric"
    )
    remind_after_days = line(_("Days of silence before a reminder"), longest=LONGEST_NUMBER, inputmode="numeric")
    fade_after_days = line(_("Days of silence before an exchange fades"), longest=LONGEST_NUMBER, inputmode="numeric")


class JoiningForm(WhyForm):
    """Whether people may ask to join without an invitation."""

    join_by_asking = RadioField(
        _("May people ask to join without an invitation?"),
        choices=choices(("yes", _("yes, and a coordinator answers")), ("no", _("no, only with an invitation"))),
        widget=GovRadioInput(),
    )


class WordingForm(Form):
    """New words of agreement."""

    words = words(_("The words"), longest=LONGEST_WORDING, rows=18)
