"""People come in, help each other, and the hours add up: in a real browser, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Site
from tests.journeys.people import PASSPHRASE, Person, somebody

pytestmark = pytest.mark.browser

LETTER, SOUP = "Help with a letter", "A pot of soup"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_neighbours_come_in_help_each_other_and_the_hours_add_up(site: Site, browser: Browser, script: bool) -> None:
    rosa, ama, jo = (somebody(browser, site, name, script=script) for name in ("Rosa", "Ama", "Jo"))

    comes_in(rosa, site.first_code)
    card = makes_a_card_for_two(rosa)
    comes_in(ama, card)
    comes_in(jo, card)

    asks_for(ama, LETTER)
    deal = answers(jo, LETTER, hours="1")
    talk(ama, jo, deal)
    changes_the_time(jo, deal, minutes="45")
    agrees(ama, deal)
    says_it_is_done(jo, deal, hours="1", minutes="30")
    confirms(ama, deal)
    approves(rosa, LETTER)
    has_on_statement(jo, "1 h 30 min", LETTER)
    has_on_statement(ama, "1 h 30 min", LETTER)

    deal = proposes_to(ama, "Jo", SOUP, hours="1")
    agrees(jo, deal)
    says_it_is_done(ama, deal, hours="1", minutes="", keep="pot")
    confirms(jo, deal)
    approves(rosa, SOUP)
    has_on_statement(ama, "1 h", SOUP)
    has_on_statement(ama, "1 h", "The pot")
    has_on_statement(jo, "1 h", SOUP)
    rosa.goes_to("pot/pass-on")
    rosa.reads("There are 1 h in the pot now")

    fund = somebody(browser, site, "Canal Fund", script=script)
    told = site.console("person", "invite", "--community", "harbour-street", "--role", "funder")
    joins(fund, told.split("Code: ")[1].split()[0])
    sees_nothing_but_releases(fund)

    assert site.console("verify") == ""
    assert site.console("accounts", "--community", "harbour-street").splitlines() != []
    for person in (rosa, ama, jo, fund):
        assert person.complaints == []
        person.page.context.close()


def comes_in(person: Person, code: str) -> None:
    joins(person, code)
    person.goes_to("")
    person.reads(person.name)


def joins(person: Person, code: str) -> None:
    person.goes_to("join")
    person.types(code=code)
    person.presses("Open the door")
    person.looks_around()
    person.types(called=person.name, passphrase=PASSPHRASE)
    person.page.locator("#agree").check()
    person.presses("Join")
    person.looks_around()


def sees_nothing_but_releases(person: Person) -> None:
    person.goes_to("")
    assert person.page.url.endswith("/release")
    for page in ("members", "help", "exchanges", "statement", "pot", "desk"):
        assert person.page.context.request.get(person.home + page).status == 403


def makes_a_card_for_two(rosa: Person) -> str:
    rosa.goes_to("desk/invitations")
    rosa.picks("places", "2")
    rosa.presses("Make an invitation")
    rosa.looks_around()
    return rosa.page.locator(".keepsake__words").inner_text()


def asks_for(person: Person, what: str) -> None:
    person.goes_to("help/new/request")
    person.types(title=what, would_like="To say it so that they listen.", would_do="I write, you read it with me.")
    person.presses("Show it to others")
    person.reads(what)
    person.looks_around()


def answers(person: Person, what: str, *, hours: str) -> str:
    person.goes_to("help")
    person.follows(what)
    person.follows("I can help")
    person.types(hours=hours, words="I can come on Thursday.")
    person.presses("Ask them")
    person.reads("I can come on Thursday.")
    person.looks_around()
    return deal_of(person)


def proposes_to(person: Person, name: str, what: str, *, hours: str) -> str:
    person.goes_to("members")
    person.follows(name)
    person.follows("Ask or offer something")
    person.chooses("who", "me")
    person.types(title=what, hours=hours)
    person.presses("Ask them")
    person.reads(what)
    return deal_of(person)


def deal_of(person: Person) -> str:
    found = re.search(r"exchanges/\w+", person.page.url)
    assert found, person.page.url
    return found[0]


def talk(first: Person, second: Person, deal: str) -> None:
    for person, words in ((first, "Thursday is good."), (second, "I bring my glasses.")):
        person.goes_to(deal)
        person.types(words=words)
        person.presses("Send")
        person.reads(words)
    first.goes_to(deal)
    first.reads("I bring my glasses.")


def changes_the_time(person: Person, deal: str, *, minutes: str) -> None:
    person.goes_to(deal)
    person.follows("Change what we agreed")
    person.types(minutes=minutes)
    person.presses("Ask with these words")
    person.reads("1 h 45 min")


def agrees(person: Person, deal: str) -> None:
    person.goes_to("")
    person.reads("Your turn")
    person.goes_to(deal)
    person.presses("Yes, let us do that")
    person.page.get_by_role("link", name="We did it").wait_for()


def says_it_is_done(person: Person, deal: str, *, hours: str, minutes: str, keep: str = "keep") -> None:
    person.goes_to(deal)
    person.follows("We did it")
    person.types(hours=hours, minutes=minutes)
    person.chooses("keep", keep)
    person.presses("We did it")
    person.page.get_by_role("button", name="It is not done yet").wait_for()


def confirms(person: Person, deal: str) -> None:
    person.goes_to(deal)
    person.presses("Yes, that is right")
    person.page.get_by_role("button", name="Yes, that is right").wait_for(state="detached")
    person.looks_around()


def approves(rosa: Person, what: str) -> None:
    rosa.goes_to("desk")
    rosa.reads(what)
    rosa.presses("Looks right")
    rosa.page.get_by_role("button", name="Looks right").wait_for(state="detached")


def has_on_statement(person: Person, time: str, what: str) -> None:
    person.goes_to("statement")
    person.page.locator("main").get_by_text(what).first.wait_for()
    person.reads(time)
