"""Take a transfer back by a counter-entry, and bring the account of somebody who leaves to nothing."""

from __future__ import annotations

from datetime import datetime

from timebank.core import audit
from timebank.core.access import Actor
from timebank.core.errors import Conflict
from timebank.core.words import N_
from timebank.ledger import queries, rules
from timebank.ledger.actions.posting import lock_book, write
from timebank.ledger.rules import Entry, Kind, Leaving, Posting, Reversal


def reverse(reversal: Reversal, *, now: datetime, by: Actor) -> list[Entry]:
    """Take a transfer back, once. Gives the counter-entry, and with it the part that the community carries, if any.

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
    entries = write(parts, now=now, by=by)
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
    pot = queries.pot_of(leaving.community_id)
    carrier = queries.adjustment_of(leaving.community_id)
    first_approver, second_approver = rules.approvers_of(leaving.approvers)
    missing = state.balance < 0
    whole = Posting(
        community_id=leaving.community_id,
        id=leaving.new_id,
        payer_id=pot.id if missing else state.id,
        payee_id=state.id if missing else pot.id,
        minutes=abs(state.balance),
        kind=Kind.SETTLEMENT,
        source=source,
        done_on=leaving.done_on,
        approved_by=first_approver,
        seconded_by=second_approver,
    )
    parts = rules.halves(whole, pot.balance - pot.floor, carrier.id) if missing else [whole]
    entries = write(parts, now=now, by=by)
    audit.write("settle", on=("account", state.public_id), by=by)
    return entries
