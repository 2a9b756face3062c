"""The house holds: every route says who may enter, every column what is personal in it, and only one place commits."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT, BadSettingError, read_settings
from timebank.core.access import Mark
from timebank.core.database import Base

KEY = "k" * 8 + "abcdefghijklmnopqrstuvwxyz"
PROGRAM = sorted((ROOT / "timebank").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NEVER = ("prison", "probation", "offender", "conviction", "on licence", "client", "service user", "transaction")
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_PARTIAL = 250, 40, 60


def test_every_route_says_who_may_enter(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            assert isinstance(app.view_functions[rule.endpoint].access, Mark), rule.rule  # type: ignore[attr-defined]


def test_every_column_declares_what_is_personal_in_it(app: Flask) -> None:
    undeclared = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if not column.primary_key
        and not column.foreign_keys
        and column.name not in {"id", "public_id", "community_id"}
        and "personal" not in column.info
    ]
    assert undeclared == []


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_keeps_its_budget(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


def test_only_the_database_module_commits() -> None:
    committing = [
        str(path.relative_to(ROOT))
        for path in PROGRAM
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert committing == ["timebank/core/database.py"]


def test_rules_are_pure() -> None:
    for path in PROGRAM:
        if path.name == "rules.py" or path.parent.name == "rules":
            names = [
                name
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Import | ast.ImportFrom)
                for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
            ]
            assert not [n for n in names if n.split(".")[0] in {"flask", "sqlalchemy"} or n.endswith(".clock")], path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_is_safe_and_small(path: Path) -> None:
    text = path.read_text()
    for forbidden in ("|safe", "| safe", "<style", "style=", "onclick", "hx-on", "javascript:"):
        assert forbidden not in text
    assert not [w for w in NEVER if w in text.lower()]
    assert text.count('method="post"') <= text.count("csrf_token") + text.count("hidden_tag") + text.count("fields(")
    if path.name.startswith("_"):
        assert len(text.splitlines()) <= LONGEST_PARTIAL


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "There is no secret key"),
        ({"SECRET_KEY": "short"}, "at least 32"),
        ({"SECRET_KEY": "a" * 40}, "drawn at random"),
        ({"PORT": "0"}, "PORT is a whole number"),
        ({"PORT": "\uff18\uff10"}, "PORT is a whole number"),
        ({"DEMO": "maybe"}, "DEMO is either 1 or 0"),
        ({"BASE_URL": "ftp://example.org"}, "BASE_URL is an address"),
        ({"BASE_URL": "http://example.org"}, "begins with https"),
        ({"DATABASE_URL": "mysql://x"}, "begins with postgresql"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "names a file"),
        ({"DATABASE_OWNER_URL": "postgresql://x/y"}, "goes together with DATABASE_URL"),
        ({"MAIL_SERVER": "mail.example.org"}, "MAIL_FROM"),
    ],
)
def test_setting_that_makes_no_sense_is_refused_with_a_sentence(
    environ: dict[str, str], words: str, tmp_path: Path
) -> None:
    key = {} if environ.get("SECRET_KEY") or not environ else {"SECRET_KEY": KEY}
    with pytest.raises(BadSettingError, match=words):
        read_settings({"INSTANCE_DIR": str(tmp_path), **key, **environ})
