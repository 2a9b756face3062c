"""Finding words: accents, capitals and endings forgiven, the same on both databases because Python does it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import snowballstemmer
import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from timebank.core.text import folded

MOST_TERMS = 6
# Scripts that leave no space between words (Thai to Lao, Burmese, Khmer, Japanese, Chinese): found anywhere.
WITHOUT_SPACES = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))


def index(text: str) -> str:
    """Give what a search column holds: each word once, folded and without its ending, a space on either side."""
    return f" {' '.join(dict.fromkeys(_stems(text)))} "


def terms(query: str) -> list[str]:
    """Give what to look for in a search column, at most six terms; all of them must be found.

    A term begins with a space, so that it is found where a word begins.
    """
    wanted = list(dict.fromkeys(_stems(query)))[:MOST_TERMS]
    return [stem if _without_spaces(stem) else f" {stem}" for stem in wanted]


def matches(column: Any, query: str) -> list[ColumnElement[bool]]:
    """Give the conditions under which a search column holds what is looked for; none for a blank query.

    Where something was typed and no letter or figure is in it, nothing holds it.
    """
    wanted = terms(query)
    if query.strip() and not wanted:
        return [sa.false()]
    return [column.contains(term, autoescape=True) for term in wanted]


def _stems(text: str) -> Iterator[str]:
    # One for each call: a stemmer remembers the word it is at, and the web has threads.
    stemmer = snowballstemmer.stemmer("english")
    for word in _words(text):
        stem = (stemmer.stemWord(word) if word.isascii() else word).replace("'", "")
        if stem:
            yield stem


def _words(text: str) -> list[str]:
    # Not by \w: it would part words of Indic scripts at each vowel sign.
    plain = folded(text).replace("\u2019", "'")
    return "".join(letter if _is_part(letter) else " " for letter in plain if letter not in "\u200c\u200d").split()


def _is_part(letter: str) -> bool:
    return letter == "'" or unicodedata.category(letter)[0] in "LMN"


def _without_spaces(word: str) -> bool:
    return any(first <= ord(word[0]) <= last for first, last in WITHOUT_SPACES)
