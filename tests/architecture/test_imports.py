"""Inside a feature imports go right, between features through actions, queries and rules; what is pure stays so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config import ROOT
from tests.architecture.sources import MIGRATIONS, PROGRAM, name, tree

ORDER = ("routes", "forms", "actions", "queries", "models", "rules")
BESIDE = ("checks", "jobs", "commands")  # they may import the six, and none of the six imports them
NO_FEATURES = {"core", "cli"}
# Rules are pure and say no more than constants do; models only serve relationships, types and gated reads.
SHOWN_TO_OTHERS = {"actions", "queries", "rules", "models"}
DEEPEST = 2  # timebank.people.actions; what is deeper is the inside of a package
PRIVATE_MODELS = {"ledger", "checkins", "guide_maps", "safeguarding"}
OF_A_REQUEST = {"request", "current_user", "session", "g", "flash", "redirect", "url_for", "abort", "render_template"}
IMPURE = ("flask", "sqlalchemy", "wtforms", "timebank.core.clock", "timebank.core.database", "timebank.core.door")


@dataclass(frozen=True)
class Import:
    """One imported thing: where it is imported, and its whole dotted name."""

    path: Path
    line: int
    module: str
    thing: str

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.thing}" if self.thing else self.module

    def __str__(self) -> str:
        return f"{name(self.path)}:{self.line} imports {self.dotted}"


def imports(path: Path) -> Iterator[Import]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: a relative import"
            yield from (Import(path, node.lineno, node.module or "", each.name) for each in node.names)
        elif isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, each.name, "") for each in node.names)


def feature(dotted: str) -> str:
    """Give the feature of a dotted name; empty outside every feature."""
    parts = dotted.split(".")
    found = parts[1] if len(parts) > 1 and parts[0] == "timebank" else ""
    return found if (ROOT / "timebank" / found / "__init__.py").is_file() else ""


def part(dotted: str) -> str:
    """Give which of a feature's parts (routes, forms, …) a dotted name is in; empty where it names the feature."""
    parts = dotted.split(".")
    return parts[2] if len(parts) > 2 else ""


def module_of(path: Path) -> str:
    """Give a file's dotted name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def within() -> Iterator[tuple[str, str, Import]]:
    """Give imports from one part of a feature to another of the same."""
    for path in PROGRAM:
        here = module_of(path)
        for each in imports(path):
            if feature(here) and feature(here) not in NO_FEATURES and feature(each.dotted) == feature(here):
                yield part(here), part(each.dotted), each


def across() -> Iterator[tuple[str, Import]]:
    """Give imports from one feature into another."""
    for path in PROGRAM:
        here = module_of(path)
        if not feature(here):
            continue  # the app and its door put everything together
        for each in imports(path):
            there = feature(each.dotted)
            if there and there not in {*NO_FEATURES, feature(here)}:
                yield here, each


def files(kind: str) -> list[Path]:
    """Give every file of a part: rules.py, and what is in a package rules/."""
    return [path for path in PROGRAM if feature(module_of(path)) not in NO_FEATURES and part(module_of(path)) == kind]


def test_inside_a_feature_imports_go_right() -> None:
    wrong = []
    for here, there, each in within():
        known = ORDER.index(here) if here in ORDER else -1
        if here in ORDER and there in BESIDE:
            wrong.append(str(each))
        if here in ORDER and there in ORDER and ORDER.index(there) < known:
            wrong.append(str(each))
    assert wrong == []


def test_features_hold_only_the_names_the_house_knows() -> None:
    known = {*ORDER, *BESIDE, ""}
    odd = [
        name(path)
        for path in PROGRAM
        if (here := module_of(path)) and feature(here) not in {"", *NO_FEATURES} and part(here) not in known
    ]
    assert [each for each in odd if each not in OWN_NAMES] == []


# Helpers beside the six that one feature alone needs, each imported by nobody else.
OWN_NAMES = {"timebank/notices/mail.py", "timebank/communities/starting_words.py"}


def test_other_features_are_reached_through_their_actions_queries_and_rules() -> None:
    wrong = []
    for here, each in across():
        there = part(each.dotted)
        # Console and upkeep gather what stands beside the six; checks and commands take the shape of their kind.
        beside = there in BESIDE and (feature(here) in {"cli", "upkeep"} or part(here) == there)
        own_name = f"{each.module.replace('.', '/')}.py" in OWN_NAMES
        if not (there in SHOWN_TO_OTHERS or beside or own_name) or each.module.count(".") > DEEPEST:
            wrong.append(str(each))
    assert wrong == []


def test_private_models_stay_private() -> None:
    wrong = [
        str(each) for _, each in across() if feature(each.dotted) in PRIVATE_MODELS and part(each.dotted) == "models"
    ]
    assert wrong == []


def test_rules_and_forms_know_no_tables() -> None:
    wrong = [
        str(each)
        for kind in ("rules", "forms")
        for path in files(kind)
        for each in imports(path)
        if part(each.dotted) == "models" or each.module.startswith("sqlalchemy")
    ]
    assert wrong == []


def test_rules_are_pure() -> None:
    wrong = [
        str(each)
        for path in files("rules")
        for each in imports(path)
        if any(each.dotted == impure or each.dotted.startswith((f"{impure}.", f"{impure}_")) for impure in IMPURE)
    ]
    read_clock = [
        f"{name(path)}:{node.lineno} reads the clock"
        for path in [*files("rules"), *files("actions")]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and _is_datetime(node.value)
    ]
    assert wrong + read_clock == []


def _is_datetime(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"datetime", "date", "time"}


def test_only_the_database_module_commits() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in PROGRAM
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "commit" and name(path) != "timebank/core/database.py"
    ]
    assert wrong == []


def test_actions_queries_and_models_know_nothing_of_the_request() -> None:
    wrong = [
        str(each)
        for kind in ("actions", "queries", "models", "rules")
        for path in files(kind)
        for each in imports(path)
        if each.module in {"flask", "flask_login", "flask_wtf"} and each.thing in OF_A_REQUEST | {""}
    ]
    assert wrong == []


def test_queries_write_nothing_and_open_no_transaction() -> None:
    wrong = [
        f"{name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in files("queries")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in WRITES
    ]
    assert wrong + opening_transactions("queries") == []


def opening_transactions(kind: str) -> list[str]:
    opens = {"timebank.core.database.transaction", "timebank.core.database.note", "timebank.core.database.reading"}
    return [str(each) for path in files(kind) for each in imports(path) if each.dotted in opens]


def test_actions_open_no_transaction() -> None:
    assert opening_transactions("actions") == []


WRITES = {
    *(f"db.session.{verb}" for verb in ("add", "add_all", "delete", "merge", "flush")),
    *(f"sa.{verb}" for verb in ("insert", "update", "delete")),
}


def test_routes_hold_no_orm_calls() -> None:
    wrong = [
        str(each)
        for path in files("routes")
        for each in imports(path)
        if each.module.startswith("sqlalchemy") or each.dotted in {"sqlalchemy", "timebank.core.database.db"}
    ]
    assert wrong == []


def test_migrations_import_no_models() -> None:
    allowed = {"timebank.core", "timebank.core.columns", "timebank.core.append_only"}
    wrong = [
        str(each)
        for path in MIGRATIONS
        for each in imports(path)
        if each.module.startswith("timebank") and each.module not in allowed
    ]
    assert wrong == []
