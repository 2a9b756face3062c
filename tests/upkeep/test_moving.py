"""Everything moves from SQLite to PostgreSQL and back, with ids, hashes and anchors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.databases import Backend
from tests.factories import a_member, timebank, working_on
from tests.upkeep.conftest import an_installation
from tests.upkeep.test_copies import everything
from timebank.core import carrying


@pytest.fixture
def other_kind(backend: Backend, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Backend]:
    """Give an empty database of the other kind: for SQLite the suite's PostgreSQL, for PostgreSQL a file."""
    from tests.databases import postgresql_backend

    if backend.name == "postgresql":
        folder = tmp_path / "other"
        folder.mkdir()
        url = f"sqlite:///{folder}/timebank.sqlite"
        yield Backend("sqlite", url, url, folder)
        return
    with postgresql_backend() as made:
        yield made


def move(app: Flask, to: Backend) -> None:
    done = timebank(app, "move", "--to", to.owner_url, "--web", to.url)
    assert done.exit_code == 0, done.output
    assert "every invariant holds there" in done.output


def test_everything_comes_over_and_life_goes_on(installation: Flask, other_kind: Backend, tmp_path: Path) -> None:
    kept = tmp_path / "anchors"
    timebank(installation, "anchor", "--to", str(kept))
    before = everything(installation)
    move(installation, other_kind)
    with an_installation(other_kind) as there:
        after = everything(there)
        assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
        assert after["transfer"] == before["transfer"]
        assert {name for name in after if after[name] != before[name]} == set()
        assert timebank(there, "verify", "--anchors", str(kept)).output == ""
        with working_on(there):
            a_member("Dai")
        assert timebank(there, "verify").output == ""
        assert timebank(there, "doctor").exit_code == 0


def test_a_database_that_holds_something_is_left_alone(installation: Flask, other_kind: Backend) -> None:
    move(installation, other_kind)
    with an_installation(other_kind) as there:
        before = everything(there)
        done = timebank(installation, "move", "--to", other_kind.owner_url)
        assert done.exit_code == 1
        assert "not empty" in done.output
        assert everything(there) == before


def test_a_move_that_breaks_off_leaves_the_other_empty(
    installation: Flask, other_kind: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = carrying._copy

    def break_off(source: object, target: object, table: object, told: object) -> None:
        if getattr(table, "name", "") == "transfer":
            raise KeyboardInterrupt
        whole(source, target, table, told)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "_copy", break_off)
    assert timebank(installation, "move", "--to", other_kind.owner_url).exit_code != 0
    monkeypatch.undo()
    move(installation, other_kind)


@pytest.mark.parametrize("url", ["mysql://somewhere", "sqlite:///:memory:", "nonsense"])
def test_an_address_that_is_none_is_refused(installation: Flask, url: str) -> None:
    done = timebank(installation, "move", "--to", url)
    assert done.exit_code == 1
    assert done.output.startswith("Error: --to ")
