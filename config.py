"""Every setting of an installation: typed, read from the environment, refused with a sentence.

What is not set is safe in production. `docs/hosts/settings.md` is generated from this file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SHORTEST_KEY = 32
LONGEST_NUMBER = 20
KEPT_IN_FILES = ("secret_key", "release_secret")


class BadSettingError(ValueError):
    """A setting that makes no sense or is not safe; the message is a sentence for the host."""


def _text(name: str, raw: str) -> str:
    if any(ord(c) < ord(" ") for c in raw):
        raise BadSettingError(f"{name} holds a control character.")
    return raw.strip()


def _texts(name: str, raw: str) -> tuple[str, ...]:
    return tuple(part for part in (p.strip() for p in _text(name, raw).split(",")) if part)


def _yes_no(name: str, raw: str) -> bool:
    answers = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False, "": False}
    try:
        return answers[raw.strip().lower()]
    except KeyError:
        raise BadSettingError(f"{name} is either 1 or 0, not {raw!r}.") from None


def _whole(lowest: int, highest: int) -> Callable[[str, str], int]:
    def read(name: str, raw: str) -> int:
        if not (raw.isascii() and raw.isdigit() and len(raw) < LONGEST_NUMBER and lowest <= int(raw) <= highest):
            raise BadSettingError(f"{name} is a whole number from {lowest} to {highest}, not {raw!r}.")
        return int(raw)

    return read


def _address(name: str, raw: str) -> str:
    raw = _text(name, raw)
    try:
        parts = urlsplit(raw)
        more = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.port == 0
        sound = parts.scheme in {"http", "https"} and parts.hostname and not more
    except ValueError:  # a port or a bracket that makes no sense
        sound = False
    if raw and not sound:
        raise BadSettingError(f"{name} is an address such as https://example.org, without a path, not {raw!r}.")
    return raw.rstrip("/")


def database_address(name: str, raw: str) -> str:
    """Read a database's address, or nothing. Raises BadSettingError."""
    raw = raw.strip()
    for short in ("postgres://", "postgresql://"):
        if raw.startswith(short):
            return "postgresql+psycopg://" + raw.removeprefix(short)
    if raw and not raw.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise BadSettingError(f"{name} begins with postgresql:// or sqlite:///.")
    if raw in {"sqlite:///:memory:", "sqlite:///"}:
        raise BadSettingError(f"{name} names a file; hours are never kept in memory alone.")
    return raw


def _setting(default: str, read: Callable[[str, str], Any], words: str, *, told: bool = True) -> Any:
    # What is not told stands in no message and no log, even where the settings are printed whole.
    return field(repr=told, metadata={"default": default, "read": read, "words": words})


