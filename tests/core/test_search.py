"""Words are found whatever their accents, capitals and endings, and nothing typed is taken for a pattern."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.core import search


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Gardening in the morning", "garden"),
        ("A lift to the clinic", "LIFTS"),
        ("Baking bread", "baked"),
        ("Crème brûlée", "creme"),
        ("creme brulee", "Brûlée"),
        ("Jo's bike", "jo"),
        ("Jo bike", "Jo’s"),
        ("O'Brien", "O’Brien"),
        ("bicycle", "bic"),
        ("Помощь в саду", "саду"),
        ("हिन्दी सीखना", "सीख"),
        ("一起做饭", "做饭"),
        ("bread, cheese; wine", "wine bread"),
        ("", "  "),
    ],
)
def test_word_is_found(text: str, query: str) -> None:
    held = search.index(text)
    assert all(term in held for term in search.terms(query))


@pytest.mark.parametrize(("text", "query"), [("bread", "read"), ("bread", "bread wine"), ("Garten", "Kuchen")])
def test_other_word_is_not_found(text: str, query: str) -> None:
    held = search.index(text)
    assert not all(term in held for term in search.terms(query))


def test_index_holds_each_word_once_between_spaces() -> None:
    assert search.index("Bread, bread and BREADS") == " bread and "


def test_at_most_six_terms_are_looked_for() -> None:
    assert len(search.terms("one two three four five six seven eight")) == 6


@given(st.text(max_size=60))
def test_terms_hold_no_pattern_and_every_text_finds_itself(text: str) -> None:
    wanted = search.terms(text)
    assert not any(sign in term for term in wanted for sign in "%_\\")
    assert all(term in search.index(text) for term in wanted)
