"""Forms of exchanges: what, how long, when, where, and words."""

from __future__ import annotations

from datetime import time

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovInput, GovRadioInput, GovSelect, GovTextInput
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from timebank.core.forms import Form, OnceForm, choices, line, words
from timebank.core.minutes import HOW_LONG_DID, HOW_LONG_WILL, Minutes, parse_minutes
from timebank.exchanges.actions.common import LONGEST_REASON
from timebank.exchanges.actions.making import LONGEST_PLACE, LONGEST_TITLE, Terms
from timebank.exchanges.actions.talking import LONGEST_MESSAGE, LONGEST_THANKS

CHOOSE = _("Please choose.")


def _small(label: str, hint: str = "") -> StringField:
    return StringField(
        label,
        description=hint,
        validators=[Length(max=20)],
        widget=GovTextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def _day(label: str, hint: str = "") -> DateField:
    return DateField(label, description=hint, validators=[Optional()], widget=GovInput(input_type="date"))


class TimeSpent(Form):
    """Hours and minutes, either of them blank. A refusal of the two together lands on `minutes`."""

    how_long = HOW_LONG_DID

    hours = _small(_("Hours"))
    minutes = _small(_("and minutes"))

    def total(self) -> Minutes:
        """Give the time as minutes; raises Refused on its field."""
        return parse_minutes(self.hours.data or "", self.minutes.data or "", nothing=self.how_long)


class TermsForm(TimeSpent, OnceForm):
    """What two people agree on."""

    how_long = HOW_LONG_WILL
    asked_first = ("who", "giver", "receiver", "title", "hours", "minutes", "on_day", "at", "place", "kind", "for_whom")

    title = line(_("What is it about?"), longest=LONGEST_TITLE, need=_("Please say in a few words what it is."))
    on_day = _day(_("On which day?"), _("If you know it already."))
    at = TimeField(_("At what time?"), validators=[Optional()], widget=GovInput(input_type="time"))
    place = line(_("Where?"), longest=LONGEST_PLACE)
    kind = SelectField(_("Kind of help"), default="", widget=GovSelect())
    for_whom = RadioField(
        _("Who is it for?"),
        choices=choices(("person", _("one of us")), ("group", _("our group")), ("everyone", _("everyone around here"))),
        default="person",
        validators=[InputRequired(message=CHOOSE)],
        widget=GovRadioInput(),
    )

    def terms(self) -> Terms:
        """Give the terms; raises Refused on the time's field."""
        at: time | None = self.at.data
        return Terms(
            title=self.title.data,
            minutes=self.total(),
            on_day=self.on_day.data,
            at=at,
            place=self.place.data or "",
            kind=self.kind.data or None,
            for_whom=self.for_whom.data,
            key=self.one_time_key(),
        )


class ProposeForm(TermsForm):
    """A proposal, with a first word."""

    words = words(_("A word to them"), longest=LONGEST_MESSAGE, rows=3)


def _who_gave(label: str) -> RadioField:
    return RadioField(
        label,
        choices=choices(("me", _("I help")), ("them", _("they help me"))),
        validators=[InputRequired(message=CHOOSE)],
        widget=GovRadioInput(),
    )


class ProposeToMemberForm(ProposeForm):
    """A proposal to a member, without a listing."""

    who = _who_gave(_("Who helps?"))


def keep_field() -> RadioField:
    """Make the field for what becomes of the hours somebody gave."""
    return RadioField(
        _("The hours I gave"),
        choices=choices(
            ("keep", _("are mine to use")),
            ("pot", _("go to the pot, for whoever needs them")),
            ("none", _("need not be counted: it was a favour")),
        ),
        default="keep",
        validators=[InputRequired(message=CHOOSE)],
        widget=GovRadioInput(),
    )


class HappenedForm(TermsForm):
    """What two people did already."""

    how_long = HOW_LONG_DID

    on_day = _day(_("On which day was it?"))


class LogForm(HappenedForm):
    """Help that has happened already."""

    who = RadioField(
        _("Who helped?"),
        choices=choices(("me", _("I helped")), ("them", _("they helped me"))),
        validators=[InputRequired(message=CHOOSE)],
        widget=GovRadioInput(),
    )
    keep = keep_field()


class DoneForm(TimeSpent):
    """How long it took, and when."""

    on_day = _day(_("On which day was it?"))


class DoneByGiverForm(DoneForm):
    """The same, for the one who gave."""

    keep = keep_field()


class ConfirmForm(Form):
    """Say so too; the minutes are those of the page that was seen."""

    said = StringField(validators=[Length(max=5)])


class ConfirmByGiverForm(ConfirmForm):
    """The same, for the one who gave."""

    keep = keep_field()


class ReasonForm(Form):
    """A reason that the others read."""

    reason = words(
        _("A few words about it"),
        longest=LONGEST_REASON,
        need=_("Please write a few words: the others will want to know."),
        rows=4,
    )


class TalkForm(Form):
    """A message to the other."""

    words = words(_("Write to them"), longest=LONGEST_MESSAGE, need=_("Please write something first."), rows=3)


class ThankForm(Form):
    """A word of thanks."""

    words = words(_("Say thank you"), longest=LONGEST_THANKS, need=_("Please write something first."), rows=2)
    public = BooleanField(_("Everybody here may read it, if they agree"), widget=GovCheckboxInput())


class SlipForm(HappenedForm):
    """A slip that both signed."""

    giver = SelectField(_("Who helped?"), widget=GovSelect())
    receiver = SelectField(_("Who was helped?"), widget=GovSelect())
