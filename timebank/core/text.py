"""What people type, made safe to keep: nothing invisible, nothing that turns text round, nothing a database refuses."""

from __future__ import annotations

import re
import unicodedata

from timebank.core.errors import Refused
from timebank.core.words import N_

# Turning text round or hiding marks lets one name pass for another; joiners (200C, 200D) stay: scripts need them.
TURNING = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
NOT_KEPT = {"Cs", "Cc"}  # halves of a character, control characters; what Unicode adds next year is fine
FILLERS = set("\u115f\u1160\u2800\u3164\uffa0")  # letters by name, blank by sight
# Four combining marks on one letter and more is a prank that spills over the lines around it.
TOO_MANY_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{4,}")
BLANKS = re.compile(r"[^\S\n]+")


def clean_line(raw: str, *, longest: int, field: str | None = None) -> str:
    """Tidy one line of text (a name, a title).

    Raises Refused where it holds what cannot be kept, or more than `longest` characters.
    """
    text = _clean(raw.replace("\r", " ").replace("\n", " ").replace("\t", " "), longest, field)
    return " ".join(text.split()) if any(map(_seen, text)) else ""


def clean_words(raw: str, *, longest: int, field: str | None = None) -> str:
    """Tidy several lines of text; line ends become plain ones, and no more than one line stays empty between two.

    Raises Refused as `clean_line` does.
    """
    text = _clean(raw.replace("\r\n", "\n").replace("\r", "\n"), longest, field)
    if not any(map(_seen, text)):
        return ""
    lines = [BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _clean(raw: str, longest: int, field: str | None) -> str:
    if len(raw) > 4 * longest:  # before normalising: that may be slow on enormous text
        raise Refused(N_("That is too long. There is room for %(longest)s letters."), field=field, longest=longest)
    for letter in raw:
        if (unicodedata.category(letter) in NOT_KEPT and letter not in "\n\t") or _noncharacter(letter):
            raise Refused(N_("There is a sign in it that cannot be kept. Please type it again."), field=field)
    text = TURNING.sub("", unicodedata.normalize("NFC", raw))
    if TOO_MANY_MARKS.search(text):
        raise Refused(N_("There are too many marks on one letter. Please type it again."), field=field)
    if len(text.strip()) > longest:
        raise Refused(N_("That is too long. There is room for %(longest)s letters."), field=field, longest=longest)
    return text


def _noncharacter(letter: str) -> bool:
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF  # noqa: PLR2004 - Unicode's own


def _seen(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] not in "ZM" and kind not in {"Cc", "Cf", "Cs"} and letter not in FILLERS


# What phones, keyboards and habits put for an apostrophe: quotation marks, modifier letters, primes, accents.
APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u2018\u02bc\u02bb\u2032`\u00b4"), "'")


def folded(text: str) -> str:
    """Fold text for comparing: no accents, no capitals, one kind of apostrophe, nothing invisible, single spaces."""
    # Taken apart twice: what is taken apart may show a capital, and a small letter may be taken apart again.
    plain = text.translate(APOSTROPHES)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    return " ".join("".join(c for c in apart if not _unsaid(c)).split())


def _unsaid(letter: str) -> bool:
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) == "Cf"


def csv_cell(text: str) -> str:
    """Make a text safe for spreadsheets, which take some first signs for a formula (OWASP, CSV injection)."""
    risky = ("=", "+", "-", "@", "\t", "\r", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    return f"'{text}" if text.startswith(risky) else text
