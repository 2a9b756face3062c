"""Timebank: people in a place give each other hours of help. Here the app is put together."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_login import LoginManager
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings, read_settings
from timebank import entry
from timebank.core import database, hashing, headers, ids, languages, log, quilt, refusals, show
from timebank.core.access import Mark
from timebank.desk.routes import desk
from timebank.directory.routes import directory
from timebank.exchanges.routes import exchanges
from timebank.home.routes import home
from timebank.import_export import models as _before  # noqa: F401 - a console command's tables are every app's
from timebank.listings.routes import listings
from timebank.people.routes import people
from timebank.pot.routes import pot
from timebank.privacy.routes import privacy
from timebank.releases.routes import releases
from timebank.statement.routes import statement


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Make the app for some settings (those of the environment where none are given)."""
    settings = settings or read_settings()
    app = Flask("timebank", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(_flask_config(settings), **overrides)
    app.extensions["settings"] = settings
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    _extensions(app)
    with app.app_context():
        database.prepare(database.db.engine, guarded=True)
    hashing.init_app(app, at_once=settings.concurrent_hashes)
    log.init_app(app, quiet=bool(app.config.get("TESTING")))
    entry.init_app(app)
    for blueprint in (home, people, directory, listings, exchanges, pot, releases, privacy, desk, statement):
        app.register_blueprint(blueprint)
    headers.init_app(app, secure=settings.secure)
    refusals.init_app(app)
    show.init_app(app)
    _templates(app)
    _check_marks(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database),
        "MAX_CONTENT_LENGTH": settings.request_limit_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.request_limit_bytes,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": list(settings.hosts),
        "SESSION_COOKIE_NAME": "__Host-seed" if settings.secure else "seed",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a form left open over tea is still good; the token ends with the sign-in
        "WTF_CSRF_SSL_STRICT": False,  # no Referer is ever sent (Referrer-Policy); Sec-Fetch-Site is looked at instead
        "BABEL_DEFAULT_LOCALE": languages.SOURCE,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_MIN_SIZE": 600,
        "MAIL_SERVER": settings.mail_server or "localhost",
        "MAIL_PORT": settings.mail_port,
        "MAIL_USERNAME": settings.mail_username or None,
        "MAIL_PASSWORD": settings.mail_password or None,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_DEFAULT_SENDER": settings.mail_from or None,
        "MAIL_TIMEOUT": 20,
    }


def _extensions(app: Flask) -> None:
    database.db.init_app(app)
    Migrate(app, database.db, directory=str(ROOT / "migrations"))
    languages.init_app(app)
    CSRFProtect(app)
    Mail(app)
    Compress(app)
    WTFormsHelpers(app)
    LoginManager(app)


def _templates(app: Flask) -> None:
    app.jinja_env.undefined = show.CarefulUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    own = app.jinja_loader
    assert own is not None
    app.jinja_loader = ChoiceLoader(
        [own, PrefixLoader({name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")})]
    )

    @cache
    def asset(name: str) -> str:
        content = (Path(str(app.static_folder)) / name).read_bytes()
        # Not by url_for: where a request names a host that is not ours, Flask builds no address at all.
        return f"{app.static_url_path}/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"

    app.jinja_env.globals.update(asset=asset, quilt_block=quilt.block_markup, qr=show.qr, one_time_key=ids.new_uuid)


def _check_marks(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint == "static":
            continue
        if not isinstance(getattr(view, "access", None), Mark):
            raise TypeError(f"The route {rule.rule} does not say who may enter.")
