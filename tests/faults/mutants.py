"""Mutants of the ledger: small mistakes made in its code, one at a time, each of which some test should notice.

`python -m tests.faults.mutants` makes every one in turn, runs the quick tests against it in a process of its own, and
writes those that nobody noticed into docs/measured/mutants.md, with the reasons from mutants.json. A survivor without
a reason is a gap in the tests, and the command says so by its exit code. The order is always the same.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
REASONS = Path(__file__).with_name("mutants.json")
PAGE = ROOT / "docs" / "measured" / "mutants.md"
LONGEST_S = 120
QUICK = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "--durations=0")
LEDGER = ("test_posting.py", "test_repair.py", "test_ledger_checks.py", "test_statements.py", "test_planted_bugs.py")
GROUPS: dict[str, tuple[str, ...]] = {
    "timebank/ledger/rules": ("tests/ledger/test_ledger_rules.py",),
    "timebank/exchanges/rules": ("tests/exchanges/test_exchange_rules.py",),
    "timebank/ledger/actions": (*(f"tests/ledger/{name}" for name in LEDGER), "-k", "sqlite"),
    "timebank/ledger/queries": (*(f"tests/ledger/{name}" for name in LEDGER), "-k", "sqlite"),
    "timebank/ledger/checks": (*(f"tests/ledger/{name}" for name in LEDGER), "-k", "sqlite"),
}
"""What is changed, and the tests that should notice."""

OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
}


class Mutant(NamedTuple):
    """One small mistake: in which file, in which function, what became of what."""

    file: str
    inside: str
    line: int
    change: str
    source: str

    @property
    def key(self) -> str:
        """Give the name by which its reason is kept; it outlives a change elsewhere in the file."""
        return f"{self.file}:{self.inside}: {self.change}"


def mutants(file: Path) -> Iterator[Mutant]:
    """Give every mutant of a file, in the order of its lines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for place, (node, inside) in enumerate(_nodes(tree)):
        for number in range(_ways(node)):
            changed = copy.deepcopy(tree)
            target = next(found for at, (found, _) in enumerate(_nodes(changed)) if at == place)
            line = getattr(node, "lineno", 0)
            before = ast.unparse(node).split("\n")[0]
            after = _change(changed, target, number)
            name = str(file.relative_to(ROOT))
            yield Mutant(name, inside, line, f"{before} -> {after}", ast.unparse(ast.fix_missing_locations(changed)))


def _nodes(tree: ast.AST, inside: str = "") -> Iterator[tuple[ast.AST, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for each in node.body:
                yield each, node.name
                yield from _nodes(each, node.name)
            continue
        yield node, inside
        yield from _nodes(node, inside)


def _ways(node: ast.AST) -> int:
    if isinstance(node, ast.Compare):
        return sum(type(op) in OTHER for op in node.ops)
    if isinstance(node, ast.BoolOp) or (isinstance(node, ast.BinOp) and type(node.op) in OTHER):
        return 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return 1
    if isinstance(node, ast.Constant) and type(node.value) in {int, bool}:
        return 1
    statement = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return int(statement or isinstance(node, ast.Raise | ast.AugAssign | ast.Continue))


def _change(tree: ast.AST, node: ast.AST, number: int) -> str:
    if isinstance(node, ast.Compare):
        node.ops[number] = OTHER[type(node.ops[number])]()  # type: ignore[call-overload]
    elif isinstance(node, ast.BoolOp | ast.BinOp):
        node.op = OTHER[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1  # type: ignore[operator]
    else:
        kept: ast.AST = node.operand if isinstance(node, ast.UnaryOp) else ast.Pass()
        _replace(tree, node, kept)
        return "pass" if isinstance(kept, ast.Pass) else ast.unparse(kept)
    return ast.unparse(node).split("\n")[0]


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(each is old for each in value):
                value[next(at for at, each in enumerate(value) if each is old)] = new


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from another source than its file's."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = mutant.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    def find_spec(self, fullname: str, *_more: object) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        file = ROOT / self.mutant.file
        spec = importlib.util.spec_from_file_location(fullname, file, loader=self)
        assert spec is not None
        if file.name == "__init__.py":
            spec.submodule_search_locations = [str(file.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source, self.mutant.file, "exec"), module.__dict__)  # noqa: S102 - our own code, altered


def is_noticed(mutant: Mutant | None, tests: Sequence[str]) -> bool:
    """Run tests against a mutant in a process of its own; one that never ends is noticed too."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        if mutant is not None:
            sys.meta_path.insert(0, Instead(mutant))
        import pytest

        code = 3
        with contextlib.suppress(BaseException):
            code = int(pytest.main([*QUICK, *tests]))
        os._exit(code)
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def hunt(groups: Sequence[str]) -> tuple[dict[str, tuple[int, int]], list[Mutant]]:
    """Make every mutant of some folders. Gives how many there were and were noticed, and those that were not."""
    counted: dict[str, tuple[int, int]] = {}
    survivors: list[Mutant] = []
    for folder in groups:
        tests = GROUPS[folder]
        if is_noticed(None, tests):
            raise SystemExit(f"The tests of {folder} fail without any mutant.")
        made = noticed = 0
        for file in sorted((ROOT / folder).rglob("*.py")):
            for mutant in mutants(file):
                made += 1
                if is_noticed(mutant, tests):
                    noticed += 1
                else:
                    survivors.append(mutant)
                    sys.stderr.write(f"survives: {mutant.key} (line {mutant.line})\n")
        counted[folder] = (made, noticed)
    return counted, survivors


def page(counted: dict[str, tuple[int, int]], survivors: Sequence[Mutant], reasons: dict[str, str]) -> str:
    """Write the page of those that survived."""
    lines = [
        "<!-- Written by `make mutants`; not by hand. -->",
        "# Mutants",
        "",
        "Small mistakes were made in the code of the book, one at a time: a comparison turned round or moved by one, a",
        "number made another, an `and` made an `or`, a statement left out. Each time the quick tests ran. What no test",
        "noticed stands below, with the reason why that is right.",
        "",
        "| Folder | Mutants | Noticed |",
        "|---|---|---|",
        *(f"| `{folder}` | {made} | {noticed} |" for folder, (made, noticed) in counted.items()),
        *(f"| `{folder}` | not made this time | |" for folder in GROUPS if folder not in counted),
        "",
        "## Not noticed",
        "",
        "| Where | What was changed | Why no test can or need notice |",
        "|---|---|---|",
    ]
    for mutant in survivors:
        what = mutant.change.replace("|", "\\|")
        why = reasons.get(mutant.key, "**No reason yet: a gap.**")
        lines.append(f"| `{mutant.file}`, `{mutant.inside or 'module'}` | `{what}` | {why} |")
    return "\n".join(lines) + "\n"


def main(groups: Sequence[str]) -> int:
    """Hunt, write the page, and give 1 where a survivor has no reason."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    # Loaded once, before the processes part: what is not ours is the same for all of them.
    for name in ("sqlalchemy.orm", "flask", "flask_sqlalchemy", "psycopg", "alembic.command"):
        importlib.import_module(name)
    counted, survivors = hunt(groups or tuple(GROUPS))
    reasons: dict[str, str] = json.loads(REASONS.read_text(encoding="utf-8"))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(counted, survivors, reasons), encoding="utf-8")
    return int(any(mutant.key not in reasons for mutant in survivors))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
