"""The page of promises names tests that exist, and says what was measured and nothing else."""

from __future__ import annotations

import ast
import json

import pytest

from tests.faults.figures import FILE_SETTING
from tests.faults.guarantees import FIGURES, PAGE, PROMISES, ROOT, page


@pytest.mark.parametrize("test", sorted({test for promise in PROMISES for test in promise.tests}))
def test_each_promise_names_a_test_that_exists(test: str) -> None:
    file, function = test.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_page_is_as_it_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FILE_SETTING, raising=False)
    measured = json.loads(FIGURES.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == page(measured)
    assert measured["figures"]["acknowledged_lost"] == 0
    assert measured["figures"]["violations"] == 0
    assert measured["figures"]["doubled"] == 0
