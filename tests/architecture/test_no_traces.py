"""What is kept in the repository tells nothing of the machines it was made on, and pins what it installs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import ROOT
from tests.architecture.sources import name, tracked

# Put together here, so that this file does not hold what it looks for.
TRACES = re.compile(
    "|".join(
        [
            "py" + r"pi\.org",
            "python" + "hosted",
            r"registry\.npm" + "js",
            r"deb\.deb" + "ian",
            "/wo" + "rk/",
            "/fa" + "rm/",
            "/ho" + r"me/\w+/",
            r"BEGIN [A-Z ]*PRIV" + "ATE KEY",
        ]
    )
)
LOCKS = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock"]
KEPT_OUT = re.compile(
    r"(^|/)(instance|\.venv|__pycache__|\.env)(/|$)|\.(sqlite|pyc|pem|key)$|(secret_key|release_secret)$"
)


def test_no_file_holds_a_registry_host_or_a_path_of_a_machine() -> None:
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode("utf-8", errors="replace")
        found += [f"{name(path)}: {match[0]}" for match in TRACES.finditer(text)]
    assert found == []


def test_nothing_of_an_installation_is_kept() -> None:
    assert [name(path) for path in tracked() if KEPT_OUT.search(name(path))] == []


@pytest.mark.parametrize("lock", LOCKS, ids=name)
def test_lock_pins_and_hashes_everything_and_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_what_tests_install_agrees_with_what_the_site_installs() -> None:
    pins = [
        dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[\S+\])?==(\S+)", lock.read_text(), re.MULTILINE)) for lock in LOCKS
    ]
    site, tests = pins
    assert {which: tests.get(which) for which in site} == site


def test_the_patterns_find_what_they_look_for() -> None:
    assert TRACES.search("https://files.python" + "hosted.org/x")
    assert TRACES.search("/wo" + "rk/main")
    assert not TRACES.search("paperwork/network")
