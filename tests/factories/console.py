"""The other door: a command as it is typed."""

from __future__ import annotations

from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from timebank.cli.commands import COMMANDS


def timebank(app: Flask, *words: str) -> Result:
    """Type a command."""
    info = ScriptInfo(create_app=lambda: app, load_dotenv_defaults=False)
    return CliRunner().invoke(COMMANDS[words[0]], words[1:], obj=info, prog_name="timebank")
