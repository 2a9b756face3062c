"""Forms of signing in, joining, and saying something about oneself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovPasswordInput, GovSelect, GovTextInput
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import Length

from timebank.core.forms import Form, line, needed, words
from timebank.core.passphrases import LONGEST
from timebank.people.rules import LONGEST_CALLED, LONGEST_CONTACT, LONGEST_WORDS

SIGN_IN_NAME = 4 * LONGEST_CALLED
CODE = 60


def new_passphrase() -> PasswordField:
    """Make the field for a new passphrase."""
    return PasswordField(
        _("A passphrase only you know"),
        description=_("Three or four words in a row are good: at least 15 letters. Spaces are fine."),
        validators=[needed(_("Please choose a passphrase.")), Length(max=4 * LONGEST)],
        widget=GovPasswordInput(),
        render_kw={"autocomplete": "new-password", "spellcheck": "false"},
    )


def own_passphrase(label: str) -> PasswordField:
    """Make the field for the passphrase somebody has."""
    return PasswordField(
        label,
        validators=[needed(_("Please type your passphrase.")), Length(max=4 * LONGEST)],
        widget=GovPasswordInput(),
        render_kw={"autocomplete": "current-password"},
    )


def shared_device() -> BooleanField:
    """Make the box for a device others use too."""
    return BooleanField(
        _("Other people use this device too: sign me out after half an hour"),
        widget=GovCheckboxInput(),
    )


class SignInForm(Form):
    """Who, and the passphrase."""

    name = StringField(
        _("Your name for signing in"),
        description=_("It is on your card: your name and one more word. A confirmed e-mail works too."),
        validators=[needed(_("Please type your name for signing in.")), Length(max=SIGN_IN_NAME)],
        widget=GovTextInput(),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    passphrase = own_passphrase(_("Your passphrase"))
    shared_device = shared_device()
    after = HiddenField()


class CodeForm(Form):
    """The code of an invitation card."""

    code = line(
        _("The code on your card"),
        longest=CODE,
        hint=_("Capitals, spaces and hyphens do not matter."),
        need=_("Please type the code."),
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
    )


class AgreeForm(Form):
    """Accept the house agreement and the privacy words."""

    agree = BooleanField(
        _("I agree to how we do things here and to what is kept about me"),
        validators=[needed(_("Please read both, and tick the box if you agree."))],
        widget=GovCheckboxInput(),
    )


class NewcomerForm(AgreeForm):
    """What somebody new gives: a name to be called, a passphrase, their agreement. Nothing else is needed."""

    called = line(
        _("What would you like to be called?"),
        longest=LONGEST_CALLED,
        hint=_("Any name you like, in any letters. Others here will see it."),
        need=_("What would you like to be called?"),
        autocomplete="nickname",
    )
    passphrase = new_passphrase()
    shared_device = shared_device()


class CalledForm(Form):
    """The name one is called."""

    called = line(
        _("What would you like to be called?"), longest=LONGEST_CALLED, need=_("What would you like to be called?")
    )


class LikesForm(Form):
    """What somebody likes doing."""

    likes = words(
        _("What do you like doing?"),
        longest=LONGEST_WORDS,
        hint=_("Cooking, mending, listening, football, filling in forms … anything."),
        rows=4,
    )


class EasierForm(Form):
    """What would help."""

    easier = words(
        _("What would make your week easier?"),
        longest=LONGEST_WORDS,
        hint=_("A lift, company on a walk, help with a form, somebody to call …"),
        rows=4,
    )


class AreaForm(Form):
    """The part of town."""

    area = SelectField(_("Which part of town?"), description=_("Never more exact than this."), widget=GovSelect())


class TimesForm(Form):
    """When it usually suits."""

    times = words(
        _("When does it usually suit you?"),
        longest=LONGEST_WORDS,
        hint=_("For example: Tuesdays after three, or most evenings."),
        rows=3,
    )


class ReachForm(Form):
    """How a member can be reached."""

    phone = line(_("Phone"), longest=LONGEST_CONTACT, autocomplete="tel", inputmode="tel")
    email = line(_("E-mail"), longest=LONGEST_CONTACT, autocomplete="email", inputmode="email")
    someone = line(_("A person who can pass on a message"), longest=LONGEST_CONTACT)
    place_and_day = line(
        _("A place and a day you are usually there"),
        longest=LONGEST_CONTACT,
        hint=_("For example: the shed, Tuesday mornings."),
    )


ABOUT: dict[str, type[Form]] = {
    "likes": LikesForm,
    "easier": EasierForm,
    "area": AreaForm,
    "times": TimesForm,
    "reach": ReachForm,
}


class CardForm(Form):
    """The one-time card of somebody who forgot their passphrase, with the new one."""

    name = line(_("Your name for signing in"), longest=SIGN_IN_NAME, need=_("Please type your name for signing in."))
    code = line(_("The code on your card"), longest=CODE, need=_("Please type the code."), autocomplete="off")
    passphrase = new_passphrase()


class TakeOverForm(CardForm, AgreeForm):
    """The card of somebody who took part on paper, with their passphrase and their agreement."""

    asked_first = ("name", "code", "passphrase", "agree")


class NewPassphraseForm(Form):
    """A new passphrase, by a link."""

    passphrase = new_passphrase()


class ReplacePassphraseForm(Form):
    """The passphrase somebody has, and a new one."""

    present = own_passphrase(_("The passphrase you have now"))
    passphrase = new_passphrase()


class EmailForm(Form):
    """An e-mail, to get a link when the passphrase is forgotten. May stay blank."""

    email = line(
        _("Your e-mail"),
        longest=LONGEST_CONTACT,
        hint=_("Only for a link when you forget your passphrase. You can leave it empty."),
        autocomplete="email",
        inputmode="email",
    )


class ForgottenForm(Form):
    """The e-mail a link should go to."""

    email = line(_("Your e-mail"), longest=LONGEST_CONTACT, need=_("Please type your e-mail."), autocomplete="email")
