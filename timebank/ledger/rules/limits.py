"""How far an account may go down and up, and when a kind word is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from timebank.core.errors import Conflict, Refused
from timebank.core.minutes import split
from timebank.core.words import N_
from timebank.ledger.rules.posting import AccountKind, Movement, NewLimits

WIDE = 2**40
"""The limit, in minutes, of accounts that are not meant to meet one."""


@dataclass(frozen=True)
class AccountState:
    """An account as it stands, in minutes. `moved` is what came and went without being help."""

    id: int
    community_id: int
    public_id: str
    kind: AccountKind
    floor: int
    ceiling: int
    balance: int
    given: int
    received: int
    moved: int


class Nearness(StrEnum):
    """How near an account is to a limit."""

    FINE = "fine"
    NEAR_FLOOR = "near_floor"
    AT_FLOOR = "at_floor"
    NEAR_CEILING = "near_ceiling"
    AT_CEILING = "at_ceiling"


class LimitReached(Conflict):
    """An account would pass its `limit` (`floor` or `ceiling`); `minutes_left` is how far it may still go that way."""

    def __init__(self, sentence: str, *, account_id: int, limit: str, minutes_left: int) -> None:
        """Keep which account, which limit and how much is left, for callers who know whose account it is."""
        hours, minutes = split(minutes_left)
        super().__init__(sentence, hours=hours, minutes=minutes)
        self.account_id = account_id
        self.limit = limit
        self.minutes_left = minutes_left


class TwoNeeded(Conflict):
    """The community would carry hours that are spent already, and two people have to agree to that."""


def check_limits(states: Mapping[int, AccountState], movements: Mapping[int, Movement]) -> None:
    """Judge where a batch leaves each account. Raises LimitReached for the first, by id, that would pass a limit."""
    for account_id in sorted(movements):
        state, net = states[account_id], movements[account_id].net
        if state.balance + net < state.floor:
            raise LimitReached(
                N_("That is more than this account can pay. It can pay %(hours)s h %(minutes)s min more."),
                account_id=account_id,
                limit="floor",
                minutes_left=state.balance - state.floor,
            )
        if state.balance + net > state.ceiling:
            raise LimitReached(
                N_("That is more than this account can hold. It has room for %(hours)s h %(minutes)s min more."),
                account_id=account_id,
                limit="ceiling",
                minutes_left=state.ceiling - state.balance,
            )


def check_new_limits(state: AccountState, wanted: NewLimits) -> None:
    """Judge other limits for an account. Raises Refused, or Conflict where its balance lies outside of them."""
    if wanted.floor > wanted.ceiling or max(-wanted.floor, wanted.ceiling) > WIDE:
        raise Refused(N_("The lowest point lies below the highest one."), field="floor")
    if not wanted.why.strip():
        raise Refused(N_("Please say why, in a few words: others will want to know."), field="why")
    if not wanted.floor <= state.balance <= wanted.ceiling:
        raise Conflict(N_("This account is past that limit already. It can be set when the balance is inside again."))


def check_two_people(first: str, second: str | None) -> None:
    """Make sure that the second person, if there is one, is not the first. Raises Refused."""
    if second == first:
        raise Refused(N_("The second person needs to be somebody else."))


def nearness(balance: int, floor: int, ceiling: int) -> Nearness:
    """Tell how near a balance is to its limits, from 80 % of the way from nothing to a limit on. Minutes all."""
    if balance <= floor:
        return Nearness.AT_FLOOR
    if balance >= ceiling:
        return Nearness.AT_CEILING
    if floor < 0 and 5 * balance <= 4 * floor:
        return Nearness.NEAR_FLOOR
    if ceiling > 0 and 5 * balance >= 4 * ceiling:
        return Nearness.NEAR_CEILING
    return Nearness.FINE
