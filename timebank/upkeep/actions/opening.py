"""Open a copy again: find it, unseal it, bring it up to date, and check that it is what it is said to be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyrage

from timebank.core import schema
from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.upkeep import queries, rules
from timebank.upkeep.actions.files import FOR_OWNER_ALONE, check_all, full_disk_told, scratch, sha256
from timebank.upkeep.rules import Manifest


def open_copy(place: Path, onto: Path, *, secret_key: str | None) -> Manifest:
    """Write the database of a copy to `onto`, bring it up to this program's tables and check it.

    `place` is the copy, what stands beside it, or their folder, which means the newest. Raises Refused for what is cut,
    foreign, altered, sealed for somebody else or of a newer program; Conflict where an invariant is broken.
    """
    manifest, file = _find(place)
    if sha256(file) != manifest.sha256:
        raise Refused(N_("This copy is cut short or was altered: it is not what was written then."))
    with full_disk_told(onto.parent):
        _unseal(manifest, file, onto, secret_key)
    _bring_up_to_date(onto, manifest)
    with scratch(onto) as (_revision, session):
        counted = queries.row_counts(session)
        if queries.heads(session) != manifest.heads or any(counted.get(t) != n for t, n in manifest.rows.items()):
            raise Refused(N_("This copy does not hold what was written down beside it."))
        check_all(session)
    return manifest


def _find(place: Path) -> tuple[Manifest, Path]:
    if place.is_dir():
        written = [each for each in place.glob(f"{rules.PREFIX}*.json") if rules.made_at(each.stem)]
        if not written:
            raise Refused(N_("There is no copy in this folder."))
        place = max(written)
    beside = place.with_name(place.name.split(".")[0] + ".json")
    if not place.is_file() or not beside.is_file():
        raise Refused(N_("There is no copy here, or what stands beside it (a .json file) is missing."))
    manifest = rules.read_manifest(beside.read_text(errors="replace"))
    file = beside.with_name(manifest.file)
    if not file.is_file():
        raise Refused(N_("What stands beside the copy is here, the copy itself is not."))
    return manifest, file


def _unseal(manifest: Manifest, file: Path, onto: Path, secret_key: str | None) -> None:
    onto.touch(mode=FOR_OWNER_ALONE)
    if not manifest.encrypted:
        shutil.copyfile(file, onto)
        return
    if secret_key is None:
        raise Refused(N_("This copy is sealed. Say where the secret key is, with --key FILE."))
    try:
        pyrage.decrypt_file(str(file), str(onto), [pyrage.x25519.Identity.from_str(secret_key)])
    except (pyrage.DecryptError, pyrage.IdentityError):
        raise Refused(N_("This key does not open the copy.")) from None


def _bring_up_to_date(file: Path, manifest: Manifest) -> None:
    with scratch(file) as (revision, _session):
        if revision != manifest.revision or not schema.knows(revision):
            raise Refused(N_("This copy is of a newer program. Update the program first."))
    schema.upgrade(f"sqlite:///{file}")
