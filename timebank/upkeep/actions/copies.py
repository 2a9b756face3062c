"""Make a copy of everything, try it out, keep it. A copy is one SQLite file, whatever it is a copy of."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyrage

from timebank.core import carrying, schema
from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.upkeep import queries, rules
from timebank.upkeep.actions.files import (
    FOR_OWNER_ALONE,
    check_all,
    from_one_moment,
    make_single,
    place_to_work,
    scratch,
    settle_down,
    sha256,
    writing_to,
)
from timebank.upkeep.rules import Manifest


@dataclass(frozen=True)
class Copy:
    """A copy as it lies there: what it is said to be, and its file."""

    manifest: Manifest
    file: Path


def back_up(owner_url: str, folder: Path, *, recipient: str | None, now: datetime) -> Copy:
    """Copy the database into a folder, restore the copy beside it, check that one, and only then keep it.

    `recipient` is a public key (`age1…`): the copy is then for whoever holds the secret one. Raises Conflict where what
    was restored is not what was copied, or breaks an invariant; NoRoom; Refused for a key that is none.
    """
    key = _public_key(recipient)
    name = rules.name_at(now)
    with place_to_work(folder) as work:
        plain, tried = work / "plain", work / "tried"
        _take(owner_url, plain)
        shutil.copyfile(plain, tried)
        with scratch(tried) as (revision, session):
            manifest = Manifest(
                made_at=now.isoformat(),
                revision=revision,
                file=f"{name}.sqlite" + (".age" if key else ""),
                sha256="",
                encrypted=key is not None,
                rows=queries.row_counts(session),
                heads=queries.heads(session),
            )
            check_all(session)
        if key is not None:
            pyrage.encrypt_file(str(plain), str(work / "sealed"), [key])
            plain = work / "sealed"
        manifest = replace(manifest, sha256=sha256(plain))
        settle_down(plain, folder / manifest.file)
        beside = work / "manifest"
        beside.write_text(manifest.as_text())
        settle_down(beside, folder / f"{name}.json")
    return Copy(manifest, folder / manifest.file)


def forget_old(folder: Path) -> list[str]:
    """Delete the copies that need not be kept any more. Gives their names."""
    made = {at: each for each in folder.glob(f"{rules.PREFIX}*.json") if (at := rules.made_at(each.stem))}
    gone = sorted(set(made) - rules.to_keep(made))
    for at in gone:
        for each in folder.glob(f"{made[at].stem}.*"):
            each.unlink()
    return [made[at].stem for at in gone]


def _take(owner_url: str, onto: Path) -> None:
    onto.touch(mode=FOR_OWNER_ALONE)
    if owner_url.startswith("sqlite"):
        file = owner_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
            source.execute("VACUUM INTO ?", (str(onto),))
        return
    schema.upgrade(f"sqlite:///{onto}")
    with from_one_moment(owner_url) as source, writing_to(f"sqlite:///{onto}") as target:
        carrying.carry(source, target)
    make_single(onto)


def _public_key(recipient: str | None) -> pyrage.x25519.Recipient | None:
    try:
        return pyrage.x25519.Recipient.from_str(recipient.strip()) if recipient else None
    except pyrage.RecipientError:
        raise Refused(N_("That is no public key. It begins with age1.")) from None
