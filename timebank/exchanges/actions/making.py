"""Begin an exchange: propose it, log what was done, type a signed slip, log one's own time for everybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from timebank.communities.rules import Settings
from timebank.core import clock, ids
from timebank.core.access import Role, Viewer
from timebank.core.database import db
from timebank.core.errors import Conflict, NotAllowed, Refused
from timebank.core.minutes import check_minutes
from timebank.core.text import clean_line
from timebank.core.words import N_
from timebank.exchanges.actions.common import move
from timebank.exchanges.models import Exchange, ExchangeEvent
from timebank.exchanges.rules import ForWhom, Keep, State
from timebank.people import actions as people
from timebank.people.models import Membership
from timebank.people.rules import Standing
from timebank.safeguarding.queries import may_meet

LONGEST_TITLE = 120
LONGEST_PLACE = 120
YEARS_AHEAD = 1


@dataclass(frozen=True)
class Terms:
    """What two people agree on: what, how long (minutes), which day and time (community's zone), where, for whom.

    `key` is drawn with the form it was said in: said twice in one form, it is one exchange.
    """

    title: str
    minutes: int
    on_day: date | None = None
    at: time | None = None
    place: str = ""
    kind: str | None = None
    for_whom: str = ForWhom.PERSON
    key: uuid.UUID = field(default_factory=ids.new_uuid)


@dataclass(frozen=True)
class Two:
    """Who gives and who receives."""

    giver: Membership
    receiver: Membership


def propose(
    *, two: Two, terms: Terms, listing_id: int | None, settings: Settings, now: datetime, by: Viewer
) -> Exchange:
    """Ask the other, from a listing or directly. The other agrees, changes it, or declines.

    Raises Conflict where one is away or has left, Refused on the field that cannot be.
    """
    _check_two(two, by)
    exchange = _blank(two.giver, two.receiver, terms, settings, now)
    standing = _standing(exchange, "propose", terms, by)
    if standing:
        return standing
    exchange.listing_id = listing_id
    exchange.author_id = by.membership_id
    _begin(exchange, State.ASKED, "propose", now, by)
    return exchange


def log_done(*, two: Two, terms: Terms, keep: str, settings: Settings, now: datetime, by: Viewer) -> Exchange:
    """Log help that has happened already; the other confirms, or says other minutes."""
    _check_two(two, by)
    check_day_done(terms.on_day, settings, now)
    exchange = _blank(two.giver, two.receiver, terms, settings, now)
    standing = _standing(exchange, "log", terms, by)
    if standing:
        return standing
    exchange.author_id = by.membership_id
    if two.giver.id == by.membership_id:
        exchange.keep = Keep(keep)
    _begin(exchange, State.SAID, "log", now, by)
    return exchange


def type_slip(*, two: Two, terms: Terms, settings: Settings, now: datetime, by: Viewer) -> Exchange:
    """Type a slip that both signed, for people who do not use the site. Somebody else looks before it is posted."""
    if not by.has(Role.COORDINATOR):
        raise NotAllowed(N_("Coordinators type signed slips."))
    if by.membership_id in {two.giver.id, two.receiver.id}:
        raise Conflict(N_("You are one of the two. Log it as your own; the other then says so too."))
    _check_apart(two)
    check_day_done(terms.on_day, settings, now)
    exchange = _blank(two.giver, two.receiver, terms, settings, now)
    standing = _standing(exchange, "type_slip", terms, by)
    if standing:
        return standing
    exchange.typed_by = by.public_id
    _begin(exchange, State.CONFIRMED, "type_slip", now, by)
    return exchange


def log_own_time(*, giver: Membership, terms: Terms, settings: Settings, now: datetime, by: Viewer) -> Exchange:
    """Log a coordinator's own time for everybody: the pot pays, and somebody else looks."""
    if not by.has(Role.COORDINATOR) or giver.id != by.membership_id:
        raise NotAllowed(N_("Coordinators log their own time."))
    if people.hold_standings([giver.id]) != {Standing.ACTIVE}:
        raise Conflict(N_("You are away just now. Come back first."))
    check_day_done(terms.on_day, settings, now)
    exchange = _blank(giver, None, terms, settings, now)
    standing = _standing(exchange, "log_own_time", terms, by)
    if standing:
        return standing
    exchange.author_id = giver.id
    _begin(exchange, State.CONFIRMED, "log_own_time", now, by)
    return exchange


def _check_two(two: Two, by: Viewer) -> None:
    if by.membership_id not in {two.giver.id, two.receiver.id}:
        raise NotAllowed(N_("Only the two themselves can begin this."))
    _check_apart(two)


def _check_apart(two: Two) -> None:
    if two.giver.id == two.receiver.id:
        raise Conflict(N_("An exchange is between two people."))
    # Held, so that nobody leaves between this look and the line that is written.
    standings = people.hold_standings([two.giver.id, two.receiver.id])
    if Standing.PAUSED in standings:
        raise Conflict(N_("One of you is away just now. Ask again when both are back."))
    if standings != {Standing.ACTIVE} or not may_meet(two.giver.person_id, two.receiver.person_id):
        raise Conflict(N_("This cannot be arranged just now. A coordinator can tell you more."))


def _blank(giver: Membership, receiver: Membership | None, terms: Terms, settings: Settings, now: datetime) -> Exchange:
    exchange = Exchange(
        public_id=ids.public_id(),
        community_id=giver.community_id,
        giver_id=giver.id,
        receiver_id=receiver.id if receiver else None,
        keep=Keep.HOURS,
        made_at=now,
        touched_at=now,
    )
    put_terms(exchange, terms, settings, now)
    return exchange


def _standing(exchange: Exchange, verb: str, terms: Terms, by: Viewer) -> Exchange | None:
    """Give an exchange its transfer's id; give the one that has it already, because the same form was sent before.

    The id is made of the form's key, of what it says and of who says it. Asked after the two are held, so that of two
    taps at one moment one comes first.
    """
    said = (verb, by.public_id, exchange.giver_id, exchange.receiver_id, replace(terms, key=uuid.UUID(int=0)))
    exchange.transfer_id = uuid.uuid5(terms.key, repr(said))
    return db.session.scalar(sa.select(Exchange).where(Exchange.transfer_id == exchange.transfer_id))


def put_terms(exchange: Exchange, terms: Terms, settings: Settings, now: datetime) -> None:
    """Write terms into an exchange. Raises Refused on the field that cannot be."""
    title = clean_line(terms.title, longest=LONGEST_TITLE, field="title")
    if not title:
        raise Refused(N_("What is it about? A few words are enough."), field="title")
    if terms.kind and terms.kind not in {kind.code for kind in settings.kinds}:
        raise Refused(N_("Please choose one from the list."), field="kind")
    if terms.for_whom not in set(ForWhom):
        raise Refused(N_("Please choose who it is for."), field="for_whom")
    if exchange.receiver_id is None and terms.for_whom != ForWhom.EVERYONE:
        raise Refused(N_("This was given to everybody. Withdraw it, and begin one with somebody."), field="for_whom")
    today = clock.day_of(now, settings.zone)
    if terms.on_day is not None and terms.on_day.year > today.year + YEARS_AHEAD:
        raise Refused(N_("That day is too far away."), field="on_day")
    exchange.title = title
    exchange.minutes = check_minutes(terms.minutes)
    exchange.kind = terms.kind or None
    exchange.for_whom = ForWhom(terms.for_whom)
    exchange.on_day = terms.on_day
    exchange.starts_at = _starts_at(terms, settings)
    exchange.place = clean_line(terms.place, longest=LONGEST_PLACE, field="place")


def _starts_at(terms: Terms, settings: Settings) -> datetime | None:
    if terms.on_day is None or terms.at is None:
        return None
    return datetime.combine(terms.on_day, terms.at, tzinfo=ZoneInfo(settings.zone))


def check_day_done(day: date | None, settings: Settings, now: datetime) -> date:
    """Give the day something was done; raises Refused where it is none, or not yet, or longer than a year ago."""
    today = clock.day_of(now, settings.zone)
    if day is None:
        raise Refused(N_("On which day was it?"), field="on_day")
    if day > today:
        raise Refused(N_("That day is still to come. Say it when it is done."), field="on_day")
    if (today - day).days > 366:  # noqa: PLR2004 - a year, and the leap day
        raise Refused(N_("That is longer than a year ago. Ask a coordinator."), field="on_day")
    return day


def _begin(exchange: Exchange, state: State, verb: str, now: datetime, by: Viewer) -> None:
    exchange.state = state
    db.session.add(exchange)
    db.session.flush()
    db.session.add(
        ExchangeEvent(
            community_id=exchange.community_id,
            exchange_id=exchange.id,
            verb=verb,
            old=None,
            new=state,
            minutes=exchange.minutes,
            done_by=by.public_id,
            done_at=now,
        )
    )
    db.session.flush()


__all__ = ["Terms", "Two", "check_day_done", "log_done", "log_own_time", "move", "propose", "put_terms", "type_slip"]
