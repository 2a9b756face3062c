"""Move an exchange on: agree, change, say it is done, confirm, end it, let it fade."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from timebank.core.access import Program, Viewer
from timebank.core.errors import Conflict, Stale
from timebank.core.minutes import check_minutes
from timebank.core.words import N_
from timebank.exchanges import rules
from timebank.exchanges.actions.common import check, move, reason_given, settings_of, speaker
from timebank.exchanges.actions.making import Terms, check_day_done, put_terms
from timebank.exchanges.actions.posting import facts_of, post_now
from timebank.exchanges.actions.slips import forget_said_so, keep_said_so
from timebank.exchanges.models import Exchange
from timebank.exchanges.queries import on_paper_in, standing_of
from timebank.exchanges.rules import Keep, State, Verb


@dataclass(frozen=True)
class Said:
    """What somebody says was done: minutes, the day, and, where they gave, what becomes of the hours."""

    minutes: int
    on_day: date | None
    keep: str = Keep.HOURS


def agree(*, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Agree to what the other proposed."""
    check(exchange, Verb.AGREE, by)
    move(exchange, Verb.AGREE, State.AGREED, now=now, by=by)


def change_terms(*, exchange: Exchange, terms: Terms, now: datetime, by: Viewer) -> None:
    """Propose other terms; the other is asked anew."""
    check(exchange, Verb.CHANGE, by)
    put_terms(exchange, terms, settings_of(exchange), now)
    exchange.author_id = speaker(exchange, by)
    move(exchange, Verb.CHANGE, State.ASKED, now=now, by=by)


def say_done(*, exchange: Exchange, said: Said, now: datetime, by: Viewer) -> None:
    """Say that it is done and how long it took, first or instead of what the other said."""
    verb = Verb.SAY_OTHER if exchange.state == State.SAID else Verb.SAY_DONE
    check(exchange, verb, by)
    day = check_day_done(said.on_day, settings_of(exchange), now)
    if day != exchange.on_day:
        exchange.on_day, exchange.starts_at = day, None  # the time they agreed on was of the other day
    exchange.minutes = check_minutes(said.minutes)
    exchange.author_id = speaker(exchange, by)
    if exchange.giver_id == by.membership_id:
        exchange.keep = Keep(said.keep)
    # Other minutes are a new word: what was typed and taken over before says nothing about them.
    exchange.typed_by = None if by.membership_id in exchange.parties else by.public_id
    forget_said_so(exchange)
    move(exchange, verb, State.SAID, now=now, by=by)


def confirm(*, exchange: Exchange, minutes: int, keep: str | None, now: datetime, by: Viewer) -> None:
    """Say so too: both now say the same minutes. What follows is decided here, and posted where nobody else looks.

    `minutes` are those on the page the viewer saw: Stale where the other has said something else meanwhile. What a
    coordinator types for somebody on paper always wants another pair of eyes.
    """
    check(exchange, Verb.CONFIRM, by)
    if minutes != exchange.minutes:
        raise Stale(N_("The other has said another time meanwhile. Please look at it again."))
    if keep is not None and exchange.giver_id == by.membership_id:
        exchange.keep = Keep(keep)
    if by.membership_id not in exchange.parties:
        exchange.typed_by = by.public_id
    if exchange.typed_by is not None:
        spoke = (each for each in exchange.parties if each in {by.membership_id, exchange.author_id})
        keep_said_so(exchange, set(spoke) - on_paper_in(exchange), now)
    approve_why = rules.why_approve(settings_of(exchange).approval, facts_of(exchange))
    follows = rules.after_confirming(Keep(exchange.keep), needs_approval=approve_why is not None)
    move(exchange, Verb.CONFIRM, follows, now=now, by=by)
    if follows is State.POSTED:
        post_now([exchange], now=now, by=by)


def take_back(*, exchange: Exchange, now: datetime, by: Viewer) -> None:
    """Take back that it was done: it is agreed again, and nothing is lost."""
    check(exchange, Verb.TAKE_BACK, by)
    move(exchange, Verb.TAKE_BACK, State.AGREED, now=now, by=by)


def end_it(*, exchange: Exchange, verb: Verb, now: datetime, by: Viewer) -> None:
    """Decline or withdraw. Nobody has to say why."""
    end = {Verb.DECLINE: State.DECLINED, Verb.WITHDRAW: State.WITHDRAWN}[verb]
    check(exchange, verb, by)
    move(exchange, verb, end, now=now, by=by)


def give_back(*, exchange: Exchange, verb: Verb, reason: str, now: datetime, by: Viewer) -> None:
    """Ask a coordinator to help, give it back to the two, or close it: each with a reason that both read."""
    follows = {Verb.ASK_HELP: State.HELP, Verb.GIVE_BACK: State.AGREED, Verb.CLOSE: State.CLOSED}[verb]
    check(exchange, verb, by)
    exchange.reason = reason_given(reason)
    move(exchange, verb, follows, now=now, by=by)


def let_time_pass(*, exchange: Exchange, now: datetime) -> None:
    """Remind both that an exchange has been silent, which shows on their home; let it fade where that was no help.

    Nothing happens where it is not due, or where it has moved on meanwhile.
    """
    settings = settings_of(exchange)
    # A reminder always comes first, and leaves the days between the two to answer it.
    if exchange.reminded_at is None:
        if rules.is_due(exchange.touched_at, now, settings.remind_after_days):
            exchange.reminded_at = now
    elif rules.is_due(exchange.reminded_at, now, settings.fade_after_days - settings.remind_after_days):
        with suppress(Conflict):
            fade(exchange=exchange, now=now)


def fade(*, exchange: Exchange, now: datetime) -> None:
    """Let a silent exchange fade; a wish to put something right is dropped, and the book stays as it is."""
    program = rules.Doer(None, Program().public_id, is_program=True)
    follows = rules.check_may(Verb.FADE, program, standing_of(exchange)).leads_to[0]
    move(exchange, Verb.FADE, follows, now=now, by=Program(exchange.community_id))
