"""`make faults`: the suites that hurt the books, in full, and the page that says what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.faults import guarantees
from tests.faults.figures import FILE_SETTING

WHERE = (
    "tests/faults",
    "tests/ledger/test_append_only_ledger.py",
    "tests/ledger/test_ledger_checks.py",
    "tests/ledger/test_ledger_machine.py",
    "tests/ledger/test_ledger_race.py",
    "tests/ledger/test_planted_bugs.py",
    "tests/exchanges/test_exchange_machine.py",
    "tests/exchanges/test_exchange_race.py",
)
# The page's own test compares it with what this run is about to write.
ALL = ("-m", "long or not long", "-p", "no:randomly", "--ignore=tests/faults/test_guarantees.py")


def main() -> int:
    """Run them and, where all passed, write the figures and the page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        begun = time.monotonic()
        ran = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", *ALL, *WHERE],
            env={**os.environ, FILE_SETTING: str(file)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        sys.stdout.write(ran.stdout)
        if ran.returncode:
            return ran.returncode
        measured = {
            "day": datetime.now(UTC).date().isoformat(),
            "cores": os.cpu_count(),
            "minutes": round((time.monotonic() - begun) / 60, 1),
            "figures": json.loads(file.read_text()),
        }
    guarantees.FIGURES.parent.mkdir(exist_ok=True)
    guarantees.FIGURES.write_text(json.dumps(measured, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    guarantees.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
