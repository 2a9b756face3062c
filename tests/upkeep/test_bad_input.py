"""What cannot be used is refused in one sentence, and what runs is as it was, to the last byte."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.databases import Backend
from tests.factories import timebank
from tests.import_export.test_stopped import process
from tests.ledger.town import owner
from tests.upkeep.test_copies import SPOILT, as_it_lies, back_up
from timebank.core.database import db

# The disk is full when a file has so many bytes: at once, and when the copy is half written.
FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv = ["timebank", *sys.argv[2:]]
from timebank.cli import main
main()
"""
AT_ONCE, HALF = 4_096, 200_000


def beside(app: Flask) -> Backend:
    """Give the database of an installation, for another process to work on."""
    chosen = app.extensions["settings"]
    name = "sqlite" if chosen.database.startswith("sqlite") else "postgresql"
    return Backend(name, chosen.database, chosen.database_owner, chosen.instance_dir)


@pytest.mark.parametrize("bytes_left", [AT_ONCE, HALF])
@pytest.mark.parametrize("what", ["backup", "restore", "drill", "move"])
def test_a_disk_that_is_full_is_told_in_one_sentence(
    installation: Flask, tmp_path: Path, what: str, bytes_left: int
) -> None:
    copies = back_up(installation, tmp_path / "copies")
    words = {
        "backup": ("backup", str(tmp_path / "more")),
        "restore": ("restore", str(copies), "--replace"),
        "drill": ("restore", str(copies), "--drill"),
        "move": ("move", "--to", f"sqlite:///{tmp_path}/moved.sqlite"),
    }[what]
    before = as_it_lies(installation)
    done = process(beside(installation), "-c", FULL, str(bytes_left), *words)
    assert done.returncode == 1, done.stderr
    assert [line for line in done.stderr.splitlines() if "Carrying" not in line][-1].startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert as_it_lies(installation) == before
    left = [each for each in tmp_path.rglob("*") if each.is_file() and "unfinished" in str(each)]
    left += list((tmp_path / "more").glob("timebank-*"))
    assert left == []


@pytest.mark.parametrize("way", SPOILT)
def test_a_spoilt_copy_leaves_every_byte(installation: Flask, tmp_path: Path, way: str) -> None:
    copies = back_up(installation, tmp_path / "copies")
    SPOILT[way][0](copies)
    before = as_it_lies(installation)
    for words in (("--replace",), ("--drill",), ()):
        done = timebank(installation, "restore", str(copies), *words)
        assert done.exit_code == 1
        assert len(done.output.splitlines()) == 1
    assert as_it_lies(installation) == before


REVISIONS = {"9999": "newer than the program", "0012": "older than the program"}


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("words", [("verify",), ("anchor", "--to", "{tmp}/anchors"), ("backup", "{tmp}/more")])
def test_a_database_of_another_revision_is_not_touched(
    installation: Flask, tmp_path: Path, revision: str, words: tuple[str, ...]
) -> None:
    with installation.app_context():
        db.engine.dispose()
    with owner(installation) as connection:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    before = as_it_lies(installation)
    done = timebank(installation, *(word.format(tmp=tmp_path) for word in words))
    assert done.exit_code == 1
    assert done.output.startswith("Error: The database is ")
    assert REVISIONS[revision] in done.output
    assert len(done.output.splitlines()) == 1
    assert as_it_lies(installation) == before
    assert not (tmp_path / "anchors").exists()
    assert not (tmp_path / "more").exists()


@pytest.mark.parametrize("text", ["nothing\n", "", "AGE-SECRET-KEY-1\nAGE-SECRET-KEY-2\n", "\x00\xff"])
def test_a_key_that_is_none_opens_nothing(installation: Flask, tmp_path: Path, text: str) -> None:
    import pyrage

    copies = back_up(installation, tmp_path / "copies", "--for", str(pyrage.x25519.Identity.generate().to_public()))
    (tmp_path / "key").write_text(text, encoding="latin-1")
    before = as_it_lies(installation)
    done = timebank(installation, "restore", str(copies), "--replace", "--key", str(tmp_path / "key"))
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert len(done.output.splitlines()) == 1
    assert as_it_lies(installation) == before
