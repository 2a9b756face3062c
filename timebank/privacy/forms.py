"""Forms of leaving."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput
from wtforms import PasswordField
from wtforms.validators import Length

from timebank.core.forms import Form, needed, words
from timebank.core.passphrases import LONGEST
from timebank.privacy.actions import LONGEST_REASON


class LeaveForm(Form):
    """One's passphrase: a phone that lies about must not be enough to give up one's place."""

    present = PasswordField(
        _("Your passphrase, so that we know it is you"),
        validators=[needed(_("Please type your passphrase.")), Length(max=4 * LONGEST)],
        widget=GovPasswordInput(),
        render_kw={"autocomplete": "current-password"},
    )


class HelpForm(Form):
    """Why a coordinator lets somebody go."""

    why = words(
        _("Why do you do it for them?"),
        longest=LONGEST_REASON,
        hint=_("For example: they rang and asked. Coordinators can read it for a year, without the name."),
        need=_("Please say why, in a few words: others will want to know."),
        rows=3,
    )
