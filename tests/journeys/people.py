"""Somebody with an old phone: what they do on the pages, told in their words. Each has a browser of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import SLUG, Site

PHONE = {"width": 360, "height": 740}
PASSPHRASE = "walnut ferry orchard"
SERIOUS = {"serious", "critical"}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Person:
    """Somebody at their phone."""

    name: str
    page: Page
    home: str
    script: bool
    complaints: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        """Open a page of the community."""
        self.page.goto(self.home + path)
        self.looks_around()

    def follows(self, words: str) -> None:
        """Follow a link."""
        self.page.get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()
        self.looks_around()

    def presses(self, words: str) -> None:
        """Press a button."""
        self.page.locator("main").get_by_role("button", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

    def types(self, **typed: str) -> None:
        """Fill in fields, by their names."""
        for name, words in typed.items():
            self.page.locator(f"main #{name}").fill(words)

    def chooses(self, name: str, value: str) -> None:
        """Choose one of several."""
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def picks(self, name: str, value: str) -> None:
        """Pick something from a list."""
        self.page.locator(f"main #{name}").select_option(value)

    def reads(self, words: str) -> None:
        """See some words in the middle of the page."""
        expect(self.page.locator("main")).to_contain_text(words)

    def looks_around(self) -> None:
        """Look whether the page fits the phone, and whether everybody can use it."""
        where = self.page.url
        if self.page.evaluate(WIDER):
            self.complaints.append(f"{where} is wider than a phone of 360 pixels")
        if self.script:
            found = Axe().run(self.page).response["violations"]
            self.complaints += [f"{where}: {each['id']}, {each['help']}" for each in found if each["impact"] in SERIOUS]


def somebody(browser: Browser, site: Site, name: str, *, script: bool) -> Person:
    """Give somebody a phone."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=script, base_url=site.address)
    person = Person(name, context.new_page(), f"{site.address}/c/{SLUG}/", script)
    person.page.on("console", lambda said: person.complaints.append(f"{person.page.url}: {said.text}"))
    person.page.on("pageerror", lambda error: person.complaints.append(f"{person.page.url}: {error}"))
    return person
