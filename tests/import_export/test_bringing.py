"""What arrives: people on paper, offers and requests, and hours in the book, in the order they happened."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from config import ROOT
from tests.factories import (
    a_community,
    a_member,
    count,
    inside,
    nothing_written,
    rows_of,
    signed_in_client,
    timebank,
    viewer_of,
)
from tests.factories.people import Member
from tests.import_export.folders import FILES, THREE, Cells, as_csv, bring, folder_of, transfer
from timebank.communities import actions as communities
from timebank.communities import queries as community_queries
from timebank.core import clock, ids
from timebank.core.access import Program, Role
from timebank.core.database import db, reading, transaction
from timebank.import_export import actions
from timebank.import_export.commands import bringing
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Posting
from timebank.listings import queries as listings
from timebank.people import actions as people
from timebank.people.models import Person

LISTINGS: tuple[Cells, ...] = (
    (1, "Offer", "Bread", "Fresh\nevery week", 3, "2016-01-01 10:00:00 UTC", "2016-01-01", ""),
    (2, "INQUIRY", "A shelf", "", "", "2016-02-01", "", "2016-05-01"),
    (2, "Inquiry", "A lamp", "", "", "", "", "2017-05-01"),
)


@pytest.fixture(autouse=True)
def _here(app: Flask) -> None:
    a_community()


def book() -> list[tuple[Any, ...]]:
    """Give the book in its order: who paid, who was paid, minutes, kind, day, note; "pot" and numbers."""
    whose = {row["account_id"]: row["id"] for row in rows_of("membership")}
    number = {row["membership_id"]: row["number"] for row in rows_of("member_before")}
    notes = {row["transfer_id"]: row["text"] for row in rows_of("transfer_note")}

    def side(account_id: int) -> str:
        return number.get(whose.get(account_id, 0), "pot")

    return [
        (
            side(row["payer_id"]),
            side(row["payee_id"]),
            row["minutes"],
            row["kind"],
            row["done_on"],
            notes.get(row["id"]),
        )
        for row in sorted(rows_of("transfer"), key=lambda row: row["seq"])
    ]


def accounts(app: Flask) -> dict[str, tuple[int, int, int]]:
    """Give balance, given and received by name, the pot's by its kind, as the console tells them."""
    done = timebank(app, "accounts", "--community", "harbour-street")
    assert done.exit_code == 0
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["kind", "public_id", "name", "balance_minutes", "given_minutes", "received_minutes"]
    return {row[2] or row[0]: (int(row[3]), int(row[4]), int(row[5])) for row in rows[1:]}


def limits() -> dict[str, tuple[int, int]]:
    """Give floor and ceiling by what people are called, the pot's by its kind."""
    names = {row["account_id"]: row["called"] for row in rows_of("membership")}
    return {names.get(row["id"], row["kind"]): (row["floor"], row["ceiling"]) for row in rows_of("account")}


def as_imported(app: Flask, called: str) -> Member:
    """Give somebody who was brought along."""
    [row] = rows_of("membership", called=called)
    [person] = rows_of("person", id=row["person_id"])
    place = a_community()
    return Member(
        person["id"],
        person["public_id"],
        person["sign_in_name"],
        called,
        place,
        row["id"],
        row["public_id"],
        row["account_id"],
    )


def test_people_come_without_a_passphrase_since_the_day_they_joined(app: Flask, tmp_path: Path) -> None:
    assert bring(app, folder_of(tmp_path / "in")).exit_code == 0
    members = {row["called"]: row for row in rows_of("membership")}
    assert list(members) == ["Ama Stone", "Jo Baker Hill", "Rosa"]
    london = ZoneInfo("Europe/London")
    assert members["Ama Stone"]["joined_at"].astimezone(london).date() == date(2015, 3, 1)
    assert members["Jo Baker Hill"]["joined_at"].astimezone(london).date() == date(2015, 4, 1)
    assert (clock.now() - members["Rosa"]["joined_at"]).total_seconds() < 60
    assert {row["standing"] for row in members.values()} == {"active"}
    with inside(), reading():
        assert all(person.on_paper for person in db.session.scalars(sa.select(Person)))
    reach = {row["membership_id"]: (row["phone"], row["email"]) for row in rows_of("way_to_reach")}
    assert reach[members["Ama Stone"]["id"]] == ("0123 456, 0789 012", "ama@example.org")
    assert reach[members["Jo Baker Hill"]["id"]] == ("", "")


