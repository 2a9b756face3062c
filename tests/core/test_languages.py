"""The reader's language: chosen once, kept with the login and by the browser; else the community's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from tests.factories import a_member, inside, nothing_written, rows_of, send, signed_in_client
from tests.factories.people import Member
from timebank.communities import actions as communities
from timebank.communities.models import Community
from timebank.core import clock, languages, show
from timebank.core.access import Program
from timebank.core.database import db, transaction
from timebank.notices import mail
from timebank.people.models import Person

HERE = "/c/harbour-street/"


@pytest.fixture
def ama(app: Flask) -> Member:
    return a_member("Ama")


def choose(client: FlaskClient, code: str) -> None:
    assert send(client, "/language", {"language": code}).status_code == 303


def language_of(client: FlaskClient, path: str = HERE) -> str:
    text = client.get(path).text
    return text[text.index('<html lang="') + 12 :].partition('"')[0]


def set_community(**wanted: object) -> None:
    with inside(), transaction() as session:
        [here] = session.query(Community).all()
        communities.change_settings(community=here, wanted=wanted, why="We agreed", by=Program(here.id))


def test_the_site_speaks_english_where_nobody_chose(client: FlaskClient, ama: Member) -> None:
    assert language_of(client) == "en"


def test_a_stranger_s_choice_is_kept_by_the_browser_alone(app: Flask, client: FlaskClient, ama: Member) -> None:
    with nothing_written():
        choose(client, "es")
    assert language_of(client) == "es"
    assert "Pedir unirme" in client.get(HERE).text
    assert language_of(app.test_client()) == "en"


def test_a_member_s_choice_is_kept_with_the_login(app: Flask, ama: Member) -> None:
    choose(signed_in_client(app, ama), "it")
    assert rows_of("person")[0]["language"] == "it"
    assert language_of(signed_in_client(app, ama)) == "it"


def test_the_login_comes_before_the_browser_and_the_browser_before_the_community(app: Flask, ama: Member) -> None:
    set_community(language="ar")
    client = app.test_client()
    assert language_of(client) == "ar"
    choose(client, "es")
    assert language_of(client) == "es"
    known = signed_in_client(app, ama)
    assert language_of(known) == "ar"
    choose(known, "en")
    assert language_of(known) == "en"


def test_arabic_is_written_from_the_right(client: FlaskClient, ama: Member) -> None:
    choose(client, "ar")
    assert '<html lang="ar" dir="rtl">' in client.get(HERE).text


@pytest.mark.parametrize("code", ["", "xx", "EN", "es_ES", "../../etc/passwd", "x" * 10_000, "\u202e", "de"])
def test_a_language_that_is_not_spoken_is_not_taken(app: Flask, ama: Member, code: str) -> None:
    client = signed_in_client(app, ama)
    with nothing_written():
        assert send(client, "/language", {"language": code}).status_code == 422
    client.set_cookie(languages.COOKIE, "xx")
    assert language_of(client) == "en"


def test_choosing_leads_back_to_the_page_and_nowhere_else(client: FlaskClient, ama: Member) -> None:
    page = client.get(f"{HERE}ask").text
    link = page[page.index('href="/language?back=') + 6 :].partition('"')[0].replace("&amp;", "&")
    chooser = client.get(link).text
    after = chooser[chooser.index('name="back" value="') + 19 :].partition('"')[0]
    assert send(client, "/language", {"language": "es", "back": after}).location == f"{HERE}ask"
    assert send(client, "/language", {"language": "es", "back": "https://evil.example/"}).location == "/"


def test_refusals_buttons_and_days_are_in_the_reader_s_language(app: Flask, ama: Member) -> None:
    client = signed_in_client(app, ama)
    choose(client, "es")
    answer = send(client, "/passphrase", {"present": "x", "passphrase": "short"})
    assert answer.status_code == 422
    assert "frase secreta" in answer.text
    assert "Please" not in answer.text
    with app.test_request_context(), force_locale("es"):
        assert show.day(date(2020, 10, 1)) == "jueves 1 de octubre de 2020"
        assert show.month(date(2020, 10, 1)) == "octubre de 2020"
    with app.test_request_context(), force_locale("it"):
        assert show.day(date(2020, 10, 1)) == "giovedì 1 ottobre 2020"


def test_mail_is_in_the_language_of_whoever_reads_it(app: Flask, ama: Member) -> None:
    choose(signed_in_client(app, ama), "es")
    send(signed_in_client(app, ama), "/email", {"email": "ama@example.org"})
    with inside(), transaction():
        assert db.session.get_one(Person, ama.person_id).language == "es"
        letter = mail.write(kind="confirm_email", ids={}, person_id=ama.person_id, now=clock.now())
    assert letter is not None
    assert "Abre este enlace" in str(letter.body)
    assert letter.subject != "A note for you"


@pytest.fixture
def more_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "translations"
    shutil.copytree(languages.FOLDER, folder)
    monkeypatch.setattr(languages, "FOLDER", folder)
    for cached in (languages.known, languages.catalogue):
        cached.cache_clear()
    yield folder
    for cached in (languages.known, languages.catalogue):
        cached.cache_clear()


def test_a_new_language_is_one_file(more_languages: Path, client: FlaskClient, ama: Member) -> None:
    spanish = (more_languages / "es.po").read_text(encoding="utf-8")
    (more_languages / "cy.po").write_text(
        spanish.replace("Language: es", "Language: cy").replace("Pedir unirme", "Gofyn am ymuno"), encoding="utf-8"
    )
    languages.known.cache_clear()
    assert languages.known()["cy"] == "Cymraeg"
    choose(client, "cy")
    assert "Gofyn am ymuno" in client.get(HERE).text
    set_community(language="cy")


def test_where_a_language_was_taken_away_a_community_that_chose_it_is_read_in_english(
    more_languages: Path, client: FlaskClient, ama: Member
) -> None:
    set_community(language="it")
    (more_languages / "it.po").unlink()
    languages.known.cache_clear()
    assert language_of(client) == "en"
