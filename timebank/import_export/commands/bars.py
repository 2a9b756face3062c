"""Progress, told on standard error, so that the report alone stands on standard output."""

from __future__ import annotations

import sys
from typing import Any

import click


def bar(label: str, length: int) -> Any:
    """Show how far something is; where nobody watches, only its label."""
    return click.progressbar(length=length, label=label, file=sys.stderr, update_min_steps=max(1, length // 500))
