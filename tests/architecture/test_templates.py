"""Templates hold no script, no style and no unsafe value; their sentences are translated, and in the house's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from config import ROOT
from tests.architecture.sources import PROGRAM, TEMPLATES, calls, name

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
TRANSLATED = {"_", "N_", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "lazy_ngettext", "trans"}
READ_ALOUD = {"title", "alt", "placeholder", "aria-label", "aria-description", "value"}
# Words that never stand where a member can read them (design: Store the effect, never the cause; words of the house).
NEVER = re.compile(
    r"\b(prison\w*|probation\w*|offender\w*|offence\w*|conviction\w*|convict\w*|on licence|parole\w*|inmate\w*"
    r"|clients?|service users?|transactions?|credits?|debts?|debtors?|admins?|administrators?|users?)\b",
    re.IGNORECASE,
)
# What may stand without translation: the words of the form macros, which are looked for to be replaced.
SAME_EVERYWHERE = {"Error:"}
# Pieces of an expression that look like sentences and are not read by anybody.
NOT_SENTENCES: set[str] = set()
# A capital at the beginning, or four small words in a row; class names are neither.
SENTENCE = re.compile("[A-Z][a-z\u2019']*( [\\w\u2019']|$)|[a-z]+( [a-z\u2019']+){3}")
STARTING_WORDS = [ROOT / "timebank/communities/starting_words.py"]


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def bare(path: Path) -> str:
    """Give a template's own markup: expressions, statements and comments taken out, attributes left whole."""
    kept = []
    inside_trans = False
    for _line, kind, value in ENVIRONMENT.lexer.tokeniter(source(path), name(path)):
        if kind == "name" and value in {"trans", "endtrans"}:
            inside_trans = value == "trans"
        if kind == "data" and not inside_trans:
            kept.append(value)
        elif kind in {"variable_begin", "block_begin"}:
            kept.append("" if kind == "block_begin" else "0")
    return re.sub("(</?)0", r"\1x", "".join(kept))  # a tag that an expression names


class Reader(HTMLParser):
    """Collects what is read: text, and the attributes that are read aloud; and what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.forbidden: list[str] = []
        self.inside: list[str] = []
        self.forms: list[list[tuple[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [value or "" for key, value in attrs if key in READ_ALOUD and not _is_code(tag, key)]
        self.forbidden += [f"{tag} {key}" for key, value in attrs if _is_forbidden(key, value)]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.forbidden.append(tag)
        self.inside.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts += [part.strip() for part in data.splitlines()]


def _is_code(tag: str, key: str) -> bool:
    return key == "value" and tag in {"input", "button", "option", "li"}


def _is_forbidden(key: str, value: str | None) -> bool:
    code = key == "style" or key.startswith(("on", "hx-on", "hx-vals", "hx-vars", "hx-headers", "data-hx-on"))
    filtered = key == "hx-trigger" and "[" in (value or "")
    return code or filtered or (value or "").strip().lower().startswith(("javascript:", "data:"))


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(bare(path))
    reader.close()
    return reader


each_template = pytest.mark.parametrize("path", TEMPLATES, ids=[name(path) for path in TEMPLATES])


@each_template
def test_template_holds_no_code_and_no_style(path: Path) -> None:
    assert read(path).forbidden == []
    assert "hx-on" not in source(path)


@each_template
def test_template_calls_nothing_safe(path: Path) -> None:
    filters = {node.name for node in ENVIRONMENT.parse(source(path)).find_all(nodes.Filter)}
    assert filters.isdisjoint({"safe", "forceescape", "xmlattr"})
    assert not re.search(r"autoescape\s+false", source(path))


@each_template
def test_form_that_posts_carries_its_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", source(path), re.DOTALL | re.IGNORECASE):
        if re.search(r"method=.?post", form, re.IGNORECASE) or "hx-post" in form:
            assert re.search(r"csrf_token|hidden_tag\(|fields\(", form), form[:80]
    posting = re.findall(r"<(\w+)\b[^>]*\bhx-(?:post|put|patch|delete)=", source(path))
    assert set(posting) <= {"form"}, "htmx posts forms, so that their token rides along"


@each_template
def test_words_in_markup_are_translated(path: Path) -> None:
    left = [text for text in read(path).texts if re.search(r"[^\W\d_]{2}", re.sub(r"&\w+;", "", text))]
    assert [text for text in left if text not in SAME_EVERYWHERE] == [], "{{ _('…') }}"


def sentences_in_code(path: Path) -> Iterator[str]:
    """Give the strings of expressions that look like sentences and go through no translation."""
    template = ENVIRONMENT.parse(source(path))
    translated = {
        id(constant)
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATED
        for constant in call.find_all(nodes.Const)
    }
    for constant in template.find_all(nodes.Const):
        looks = isinstance(constant.value, str) and SENTENCE.match(constant.value)
        if looks and id(constant) not in translated:
            yield constant.value


@each_template
def test_words_in_expressions_are_translated(path: Path) -> None:
    assert [each for each in sentences_in_code(path) if each not in NOT_SENTENCES | SAME_EVERYWHERE] == []


def said_in_templates() -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for call in ENVIRONMENT.parse(source(path)).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATED:
                for constant in call.args:
                    if isinstance(constant, nodes.Const) and isinstance(constant.value, str):
                        yield name(path), constant.value


def said_in_program() -> Iterator[tuple[str, str]]:
    for path in PROGRAM:
        found = [each for call in calls(path, *TRANSLATED) for each in ast.walk(call)]
        if path in STARTING_WORDS:
            found = list(ast.walk(ast.parse(source(path))))
        for each in found:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield f"{name(path)}:{each.lineno}", each.value


def test_words_that_never_stand_where_members_read() -> None:
    said = [*said_in_templates(), *said_in_program()]
    assert len(said) > 300
    found = [f"{where}: {match[0]!r} in {words!r}" for where, words in said if (match := NEVER.search(words))]
    assert found == []


def test_the_tests_of_templates_have_teeth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        "<style>p {}</style><p style='x' onclick=y title='Read this'>Plain words</p>"
        "<script>1</script><a href='javascript:1'>{{ x|safe }}{{ card('A sentence here') }}</a>"
        "<p hx-trigger='click[x]'>{% trans %}Fine{% endtrans %}{{ _('Also fine') }}</p>"
    )
    monkeypatch.setattr("tests.architecture.test_templates.name", str)
    found = read(path)
    assert set(found.forbidden) == {"style", "p style", "p onclick", "script", "a href", "p hx-trigger"}
    assert {"Read this", "Plain words"} <= set(found.texts)
    assert "Fine" not in found.texts
    assert list(sentences_in_code(path)) == ["A sentence here"]
    with pytest.raises(AssertionError):
        test_template_calls_nothing_safe(path)
    assert NEVER.search("Your Account of users")
