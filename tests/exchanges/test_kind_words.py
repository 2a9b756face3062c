"""A kind word before a limit, to the one whose limit it is, before help is done that the book could not take."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.browsers import signed_in_client
from tests.factories.exchanges import Pair, exchange_at, propose
from timebank.exchanges import rules
from timebank.exchanges.rules import State
from timebank.ledger.rules import AccountKind, AccountState

NEARLY, MORE = "nearly your turn to give something", "more than you can receive just now"


def state(balance: int) -> AccountState:
    return AccountState(1, 1, "a", AccountKind.MEMBER, -600, 2400, balance, 0, 0, balance)


@pytest.mark.parametrize(
    ("balance", "minutes", "gives", "word"),
    [
        (0, 60, False, None),
        (-419, 60, False, None),
        (-420, 60, False, rules.decisions.NEARLY_RECEIVED),
        (-540, 60, False, rules.decisions.NEARLY_RECEIVED),
        (-541, 60, False, rules.decisions.MORE_TO_RECEIVE),
        (-600, 60, True, None),
        (1860, 59, True, None),
        (1860, 60, True, rules.decisions.NEARLY_GATHERED),
        (2340, 60, True, rules.decisions.NEARLY_GATHERED),
        (2341, 60, True, rules.decisions.MORE_TO_GATHER),
        (2400, 60, False, None),
    ],
)
def test_the_word_comes_from_four_fifths_of_the_way_on(balance: int, minutes: int, gives: bool, word: str) -> None:
    assert rules.kind_word(state(balance), minutes, gives=gives) == word


@pytest.mark.parametrize(("minutes", "word"), [(60, None), (150, NEARLY), (180, NEARLY), (181, MORE)])
def test_whoever_receives_reads_it_before_agreeing_and_the_other_does_not(
    app: Flask, pair: Pair, minutes: int, word: str | None
) -> None:
    address = pair.giver.community.path(f"exchanges/{propose(pair, minutes)}")
    jo, ama = signed_in_client(app, pair.receiver), signed_in_client(app, pair.giver)
    read = jo.get(address).text
    assert [each for each in (NEARLY, MORE) if each in read] == ([word] if word else [])
    assert NEARLY not in ama.get(address).text
    assert MORE not in ama.get(address).text


def test_once_it_is_in_the_book_nothing_more_is_said(app: Flask, pair: Pair) -> None:
    address = pair.giver.community.path(f"exchanges/{exchange_at(State.POSTED, pair, minutes=150)}")
    assert NEARLY not in signed_in_client(app, pair.receiver).get(address).text


def test_what_comes_out_of_the_pot_meets_nobodys_limit(app: Flask, pair: Pair) -> None:
    address = pair.giver.community.path(f"exchanges/{propose(pair, 181, for_whom='everyone')}")
    assert MORE not in signed_in_client(app, pair.receiver).get(address).text
