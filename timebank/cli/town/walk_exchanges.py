"""Walk the steps of exchanges, the pot and listings: each by the action its page calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from timebank.cli.town.known import Known
from timebank.cli.town.steps import Step
from timebank.core import ids
from timebank.exchanges import actions, queries
from timebank.exchanges.actions import Said, Terms, Two
from timebank.exchanges.rules import State, Verb
from timebank.listings import actions as listings
from timebank.listings.rules import Verb as ListingVerb
from timebank.pot import actions as pot


def _two(known: Known, step: Step) -> Two:
    return Two(known.member(step, step.said["giver"]), known.member(step, step.said["receiver"]))


def _terms(step: Step) -> Terms:
    said = step.said
    at = said.get("at")
    return Terms(
        title=said["title"],
        minutes=said["minutes"],
        on_day=said["on_day"],
        at=time(at) if at else None,
        place=said.get("place", ""),
        kind=said.get("kind"),
        for_whom=said.get("for_whom", "person"),
    )


def _propose(known: Known, step: Step) -> None:
    listing = known.listings.get(step.said["listing"] or "")
    exchange = actions.propose(
        two=_two(known, step),
        terms=_terms(step),
        listing_id=listing.id if listing else None,
        settings=known.settings(step),
        now=step.at,
        by=known.viewer(step),
    )
    known.exchanges[step.about] = exchange
    if step.said["words"]:
        actions.talk(exchange=exchange, words=step.said["words"], now=step.at, by=known.viewer(step))


def _log_done(known: Known, step: Step) -> None:
    known.exchanges[step.about] = actions.log_done(
        two=_two(known, step),
        terms=_terms(step),
        keep=step.said["keep"],
        settings=known.settings(step),
        now=step.at,
        by=known.viewer(step),
    )


def _type_slip(known: Known, step: Step) -> None:
    known.exchanges[step.about] = actions.type_slip(
        two=_two(known, step),
        terms=_terms(step),
        settings=known.settings(step),
        now=step.at,
        by=known.viewer(step),
    )


def _log_own_time(known: Known, step: Step) -> None:
    known.exchanges[step.about] = actions.log_own_time(
        giver=known.member(step, step.by),
        terms=_terms(step),
        settings=known.settings(step),
        now=step.at,
        by=known.viewer(step),
    )


def _talk(known: Known, step: Step) -> None:
    actions.talk(exchange=known.exchange(step), words=step.said["words"], now=step.at, by=known.viewer(step))


def _agree(known: Known, step: Step) -> None:
    actions.agree(exchange=known.exchange(step), now=step.at, by=known.viewer(step))


def _change_terms(known: Known, step: Step) -> None:
    actions.change_terms(exchange=known.exchange(step), terms=_terms(step), now=step.at, by=known.viewer(step))


def _end(known: Known, step: Step) -> None:
    actions.end_it(exchange=known.exchange(step), verb=Verb(step.verb), now=step.at, by=known.viewer(step))


def _say_done(known: Known, step: Step) -> None:
    said = Said(step.said["minutes"], step.said["on_day"], step.said["keep"])
    actions.say_done(exchange=known.exchange(step), said=said, now=step.at, by=known.viewer(step))


def _confirm(known: Known, step: Step) -> None:
    exchange = known.exchange(step)
    minutes = exchange.minutes
    actions.confirm(exchange=exchange, minutes=minutes, keep=step.said["keep"], now=step.at, by=known.viewer(step))


def _give_back(known: Known, step: Step) -> None:
    exchange, reason = known.exchange(step), step.said["reason"]
    actions.give_back(exchange=exchange, verb=Verb(step.verb), reason=reason, now=step.at, by=known.viewer(step))


def _approve(known: Known, step: Step) -> None:
    exchange = known.exchange(step)
    if exchange.state == State.CONFIRMED:  # the community does not want a third person every time
        actions.approve(exchange=exchange, now=step.at, by=known.viewer(step))


def _ask_put_right(known: Known, step: Step) -> None:
    exchange, reason = known.exchange(step), step.said["reason"]
    actions.ask_to_put_right(exchange=exchange, reason=reason, now=step.at, by=known.viewer(step))


def _agree_put_right(known: Known, step: Step) -> None:
    actions.agree_to_put_right(exchange=known.exchange(step), now=step.at, by=known.viewer(step))


def _leave_it(known: Known, step: Step) -> None:
    actions.leave_it(exchange=known.exchange(step), now=step.at, by=known.viewer(step))


def _thank(known: Known, step: Step) -> None:
    words, public = step.said["words"], step.said["public"]
    actions.thank(exchange=known.exchange(step), words=words, public=public, now=step.at, by=known.viewer(step))


def _agree_to_show(known: Known, step: Step) -> None:
    exchange = known.exchange(step)
    for word in queries.thanks(exchange):
        if word.public and word.agreed_at is None:
            actions.agree_to_show(thanks=word, exchange=exchange, now=step.at, by=known.viewer(step))


def _let_time_pass(known: Known, step: Step) -> None:
    here = known.community(step)
    silent = queries.silent_since(here.id, step.at, here.chosen.remind_after_days)
    by_id = {each.id: each for each in known.exchanges.values() if each.id in silent}
    for exchange_id in silent:
        actions.let_time_pass(exchange=by_id[exchange_id], now=step.at)


def _give_to_pot(known: Known, step: Step) -> None:
    minutes, words, key = step.said["minutes"], step.said["words"], step.said.get("key") or ids.new_uuid()
    pot.give(minutes=minutes, words=words, key=key, now=step.at, by=known.viewer(step))


def _pass_on(known: Known, step: Step) -> None:
    to, minutes, why = known.member(step, step.about), step.said["minutes"], step.said["why"]
    key = step.said.get("key") or ids.new_uuid()
    pot.pass_on(to=to, minutes=minutes, why=why, key=key, now=step.at, by=known.viewer(step))


def _draft_listing(known: Known, step: Step) -> None:
    said = dict(step.said)
    is_offer = said.pop("is_offer")
    known.listings[step.about] = listings.write(
        is_offer=is_offer, said=listings.Said(**said), now=step.at, by=known.viewer(step)
    )


def _write_listing(known: Known, step: Step) -> None:
    _draft_listing(known, step)
    _move_listing(known, step)


def _move_listing(known: Known, step: Step) -> None:
    verb = LISTING_VERBS[step.verb]
    listing = known.listings[step.about]
    listings.move(listing=listing, verb=verb, why=step.said.get("why", ""), now=step.at, by=known.viewer(step))


LISTING_VERBS = {
    "write_listing": ListingVerb.PUBLISH,
    "pause_listing": ListingVerb.PAUSE,
    "end_listing": ListingVerb.END,
}
VERBS: dict[str, Callable[[Known, Step], None]] = {
    "propose": _propose,
    "log_done": _log_done,
    "type_slip": _type_slip,
    "log_own_time": _log_own_time,
    "talk": _talk,
    "agree": _agree,
    "change_terms": _change_terms,
    "decline": _end,
    "withdraw": _end,
    "say_done": _say_done,
    "confirm": _confirm,
    "ask_help": _give_back,
    "give_back": _give_back,
    "close": _give_back,
    "approve": _approve,
    "ask_put_right": _ask_put_right,
    "agree_put_right": _agree_put_right,
    "leave_it": _leave_it,
    "thank": _thank,
    "agree_to_show": _agree_to_show,
    "let_time_pass": _let_time_pass,
    "give_to_pot": _give_to_pot,
    "pass_on": _pass_on,
    "draft_listing": _draft_listing,
    "write_listing": _write_listing,
    "pause_listing": _move_listing,
    "end_listing": _move_listing,
}
