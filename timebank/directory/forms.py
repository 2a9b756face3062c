"""The form that finds members."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import SelectField

from timebank.core.forms import Form, line

LONGEST_SEARCH = 100


class FindForm(Form):
    """Words and an area; sent by GET, so that a search can be kept and shared."""

    class Meta:
        """Nothing is changed by looking."""

        csrf = False

    words = line(_("A name, or something people like doing"), longest=LONGEST_SEARCH)
    area = SelectField(_("Part of town"), widget=GovSelect(), validate_choice=False)