def test_gender_and_birth_date_are_kept_nowhere(app: Flask, tmp_path: Path) -> None:
    people = [(1, "", "Ama", "", "", "sevensix", "eightnine", "", "", "")]
    assert bring(app, folder_of(tmp_path / "in", people)).exit_code == 0
    for table in ("person", "membership", "way_to_reach", "member_before", "audit_line"):
        assert not {"sevensix", "eightnine"} & {str(cell) for row in rows_of(table) for cell in row.values()}
        assert "eightnine" not in str(rows_of(table))


def test_offers_and_requests_stand_as_of_the_day_they_were_written(app: Flask, tmp_path: Path) -> None:
    assert bring(app, folder_of(tmp_path / "in", listings=LISTINGS)).exit_code == 0
    bread, shelf, lamp = rows_of("listing")
    assert (bread["is_offer"], bread["title"], bread["words"]) == (True, "Bread", "Fresh\nevery week")
    assert (bread["state"], bread["kind"], bread["until"]) == ("published", None, None)
    assert bread["made_at"] == datetime(2016, 1, 1, 10, tzinfo=ZoneInfo("UTC"))
    assert (shelf["is_offer"], shelf["until"]) == (False, date(2016, 5, 1))
    assert lamp["made_at"].date() <= lamp["until"] == date(2017, 5, 1)
    okoro = viewer_of(a_member("Mrs Okoro"))
    with inside(), reading():
        shown = listings.browse(okoro, listings.Found(), date(2026, 11, 20)).rows
    assert [each.title for each in shown] == ["Bread"], "what is over is there, and shown to its owner alone"


TRANSFERS = (
    transfer(2, 1, 5430, "2016-03-01 10:00:00", "A shelf", 7),
    transfer(1, 2, 3600, "2016-01-02 10:00:00 UTC", "Bread"),
    transfer(3, "pot", 1800, "2016-04-01"),
    transfer("POT".lower(), 2, 600, "2016-04-01", "for the party"),
    (1, "mEmBeR", 3, "MEMBER", 90, "2016-01-02 09:00:00", "", ""),
)


def test_hours_stand_in_the_order_they_happened(app: Flask, tmp_path: Path) -> None:
    done = bring(app, folder_of(tmp_path / "in", transfers=TRANSFERS))
    assert done.exit_code == 0, done.output
    assert "Transfers: 5 brought along.\n2 transfers rounded to the nearest minute." in done.stdout
    assert book() == [
        ("1", "3", 2, "imported", date(2016, 1, 2), None),
        ("1", "2", 60, "imported", date(2016, 1, 2), "Bread"),
        ("2", "1", 91, "imported", date(2016, 3, 1), "A shelf"),
        ("3", "pot", 30, "gift", date(2016, 4, 1), None),
        ("pot", "2", 10, "drawn", date(2016, 4, 1), "for the party"),
    ]
    assert {row["source_kind"] for row in rows_of("transfer")} == {"import"}
    assert {row["starts_at"] for row in rows_of("transfer")} == {None}
    assert timebank(app, "verify").output == ""


def test_both_tallies_count_help_alone(app: Flask, tmp_path: Path) -> None:
    bring(app, folder_of(tmp_path / "in", transfers=TRANSFERS))
    assert accounts(app) == {
        "pot": (20, 0, 0),
        "adjustment": (0, 0, 0),
        "Ama Stone": (29, 91, 62),
        "Jo Baker Hill": (-21, 60, 91),
        "Rosa": (-28, 2, 0),
    }


@pytest.mark.parametrize("name", ["=1+1", "+44", "-cmd", "@SUM(A1)", "＝1", "\t=1"])
def test_names_that_were_brought_along_are_no_formulas(app: Flask, tmp_path: Path, name: str) -> None:
    bring(app, folder_of(tmp_path / "in", [(1, "", name, *[""] * 7)]))
    assert "'" + name.strip() in accounts(app)