@dataclass(frozen=True)
class Settings:
    """All settings; the field's name in capitals is the name in the environment."""

    instance_dir: Path = _setting(
        "instance",
        lambda _name, raw: (ROOT / raw).resolve(),
        "The folder for the database, the keys and nothing else. Back it up.",
    )
    secret_key: str = _setting(
        "",
        _text,
        "Signs cookies and links; at least 32 characters. Without it the file `secret_key` in the instance folder.",
        told=False,
    )
    secret_key_fallbacks: tuple[str, ...] = _setting(
        "", _texts, "Earlier keys, by commas, still accepted while you change the key.", told=False
    )
    release_secret: str = _setting(
        "",
        _text,
        "Blurs what funders see; at least 32 characters, never changed, kept apart from copies of the database. "
        "Without it the file `release_secret` in the instance folder.",
        told=False,
    )
    database_url: str = _setting(
        "",
        database_address,
        "PostgreSQL, as `postgresql://…`, for the web and the jobs. Without it a SQLite file in the instance folder.",
    )
    database_owner_url: str = _setting(
        "",
        database_address,
        "PostgreSQL as the owner of the tables, used by migrations alone; then `DATABASE_URL` may not change tables.",
    )
    base_url: str = _setting(
        "", _address, "The address people type, used in links by mail. Without it `http://127.0.0.1:PORT`."
    )
    trusted_hosts: tuple[str, ...] = _setting(
        "", _texts, "Further host names the site answers to, by commas. The one in `BASE_URL` always counts."
    )
    proxy_hops: int = _setting("0", _whole(0, 5), "How many proxies of yours stand in front.")
    demo: bool = _setting(
        "0", _yes_no, "1 builds an invented town where the database is empty, and allows plain http away from loopback."
    )
    host: str = _setting("127.0.0.1", _text, "The address to listen on.")
    port: int = _setting("8000", _whole(1, 65535), "The port to listen on.")
    web_threads: int = _setting("8", _whole(1, 64), "How many pages are served at the same time.")
    neutral_url: str = _setting(
        "https://www.wikipedia.org", _address, "Where “Leave quickly” leads: a page that tells nobody anything."
    )
    mail_server: str = _setting("", _text, "The mail server. Without it nothing is sent, and nothing needs it.")
    mail_port: int = _setting("587", _whole(1, 65535), "Its port.")
    mail_username: str = _setting("", _text, "The name to sign in to it with.")
    mail_password: str = _setting("", _text, "The password to sign in to it with.", told=False)
    mail_use_tls: bool = _setting("1", _yes_no, "1 speaks to it with STARTTLS.")
    mail_from: str = _setting("", _text, "The address mails come from.")
    request_limit_bytes: int = _setting("1000000", _whole(10_000, 50_000_000), "The largest form that is read.")
    concurrent_hashes: int = _setting(
        "2",
        _whole(1, 16),
        "How many passphrases are checked at the same time, so that signing in never stops the rest.",
    )

    @property
    def database(self) -> str:
        """Give the address the web and the jobs connect to."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'timebank.sqlite'}"

    @property
    def database_owner(self) -> str:
        """Give the address migrations connect to."""
        return self.database_owner_url or self.database

    @property
    def address(self) -> str:
        """Give the address of the site, without a slash at its end."""
        return self.base_url or f"http://127.0.0.1:{self.port}"

    @property
    def secure(self) -> bool:
        """Tell whether people reach the site by https, which decides the cookies' names."""
        return self.address.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """Give the host names the site answers to."""
        own = urlsplit(self.address).hostname or ""
        near = tuple(sorted(LOOPBACK)) if own in LOOPBACK else ()
        return tuple(dict.fromkeys((own, *near, *self.trusted_hosts)))


def read_settings(environ: Mapping[str, str] | None = None, *, need_key: bool = True) -> Settings:
    """Read the settings from the environment.

    Raises BadSettingError, with a sentence for the host, at the first that makes no sense or is not safe.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for each in fields(Settings):
        name = each.name.upper()
        values[each.name] = each.metadata["read"](name, environ.get(name, each.metadata["default"]))
    for name in KEPT_IN_FILES:
        kept = values["instance_dir"] / name
        values[name] = values[name] or (kept.read_text().strip() if kept.is_file() else "")
    settings = Settings(**values)
    _refuse_unsafe(settings, need_key=need_key)
    return settings


def _is_guessed(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < SHORTEST_KEY // 4


def _refuse_unsafe(settings: Settings, *, need_key: bool) -> None:
    keys = (settings.secret_key, *settings.secret_key_fallbacks)
    if need_key and not settings.secret_key:
        raise BadSettingError("There is no secret key. Run `make setup`, or set SECRET_KEY.")
    if any(key and _is_guessed(key) for key in keys):
        raise BadSettingError(f"A secret key has at least {SHORTEST_KEY} characters, drawn at random.")
    if settings.release_secret and _is_guessed(settings.release_secret):
        raise BadSettingError(f"RELEASE_SECRET has at least {SHORTEST_KEY} characters, drawn at random.")
    if settings.release_secret and settings.release_secret in keys:
        raise BadSettingError("RELEASE_SECRET is a secret of its own, never a secret key: keys may be changed.")
    if need_key and settings.secure and not settings.demo and not settings.release_secret:
        raise BadSettingError("There is no secret for the releases. Run `make setup`, or set RELEASE_SECRET.")
    own = urlsplit(settings.address).hostname
    if not settings.secure and own not in LOOPBACK and not settings.demo:
        raise BadSettingError("BASE_URL begins with https:// unless it is this machine alone (or DEMO=1).")
    if settings.database_owner_url and not settings.database_url:
        raise BadSettingError("DATABASE_OWNER_URL goes together with DATABASE_URL.")
    if not settings.neutral_url:
        raise BadSettingError("NEUTRAL_URL says where “Leave quickly” leads; it cannot be empty.")
    if settings.mail_server and not settings.mail_from:
        raise BadSettingError("MAIL_FROM says which address mails come from; it goes together with MAIL_SERVER.")
