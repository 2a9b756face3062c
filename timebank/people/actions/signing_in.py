"""Try a secret, sign in, be seen, sign out."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from timebank.core import ids
from timebank.core.database import db
from timebank.core.errors import DomainError
from timebank.core.text import folded
from timebank.core.words import N_
from timebank.people import queries, rules
from timebank.people.models import Attempt, SignIn


class WaitFirst(DomainError):
    """Too many tries in a short time; the sentence says how long to wait."""

    status = 429


def _bucket(secret_key: str, *parts: str) -> str:
    # Keyed: the table must not tell who was tried, nor from where, to whoever reads a copy of it.
    return hmac.new(secret_key.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))  # one house has a whole /64 to try from
    return str(found)


def try_secret(session: Session, *, name: str, address: str, secret_key: str, now: datetime) -> tuple[str, ...]:
    """Write down one try at a secret, before it is judged, and give the buckets to empty where it turns out right.

    Raises WaitFirst, writing nothing, where whoever tries must wait. Called inside `note()`: what counts tries must
    not be undone together with what failed, and two tries at the same moment must both count.
    """
    who, where = folded(name)[:200], _network(address)
    buckets = {
        "name_and_network": _bucket(secret_key, "both", who, where),
        "name": _bucket(secret_key, "name", who),
        "network": _bucket(secret_key, "network", where),
    }
    since = now - rules.ATTEMPTS_FORGOTTEN_AFTER
    counted = session.execute(
        sa.select(Attempt.bucket, sa.func.count(), sa.func.max(Attempt.at))
        .where(Attempt.bucket.in_(buckets.values()), Attempt.at > since)
        .group_by(Attempt.bucket)
    ).all()
    found = {bucket: (count, last) for bucket, count, last in counted}
    waits = []
    for kind, bucket in buckets.items():
        count, last = found.get(bucket, (0, None))
        waits.append(rules.wait_s(kind, count, last, now))
    wait = max(waits)
    if wait:
        raise WaitFirst(N_("Please wait %(wait_s)s seconds, then try again."), wait_s=wait)
    session.add_all(Attempt(bucket=bucket, at=now) for bucket in buckets.values())
    return buckets["name_and_network"], buckets["name"]


def check_secret_name(session: Session, buckets: tuple[str, ...]) -> None:
    """Forget the tries of whoever proved right."""
    session.execute(sa.delete(Attempt).where(Attempt.bucket.in_(buckets)))


def sign_in(*, person_id: uuid.UUID, shared_device: bool, now: datetime) -> str:
    """Sign somebody in and give the secret for their cookie; only its hash is kept."""
    stay = rules.stay(shared_device=shared_device, looks_after_others=queries.looks_after_others(person_id))
    token = ids.secret_token()
    db.session.add(
        SignIn(
            public_id=ids.public_id(),
            token_hash=queries.hashed(token),
            person_id=person_id,
            shared_device=shared_device,
            started_at=now,
            seen_at=now,
            idle_timeout_s=int(stay.idle / timedelta(seconds=1)),
            ends_at=now + stay.at_most,
        )
    )
    db.session.flush()
    return token


def seen(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """Keep that somebody was here, inside `note()`."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def end_sign_in(session: Session, *, token: str) -> None:
    """End the sign-in of a cookie."""
    session.execute(sa.delete(SignIn).where(SignIn.token_hash == queries.hashed(token)))


def end_sign_ins(*, person_id: uuid.UUID, but_token: str | None = None, only: str | None = None) -> None:
    """End somebody's sign-ins everywhere; all but one, or only the one with the public id `only`."""
    wanted = sa.delete(SignIn).where(SignIn.person_id == person_id)
    if but_token is not None:
        wanted = wanted.where(SignIn.token_hash != queries.hashed(but_token))
    if only is not None:
        wanted = wanted.where(SignIn.public_id == only)
    db.session.execute(wanted)
