"""Forms of offers and requests: the one that is written, and the one that finds."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovTextInput
from wtforms import DateField, RadioField, SelectField
from wtforms.validators import Optional

from timebank.core.forms import Form, choices, line, words
from timebank.listings.rules import (
    LONGEST_PART,
    LONGEST_REASON,
    LONGEST_TITLE,
    LONGEST_WHEN,
    LONGEST_WORDS,
    ForWhom,
)

LONGEST_SEARCH = 100
NEEDED = _("Please say in a few words what it is.")
FOR_WHOM = {
    ForWhom.PERSON: _("one person"),
    ForWhom.GROUP: _("our group"),
    ForWhom.EVERYONE: _("everyone around here"),
}


class DayField(DateField):  # type: ignore[misc]  # WTForms is not followed
    """A day; one that cannot be read is refused in our words, and what was typed stays."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        try:
            super().process_formdata([each.strip() for each in valuelist])
        except ValueError:
            raise ValueError(gettext("Please choose a day from the calendar, or type it as 2030-12-31.")) from None


class OfferForm(Form):
    """What somebody can give."""

    asked_first = ("title", "would_like", "would_do", "words", "kind", "area", "when", "until", "for_whom")

    title = line(
        _("What can you offer?"),
        longest=LONGEST_TITLE,
        hint=_("A few words: bread baking, a lift, company on a walk."),
        need=NEEDED,
    )
    words = words(
        _("More about it"),
        longest=LONGEST_WORDS,
        hint=_("How it goes, what you bring, what others could do with you."),
        rows=4,
    )
    kind = SelectField(_("Kind of help"), widget=GovSelect(), validate_choice=False)
    area = SelectField(_("Part of town"), widget=GovSelect(), validate_choice=False)
    when = line(
        _("When does it suit you?"), longest=LONGEST_WHEN, hint=_("In your words: Tuesday evenings, when it rains.")
    )
    until = DayField(
        _("Until when?"),
        description=_("After this day it is not shown any more. Empty means it stays."),
        validators=[Optional()],
        widget=GovTextInput(),
        render_kw={"type": "date"},
    )
    for_whom = RadioField(
        _("Who is it for?"),
        choices=choices(*((who.value, said) for who, said in FOR_WHOM.items())),
        default=ForWhom.PERSON.value,
        validate_choice=False,
        widget=GovRadioInput(),
    )


class RequestForm(OfferForm):
    """What somebody would like help with: with, not for."""

    title = line(
        _("What is it about?"),
        longest=LONGEST_TITLE,
        hint=_("A few words: a letter, a bike, Sunday lunch."),
        need=NEEDED,
    )
    would_like = words(_("What would you like help with?"), longest=LONGEST_PART, rows=3)
    would_do = words(
        _("What would you do yourself?"),
        longest=LONGEST_PART,
        hint=_("Make the tea, hold the ladder, learn how it goes."),
        rows=3,
    )
    words = words(_("Anything else"), longest=LONGEST_WORDS, rows=3)


class EndForm(Form):
    """Why a coordinator ends somebody's listing."""

    why = words(
        _("A kind word that says why"),
        longest=LONGEST_REASON,
        hint=_("They will read it, beside their own words."),
        need=_("Please write a kind word that says why: it is what they will read."),
        rows=4,
    )


class FindForm(Form):
    """Words, a kind, an area; sent by GET, so that a search can be kept and shared."""

    class Meta:
        """Nothing is changed by looking."""

        csrf = False

    words = line(_("What are you looking for?"), longest=LONGEST_SEARCH)
    kind = SelectField(_("Kind of help"), widget=GovSelect(), validate_choice=False)
    area = SelectField(_("Part of town"), widget=GovSelect(), validate_choice=False)
