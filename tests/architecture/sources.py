"""The program's own files, for tests that read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PROGRAM = sorted((ROOT / "timebank").rglob("*.py"))
MIGRATIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
NOT_OURS = {".git", ".venv", "instance", "__pycache__", "node_modules"}


def name(path: Path) -> str:
    """Give a file's path from the top of the project."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Find the calls of some functions, by their last name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
            if called in names:
                yield node


def tracked() -> list[Path]:
    """Give the files that are in the repository or would be with the next commit; without git, all that are ours."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(asked, capture_output=True, check=False, text=True)  # noqa: S603
    if answer.returncode == 0 and answer.stdout:
        found = [ROOT / each for each in answer.stdout.split("\0") if each]
    else:
        found = [each for each in ROOT.rglob("*") if NOT_OURS.isdisjoint(each.relative_to(ROOT).parts)]
    return [each for each in found if each.is_file()]
