"""Lines as records: what is wrong with one is a sentence, and its neighbours are read as they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from timebank.core.errors import Refused
from timebank.import_export.rules import SOURCES, Here, Line, NoHeader, read
from timebank.import_export.rules.records import (
    BROKEN,
    LONGEST_LINE,
    MOST_LINES,
    NOT_READABLE,
    TOO_LONG,
    Record,
    delimiter_of,
    records,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def lines(text: str) -> Iterator[Line]:
    return (Line(line) for line in io.StringIO(text, newline="\n"))


def found(text: str, delimiter: str = ",") -> list[Record]:
    return list(records(lines(text), delimiter))


def test_a_record_knows_its_line_and_may_go_over_several() -> None:
    first, second, third = found('a,b\n"c\nd",e\nf,g\n')
    assert (first.line, first.cells) == (1, ("a", "b"))
    assert (second.line, second.cells, second.raw) == (2, ("c\nd", "e"), '"c\nd",e\n')
    assert (third.line, third.cells) == (4, ("f", "g"))


def test_a_quotation_mark_that_never_closes_costs_its_own_line_alone() -> None:
    text = 'a,b\n1,"broken\n' + "c,d\n" * 500
    every = found(text)
    assert [record.line for record in every] == list(range(1, 503))
    assert [record.line for record in every if record.why] == [2]
    assert every[1].why == BROKEN
    assert every[1].raw == '1,"broken\n'
    assert {record.cells for record in every[2:]} == {("c", "d")}


def test_two_broken_ones_do_not_swallow_what_is_between() -> None:
    every = found('1,"a\nb,c\n2,"d\ne,f\n')
    assert [(record.line, record.cells, record.why) for record in every] == [
        (1, (), BROKEN),
        (2, ("b", "c"), None),
        (3, (), BROKEN),
        (4, ("e", "f"), None),
    ]


def test_a_quotation_mark_inside_a_cell_is_a_letter() -> None:
    assert found('5" of pipe,b\n')[0].cells == ('5" of pipe', "b")
    assert found('"say ""hello""",b\n')[0].cells == ('say "hello"', "b")


def test_a_record_goes_over_a_hundred_lines_and_no_more() -> None:
    inside = "\n".join("x" * 3 for _ in range(MOST_LINES))
    assert found(f'"{inside}",b\n')[0].why is None
    assert found(f'"{inside}\n",b\n')[0].why == BROKEN


def test_a_line_that_was_cut_is_far_too_long_and_belongs_to_no_other() -> None:
    every = list(
        records(iter([Line("a,b\n"), Line("x" * 10, is_whole=False), Line('"c\n'), Line("y", is_whole=False)]), ",")
    )
    assert [record.why for record in every] == [None, TOO_LONG, BROKEN, TOO_LONG]


def test_bytes_that_are_no_letters_are_told() -> None:
    raw = "a,caf\udce9\n"
    assert found(raw)[0].why == NOT_READABLE


def test_blank_ones_are_known() -> None:
    assert [record.is_blank for record in found('\n,,\n " " ,\na,\n\r\n')] == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("1,2,3\n4,5,6\n", ","),
        ("1;2;3\n4;5;6\n", ";"),
        ('"a,b,c";2;3\n', ";"),
        ("1,2,3\n", ","),
        ("broken\n1;2;3\n", ";"),
        ("", ","),
        ("nothing\n", ","),
        ('1,"\n1;2;3\n1;2;3\n', ";"),
    ],
)
def test_the_delimiter_is_told_by_what_fits(text: str, delimiter: str) -> None:
    assert delimiter_of(list(lines(text)), lambda cells: int(len(cells) == 3)) == delimiter


cells_of_people = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.lists(cells_of_people, min_size=2, max_size=5), max_size=8), st.sampled_from(",;"))
def test_what_is_written_well_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [list(record.cells) for record in records(lines(out.getvalue()), delimiter)] == rows


anything = st.text(
    st.one_of(st.sampled_from('",;\n\r\0\t "1aé=\ufeff\u202e\udce9'), st.characters(exclude_categories=["Cs"])),
    max_size=300,
)


@given(anything)
@example('"' * 7)
@example("\0\r\n\0,\0")
@example("\r,\r")
def test_whatever_is_in_a_file_each_line_is_read_once(text: str) -> None:
    every = found(text)
    assert "".join(record.raw for record in every) == text
    assert all(record.cells or record.why or record.is_blank for record in every)


@given(st.sampled_from(list(SOURCES)), st.integers(0, 2), anything)
@example("csv", 0, "number,called\n1,Ama\n")
@example("csv", 2, "payer,payee,time,done_on\n1,pot,1:30,2020-01-01\n")
@example("timeoverflow", 2, "1,Member,2,Member,9,9999-12-31T23:59:59-23:59,,\n")
@example("timeoverflow", 2, "1,Member,2,Member,9,0001-01-01T00:00:00+23:59,,\n")
@example("timeoverflow", 0, "1,99/99/9999,a,,,,,,,\n")
def test_whatever_is_in_a_file_it_is_a_row_or_a_sentence(which: str, place: int, text: str) -> None:
    source = SOURCES[which]
    here = Here(NOW, "Europe/London", known={"1": 0, "2": 0})
    with suppress(NoHeader):
        for _record, row in read(source, source.files[place], (list(lines(text)), lines(text)), here):
            assert not isinstance(row, Refused) or str(row).endswith(".")


@given(
    st.lists(
        st.tuples(
            *(
                st.one_of(anything, st.sampled_from(["1", "2", "Member", "organization", "90", "2016-01-01"]))
                for _ in range(8)
            )
        ),
        max_size=5,
    )
)
def test_cells_of_any_kind_are_a_row_or_a_sentence(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    here = Here(NOW, "Europe/London", known={"1": 0, "2": 0})
    source = SOURCES["timeoverflow"]
    for file in ("posts.csv", "transfers.csv"):
        text = out.getvalue()
        for _record, row in read(source, file, (list(lines(text)), lines(text)), here):
            assert not isinstance(row, Refused) or str(row)


def test_lines_are_long_enough_for_what_people_write() -> None:
    assert LONGEST_LINE > 10 * 2_000
