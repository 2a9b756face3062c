"""The simulator: a seed holds and gives the same history again, and bugs that are planted are found and told.

A seed that failed goes into SEEDS with the mistake it found, once that is mended, and stays there.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.databases import SECRET, Backend
from timebank.cli.simulator import command, world
from timebank.cli.simulator.command import simulate
from timebank.cli.simulator.faults import Trouble
from timebank.cli.simulator.world import FEWEST_WEEKS, Lived
from timebank.core import ids
from timebank.exchanges.actions import posting as exchange_posting
from timebank.ledger import queries, rules
from timebank.pot import actions as pot

SEEDS = {1: "a coordinator's own time, taken back, could not be changed into time for somebody: no page, an error"}
LONG_SEEDS = range(100, 104)
LONG_WEEKS = 26


@contextmanager
def an_empty_one(backend: Backend, folder: Path) -> Iterator[Backend]:
    with backend.beside(folder) as made:
        made.migrate()
        yield made


def lived(backend: Backend, folder: Path, seed: int, weeks: int = FEWEST_WEEKS) -> Lived:
    folder.mkdir()
    with an_empty_one(backend, folder) as made:
        return world.live(made.settings(), seed=seed, weeks=weeks)


@pytest.fixture(autouse=True)
def lines_that_were_cut() -> Iterator[None]:
    """Let go of lines that were cut on purpose here, and not in whatever test comes next."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_holds_and_gives_the_same_history_again(backend: Backend, tmp_path: Path, seed: int) -> None:
    first, again = (lived(backend, tmp_path / name, seed) for name in ("once", "again"))
    assert first.wrong == "", what_is_said(first)
    assert sum(head.seq for head in first.heads) > 10
    assert set(first.counts) >= {*Trouble, "restarts", "done", "refused"} - {Trouble.NONE}
    assert (first.heads, first.counts, list(first.last_steps)) == (again.heads, again.counts, list(again.last_steps))


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_half_a_year_of_a_seed_holds(backend: Backend, tmp_path: Path, seed: int) -> None:
    found = lived(backend, tmp_path / "long", seed, LONG_WEEKS)
    assert found.wrong == "", what_is_said(found)


def what_is_said(found: Lived) -> str:
    return "\n".join([found.wrong, *found.last_steps])


def payload_not_compared() -> Any:
    """Plant: whatever stands under a key is the answer, whatever was asked."""

    def stands(wanted: rules.Posting) -> rules.Entry | None:
        return next(iter(queries.of_source(wanted.community_id, wanted.source)), None)

    return mock.patch.object(pot, "_standing", stands)


def a_retry_posts_again() -> Any:
    """Plant: the key of a form is forgotten, and another drawn."""
    return mock.patch.object(pot, "_key_of", side_effect=lambda *_: ids.new_uuid())


def no_floor() -> Any:
    """Plant: nobody judges limits but the wall of the database, which knows no sentence."""
    return mock.patch.object(rules, "check_limits", return_value=None)


def half_is_kept() -> Any:
    """Plant: a unit that breaks keeps what it had written."""
    return mock.patch.object(Session, "rollback", Session.commit)


def gift_forgotten() -> Any:
    """Plant: what the giver gives on to the pot is not posted."""
    whole = exchange_posting._postings
    return mock.patch.object(exchange_posting, "_postings", lambda *given: whole(*given)[:1])


PLANTED = [
    payload_not_compared,
    half_is_kept,
    *(pytest.param(each, marks=pytest.mark.long) for each in (a_retry_posts_again, no_floor, gift_forgotten)),
]


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_bug_is_found_and_told_with_its_seed(
    monkeypatch: pytest.MonkeyPatch, planted: Callable[[], Any]
) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    with planted():
        done = CliRunner().invoke(simulate, ["--seed", "1", "--weeks", "4"])
    assert done.exit_code == 1, done.output
    assert "To have it again: timebank simulate --seed 1 --weeks 4\n" in done.output
    assert "The last steps:" in done.output
    assert "Traceback" not in done.output


def test_an_installation_s_own_database_and_one_that_holds_anything_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = f"sqlite:///{tmp_path}/own.sqlite"
    monkeypatch.setenv("DATABASE_URL", own)
    refused = CliRunner().invoke(simulate, ["--database", own])
    assert refused.exit_code == 1
    assert "this installation's own database" in refused.output
    assert not (tmp_path / "own.sqlite").exists()

    other = f"sqlite:///{tmp_path}/other.sqlite"
    with mock.patch.object(command, "live", return_value=Lived()):
        assert CliRunner().invoke(simulate, ["--database", other]).exit_code == 0
        refused = CliRunner().invoke(simulate, ["--database", other])
    assert refused.exit_code == 1
    assert "is not empty" in refused.output
