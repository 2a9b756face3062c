"""The domain's errors. Each carries one sentence for the person who meets it, and each has one handler."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal with a sentence (marked by `N_`, translated where it is shown) and what it names."""

    status = 400

    def __init__(self, sentence: str, *, field: str | None = None, **named: Any) -> None:
        """Keep the sentence, the form's field it belongs to, and the values named in it."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.named = named

    def __str__(self) -> str:
        """Give the sentence in the words of the program."""
        return self.sentence % self.named if self.named else self.sentence


class NotAllowed(DomainError):
    """This person may not do this."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or this person may not know of it: the two are told alike."""

    status = 404


class Conflict(DomainError):
    """Things are not as this request believes: already done, changed by somebody else, or a limit stands in the way."""

    status = 409


class Stale(Conflict):
    """The page this came from shows things as they are no longer: lead to how they stand now."""


class Refused(DomainError):
    """What was given cannot be used: it lands on its field."""

    status = 422


class BooksClosed(DomainError):
    """The nightly look found something wrong: nobody writes until the host has looked."""

    status = 503
