"""Forms as a browser finds them in a page: where they go, and what stands in their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

FREE = {"text", "search", "email", "tel", "password", "url"}
BUTTONS = {"submit", "button", "image", "reset"}


@dataclass
class Found:
    """A form that posts: its address (empty for the page's own), its fields with what a browser would send, and which
    of them take free words.
    """

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Found] = []
        self._inside: Found | None = None
        self._choosing = self._writing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = Found(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            if self._inside is not None:
                self.forms.append(self._inside)
        elif self._inside is not None:
            self._field(self._inside, tag, given)

    def _field(self, form: Found, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag in {"input", "button"} and name:
            kind = given.get("type", "submit" if tag == "button" else "text")
            chosen = "checked" in given or kind not in {"radio", "checkbox"} | BUTTONS
            if chosen or name not in form.fields:
                form.fields[name] = given.get("value", "y" if kind == "checkbox" else "")
            if kind in FREE and given.get("inputmode") != "numeric":
                form.free.add(name)
        elif tag == "select" and name:
            self._choosing = name
            form.fields.setdefault(name, "")
        elif tag == "option" and self._choosing:
            if "selected" in given or not form.fields[self._choosing]:
                form.fields[self._choosing] = given.get("value", "")
        elif tag == "textarea" and name:
            self._writing = name
            form.fields.setdefault(name, "")
            form.free.add(name)

    def handle_data(self, data: str) -> None:
        if self._inside is not None and self._writing:
            self._inside.fields[self._writing] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._choosing = ""
        elif tag == "textarea":
            self._writing = ""


def forms_in(page: str) -> list[Found]:
    """Give the forms of a page that post."""
    reader = Reader()
    reader.feed(page)
    return reader.forms
