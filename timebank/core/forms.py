"""The form every feature's forms stand on: what was typed is kept, and a refusal lands on its field."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

from timebank.core import ids
from timebank.core.errors import DomainError, Refused
from timebank.core.show import told
from timebank.core.text import clean_line, clean_words
from timebank.core.words import N_


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """A form; `status` is the answer's status once it has been judged."""

    status: int = HTTPStatus.OK
    # The field for what a rule calls by another name.
    lands: ClassVar[dict[str, str]] = {}
    asked_first: tuple[str, ...] = ()
    asked_last: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Field]:
        """Give the fields in the order they are asked: those of `asked_first`, the others, those of `asked_last`."""
        first, last = (
            [self._fields[name] for name in names if name in self._fields]
            for names in (self.asked_first, self.asked_last)
        )
        between = [field for field in self._fields.values() if field not in first and field not in last]
        return iter([*first, *between, *last])

    @property
    def errors(self) -> dict[str | None, Sequence[str]]:
        """Give what has to be put right by field, in the order they are asked; what belongs to no field comes last."""
        found: dict[str | None, Sequence[str]] = {field.short_name: field.errors for field in self if field.errors}
        return {**found, None: self.form_errors} if self.form_errors else found

    def accepted(self) -> bool:
        """Tell whether this was sent and every field is of the right shape."""
        good = bool(self.validate_on_submit())
        if self.is_submitted() and not good:
            self.status = HTTPStatus.UNPROCESSABLE_ENTITY
        return good

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Catch a refusal inside the block and put its sentence where it belongs."""
        try:
            yield
        except DomainError as refusal:
            sentence = told(refusal)
            field = self._fields.get(self.lands.get(refusal.field or "", refusal.field or ""))
            if field is None:
                self.form_errors.append(sentence)
            else:
                field.errors = [*field.errors, sentence]
            self.status = refusal.status


class EmptyForm(Form):
    """A button and nothing else."""


class OnceForm(Form):
    """A form with a key that is drawn with the page, so that what is sent twice is done once."""

    key = HiddenField(default=lambda: str(ids.new_uuid()))

    def one_time_key(self) -> uuid.UUID:
        """Give the page's key; raises Refused where it did not come from a page of ours."""
        try:
            return uuid.UUID(self.key.data)
        except (TypeError, ValueError):
            raise Refused(N_("Please open this page again. Nothing was changed.")) from None


class Tidy:
    """Tidies a field's text, or refuses it with a sentence; longest in letters."""

    def __init__(self, longest: int, *, lines: bool = False) -> None:
        """Keep how much room there is, and whether line ends count."""
        self.longest = longest
        self.lines = lines

    def __call__(self, form: object, field: Field) -> None:
        """Judge one field."""
        del form
        try:
            clean = clean_words if self.lines else clean_line
            field.data = clean(field.data or "", longest=self.longest)
        except DomainError as refusal:
            raise StopValidation(told(refusal)) from None


def choices(*pairs: tuple[str, object]) -> list[SelectChoice]:
    """Make the choices of a list or of round buttons, each a value and its label."""
    return [SelectChoice(value, label) for value, label in pairs]


def needed(sentence: str) -> InputRequired:
    """Ask for a field to be filled in, with a sentence that says what is missing."""
    return InputRequired(message=sentence)


def line(label: str, *, longest: int, hint: str = "", need: str = "", **render: Any) -> StringField:
    """Make a field for one line; `need` is the sentence shown where it is left empty."""
    checks = [needed(need)] if need else []
    return StringField(
        label, description=hint, validators=[*checks, Tidy(longest)], widget=GovTextInput(), render_kw=render or None
    )


def words(label: str, *, longest: int, hint: str = "", need: str = "", **render: Any) -> TextAreaField:
    """Make a field for several lines."""
    checks = [needed(need)] if need else []
    return TextAreaField(
        label,
        description=hint,
        validators=[*checks, Tidy(longest, lines=True)],
        widget=GovTextArea(),
        render_kw=render or None,
    )


__all__ = ["EmptyForm", "Form", "Tidy", "ValidationError", "choices", "line", "needed", "words"]
