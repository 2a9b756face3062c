"""All commands of the console, by what they are for. Each feature's own stand in its `commands.py`."""

from __future__ import annotations

import click

from timebank.cli import demo, docs, roles, serving, tending, words
from timebank.cli.simulator import command as simulator
from timebank.import_export import commands as import_export
from timebank.people import commands as people
from timebank.upkeep import commands as upkeep

SECTIONS: dict[str, tuple[str, ...]] = {
    "Running": ("run", "demo", "jobs", "migrate"),
    "Communities and people": ("community", "person", "import"),
    "Looking after it": ("verify", "doctor", "anchor", "backup", "restore", "move", "db", "accounts"),
    "For developers": ("secrets", "docs", "words", "simulate"),
}
COMMANDS: dict[str, click.Command] = {
    "run": serving.run,
    "demo": demo.demo,
    "jobs": serving.jobs,
    "migrate": tending.migrate,
    "community": people.community,
    "person": people.person,
    "import": import_export.import_from,
    "verify": upkeep.verify,
    "doctor": tending.doctor,
    "anchor": upkeep.anchor,
    "backup": upkeep.backup,
    "restore": upkeep.restore,
    "move": upkeep.move,
    "db": roles.database,
    "accounts": tending.accounts,
    "secrets": tending.secrets,
    "docs": docs.docs,
    "words": words.words,
    "simulate": simulator.simulate,
}
