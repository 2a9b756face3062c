"""The console: `timebank`, the other door to the same actions."""

from __future__ import annotations

import sys
from importlib.metadata import version

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from config import BadSettingError
from timebank.cli.commands import COMMANDS, SECTIONS

LONGEST = 120  # letters of a command in the list


class Sections(FlaskGroup):
    """The console's top level, its commands listed by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by section."""
        del ctx
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name].get_short_help_str(LONGEST)) for name in names])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List our own commands alone."""
        del ctx
        return [name for names in SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command without making the app: some work where the app cannot start yet."""
        del ctx
        return COMMANDS.get(cmd_name)


def main() -> None:
    """Run the console."""
    console = Sections(
        name="timebank",
        help="Timebank: people in a place give each other hours of help.",
        create_app=_create_app,
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,
    )
    console.params.clear()  # Flask would ask which app is meant
    click.version_option(version("timebank"), prog_name="timebank")(console)
    try:
        console.main(prog_name="timebank", obj=ScriptInfo(create_app=_create_app, load_dotenv_defaults=False))
    except BadSettingError as bad:
        click.echo(str(bad), err=True)
        sys.exit(1)


def _create_app() -> Flask:
    from timebank import create_app  # the app itself knows the console

    return create_app()
