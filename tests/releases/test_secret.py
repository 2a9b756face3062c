"""The secret of the releases: made once, for its owner alone, and missed where it is not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.databases import SECRET


def timebank(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Type a command on a machine that has nothing but the instance folder."""
    program = Path(sys.executable).with_name("timebank")
    clean = {"PATH": os.environ["PATH"], "INSTANCE_DIR": str(folder), **environ}
    return subprocess.run(  # noqa: S603 - our own program
        [program, *words], env=clean, capture_output=True, text=True, check=False, timeout=60
    )


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    assert timebank(tmp_path, "secrets").returncode == 0
    kept = {name: (tmp_path / name).read_text() for name in ("secret_key", "release_secret")}
    assert len(set(kept.values())) == 2
    assert all(len(words.strip()) >= 32 for words in kept.values())
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in kept} == {0o600}
    again = timebank(tmp_path, "secrets")
    assert again.stdout.count("already") == 2
    assert {name: (tmp_path / name).read_text() for name in kept} == kept
    assert not [words for words in kept.values() if words.strip() in again.stdout + again.stderr]


def test_an_older_installation_gets_the_one_it_lacks_and_keeps_its_key(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(SECRET)
    made = timebank(tmp_path, "secrets")
    assert (tmp_path / "secret_key").read_text() == SECRET
    assert "There is a secret for the releases now" in made.stdout
    assert (tmp_path / "release_secret").exists()


def test_a_secret_of_the_environment_is_written_into_no_file(tmp_path: Path) -> None:
    timebank(tmp_path, "secrets", RELEASE_SECRET="mB7dWq3Zk9TxR5vHc2NsLf8YgJp4EuXa")
    assert not (tmp_path / "release_secret").exists()


def test_site_that_others_reach_does_not_start_without_it(tmp_path: Path) -> None:
    done = timebank(tmp_path, "doctor", SECRET_KEY=SECRET, BASE_URL="https://example.org")
    assert done.returncode == 1
    assert done.stderr == "There is no secret for the releases. Run `make setup`, or set RELEASE_SECRET.\n"


def test_doctor_misses_it_and_notices_who_can_read_it(tmp_path: Path) -> None:
    assert "! No releases are made" in timebank(tmp_path, "doctor", SECRET_KEY=SECRET).stdout
    timebank(tmp_path, "secrets")
    assert "releases" not in timebank(tmp_path, "doctor").stdout
    (tmp_path / "release_secret").chmod(0o644)
    assert "! Others on this machine can read release_secret" in timebank(tmp_path, "doctor").stdout
