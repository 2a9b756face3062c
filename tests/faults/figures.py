"""What the full run counted. The tests add to a file that `make faults` names; nothing is written by hand."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

FILE_SETTING = "FAULT_FIGURES"


def count(name: str, many: int) -> None:
    """Add to a figure of this run, where somebody collects them."""
    place = os.environ.get(FILE_SETTING)
    if not place:
        return
    with Path(place).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        figures = json.loads(file.read() or "{}")
        figures[name] = figures.get(name, 0) + many
        file.truncate(0)
        file.write(json.dumps(figures))


def wanted(name: str, many: int) -> int:
    """Give how often something is to be done: a setting such as FAULT_WORKER_KILLS, or the aim."""
    return int(os.environ.get(f"FAULT_{name.upper()}", many))
