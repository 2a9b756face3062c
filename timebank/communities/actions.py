"""Open a community, change how it works, put new words of agreement in force."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from timebank.communities import rules
from timebank.communities.models import Community, SettingChange, Wording
from timebank.core import audit, clock, ids
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.core.errors import Conflict, Refused, Stale
from timebank.core.text import clean_words
from timebank.core.words import N_

LONGEST_WORDING = 10_000
LONGEST_REASON = 500


def open_community(*, slug: str, name: str, words: dict[str, str], by: Actor) -> Community:
    """Open a community with starting settings. `words` are its first agreement (`house`) and privacy words (`privacy`).

    Raises Refused for a bad address or name, Conflict where the address is taken.
    """
    rules.check_slug(slug)
    if db.session.scalar(sa.select(Community.id).where(Community.slug == slug)) is not None:
        raise Conflict(N_("Another community here has that address."), field="slug")
    community = Community(
        public_id=ids.public_id(), slug=slug, settings={"name": rules.check("name", name)}, opened_at=clock.now()
    )
    db.session.add(community)
    db.session.flush()
    for kind in ("house", "privacy"):
        put_in_force(community=community, kind=kind, words=words[kind], by=by)
    audit.write("open_community", on=("community", community.public_id), by=by)
    return community


def change_settings(*, community: Community, wanted: dict[str, Any], why: str, by: Actor) -> list[SettingChange]:
    """Give settings other values, each dated, with who and why; those that are so already stay untouched.

    Raises Refused where a value cannot be, alone or beside the others.
    """
    judged = {setting: rules.check(setting, value) for setting, value in wanted.items()}
    rules.check_together(rules.read({**community.settings, **judged}))
    made = [_change(community, setting, value, why, by) for setting, value in judged.items()]
    return [change for change in made if change is not None]


def take_back(*, community: Community, change: SettingChange, why: str, by: Actor) -> SettingChange | None:
    """Give the setting of a change the value it had before, as a change of its own.

    Raises Stale where it has been taken back or changed again since, for then it is not clear what to go back to, and
    Conflict where it took something back itself: what was once meant so is decided anew.
    """
    if change.undoes is not None:
        raise Conflict(N_("This took a change back. Change it anew instead, and say why."))
    if db.session.scalar(sa.select(SettingChange.id).where(SettingChange.undoes == change.id).limit(1)) is not None:
        raise Stale(N_("This has been taken back already."))
    if community.settings.get(change.setting, rules.starting_value(change.setting)) != change.new:
        raise Stale(N_("This has been changed again since. Take back the newer change first."))
    rules.check_together(rules.read({**community.settings, change.setting: rules.check(change.setting, change.old)}))
    return _change(community, change.setting, change.old, why, by, undoes=change.id)


def _change(
    community: Community, setting: str, value: Any, why: str, by: Actor, *, undoes: int | None = None
) -> SettingChange | None:
    new = rules.check(setting, value)
    old = community.settings.get(setting, rules.starting_value(setting))
    if new == old:
        return None
    reason = clean_words(why, longest=LONGEST_REASON, field="why")
    if not reason:
        raise Refused(N_("Please say why, in a few words: others will want to know."), field="why")
    community.settings = {**community.settings, setting: new}
    change = SettingChange(
        community_id=community.id,
        setting=setting,
        old=old,
        new=new,
        made_by=by.public_id,
        made_at=clock.now(),
        why=reason,
        undoes=undoes,
    )
    db.session.add(change)
    db.session.flush()
    audit.write("change_setting", on=("setting_change", change.id), by=by)
    return change


def put_in_force(*, community: Community, kind: str, words: str, by: Actor) -> Wording:
    """Put a new version of the house agreement or the privacy words in force; what people accepted stays as it was."""
    text = clean_words(words, longest=LONGEST_WORDING, field="words")
    if not text:
        raise Refused(N_("Please write the words."), field="words")
    latest = db.session.scalar(
        sa.select(sa.func.max(Wording.version)).where(Wording.community_id == community.id, Wording.kind == kind)
    )
    wording = Wording(
        community_id=community.id,
        kind=kind,
        version=(latest or 0) + 1,
        words=text,
        since=clock.now(),
        made_by=by.public_id,
    )
    db.session.add(wording)
    db.session.flush()
    audit.write("put_in_force", on=("wording", wording.id), by=by)
    return wording


def lock(community_id: int) -> Community:
    """Give a community for writing, locked until the transaction ends. Rows that only refer to it do not wait."""
    wanted = sa.select(Community).where(Community.id == community_id)
    return db.session.execute(wanted.with_for_update(key_share=True)).scalar_one()


def new_code() -> str:
    """Draw a code for an entry of a community's list."""
    return rules.short_code(ids.new_uuid().int)
