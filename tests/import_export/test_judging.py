"""The first pass: every row is judged, each bad one is told with its line and a reason, and nothing is written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import a_community, count, nothing_written, rows_of, timebank
from tests.import_export.folders import FILES, THREE, Cells, bring, folder_of, transfer

LONG = "x" * 70_000


def check_refused(app: Flask, folder: Path, *sentences: str, source: str = "timeoverflow") -> None:
    """Bring a folder along and be told these sentences and no others, with nothing written anywhere."""
    before = sorted(path.name for path in folder.iterdir())
    with nothing_written():
        done = bring(app, folder, source=source)
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    told = [line for line in done.stderr.splitlines() if ", line " in line]
    assert len(told) == len(sentences), done.stderr
    for line, sentence in zip(told, sentences, strict=True):
        assert line.startswith(sentence), line
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.fixture(autouse=True)
def _here(app: Flask) -> None:
    a_community()


BAD_PEOPLE: list[tuple[Cells, str]] = [
    (("x", "", "Ama", "", "", "", "", "", "", ""), "number: A member's number is a whole number."),
    (("", "", "Ama", "", "", "", "", "", "", ""), "number: "),
    (("-4", "", "Ama", "", "", "", "", "", "", ""), "number: "),
    (("1" * 30, "", "Ama", "", "", "", "", "", "", ""), "number: "),
    (("2", "", "Ama", "", "", "", "", "", "", ""), "Number 2 stands in line 2 already."),
    (("0002", "", "Ama", "", "", "", "", "", "", ""), "Number 2 stands in line 2 already."),
    (("4", "soon", "Ama", "", "", "", "", "", "", ""), "joined on: A day is written like"),
    (("4", "2999-01-01", "Ama", "", "", "", "", "", "", ""), "joined on: That day is still to come."),
    (("4", "", " ", "", "\u200b", "", "", "", "", ""), "name: There is nothing here"),
    (("4", "", "A" * 61, "", "", "", "", "", "", ""), "name: That is too long. There is room for 60 letters."),
    (("4", "", "A\0ma", "", "", "", "", "", "", ""), "name: There is a sign in it that cannot be kept."),
    (("4", "", "Ama\x1b[31m", "", "", "", "", "", "", ""), "name: There is a sign in it that cannot be kept."),
    (("4", "", "Ama", "", "", "", "", "9" * 201, "", ""), "phone: That is too long."),
    (("4", "", "Ama", "", "", "", "", "9" * 150, "8" * 150, ""), "phone: That is too long."),
    (("4", "", "Ama", "", "", "", "", "", "", "a" * 300), "e-mail: That is too long."),
    (("4", "", "Ama"), "There are 3 columns. It needs 10."),
    ((*THREE[0][:1], *THREE[0][1:], "more"), "There are 11 columns. It needs 10."),
    (("4", "", LONG, "", "", "", "", "", "", ""), "This line is far too long."),
]


@pytest.mark.parametrize(("row", "sentence"), BAD_PEOPLE)
def test_somebody_who_cannot_be_is_told(app: Flask, tmp_path: Path, row: Cells, sentence: str) -> None:
    check_refused(app, folder_of(tmp_path / "in", [*THREE, row]), f"users.csv, line 4, {sentence}")


BAD_LISTINGS: list[tuple[Cells, str]] = [
    ((9, "Offer", "Bread", "", 1, "2016-01-01", "", ""), "There is no member with the number 9."),
    ((1, "Sale", "Bread", "", 1, "2016-01-01", "", ""), "type: This is neither an Offer nor an Inquiry."),
    ((1, "Offer", " ", "", 1, "2016-01-01", "", ""), "title: There is nothing here"),
    ((1, "Offer", "x" * 101, "", 1, "2016-01-01", "", ""), "title: That is too long."),
    ((1, "Offer", "Bread", "x" * 2_001, 1, "2016-01-01", "", ""), "words: That is too long."),
    ((1, "Offer", "Bread", "Ring 0123 456 789", 1, "2016-01-01", "", ""), "words: This looks like a telephone number"),
    ((1, "Offer", "me@example.org", "", 1, "2016-01-01", "", ""), "title: This looks like a telephone number"),
    ((1, "Offer", "Bread", "", 1, "1.1.", "", ""), "created at: A day is written like"),
    ((1, "Offer", "Bread", "", 1, "2999-01-01", "", ""), "created at: That day is still to come."),
    ((1, "Offer", "Bread", "", 1, "2016-01-01", "", "2015-01-01"), "until: It ends before it was written."),
    ((1, "Offer", "Bread", "", 1, "2016-01-01", "", "ever"), "until: A day is written like"),
    ((1, "Offer", "Bread"), "There are 3 columns. It needs 8."),
]


@pytest.mark.parametrize(("row", "sentence"), BAD_LISTINGS)
def test_a_post_that_cannot_be_is_told(app: Flask, tmp_path: Path, row: Cells, sentence: str) -> None:
    check_refused(app, folder_of(tmp_path / "in", listings=[row]), f"posts.csv, line 1, {sentence}")


BAD_TRANSFERS: list[tuple[Cells, str]] = [
    (transfer(1, 9), "There is no member with the number 9."),
    (transfer(9, "pot"), "There is no member with the number 9."),
    (transfer(1, 1), "Both sides are the same."),
    (transfer(1, "01"), "Both sides are the same."),
    (transfer("pot", "pot"), "Both sides are the same."),
    (transfer(1, 2, 0), "seconds: Seconds are more than none"),
    (transfer(1, 2, -3600), "seconds: Seconds are more than none"),
    (transfer(1, 2, 29), "seconds: That is less than half a minute."),
    (transfer(1, 2, 36_000_001), "seconds: That is more than 10,000 hours."),
    (transfer(1, 2, "9" * 5_000), "seconds: That is more than 10,000 hours."),
    (transfer(1, 2, "1 h"), "seconds: The seconds are a whole number."),
    (transfer(1, 2, 60, ""), "created at: A day is written like"),
    (transfer(1, 2, 60, "2999-01-01"), "created at: That day is still to come."),
    (transfer(1, 2, 60, "1066-01-01"), "created at: That is before the year 1900."),
    (transfer(1, 2, 60, "2016-01-01", "x" * 1_001), "reason: That is too long."),
    (transfer(1, 2, 60, "2016-01-01", "\x07"), "reason: There is a sign in it that cannot be kept."),
    ((1, "Group", 2, "Member", 60, "2016-01-01", "", ""), "type: This is neither a Member nor an Organization."),
    ((1, "", 2, "Member", 60, "2016-01-01", "", ""), "type: This is neither a Member nor an Organization."),
    ((1, "Member", 2, "Member", 60, "2016-01-01"), "There are 6 columns. It needs 8."),
]


@pytest.mark.parametrize(("row", "sentence"), BAD_TRANSFERS)
def test_hours_that_cannot_be_are_told(app: Flask, tmp_path: Path, row: Cells, sentence: str) -> None:
    check_refused(app, folder_of(tmp_path / "in", transfers=[row]), f"transfers.csv, line 1, {sentence}")


OURS = (("number", "called", "joined_on"), ("1", "Ama", "2015-03-01"), ("2", "Jo", ""))
BAD_OURS: list[tuple[int, list[Cells], str]] = [
    (0, [("number", "called"), ("pot", "Ama")], "line 2, number: “pot” is the pot and nobody's number."),
    (0, [("number", "called"), ("a b", "Ama")], "line 2, number: A member's number has figures and letters"),
    (0, [("number", "called"), ("1",)], "line 2, There are 1 columns. It needs 2."),
    (0, [("number", "called"), ("1", "Ama", "x")], "line 2, There are 3 columns. It needs 2."),
    (
        1,
        [("number", "type", "title", "kind"), ("1", "offer", "Bread", "Baking")],
        "line 2, kind: That kind of help is not",
    ),
    (1, [("number", "type", "title"), ("1", "inquiry", "Bread")], "line 2, type: The type is offer or request."),
    (2, [("payer", "payee", "time", "done_on"), ("1", "2", "90.5", "2016-01-01")], "line 2, time: The time is written"),
    (
        2,
        [("payer", "payee", "time", "done_on"), ("pot", "POT", "90", "2016-01-01")],
        "line 2, Both sides are the same.",
    ),
    (2, [("payer", "payee", "time", "done_on"), ("1", "3", "90", "2016-01-01")], "line 2, There is no member"),
    (
        2,
        [("payer", "payee", "time", "done_on"), ("1", "2", "90", "tomorrow")],
        "line 2, done_on: A day is written like",
    ),
]


@pytest.mark.parametrize(("place", "rows", "sentence"), BAD_OURS)
def test_our_own_columns_are_judged_alike(
    app: Flask, tmp_path: Path, place: int, rows: list[Cells], sentence: str
) -> None:
    files: list[list[Cells]] = [list(OURS), [], []]
    files[place] = rows
    folder = folder_of(tmp_path / "in", *files, source="csv")
    check_refused(app, folder, f"{FILES['csv'][place]}, {sentence}", source="csv")


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (("number",), "There is no called."),
        (("1", "Ama"), "There is no number."),
        (("number", "called", "shoe_size"), "has a column that is not known. There can be: number, called, joined_on"),
        (("number", "called", "called"), "names a column twice."),
        (('number",x', "called"), "There is no number."),
    ],
)
def test_a_header_that_names_no_columns_ends_it_whatever_is_said(
    app: Flask, tmp_path: Path, header: Cells, sentence: str
) -> None:
    folder = folder_of(tmp_path / "in", [header, ("1", "Ama")], source="csv")
    with nothing_written():
        done = bring(app, folder, "--skip-bad", source="csv")
    assert done.exit_code == 1
    assert "Error: people.csv, line 1: " in done.stderr
    assert sentence in done.stderr


@pytest.mark.parametrize("missing", FILES["timeoverflow"])
def test_a_missing_file_is_told_before_anything_is_read(app: Flask, tmp_path: Path, missing: str) -> None:
    folder = folder_of(tmp_path / "in")
    (folder / missing).unlink()
    with nothing_written():
        done = bring(app, folder, "--skip-bad")
    assert done.exit_code == 1
    assert f"There is no {missing} in this folder" in done.stderr
    assert "Reading" not in done.stderr


def test_a_folder_in_the_place_of_a_file_is_no_file(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    (folder / "posts.csv").unlink()
    (folder / "posts.csv").mkdir()
    assert "There is no posts.csv" in bring(app, folder).stderr


def test_a_folder_that_is_not_there_and_a_community_that_is_not(app: Flask, tmp_path: Path) -> None:
    assert bring(app, tmp_path / "nowhere").exit_code == 2
    folder = folder_of(tmp_path / "in")
    done = bring(app, folder, slug="nowhere")
    assert (done.exit_code, done.stderr) == (1, "Error: There is no such community here.\n")
    assert bring(app, folder, source="letters").exit_code == 2


@pytest.mark.parametrize("source", ["timeoverflow", "csv"])
def test_empty_files_bring_nothing_and_are_no_mistake(app: Flask, tmp_path: Path, source: str) -> None:
    folder = folder_of(tmp_path / "in", [], source=source)
    with nothing_written():
        done = bring(app, folder, source=source)
    assert done.exit_code == 0, done.output
    assert "People: 0 brought along." in done.stdout


def test_utf_16_is_told_as_what_it_is(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    text = (folder / "users.csv").read_text()
    (folder / "users.csv").write_bytes(text.encode("utf-16"))
    with nothing_written():
        done = bring(app, folder)
    assert (done.exit_code, done.stderr) == (1, "Error: users.csv is in UTF-16. Please save it as UTF-8.\n")


def test_latin_1_that_was_not_told_is_told_by_its_lines(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", [(1, "", "Zoë", *[""] * 7), (2, "", "Jo", *[""] * 7)])
    (folder / "users.csv").write_bytes((folder / "users.csv").read_text().encode("latin-1"))
    sentence = (
        "users.csv, line 1, These are not letters of this encoding. If the file is in Latin-1, say --encoding latin-1."
    )
    check_refused(app, folder, sentence)


def test_nothing_of_what_people_wrote_is_told_or_logged(
    app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    people = [(1, "never", "Brambleworth", "", "", "", "1970-05-05", "0777 1", "", "secret@example.org")]
    listings = [(1, "Offer", "Zitherplaying" * 20, "", "", "", "", "")]
    folder = folder_of(tmp_path / "in", people, listings, [transfer(1, 2, "many", "once", "Yodelmending")])
    done = bring(app, folder)
    told = done.output + "".join(capfd.readouterr()) + caplog.text
    assert done.exit_code == 1
    for word in ("Brambleworth", "0777", "secret", "1970", "Zitherplaying", "Yodelmending", "never", "once"):
        assert word not in told


BAD_AND_GOOD = (
    [*THREE, (1, "", "Twice", *[""] * 7)],
    [(1, "Offer", "Bread", "", "", "2016-01-01", "", ""), (7, "Offer", "Cake", "", "", "2016-01-01", "", "")],
    [transfer(1, 2), transfer(1, 7), transfer(2, 2), transfer(2, 1, 120, "2016-01-03", "=cmd()")],
)
REASONS = [
    ("users.csv", "4", "Number 1 stands in line 1 already."),
    ("posts.csv", "2", "There is no member with the number 7."),
    ("transfers.csv", "2", "There is no member with the number 7."),
    ("transfers.csv", "3", "Both sides are the same."),
]


def test_every_bad_row_is_told_and_none_of_the_good_ones_is_written(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", *BAD_AND_GOOD)
    check_refused(app, folder, *(f"{file}, line {line}, {why}" for file, line, why in REASONS))
    assert "4 rows cannot be brought along. Nothing was written." in bring(app, folder).stderr


def test_bad_rows_are_left_out_where_that_is_said_and_go_to_a_file(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", *BAD_AND_GOOD)
    done = bring(app, folder, "--skip-bad")
    assert done.exit_code == 0, done.output
    assert (count("member_before"), count("listing"), count("transfer")) == (3, 1, 2)
    kept = folder / "refused.csv"
    assert f"4 rows left out: see {kept}." in done.stdout
    with kept.open(newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["file", "line", "why", "row"]
    assert [tuple(row[:3]) for row in found[1:]] == REASONS
    assert found[1][3] == "1,,Twice,,,,,,,"
    assert kept.stat().st_mode & 0o077 == 0
    assert timebank(app, "verify").output == ""


def test_the_file_of_bad_rows_can_be_chosen_but_not_over_what_is_brought(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", *BAD_AND_GOOD)
    for bad in (folder / "users.csv", tmp_path / "in" / ".." / "in" / "posts.csv", tmp_path / "nowhere" / "x.csv"):
        with nothing_written():
            done = bring(app, folder, "--skip-bad", "--refused", str(bad))
        assert done.exit_code == 1, bad
        assert "Traceback" not in done.output
    elsewhere = tmp_path / "bad.csv"
    assert bring(app, folder, "--skip-bad", "--refused", str(elsewhere)).exit_code == 0
    assert len(elsewhere.read_text().splitlines()) == 5
    assert not (folder / "refused.csv").exists()


@pytest.mark.parametrize("row", ["=1+1,Member,2", "@x", "+44", "-1;2"])
def test_a_bad_row_is_no_formula_in_a_spreadsheet(app: Flask, tmp_path: Path, row: str) -> None:
    folder = folder_of(tmp_path / "in")
    (folder / "transfers.csv").write_text(f"{row}\n")
    assert bring(app, folder, "--skip-bad").exit_code == 0
    with (folder / "refused.csv").open(newline="") as file:
        assert list(csv.reader(file))[1][3] == f"'{row}"


def test_bytes_that_are_no_letters_are_kept_as_they_came(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    (folder / "users.csv").write_bytes(b"1,,Ama,,,,,,,\n2,,Zo\xeb,,,,,,,\n")
    assert bring(app, folder, "--skip-bad").exit_code == 0
    assert b"Zo\xeb" in (folder / "refused.csv").read_bytes()
    assert [row["called"] for row in rows_of("membership")] == ["Ama"]


def test_without_bad_rows_there_is_no_file_of_them(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    assert bring(app, folder, "--skip-bad").exit_code == 0
    assert not (folder / "refused.csv").exists()