def test_history_reads_well_on_a_statement(app: Flask, tmp_path: Path) -> None:
    bring(app, folder_of(tmp_path / "in", transfers=TRANSFERS))
    jo = as_imported(app, "Jo Baker Hill")
    with inside(), transaction():
        token = people.sign_in(person_id=jo.person_id, shared_device=False, now=clock.now())
        wordings = {community_queries.wording(jo.community.id, kind).id for kind in ("house", "privacy")}
        membership = people.to_answer(jo.community.id, jo.public_id)
        people.agree_to_words(membership=membership, wording_ids=wordings, now=clock.now())
    client = app.test_client()
    client.set_cookie("door", token, domain="localhost")
    page = client.get("/c/harbour-street/statement")
    assert page.status_code == 200
    for words in (
        "From the time before",
        "From the pot",
        "Ama Stone",
        "A shelf",
        "Bread",
        "for the party",
        "March 2016",
    ):
        assert words in page.text
    rows = list(csv.DictReader(io.StringIO(client.get("/c/harbour-street/statement.csv").text)))
    told = [
        (row["done_on"], row["given_minutes"], row["received_minutes"], row["came_minutes"], row["what"])
        for row in rows
    ]
    assert told == [
        ("2016-04-01", "0", "0", "10", "drawn"),
        ("2016-03-01", "0", "91", "0", "imported"),
        ("2016-01-02", "60", "0", "0", "imported"),
    ]


