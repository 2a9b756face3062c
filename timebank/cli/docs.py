"""Write the generated pages of the documentation, or check that they are as the program says."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

from config import ROOT, Settings
from timebank.exchanges import rules as exchange_rules

HEAD = "<!-- Written by `timebank docs`; change the program, not this page. -->\n"


@click.command(help="Write the generated pages under docs/ (with --check: only compare).")
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 where a page is not as the program says.")
def docs(*, check: bool) -> None:
    """Write or compare the generated pages."""
    stale = False
    for path, text in pages():
        if check:
            if not path.exists() or path.read_text() != text:
                stale = True
                click.echo(f"{path.relative_to(ROOT)} is not as the program says. Run `timebank docs`.")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale:
        sys.exit(1)


def pages() -> Iterator[tuple[Path, str]]:
    """Give each generated page: where it stands, and its text."""
    yield ROOT / "docs" / "hosts" / "settings.md", HEAD + _settings()
    yield ROOT / "docs" / "map.md", HEAD + _map()
    yield ROOT / "docs" / "states.md", HEAD + _states()


def _states() -> str:
    lines = ["# States of an exchange", ""]
    lines += _table(exchange_rules.TABLE)
    lines += ["## When one of the two has left the community", "", *_table(exchange_rules.ALONE)]
    return "\n".join(lines)


def _table(table: tuple[exchange_rules.Move, ...]) -> list[str]:
    rows = [f"| {move.state} | {move.verb} | {move.who} | {' or '.join(move.leads_to)} |" for move in table]
    drawn = ["```mermaid", exchange_rules.diagram(table), "```", ""]
    return [*drawn, "| From | Verb | Who | To |", "|---|---|---|---|", *rows, ""]


def _settings() -> str:
    rows = [
        f"| `{each.name.upper()}` | {'`' + each.metadata['default'] + '`' if each.metadata['default'] else '—'} "
        f"| {each.metadata['words']} |"
        for each in fields(Settings)
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Each is a variable of the environment. What is not set is safe; what makes no sense is refused.",
            "",
            "| Name | Starting value | What it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _map() -> str:
    lines = ["# Map", "", "Every module, by its own first sentence.", ""]
    for folder in sorted(each for each in (ROOT / "timebank").iterdir() if (each / "__init__.py").exists()):
        lines += [f"## {folder.name}", "", _first_sentence(folder / "__init__.py"), ""]
        modules = [each for each in sorted(folder.rglob("*.py")) if each != folder / "__init__.py"]
        lines += [f"- `{each.relative_to(folder)}`: {_first_sentence(each)}" for each in modules]
        lines += [""]
    return "\n".join(lines)


def _first_sentence(path: Path) -> str:
    words = ast.get_docstring(ast.parse(path.read_text())) or ""
    return " ".join(words.split("\n\n")[0].split())
