"""Settings: safe where nothing is set, refused with a sentence where they make no sense."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from config import BadSettingError, Settings, read_settings

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


def read(**environ: str) -> Settings:
    return read_settings({"SECRET_KEY": KEY, "RELEASE_SECRET": KEY[::-1], **environ})


def test_what_is_not_set_is_safe(tmp_path: Path) -> None:
    found = read(INSTANCE_DIR=str(tmp_path))
    assert (found.demo, found.host, found.proxy_hops, found.mail_use_tls) == (False, "127.0.0.1", 0, True)
    assert found.database == f"sqlite:///{tmp_path}/timebank.sqlite"
    assert found.database_owner == found.database
    assert (found.address, found.secure) == ("http://127.0.0.1:8000", False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_OWNER_URL", "postgresql://owner@h/db"),
        ("BASE_URL", "http://example.org"),
        ("BASE_URL", "ftp://example.org"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://example.org/path"),
        ("BASE_URL", "javascript:alert(1)"),
        ("BASE_URL", "https://[::1"),
        ("BASE_URL", "https://user:word@example.org"),
        ("BASE_URL", "https://example.org?x=1"),
        ("BASE_URL", "https://example.org#x"),
        ("BASE_URL", "https://example.org:99999"),
        ("BASE_URL", "https://exa\nmple.org"),
        ("NEUTRAL_URL", "example.org"),
        ("NEUTRAL_URL", ""),
        ("PROXY_HOPS", "6"),
        ("PROXY_HOPS", "-1"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "8_000"),
        ("PORT", "٣"),
        ("PORT", "9" * 5000),
        ("WEB_THREADS", "many"),
        ("DEMO", "maybe"),
        ("HOST", "127.0.0.1\n"),
        ("MAIL_SERVER", "mail.example.org"),
        ("REQUEST_LIMIT_BYTES", "1"),
        ("CONCURRENT_HASHES", "0"),
    ],
)
def test_nonsense_and_what_is_unsafe_is_refused_with_a_sentence(name: str, value: str) -> None:
    with pytest.raises(BadSettingError) as refusal:
        read(**{name: value})
    assert str(refusal.value).endswith(".")


def test_without_a_key_there_is_no_start(tmp_path: Path) -> None:
    with pytest.raises(BadSettingError, match="make setup"):
        read_settings({"INSTANCE_DIR": str(tmp_path)})
    assert read_settings({"INSTANCE_DIR": str(tmp_path)}, need_key=False).secret_key == ""


def test_the_key_may_lie_in_the_instance_folder(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(KEY + "\n")
    assert read_settings({"INSTANCE_DIR": str(tmp_path)}).secret_key == KEY


@pytest.mark.parametrize("short", ["postgres://u:p@h/db", "postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"])
def test_postgresql_is_told_by_any_of_its_names(short: str) -> None:
    assert read(DATABASE_URL=short).database == "postgresql+psycopg://u:p@h/db"


def test_plain_http_away_from_this_machine_only_for_a_demo() -> None:
    assert not read(BASE_URL="http://192.168.0.9:8000", DEMO="1").secure
    assert read(BASE_URL="https://example.org").secure


def test_the_site_answers_to_its_own_name_and_those_named() -> None:
    assert read(BASE_URL="https://example.org", TRUSTED_HOSTS="a.org, b.org").hosts == ("example.org", "a.org", "b.org")
    assert set(read().hosts) == {"127.0.0.1", "localhost", "::1"}


def test_each_setting_has_words_for_the_host() -> None:
    assert [each.name for each in fields(Settings) if not each.metadata["words"].endswith((".", ")"))] == []