def test_doing_it_again_brings_nothing_twice(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", listings=LISTINGS, transfers=TRANSFERS)
    assert bring(app, folder).exit_code == 0
    with nothing_written():
        done = bring(app, folder)
    assert done.exit_code == 0
    assert "Transfers: 0 brought along, 5 were here already or stay behind." in done.stdout


def test_files_that_grew_bring_what_is_new(app: Flask, tmp_path: Path) -> None:
    bring(app, folder_of(tmp_path / "in", listings=LISTINGS, transfers=TRANSFERS))
    more = transfer(4, 1, 3600, "2020-01-01", "later")
    folder = folder_of(
        tmp_path / "in",
        [*THREE, (4, "2019-01-01", "Sam", *[""] * 7)],
        [*LISTINGS, LISTINGS[0]],
        [more, *TRANSFERS, TRANSFERS[0]],
    )
    done = bring(app, folder)
    assert done.exit_code == 0
    assert (count("membership"), count("listing"), count("transfer")) == (4, 4, 7)
    assert book()[5:] == [
        ("2", "1", 91, "imported", date(2016, 3, 1), "A shelf"),
        ("4", "1", 60, "imported", date(2020, 1, 1), "later"),
    ]
    assert timebank(app, "verify").output == ""


def test_equal_rows_are_as_many_transfers_as_rows(app: Flask, tmp_path: Path) -> None:
    same = [transfer(1, 2)] * 3
    bring(app, folder_of(tmp_path / "in", transfers=same, listings=[LISTINGS[0]] * 2))
    assert (count("transfer"), count("listing")) == (3, 2)
    with nothing_written():
        bring(app, folder_of(tmp_path / "in", transfers=same, listings=[LISTINGS[0]] * 2))


def test_rows_that_tell_the_same_in_other_words_are_the_same(app: Flask, tmp_path: Path) -> None:
    bring(app, folder_of(tmp_path / "in", transfers=TRANSFERS))
    folder = folder_of(tmp_path / "other", transfers=TRANSFERS)
    for name in FILES["timeoverflow"]:
        path = folder / name
        with path.open(newline="") as file:
            rows = list(csv.reader(file))
        path.write_bytes(b"\xef\xbb\xbf" + as_csv([[*row, ""] for row in rows], ";").encode())
    with nothing_written():
        assert bring(app, folder).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_each_encoding_and_delimiter_is_read(app: Flask, tmp_path: Path, encoding: str, delimiter: str) -> None:
    folder = folder_of(tmp_path / "in")
    rows = [(1, "2015-03-01", "Zoë", "Núñez", "", "", "", "", "", ""), *THREE[1:]]
    (folder / "users.csv").write_bytes(as_csv(rows, delimiter).encode(encoding))
    (folder / "transfers.csv").write_bytes(
        as_csv([transfer(1, 2, 3600, "2016-01-02", "a; b, ñ")], delimiter).encode(encoding)
    )
    done = bring(app, folder, *(["--encoding", "latin-1"] if encoding == "latin-1" else []))
    assert done.exit_code == 0, done.output
    assert rows_of("membership")[0]["called"] == "Zoë Núñez"
    assert book()[0][-1] == "a; b, ñ"


def test_commas_in_what_people_wrote_make_no_columns(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    posts = [(1, "Offer", "Bread", "a, b, c, d, e, f, g, h, i", "", "2016-01-01", "", "")] * 3
    (folder / "posts.csv").write_text(as_csv(posts, ";"))
    done = bring(app, folder)
    assert done.exit_code == 0, done.output
    assert count("listing") == 3


def test_latin_1_has_the_signs_of_windows(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    (folder / "users.csv").write_bytes("1,,“Jo” O’Neill,,,,,,,\n".encode("cp1252"))
    assert bring(app, folder, "--encoding", "latin-1").exit_code == 0
    assert rows_of("membership")[0]["called"] == "“Jo” O’Neill"


FAR = [transfer(1, 2, 3600 * 9, f"2016-01-{day:02}") for day in range(1, 11)]
BACK = [transfer(2, 1, 3600 * 9, f"2016-02-{day:02}") for day in range(1, 11)]


def test_accounts_get_room_for_all_they_went_through_and_keep_it(app: Flask, tmp_path: Path) -> None:
    assert bring(app, folder_of(tmp_path / "in", transfers=FAR + BACK)).exit_code == 0
    found = limits()
    assert (found["Ama Stone"], found["Jo Baker Hill"]) == ((-5400, 2400), (-600, 5400))
    assert found["Rosa"] == (-180, 2400), "nobody without a history is given more than a newcomer"
    changes = [row for row in rows_of("limit_change") if row["why"] != "opened"]
    assert {(row["why"], row["made_by"], row["after_seq"]) for row in changes} == {(actions.WHY, "program", 0)}
    assert timebank(app, "verify").output == ""


def test_room_is_counted_from_where_an_account_stands(app: Flask, tmp_path: Path) -> None:
    bring(app, folder_of(tmp_path / "in", transfers=FAR))
    bring(app, folder_of(tmp_path / "in", transfers=[*FAR, transfer(1, 2, 3600 * 9, "2016-01-11")]))
    found = limits()
    assert (found["Ama Stone"], found["Jo Baker Hill"]) == ((-5940, 2400), (-600, 5940))
    assert timebank(app, "verify").output == ""


def test_without_room_the_history_would_be_refused(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "_make_room", lambda *_: None)
    done = bring(app, folder_of(tmp_path / "in", transfers=FAR))
    assert done.exit_code == 1
    assert "than this account can" in done.stderr
    assert count("transfer") == 0


def test_the_pot_went_below_nothing_and_pays_no_more_than_it_holds_afterwards(app: Flask, tmp_path: Path) -> None:
    history = [transfer("pot", 1, 36_000, "2016-01-01"), transfer(1, "pot", 72_000, "2016-02-01")]
    bring(app, folder_of(tmp_path / "in", transfers=history))
    assert (accounts(app)["pot"][0], limits()["pot"][0]) == (600, 0)
    assert timebank(app, "verify").output == ""
    bring(app, folder_of(tmp_path / "in", transfers=[*history, transfer("pot", 2, 90_000, "2016-03-01")]))
    assert (accounts(app)["pot"][0], limits()["pot"][0]) == (-900, -900)
    assert timebank(app, "verify").output == ""


def test_history_of_the_pot_stands_in_the_months_it_is_of(app: Flask, tmp_path: Path) -> None:
    place = a_community()
    history = [transfer(1, "pot", 3600, "2016-01-31 23:30:00"), transfer("pot", 2, 1800, "2016-02-01")]
    bring(app, folder_of(tmp_path / "in", transfers=history))
    with inside(), transaction():
        found = ledger_queries.accounts(place.id)
        pot, ama = (next(each.id for each in found if each.kind == kind) for kind in ("pot", "member"))
        gift = Posting(place.id, ids.new_uuid(), ama, pot, 5, "gift", ("pot", "x"), date(2016, 1, 5))
        ledger.post(gift, now=datetime(2026, 9, 1, tzinfo=ZoneInfo("UTC")), by=Program(place.id))
    with inside(), reading():
        months = ledger_queries.pot_by_month(place.id, date(2026, 11, 20))
    assert [tuple(month) for month in months] == [
        (date(2016, 1, 1), 60, 0),
        (date(2016, 2, 1), 0, 30),
        (date(2026, 9, 1), 5, 0),
    ]


def test_history_breaks_no_rule_about_giving_twice_at_once(app: Flask, tmp_path: Path) -> None:
    same_day = [transfer(receiver, 1, 3600 * 20, "2016-01-02 10:00:00") for receiver in (2, 3)]
    assert bring(app, folder_of(tmp_path / "in", transfers=same_day)).exit_code == 0
    assert timebank(app, "verify").output == ""


def test_hours_from_before_somebody_joined_are_history_too(app: Flask, tmp_path: Path) -> None:
    assert bring(app, folder_of(tmp_path / "in", transfers=[transfer(1, 2, 60, "1999-12-31")])).exit_code == 0
    assert book()[0][4] == date(1999, 12, 31)


def test_who_is_here_already_is_nobody_of_the_files(app: Flask, tmp_path: Path) -> None:
    a_member("Ama Stone")
    bring(app, folder_of(tmp_path / "in"))
    assert sorted(row["called"] for row in rows_of("membership")) == ["Ama Stone", "Ama Stone", "Jo Baker Hill", "Rosa"]


def test_two_communities_are_brought_the_same_files_apart(app: Flask, tmp_path: Path) -> None:
    a_community("hill", "The Hill")
    folder = folder_of(tmp_path / "in", listings=LISTINGS, transfers=TRANSFERS)
    for slug in ("harbour-street", "hill"):
        assert bring(app, folder, slug=slug).exit_code == 0
    assert (count("membership"), count("listing"), count("transfer")) == (6, 6, 10)
    assert timebank(app, "verify").output == ""


def test_who_left_is_not_brought_back_and_their_listings_stay_behind(app: Flask, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in", listings=LISTINGS[:1], transfers=TRANSFERS)
    bring(app, folder)
    ama = as_imported(app, "Ama Stone")
    with inside(), transaction():
        actions.forget(membership_id=ama.membership_id)
        db.session.execute(sa.text("UPDATE membership SET standing = 'left' WHERE id = :id"), {"id": ama.membership_id})
    with nothing_written():
        done = bring(app, folder)
    assert done.exit_code == 0
    assert "Offers and requests: 0 brought along, 1 were here already or stay behind." in done.stdout
    assert count("listing_before") == 0


def test_our_own_columns_are_brought_alike(app: Flask, tmp_path: Path) -> None:
    with inside(), transaction():
        here = community_queries.by_slug("harbour-street")
        kinds = [{"code": "gggg", "name": "Garden", "retired": False}]
        communities.change_settings(community=here, wanted={"kinds": kinds}, why="a list", by=Program(here.id))
    done = bring(app, ROOT / "docs" / "hosts" / "import-example", source="csv")
    assert done.exit_code == 0, done.output
    assert (count("membership"), count("listing"), count("transfer")) == (3, 2, 4)
    assert {row["kind"] for row in rows_of("listing")} == {"gggg", None}
    guide = (ROOT / "docs" / "hosts" / "import.md").read_text()
    for name in FILES["csv"]:
        assert (ROOT / "docs" / "hosts" / "import-example" / name).read_text() in guide, name
    assert done.stdout in guide
    for name, told in accounts(app).items():
        who = f"{name},…," if name in {"pot", "adjustment"} else f"member,…,{name}"
        assert f"{who},{','.join(map(str, told))}\n" in guide, name


def test_the_example_of_the_other_files_is_brought_along(app: Flask) -> None:
    done = bring(app, ROOT / "tests" / "import_export" / "files")
    assert done.exit_code == 0, done.output
    assert (count("membership"), count("listing"), count("transfer")) == (4, 3, 6)
    assert timebank(app, "verify").output == ""


def test_the_help_is_for_reading(app: Flask) -> None:
    done = timebank(app, "import", "--help")
    assert done.exit_code == 0
    for words in ("users.csv", "--skip-bad", "nothing is written", "the same command", "--encoding"):
        assert words in " ".join(done.output.split())


def test_a_pot_that_handed_out_more_than_came_in_says_so_and_has_nothing_to_pass_on(app: Flask, tmp_path: Path) -> None:
    history = [transfer("pot", 1, 7200, "2016-01-01"), transfer(1, "pot", 3600, "2016-02-01")]
    bring(app, folder_of(tmp_path / "in", transfers=history))
    client = signed_in_client(app, a_member("Rosa", roles=[Role.COORDINATOR]))
    assert "1 h more had come out of the pot than had gone in" in client.get("/c/harbour-street/pot").text
    assert "There are 0 min in the pot now" in client.get("/c/harbour-street/pot/pass-on").text
