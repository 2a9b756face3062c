"""Settings: the page about them is the program's own, and what makes no sense or is not safe is refused."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from config import ROOT, BadSettingError, Settings, read_settings
from tests.architecture.sources import name
from timebank.cli.docs import pages

KEY = "tQ9fK2mZ7xWc4LbR8sVh3nYd6pJg5eAu"
RELEASE_SECRET = "mB7dWq3Zk9TxR5vHc2NsLf8YgJp4EuXa"
HTTPS = "https://example.org"


def read(tmp_path: Path, **environ: str) -> Settings:
    secrets = {"SECRET_KEY": KEY, "RELEASE_SECRET": RELEASE_SECRET}
    return read_settings({"INSTANCE_DIR": str(tmp_path), **secrets, **environ})


@pytest.mark.parametrize("page", [name(path) for path, _text in pages()])
def test_generated_page_is_as_the_program_says(page: str) -> None:
    generated = {name(path): text for path, text in pages()}
    assert (ROOT / page).read_text(encoding="utf-8") == generated[page], "Run `timebank docs`."


def test_page_about_settings_names_each_of_them() -> None:
    page = (ROOT / "docs/hosts/settings.md").read_text(encoding="utf-8")
    assert [each.name for each in fields(Settings) if f"`{each.name.upper()}`" not in page] == []


REFUSED = [
    ({"SECRET_KEY": ""}, "There is no secret key"),
    ({"SECRET_KEY": "short"}, "at least 32 characters"),
    ({"SECRET_KEY": "a" * 40}, "drawn at random"),
    ({"SECRET_KEY": KEY[:31]}, "at least 32 characters"),
    ({"SECRET_KEY_FALLBACKS": f"{KEY},short"}, "at least 32 characters"),
    ({"SECRET_KEY": KEY + "\x00" + KEY}, "SECRET_KEY holds a control character"),
    ({"RELEASE_SECRET": "short"}, "RELEASE_SECRET has at least 32 characters"),
    ({"RELEASE_SECRET": "a" * 40}, "RELEASE_SECRET has at least 32 characters, drawn at random"),
    ({"RELEASE_SECRET": KEY}, "a secret of its own"),
    ({"RELEASE_SECRET": "", "BASE_URL": HTTPS}, "There is no secret for the releases"),
    ({"RELEASE_SECRET": RELEASE_SECRET[:31], "BASE_URL": HTTPS}, "RELEASE_SECRET has at least 32 characters"),
    ({"HOST": "127.0.0.1\n"}, "HOST holds a control character"),
    ({"TRUSTED_HOSTS": "a.example,\tb.example"}, "TRUSTED_HOSTS holds a control character"),
    ({"PORT": ""}, "PORT is a whole number from 1 to 65535"),
    ({"PORT": "0"}, "PORT is a whole number"),
    ({"PORT": "65536"}, "PORT is a whole number"),
    ({"PORT": "-1"}, "PORT is a whole number"),
    ({"PORT": "8_000"}, "PORT is a whole number"),
    ({"PORT": " 80"}, "PORT is a whole number"),
    ({"PORT": "\uff18\uff10"}, "PORT is a whole number"),
    ({"PORT": "80.0"}, "PORT is a whole number"),
    ({"PROXY_HOPS": "6"}, "PROXY_HOPS is a whole number from 0 to 5"),
    ({"WEB_THREADS": "0"}, "WEB_THREADS is a whole number"),
    ({"CONCURRENT_HASHES": "17"}, "CONCURRENT_HASHES is a whole number"),
    ({"REQUEST_LIMIT_BYTES": "9999"}, "REQUEST_LIMIT_BYTES is a whole number"),
    ({"MAIL_PORT": "smtp"}, "MAIL_PORT is a whole number"),
    ({"DEMO": "maybe"}, "DEMO is either 1 or 0"),
    ({"MAIL_USE_TLS": "2"}, "MAIL_USE_TLS is either 1 or 0"),
    ({"BASE_URL": "ftp://example.org"}, "BASE_URL is an address"),
    ({"BASE_URL": "example.org"}, "BASE_URL is an address"),
    ({"BASE_URL": "https://"}, "BASE_URL is an address"),
    ({"BASE_URL": "https://example.org/timebank"}, "BASE_URL is an address"),
    ({"BASE_URL": "http://example.org"}, "begins with https"),
    ({"BASE_URL": "http://127.0.0.1.example.org"}, "begins with https"),
    ({"NEUTRAL_URL": "javascript:alert(1)"}, "NEUTRAL_URL is an address"),
    ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL begins with postgresql"),
    ({"DATABASE_URL": "sqlite:///:memory:"}, "names a file"),
    ({"DATABASE_URL": "sqlite:///"}, "names a file"),
    ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL begins with"),
    ({"DATABASE_OWNER_URL": "postgresql://x/y"}, "goes together with DATABASE_URL"),
    ({"MAIL_SERVER": "mail.example.org"}, "MAIL_FROM says"),
]


@pytest.mark.parametrize(("environ", "words"), REFUSED)
def test_what_makes_no_sense_is_refused_with_a_sentence(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    with pytest.raises(BadSettingError, match=words) as refusal:
        read(tmp_path, **environ)
    assert str(refusal.value).endswith((".", ")."))
    for kept in ("SECRET_KEY", "RELEASE_SECRET", "MAIL_PASSWORD"):
        assert environ.get(kept, KEY)[:8] not in str(refusal.value) or not environ.get(kept), "a secret is never told"


TAKEN = [
    ({"RELEASE_SECRET": ""}, "release_secret", ""),
    ({"RELEASE_SECRET": "", "BASE_URL": HTTPS, "DEMO": "1"}, "release_secret", ""),
    ({"PORT": "9000"}, "port", 9000),
    ({"DEMO": "yes"}, "demo", True),
    ({"DEMO": ""}, "demo", False),
    ({"TRUSTED_HOSTS": " a.example , ,b.example"}, "trusted_hosts", ("a.example", "b.example")),
    ({"BASE_URL": "https://example.org/"}, "address", "https://example.org"),
    ({"BASE_URL": "https://example.org"}, "secure", True),
    ({"BASE_URL": "http://localhost:9000"}, "secure", False),
    ({"BASE_URL": "http://example.org", "DEMO": "1"}, "address", "http://example.org"),
    ({"DATABASE_URL": "postgres://u@h/d"}, "database", "postgresql+psycopg://u@h/d"),
    ({"DATABASE_URL": "postgresql://u@h/d"}, "database_owner", "postgresql+psycopg://u@h/d"),
]


@pytest.mark.parametrize(("environ", "what", "value"), TAKEN)
def test_what_makes_sense_is_taken(tmp_path: Path, environ: dict[str, str], what: str, value: object) -> None:
    assert getattr(read(tmp_path, **environ), what) == value


def test_what_is_not_set_is_safe(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.host, settings.demo, settings.proxy_hops) == ("127.0.0.1", False, 0)
    assert settings.database == f"sqlite:///{tmp_path}/timebank.sqlite"
    assert settings.mail_use_tls


def test_key_is_read_from_the_instance_folder(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(f"{KEY}\n")
    assert read_settings({"INSTANCE_DIR": str(tmp_path)}).secret_key == KEY


def test_secret_of_the_releases_is_read_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(f"{KEY}\n")
    (tmp_path / "release_secret").write_text(f"{RELEASE_SECRET}\n")
    settings = read_settings({"INSTANCE_DIR": str(tmp_path), "BASE_URL": HTTPS})
    assert (settings.secret_key, settings.release_secret) == (KEY, RELEASE_SECRET)


def test_settings_printed_whole_tell_no_secret(tmp_path: Path) -> None:
    fallback = KEY[::-1]
    printed = repr(read(tmp_path, SECRET_KEY_FALLBACKS=fallback, MAIL_PASSWORD="kettle-and-pot"))
    assert "web_threads" in printed
    assert [word for word in (KEY, fallback, RELEASE_SECRET, "kettle-and-pot") if word in printed] == []


def test_hosts_hold_the_address_and_those_that_are_trusted(tmp_path: Path) -> None:
    settings = read(tmp_path, BASE_URL="https://example.org", TRUSTED_HOSTS="www.example.org,example.org")
    assert settings.hosts == ("example.org", "www.example.org")
    assert "127.0.0.1" in read(tmp_path).hosts
