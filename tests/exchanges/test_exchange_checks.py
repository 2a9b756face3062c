"""What does not hold between exchanges and the book is found, each by its own sentence."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.exchanges import Pair, do, exchange_at
from tests.factories.people import inside
from tests.ledger.town import drop_triggers, owner
from timebank.core.database import db, reading
from timebank.exchanges import checks
from timebank.exchanges.rules import State, Verb

NOT_IN_THE_BOOK, NO_SUCH, OTHERS, POT, PUT_RIGHT, ELSEWHERE = checks.BETWEEN
APPROVED, NAMED, ALONE = checks.TWO
GIVER = "(SELECT public_id FROM person WHERE id = (SELECT person_id FROM membership WHERE id = exchange.giver_id))"
BREAKS: dict[str, tuple[str, set[str]]] = {
    "posted, and never in the book": (
        "UPDATE exchange SET state = 'posted' WHERE state = 'confirmed'",
        {NOT_IN_THE_BOOK, ELSEWHERE},
    ),
    "of other minutes": ("UPDATE exchange SET minutes = 91 WHERE state = 'posted'", {NOT_IN_THE_BOOK}),
    "in the book, and still asked for": (
        "UPDATE exchange SET state = 'asked' WHERE state = 'posted'",
        {NOT_IN_THE_BOOK, ELSEWHERE},
    ),
    "a leg too many": ("UPDATE transfer SET leg = 2 WHERE kind = 'help' AND reverses IS NULL AND seq = 1", {NO_SUCH}),
    "of nobody's": ("UPDATE transfer SET source_id = 'nothing' WHERE seq = 1", {NO_SUCH, OTHERS}),
    "under another key": (
        "UPDATE exchange SET transfer_id = '00000000-0000-0000-0000-000000000001' WHERE state = 'posted'",
        {NO_SUCH, NOT_IN_THE_BOOK},
    ),
    "the other way round": (
        "UPDATE exchange SET giver_id = receiver_id, receiver_id = giver_id, approved_by = NULL, approved_at = NULL "
        "WHERE state = 'posted'",
        {OTHERS, NAMED},
    ),
    "for everyone": ("UPDATE exchange SET for_whom = 'everyone' WHERE state = 'posted'", {OTHERS}),
    "for the pot": ("UPDATE exchange SET keep = 'pot' WHERE state = 'posted'", {POT}),
    "put right, and not taken back": (
        "UPDATE exchange SET state = 'put_right' WHERE state = 'posted'",
        {PUT_RIGHT, ELSEWHERE},
    ),
    "taken back, and still posted": (
        "UPDATE exchange SET state = 'posted' WHERE state = 'put_right'",
        {PUT_RIGHT, ELSEWHERE},
    ),
    "where no line led": ("UPDATE exchange_event SET new = 'agreed' WHERE new = 'confirmed'", {ELSEWHERE}),
    "approved by one of the two": (
        f"UPDATE exchange SET approved_by = {GIVER} WHERE state = 'posted'",
        {APPROVED, NAMED},
    ),
    "approved by who typed it": ("UPDATE exchange SET typed_by = approved_by WHERE state = 'posted'", {APPROVED}),
    "put right by one": (
        "UPDATE transfer SET seconded_by = NULL WHERE kind = 'reversal'",
        {ALONE},
    ),
    "put right for another": ("UPDATE exchange SET asked_by = 'somebody' WHERE state = 'put_right'", {ALONE}),
}


@pytest.fixture
def lived(pair: Pair) -> Pair:
    """Give two who have an exchange that waits, one in the book, and one that was put right."""
    exchange_at(State.CONFIRMED, pair)
    exchange_at(State.POSTED, pair)
    wrong = exchange_at(State.POSTED, pair)
    do(wrong, Verb.ASK_PUT_RIGHT, pair.giver)
    do(wrong, Verb.AGREE_PUT_RIGHT, pair.receiver)
    assert found() == set()
    return pair


def found() -> set[str]:
    with inside(), reading() as session:
        return {each.sentence for check in checks.CHECKS for each in check(session)}


@pytest.mark.parametrize("way", BREAKS)
def test_what_is_broken_is_found_by_its_own_sentence(app: Flask, lived: Pair, way: str) -> None:
    del lived
    statement, sentences = BREAKS[way]
    with inside():
        db.engine.dispose()
    with owner(app) as connection:
        drop_triggers(connection)
        connection.execute(sa.text(statement))
    assert found() == sentences


def test_every_sentence_is_tried() -> None:
    assert set().union(*(sentences for _, sentences in BREAKS.values())) == {*checks.BETWEEN, *checks.TWO}
