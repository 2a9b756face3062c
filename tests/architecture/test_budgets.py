"""Modules, functions and partials stay small enough to be read at one go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from config import ROOT
from tests.architecture.sources import PROGRAM, TEMPLATES, name, tree

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
LONGEST_PARTIAL = 60
MOST_ARGUMENTS = 6
EXCEPTIONS = Path(__file__).with_name("exceptions.txt")
MODULES = [*PROGRAM, ROOT / "config.py", *sorted((ROOT / "bench").rglob("*.py"))]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name(path)}:{node.name}", node


def arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return len([each for each in given if each.arg not in {"self", "cls"}])


def too_large() -> dict[str, int]:
    """Give what is over its budget, and how large it is."""
    found = {name(path): lines(path) for path in MODULES if lines(path) > LONGEST_MODULE}
    # The macros' files are libraries, and no partials: it is the file's own name that says which it is.
    found |= {name(path): lines(path) for path in TEMPLATES if path.name[0] == "_" and lines(path) > LONGEST_PARTIAL}
    for called, node in functions():
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > LONGEST_FUNCTION:
            found[f"{called} lines"] = length
        if arguments(node) > MOST_ARGUMENTS:
            found[f"{called} arguments"] = arguments(node)
    return found


def allowed() -> dict[str, int]:
    rows = [line.rsplit(maxsplit=1) for line in EXCEPTIONS.read_text().splitlines() if line and line[0] != "#"]
    return {what: int(size) for what, size in rows}


def test_everything_keeps_its_budget() -> None:
    grown = {what: size for what, size in too_large().items() if size > allowed().get(what, 0)}
    assert grown == {}, "Split it: a module into a package of the same name, a function by its steps."


def test_exceptions_only_shrink() -> None:
    found = too_large()
    generous = {what: size for what, size in allowed().items() if found.get(what, 0) < size}
    assert generous == {}, f"Take it out of {EXCEPTIONS.name}, or write its present size there."


def test_there_is_something_to_measure() -> None:
    assert len(MODULES) > 80
    assert len(list(functions())) > 300
