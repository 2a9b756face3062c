"""Tampering with the rows behind the program's back is found, each kind by its check."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.databases import Backend
from tests.ledger.town import BY, NOW, TODAY, Town, drop_triggers, owner
from timebank.core.database import reading, transaction
from timebank.ledger import actions, checks
from timebank.ledger.rules import Sent

WAYS: dict[str, tuple[list[str], set[str]]] = {
    "altered minutes": (
        ["UPDATE transfer SET minutes = minutes + 5 WHERE seq = 2"],
        {"balances_are_their_rows", "chain_is_whole"},
    ),
    "altered minutes, and balances to match": (
        [
            "UPDATE transfer SET minutes = 45 WHERE seq = 2",
            "UPDATE account SET balance = balance + 15, received = received - 15 WHERE id = :ana",
            "UPDATE account SET balance = balance - 15, given = given - 15 WHERE id = :ben",
        ],
        {"chain_is_whole"},
    ),
    "another day": (["UPDATE transfer SET done_on = '2026-01-01' WHERE seq = 2"], {"chain_is_whole"}),
    "another approver": (["UPDATE transfer SET approved_by = 'dan' WHERE seq = 2"], {"chain_is_whole"}),
    "a row cut out": (
        ["DELETE FROM transfer WHERE seq = 2"],
        {"balances_are_their_rows", "chain_is_whole", "numbers_are_gapless"},
    ),
    "the tail cut": (
        ["DELETE FROM transfer WHERE seq = 4"],
        {"balances_are_their_rows", "chain_is_whole", "numbers_are_gapless", "anchors_match"},
    ),
    "the tail cut with its traces": (
        [
            "UPDATE account SET balance = balance + 20, received = received - 20 WHERE id = :ana",
            "UPDATE account SET balance = balance - 20, given = given - 20 WHERE id = :ben",
            "UPDATE book SET seq = 3, head = (SELECT hash FROM transfer WHERE seq = 3)",
            "DELETE FROM transfer WHERE seq = 4",
        ],
        {"anchors_match"},
    ),
    "two rows swapped": (
        [
            "UPDATE transfer SET seq = 99 WHERE seq = 2",
            "UPDATE transfer SET seq = 2 WHERE seq = 3",
            "UPDATE transfer SET seq = 3 WHERE seq = 99",
        ],
        {"chain_is_whole"},
    ),
    "a head from nowhere": (["UPDATE book SET head = 'abc'"], {"chain_is_whole"}),
    "a balance out of nothing": (
        ["UPDATE account SET balance = balance + 60, given = given + 60 WHERE id = :ana"],
        {"balances_sum_to_nothing", "balances_are_their_rows"},
    ),
    "a tally that never was": (
        ["UPDATE account SET given = given + 60, received = received + 60 WHERE id = :ana"],
        {"balances_are_their_rows"},
    ),
    "limits that moved by themselves": (["UPDATE account SET floor = -9999 WHERE id = :ana"], {"limits_held"}),
    "history beyond the limits of its time": (
        [
            "UPDATE limit_change SET old_floor = CASE old_floor WHEN 0 THEN 0 ELSE -20 END, new_floor = -20 "
            "WHERE account_id = :cora",
            "UPDATE account SET floor = -20 WHERE id = :cora",
        ],
        {"limits_held"},
    ),
    "other words beside it": (["UPDATE transfer_note SET text = 'for money'"], {"notes_are_as_written"}),
    "words that were never written": (
        ["INSERT INTO transfer_note SELECT community_id, id, 'salt', 'words' FROM transfer WHERE seq = 3"],
        {"notes_are_as_written"},
    ),
    "another id": (
        ["UPDATE transfer SET id = '00000000-0000-0000-0000-000000000001' WHERE seq = 3"],
        {"chain_is_whole"},
    ),
    "a reversal of something else": (
        ["UPDATE transfer SET minutes = minutes - 1 WHERE kind = 'reversal'"],
        {"reversals_mirror", "balances_are_their_rows", "chain_is_whole"},
    ),
    "help at the same time": (
        ["UPDATE transfer SET starts_at = (SELECT starts_at FROM transfer WHERE seq = 3) WHERE seq = 4"],
        {"nobody_gives_twice_at_once", "chain_is_whole"},
    ),
}


@pytest.fixture
def book(town: Town) -> Town:
    """Give a town whose book holds four transfers, a reversal, a limit change and an anchor at its end."""
    first = town.help("cora", "dan", 30)
    town.help("ana", "ben", 60, note="thank you")
    town.help("ana", "ben", 30, starts_at=NOW)
    town.help("ana", "ben", 20, starts_at=NOW + timedelta(hours=2))
    with transaction():
        actions.anchor(community_id=town.id, sent_to="mail", now=NOW, by=BY)
    town.limit("cora", -700, 2400)
    town.reverse(first.id)
    assert town.violations() == []
    return town


@pytest.mark.parametrize("way", [way for way in WAYS if "tail cut" not in way])
def test_tampering_is_found(app: Flask, book: Town, way: str) -> None:
    statements, finders = WAYS[way]
    assert found_after(app, book, statements) == finders


@pytest.mark.parametrize("way", [way for way in WAYS if "tail cut" in way])
def test_a_cut_tail_is_found_by_its_anchor(app: Flask, town: Town, way: str) -> None:
    for minutes in (60, 30, 10, 20):
        town.help("ana", "ben", minutes)
    with transaction():
        sent = Sent(town.id, *actions.anchor(community_id=town.id, sent_to="mail", now=NOW, by=BY))
        actions.anchor(community_id=town.id, sent_to="mail", now=NOW, by=BY)
    statements, finders = WAYS[way]
    assert found_after(app, town, statements) == finders
    with reading() as session:
        assert len(list(checks.sent_anchors_match(session, [sent]))) == 1


def test_a_chain_written_anew_is_found_by_an_anchor_kept_elsewhere(town: Town) -> None:
    town.help()
    with reading() as session:
        assert list(checks.sent_anchors_match(session, [])) == []
        found = list(checks.sent_anchors_match(session, [Sent(town.id, 1, "f" * 64), Sent(town.id, 0, "f" * 64)]))
    assert len(found) == 2


def test_a_day_that_is_too_long_is_found(app: Flask, book: Town) -> None:
    day = TODAY + timedelta(days=3)
    book.help("ana", "dan", 300, done_on=day)
    book.post(book.posting("ben", "dan", 60, done_on=day, kind="imported"))
    statements = [f"UPDATE transfer SET minutes = 721 WHERE done_on = '{day}' AND kind = 'help'"]
    assert "nobody_gives_twice_at_once" in found_after(app, book, statements)


def test_an_account_of_another_community_is_found(app: Flask, book: Town) -> None:
    statements = ["UPDATE account SET community_id = :other WHERE id = :dan"]
    assert "transfers_stay_inside" in found_after(app, book, statements)


def test_what_was_posted_twice_is_found_whatever_became_of_the_keys(book: Town, backend: Backend) -> None:
    del book
    with backend.owner().connect().execution_options(unit="write") as connection, connection.begin() as begun:
        for statement in (
            "CREATE TABLE keyless AS SELECT * FROM transfer",
            "ALTER TABLE transfer RENAME TO with_keys",
            "ALTER TABLE keyless RENAME TO transfer",
            "INSERT INTO transfer SELECT * FROM transfer WHERE seq = 2",
        ):
            connection.exec_driver_sql(statement)
        with Session(connection) as session:
            found = [each.sentence for each in checks.each_key_and_source_once(session)]
            begun.rollback()
    assert found == ["It was posted 2 times."] * 2


def found_after(app: Flask, book: Town, statements: list[str]) -> set[str]:
    """Tamper as somebody with the file in hand would, and give the names of the checks that notice."""
    with owner(app) as connection:
        drop_triggers(connection)
        for statement in statements:
            named = {name: account for name, account in book.accounts.items() if f":{name}" in statement}
            if ":other" in statement:
                columns = "public_id, slug, settings, opened_at"
                other = f"INSERT INTO community ({columns}) SELECT 'o', 'o', settings, opened_at FROM community"
                connection.execute(sa.text(other))
                named["other"] = connection.scalar(sa.text("SELECT max(id) FROM community"))
            connection.execute(sa.text(statement), named)
    return {line.split(":")[0] for line in book.violations()}
