"""Keyset paging: marks lead to the next page, and one that was not written here leads nowhere."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.core.errors import NotFound
from timebank.core.pages import page_of, read_mark


def mark(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_mark_leads_to_the_row_it_was_made_of() -> None:
    page = page_of([("b", 3), ("a", 2), ("a", 1)], lambda row: row, size=2)
    assert list(page.rows) == [("b", 3), ("a", 2)]
    assert read_mark(page.after, (str, int)) == ["a", 2]


@pytest.mark.parametrize("rows", [[], [1], [1, 2]])
def test_the_last_page_has_no_mark(rows: list[int]) -> None:
    assert page_of(rows, lambda row: (row,), size=2).after is None


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_mark_is_the_first_page(nothing: str | None) -> None:
    assert read_mark(nothing, (int,)) is None


@pytest.mark.parametrize(
    "tampered",
    [
        "x", "%%%", "é", "\0", "AAAA", "=" * 50, "A" * 100_000,
        mark("5"), mark([True]), mark([1.5]), mark(["5"]), mark([5, 6]), mark([]),
        mark({"a": 5}), mark([None]), mark([[5]]),
        mark([-1]), mark([2**63]), mark([10**60]),
        base64.urlsafe_b64encode(b"[" * 140).decode(), base64.urlsafe_b64encode(b"[1e999]").decode(),
        base64.urlsafe_b64encode(b"[NaN]").decode(), base64.urlsafe_b64encode(b"\xff[5]").decode(),
    ],
)  # fmt: skip
def test_a_mark_not_written_here_is_told_as_no_page(tampered: str) -> None:
    with pytest.raises(NotFound):
        read_mark(tampered, (int,))


@pytest.mark.parametrize("words", ["a\0b", "\ud800", "a\u202eb"])
def test_words_in_a_mark_hold_nothing_a_database_refuses(words: str) -> None:
    with pytest.raises(NotFound):
        read_mark(mark([words]), (str,))


@given(st.text(max_size=300))
def test_any_text_as_a_mark_is_a_page_or_none(text: str) -> None:
    try:
        found = read_mark(text, (int,))
    except NotFound:
        return
    assert found is None or (type(found[0]) is int and 0 <= found[0] < 2**63)
