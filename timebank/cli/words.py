"""Gather every sentence the program says into the catalogues, and tell what is not translated yet."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from config import ROOT
from timebank.core.languages import FOLDER

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


@click.command(help="Gather the sentences into translations/*.po. Exit code 1 where one is not translated yet.")
def words() -> None:
    """Bring the catalogues up to date."""
    template = gathered()
    missing = 0
    for file in sorted(FOLDER.glob("*.po")):
        catalogue = brought_up_to_date(file, template)
        with file.open("wb") as kept:
            write_po(kept, catalogue, width=0, sort_output=False, ignore_obsolete=True, include_lineno=False)
        untranslated = sum(1 for each in catalogue if each.id and not is_whole(each))
        click.echo(f"{file.stem}: {len(catalogue)} sentences, {untranslated} of them not translated yet")
        missing += untranslated
    if missing:
        sys.exit(1)


def is_whole(message: Message) -> bool:
    """Tell whether a sentence is translated, in each of its plural forms."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def gathered() -> Catalog:
    """Give every sentence of the program and its pages, with the files it stands in."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, directory_filter=lambda name: not Path(name).name.startswith(".")
    )
    for name, line, sentence, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalogue.add(sentence, None, [(name, line)], auto_comments=comments, context=context)
    return catalogue


def brought_up_to_date(file: Path, template: Catalog) -> Catalog:
    """Give a catalogue with exactly the sentences that are said, and what of them is translated."""
    with file.open("rb") as kept:
        catalogue = read_po(kept, locale=file.stem)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue
