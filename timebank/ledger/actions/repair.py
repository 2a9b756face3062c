"""Take a transfer back by a counter-entry, and bring the account of somebody who leaves to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from timebank.core import audit
from timebank.core.access import Actor
from timebank.core.errors import Conflict
from timebank.core.words import N_
from timebank.ledger import queries, rules
from timebank.ledger.actions.posting import lock_book, write
from timebank.ledger.rules import Entry, Kind, Leaving, Posting, Reversal


def reverse(reversal: Reversal, *, former: Sequence[Leaving] = (), now: datetime, by: Actor) -> list[Entry]:
    """Take a transfer back, once. Gives the counter-entry, and with it the part that the community carries, if any.

    `former` are accounts of those who left: whatever the counter-entry brings them goes on to the pot at once.
    The counter-entry keeps the day of what it takes back, so that both fall into the same sums. Raises NotFound for an
    unknown transfer; Conflict where it was taken back already or is a counter-entry; TwoNeeded where whoever gave would
    pass the floor and `approvers` are not two people; LimitReached where whoever received cannot hold them again.
    """
    lock_book(reversal.community_id)
    original = queries.entry(reversal.community_id, reversal.transfer_id)
    whole = rules.counter_entry(original.posting, reversal)
    standing = queries.of_source(reversal.community_id, whole.source)
    if standing:
        first = standing[0]
        # Whether the community carries a part was decided then; only who asks for what is compared.
        asked = (whole.id, whole.approved_by, whole.seconded_by)
        if asked != (first.id, first.posting.approved_by, first.posting.seconded_by) or not queries.says_the_same(
            first, whole.note
        ):
            raise Conflict(N_("This was taken back already."))
        return standing
    state = queries.account(reversal.community_id, whole.payer_id)
    carrier = queries.adjustment_of(reversal.community_id)
    parts = [whole] if carrier.id in {whole.payer_id, whole.payee_id} else _parts(whole, state, carrier.id)
    entries = _write_and_settle(parts, former, now=now, by=by)
    audit.write("reverse", on=("transfer", reversal.transfer_id), by=by, ids={"transfer": str(reversal.new_id)})
    return entries


def _parts(whole: Posting, state: rules.AccountState, carrier_id: int) -> list[Posting]:
    parts = rules.halves(whole, state.balance - state.floor, carrier_id)
    if parts != [whole] and whole.seconded_by is None:
        raise rules.TwoNeeded(
            N_("Some of these hours are spent already. Two people need to agree that the community carries them.")
        )
    return parts


def settle(leaving: Leaving, *, now: datetime, by: Actor) -> list[Entry]:
    """Bring an account to nothing: what is left goes to the pot, what is missing comes from it, as far as it can.

    What the pot cannot carry the adjustment account carries. Gives the transfers, none where nothing was left.
    Raises NotFound for an unknown account.
    """
    lock_book(leaving.community_id)
    source = ("settlement", str(leaving.new_id))
    standing = queries.of_source(leaving.community_id, source)
    state = queries.account(leaving.community_id, leaving.account_id)
    if standing:
        first = standing[0].posting
        if leaving.account_id not in {first.payer_id, first.payee_id}:
            raise Conflict(N_("This is in the book already, and it says something else."))
        return standing
    if state.balance == 0:
        return []
    entries = _write_and_settle([], [leaving], now=now, by=by)
    audit.write("settle", on=("account", state.public_id), by=by)
    return entries


def post_and_settle(postings: Sequence[Posting], former: Sequence[Leaving], *, now: datetime, by: Actor) -> list[Entry]:
    """Post transfers in which accounts of those who left take part, and bring those accounts to nothing again.

    One batch: such an account ends as it began, and its limits are nothing and nothing. Gives the transfers asked for.
    Raises as `post_batch` does.
    """
    for posting in postings:
        rules.check_posting(posting)
    return _write_and_settle(postings, former, now=now, by=by)[: len(postings)]


def _write_and_settle(
    postings: Sequence[Posting], former: Sequence[Leaving], *, now: datetime, by: Actor
) -> list[Entry]:
    if not former:
        return write(postings, now=now, by=by)
    community_id = former[0].community_id
    lock_book(community_id)
    standing = queries.standing(postings) if postings else {}
    moved = rules.movements(posting for posting in postings if posting.id not in standing)
    pot, carrier = queries.pot_of(community_id), queries.adjustment_of(community_id)
    pot_left = pot.balance - pot.floor + (moved[pot.id].net if pot.id in moved else 0)
    parts: list[Posting] = []
    for leaving in former:
        state = queries.account(community_id, leaving.account_id)
        balance = state.balance + (moved[state.id].net if state.id in moved else 0)
        if balance:
            whole = _settling(leaving, balance, pot.id)
            parts += rules.halves(whole, pot_left, carrier.id) if balance < 0 else [whole]
            pot_left = max(pot_left + balance, 0)
    return write([*postings, *parts], now=now, by=by)


def _settling(leaving: Leaving, balance: int, pot_id: int) -> Posting:
    """Make the posting that brings a balance to nothing, whole: `balance` is what the account holds, in minutes."""
    first_approver, second_approver = rules.approvers_of(leaving.approvers)
    whole = Posting(
        community_id=leaving.community_id,
        id=leaving.new_id,
        payer_id=leaving.account_id,
        payee_id=pot_id,
        minutes=abs(balance),
        kind=Kind.SETTLEMENT,
        source=("settlement", str(leaving.new_id)),
        done_on=leaving.done_on,
        approved_by=first_approver,
        seconded_by=second_approver,
    )
    return whole if balance > 0 else replace(whole, payer_id=pot_id, payee_id=leaving.account_id)
