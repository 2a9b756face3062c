"""What people type: kept as they meant it, refused where it cannot be kept, never pretending to be something else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.core.errors import Refused
from timebank.core.text import clean_line, clean_words, folded

NAMES = [
    "Ama",
    "Mrs Okoro",
    "D'Arcy O’Neill-Ng",
    "José Ñuñez",
    "Ægir Þórsson",
    "李明",
    "قهوة سعيد",
    "שָׁלוֹם כהן",
    "मेरी जान",
    "Нгуен Иванович",
    "한소라",
    "👩🏽‍🌾 Ama",
    "می‌خواهم",
    "Ama 🫩",
    "🫩",
    "x",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_any_script_is_kept_as_typed(name: str) -> None:
    assert clean_line(name, longest=60) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "raw",
    ["\0", "Ama\0", "A\x1bma", "A\x7fma", "A\x85ma", "Ama \ud83d", "\udc80Ama", "Ama\ufffe", "\ufdd0", "\U0010ffff"],
)
def test_what_no_database_keeps_is_refused(raw: str) -> None:
    for clean in (clean_line, clean_words):
        with pytest.raises(Refused) as refusal:
            clean(raw, longest=60, field="called")
        assert refusal.value.field == "called"


@pytest.mark.parametrize(
    "raw",
    [
        "\u202eamA",
        "A\u200bma",
        "\ufeffAma",
        "A\u2066m\u2069a",
        "Am\u00ada",
        "\u200fAma\u200e",
        "A\u2060ma",
        "A\u180ema",
    ],
)
def test_what_turns_text_round_or_hides_in_it_is_taken_out(raw: str) -> None:
    assert clean_line(raw, longest=60).casefold() == "ama"


@pytest.mark.parametrize(
    "raw", ["", " ", "\t\n\r ", "\u200d", "\u3164", "\u2800 \u115f", "\u200c\u200d\u034f", "\ufe0f", "\u3000", "\u00a0"]
)
def test_what_nobody_sees_is_nothing(raw: str) -> None:
    assert clean_line(raw, longest=60) == ""
    assert clean_words(raw, longest=60) == ""


def test_spaces_and_line_ends_of_a_line_become_single_spaces() -> None:
    assert clean_line("  Mrs\t \r\n Okoro ", longest=60) == "Mrs Okoro"


def test_lines_of_words_stay_and_empty_ones_become_one() -> None:
    assert clean_words("one  \r\n\r\n\r\n\r\n two\rthree\n", longest=60) == "one\n\ntwo\nthree"


@pytest.mark.parametrize("length", [61, 200, 10_000, 1_000_000])
def test_what_is_too_long_is_refused_with_how_much_room_there_is(length: int) -> None:
    with pytest.raises(Refused, match="60 letters"):
        clean_line("a" * length, longest=60)


def test_accents_typed_apart_count_as_one_letter() -> None:
    assert len(clean_line("e\u0301" * 60, longest=60)) == 60


def test_a_letter_with_a_tower_of_marks_is_refused() -> None:
    with pytest.raises(Refused, match="too many marks"):
        clean_line("Z" + "\u0334\u0335\u0336\u0337\u0338", longest=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José", "jose"),
        ("JOSE\u0301", "josé"),
        ("Straße", "STRASSE"),
        ("Ｗｉｄｅ", "wide"),
        ("ℌarbour", "harbour"),
        ("İstanbul", "istanbul"),
        ("می‌خواهم", "میخواهم"),
        (" Mrs\u00a0 Okoro", "mrs okoro"),
        ("\u2066Ama\u2069 otter", "ama otter"),
    ],
)
def test_what_people_mean_by_the_same_name_compares_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=40))
def test_tidying_or_folding_twice_changes_nothing(raw: str) -> None:
    assert folded(folded(raw)) == folded(raw)
    try:
        line, words = clean_line(raw, longest=60), clean_words(raw, longest=60)
    except Refused:
        return
    assert clean_line(line, longest=60) == line
    assert clean_words(words, longest=60) == words
    assert "\0" not in line + words
    (line + words).encode()
