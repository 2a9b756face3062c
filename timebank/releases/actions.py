"""Make a release, and let it leave the house."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from importlib.metadata import version

from timebank.communities import queries as communities
from timebank.core import audit, ids
from timebank.core.access import Actor
from timebank.core.database import db
from timebank.core.door import settings
from timebank.core.errors import Conflict
from timebank.core.words import N_
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.releases import queries, rules
from timebank.releases.models import Release, ReleaseApproval
from timebank.releases.rules import Quarter


def prepare(*, community_id: int, quarter: Quarter, now: datetime, by: Actor) -> Release:
    """Make a quarter's release, once: where there is one already it is given back as it stands.

    Raises Conflict where the quarter is not frozen yet or was over before the community began, and where the secret
    is missing or another one than the last release's.
    """
    ledger.lock_book(community_id)  # of two that make it at the same time, one waits and then finds it
    stands = queries.of_quarter(community_id, quarter)
    if stands is not None:
        return stands
    here = communities.by_id(community_id)
    zone = here.chosen.zone
    rules.check_may_prepare(quarter, opened_at=here.opened_at, now=now, zone=zone)
    secret = _secret()
    window = queries.window_of(quarter, zone)
    deeds = queries.deeds(community_id, window)
    told = rules.content(deeds, partial(rules.record_key, secret))
    told |= {"quarter": str(quarter), "name": here.chosen.name, "about": here.chosen.about}
    head = ledger_queries.head_at(community_id, window.known_by)
    release = Release(
        public_id=ids.public_id(),
        community_id=community_id,
        quarter=str(quarter),
        content=told,
        content_hash=rules.digest(told),
        inputs=len(deeds),
        ledger_seq=head.seq,
        ledger_head=head.hash,
        code_version=version("timebank"),
        secret_fingerprint=rules.fingerprint(secret),
        prepared_at=now,
    )
    db.session.add(release)
    db.session.flush()
    audit.write("prepare_release", on=("release", release.public_id), by=by)
    return release


def _secret() -> bytes:
    secret = settings().release_secret.encode()
    if not secret:
        raise Conflict(N_("There is no secret for the releases. Run `make setup`, or set RELEASE_SECRET."))
    if queries.fingerprints() - {rules.fingerprint(secret)}:
        raise Conflict(
            N_("The secret of the releases is another one than before. Put the old one back: a second blur undoes it.")
        )
    return secret


def approve(*, release: Release, now: datetime, by: Actor) -> None:
    """Let a release leave the house: from now on funders see it. Raises Conflict where somebody did already."""
    ledger.lock_book(release.community_id)
    if queries.is_approved(release):
        raise Conflict(N_("Somebody let it go already. Nothing was changed."))
    db.session.add(
        ReleaseApproval(
            community_id=release.community_id, release_id=release.id, approved_by=by.public_id, approved_at=now
        )
    )
    db.session.flush()
    audit.write("approve_release", on=("release", release.public_id), by=by)
