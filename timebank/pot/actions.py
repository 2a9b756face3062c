"""Give hours to the pot, and pass them on from it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime

from timebank.communities import queries as communities
from timebank.core import audit, clock
from timebank.core.access import Viewer
from timebank.core.errors import Conflict, NotFound, Refused
from timebank.core.text import clean_line, clean_words
from timebank.core.words import N_
from timebank.ledger import actions as ledger
from timebank.ledger import queries as ledger_queries
from timebank.ledger.rules import Entry, Kind, Posting
from timebank.people import queries as people
from timebank.people.models import Membership
from timebank.people.rules import HERE
from timebank.pot import rules

OWN_KEYS = uuid.UUID("5b0a1f0c-6d2e-4d55-9a53-5d8f6c7a1e20")


def give(*, minutes: int, words: str, key: uuid.UUID, now: datetime, by: Viewer) -> Entry:
    """Give hours of one's own to the pot, once for each `key`; a repeated wish gives the line that stands.

    `words` are for one's own statement and may be blank. Raises Refused for no amount, Conflict where one has less or
    the key was used for something else.
    """
    rules.check_amount(minutes)
    note = clean_line(words, longest=rules.LONGEST_WORDS, field="words")
    member = people.own_membership(by)
    account_id = _account_of(member)
    ledger.lock_book(member.community_id)
    wanted = Posting(
        community_id=member.community_id,
        id=_key_of(key, "give", by),
        payer_id=account_id,
        payee_id=ledger_queries.pot_of(member.community_id).id,
        minutes=minutes,
        kind=Kind.GIFT,
        source=(rules.SOURCE, str(_key_of(key, "give", by))),
        done_on=_today(member, now),
        note=note or None,
    )
    stands = _standing(wanted)
    if stands is not None:
        return stands
    rules.check_may_give(minutes, ledger_queries.balance(member.community_id, account_id))
    audit.write("give_to_pot", on=("transfer", wanted.id), by=by)
    return ledger.post(wanted, now=now, by=by)


def pass_on(*, to: Membership, minutes: int, why: str, key: uuid.UUID, now: datetime, by: Viewer) -> Entry:
    """Pass hours on from the pot to a member, once for each `key`; a repeated wish gives the line that stands.

    `why` is what they read on their statement; it is kept as the transfer's note, so it can be erased. Raises
    NotAllowed for who is no coordinator, Refused for no amount or no reason, Conflict where the pot holds less, where
    they can gather no more, or where it would be for oneself.
    """
    rules.check_may_pass_on(by, to.id)
    rules.check_amount(minutes)
    reason = clean_words(why, longest=rules.LONGEST_WHY, field="why")
    if not reason:
        raise Refused(N_("Please say why, in a few kind words: they will read it."), field="why")
    if to.community_id != by.community_id:
        raise NotFound(N_("Please choose somebody from the list."), field="to")
    account_id = _account_of(to)
    ledger.lock_book(to.community_id)
    pot = ledger_queries.pot_of(to.community_id)
    wanted = Posting(
        community_id=to.community_id,
        id=_key_of(key, "pass on", by),
        payer_id=pot.id,
        payee_id=account_id,
        minutes=minutes,
        kind=Kind.DRAWN,
        source=(rules.SOURCE, str(_key_of(key, "pass on", by))),
        done_on=_today(to, now),
        note=reason,
    )
    stands = _standing(wanted)
    if stands is not None:
        return stands
    state = ledger_queries.account(to.community_id, account_id)
    rules.check_pot_holds(minutes, pot.balance - pot.floor)
    rules.check_room(minutes, state.ceiling - state.balance)
    audit.write("pass_on_from_pot", on=("membership", to.public_id), by=by, ids={"transfer": str(wanted.id)})
    return ledger.post(wanted, now=now, by=by)


def _key_of(key: uuid.UUID, verb: str, by: Viewer) -> uuid.UUID:
    # Of the key, the verb and the person: whatever key a browser sends, it never meets another's line.
    return uuid.uuid5(OWN_KEYS, f"{key} {verb} {by.public_id}")


def _account_of(member: Membership) -> int:
    if member.account_id is None or member.standing not in HERE:
        raise Conflict(N_("Only somebody who is a member here has hours."))
    return member.account_id


def _today(member: Membership, now: datetime) -> date:
    return clock.day_of(now, communities.by_id(member.community_id).chosen.zone)


def _standing(wanted: Posting) -> Entry | None:
    """Give the line that stands under a key already, whatever day it was. Raises Conflict where it says otherwise."""
    found = ledger_queries.of_source(wanted.community_id, wanted.source)
    if not found:
        return None
    stands = found[0]
    same = replace(wanted, done_on=stands.posting.done_on, note=None) == stands.posting
    if not (same and ledger_queries.says_the_same(stands, wanted.note)):
        raise Conflict(N_("From this page something else is in the book already. Open it again, and begin anew."))
    return stands
