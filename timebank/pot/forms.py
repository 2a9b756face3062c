"""Forms of the pot. Each carries a key that is drawn with the page, so that nothing is posted twice."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import SelectField, StringField
from wtforms.validators import Length

from timebank.core.forms import OnceForm, line, words
from timebank.core.minutes import read_minutes
from timebank.pot.rules import LONGEST_WHY, LONGEST_WORDS


def _small(label: str) -> StringField:
    return StringField(
        label,
        validators=[Length(max=20)],
        widget=GovTextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class Amount(OnceForm):
    """Hours and minutes, either of them blank."""

    hours = _small(_("Hours"))
    minutes = _small(_("and minutes"))

    def total(self) -> int:
        """Give the time in minutes; raises Refused on its field."""
        return read_minutes(self.hours.data or "", self.minutes.data or "")


class GiveForm(Amount):
    """Hours for the pot."""

    words = line(_("A word about it"), longest=LONGEST_WORDS, hint=_("If you like. It stands on your statement alone."))


class PassOnForm(Amount):
    """Hours from the pot."""

    asked_first = ("to", "hours", "minutes", "why")

    to = SelectField(_("Who are they for?"), widget=GovSelect())
    why = words(
        _("Why?"),
        longest=LONGEST_WHY,
        hint=_("They will read it on their statement."),
        need=_("Please say why, in a few kind words: they will read it."),
        rows=3,
    )
