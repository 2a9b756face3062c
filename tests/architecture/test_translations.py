"""Every sentence of the program stands in every catalogue, translated, with what is named in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from timebank.cli.words import gathered, is_whole
from timebank.core.languages import FOLDER, SOURCE, known

NAMED = re.compile(r"%\((\w+)\)[sd]|%%|</?\w+[^>]*>")
LANGUAGES = [code for code in known() if code != SOURCE]


@pytest.fixture(scope="module")
def said() -> Catalog:
    return gathered()


def catalogue(code: str) -> Catalog:
    with (FOLDER / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def sentences(found: Catalog) -> Iterator[Message]:
    return (each for each in found if each.id)


def in_english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


def translated(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def named(sentence: str) -> Counter[str]:
    return Counter(found[0] for found in NAMED.finditer(sentence))


def test_there_are_languages_to_look_at(said: Catalog) -> None:
    assert set(LANGUAGES) >= {"ar", "es", "it"}
    assert len(said) > 1_000


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(said: Catalog, code: str) -> None:
    kept = catalogue(code)
    wanted = {(each.context, each.id) for each in sentences(said)}
    assert wanted == {(each.context, each.id) for each in sentences(kept)}, "Run `timebank words`, then translate."
    assert [each.id for each in sentences(kept) if not is_whole(each)] == []
    assert [each.id for each in sentences(kept) if each.fuzzy] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_named_in_a_sentence_is_named_in_its_translation(code: str) -> None:
    wrong = []
    for message in sentences(catalogue(code)):
        wanted = named(in_english(message))
        *fewer, last = [named(string) for string in translated(message)]
        if last != wanted or any(each - wanted for each in fewer):  # “one hour” need not say 1
            wrong.append((message.id, translated(message)))
    assert wrong == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_has_all_its_plural_forms(code: str) -> None:
    kept = catalogue(code)
    assert kept.num_plurals > 1
    for message in sentences(kept):
        if not isinstance(message.id, str):
            assert len(translated(message)) == kept.num_plurals, message.id
