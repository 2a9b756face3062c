"""The gate is asked everywhere: where it hides everybody else, no page, part or form shows anybody else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.sql.elements import ColumnElement

from tests.architecture.deeds import DRAFT, MESSAGE, OFFER, THANKS, TITLE
from tests.architecture.town import (
    CALLED,
    CALLED_ONCE,
    GONE,
    LIKES,
    NOBODY,
    VISITORS,
    WORDS,
    Town,
    on_sqlite_alone,
    rules,
    token_in,
)
from timebank.core.access import Viewer
from timebank.directory import queries as directory
from timebank.safeguarding import queries as safeguarding

pytestmark = on_sqlite_alone
GOES_OUT = {"people.leave"}
SHOWN_BY_POST = {"desk.reach", "desk.card", "desk.change_role", "desk.answer_newcomer"}


class HidesOthers:
    """A gate that lets people see themselves alone."""

    def visible_to(self, viewer: Viewer, person_id: Any) -> ColumnElement[bool]:
        return person_id == viewer.person_id

    def may_meet(self, first: uuid.UUID, second: uuid.UUID) -> bool:
        return first == second


def signs_of(town: Town, who: str) -> set[str]:
    """Give what tells of somebody wherever it stands: names, ids, words of theirs."""
    return {CALLED[who], *town.public_ids[who], *WORDS.get(who, ())}


def pages(town: Town, who: str) -> Iterator[tuple[str, str]]:
    """Walk everything somebody can read, as a page and as a part of one."""
    client = town.client(who)
    for rule in rules(town.app, "GET"):
        for address in town.addresses(rule):
            for headers in ({}, {"HX-Request": "true"}) if rule.endpoint not in GOES_OUT else ():
                yield address, client.get(address, headers=headers).text
    token = token_in(client.get("/sign-in").text)
    for rule in rules(town.app, "POST"):
        for address in town.addresses(rule) if rule.endpoint in SHOWN_BY_POST else ():
            yield address, client.post(address, data={"csrf_token": token, "lasts": "1h"}).text


def seen(town: Town, who: str) -> set[tuple[str, str, str]]:
    """Give where somebody reads of somebody else: whom, by which sign, at which address."""
    return {
        (other, sign, address)
        for address, page in pages(town, who)
        for other in CALLED
        for sign in signs_of(town, other)
        if other != who and sign in page and sign not in address  # what somebody typed themself tells them nothing
    }


@pytest.mark.parametrize("who", VISITORS)
def test_whoever_the_gate_hides_stands_on_no_page(town: Town, who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safeguarding, "_gate", HidesOthers())
    found = {(other, sign, address) for other, sign, address in seen(town, who) if not of_own_book(sign, address)}
    assert found == set()


def of_own_book(sign: str, address: str) -> bool:
    # A line of one's own statement keeps what the help was, as it does when the other has left; never with whom.
    return sign == TITLE and "/statement" in address


@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_with_the_gate_as_it_is_the_walk_does_see_people(town: Town, who: str) -> None:
    found = seen(town, who)
    met = {other for other, _sign, _address in found}
    assert met >= {"other", "second", "keeper"}
    assert {sign for _other, sign, _address in found} >= {*LIKES["other"], OFFER, CALLED["other"]}
    assert ("asked" in met) == (who == "coordinator")


def test_taking_the_gate_out_of_one_query_is_noticed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safeguarding, "_gate", HidesOthers())
    assert seen(town, "member") == set()
    monkeypatch.setattr(directory, "visible_to", lambda _viewer, person_id: person_id.is_not(None))
    assert seen(town, "member")


@pytest.mark.parametrize("who", VISITORS)
def test_everybody_reads_their_own_and_what_is_meant_for_them(town: Town, who: str) -> None:
    walked = dict(pages(town, who))
    read = "".join(walked.values())
    met = {other for other in CALLED if other != who and CALLED[other] in read}
    typed = {other for other in met if all(CALLED[other] in at for at, page in walked.items() if CALLED[other] in page)}
    if who in {NOBODY, "asked", "funder", "elsewhere"}:
        assert met - typed == set()
    assert "elsewhere" not in met
    assert not [sign for sign in (CALLED_ONCE, *town.public_ids[GONE]) if sign in read], "they have left"
    assert (MESSAGE in read) == (who in {"other", "keeper", "second", "member"}), "what two write is theirs"
    assert (THANKS in read) == (who in {"other", "keeper"})
    assert (DRAFT in read) == (who == "other")
