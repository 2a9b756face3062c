"""What the ledger's rules decide, without a database."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from timebank.core.errors import Conflict, Refused
from timebank.ledger import rules
from timebank.ledger.rules import (
    AccountKind,
    AccountState,
    Giving,
    Kind,
    LimitReached,
    Nearness,
    NewLimits,
    Posting,
    Reversal,
)

DAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
POSTING = Posting(1, uuid.UUID(int=7), 10, 11, 90, "help", ("exchange", "e1"), DAY)


def state(balance: int = 0, floor: int = -600, ceiling: int = 2400) -> AccountState:
    return AccountState(10, 1, "a", AccountKind.MEMBER, floor, ceiling, balance, 0, 0, 0)


@pytest.mark.parametrize(
    ("balance", "nearness"),
    [
        (0, Nearness.FINE),
        (-479, Nearness.FINE),
        (-480, Nearness.NEAR_FLOOR),
        (-600, Nearness.AT_FLOOR),
        (1919, Nearness.FINE),
        (1920, Nearness.NEAR_CEILING),
        (2400, Nearness.AT_CEILING),
    ],
)
def test_a_kind_word_is_due_from_four_fifths_of_the_way(balance: int, nearness: Nearness) -> None:
    assert rules.nearness(balance, -600, 2400) is nearness


def test_limits_are_judged_by_the_net_and_tell_what_is_left() -> None:
    movements = rules.movements([replace(POSTING, minutes=150)])
    with pytest.raises(LimitReached) as refused:
        rules.check_limits({10: state(-500), 11: state()}, movements)
    assert (refused.value.account_id, refused.value.limit, refused.value.minutes_left) == (10, "floor", 100)
    assert "1 h 40 min" in str(refused.value)
    rules.check_limits({10: state(-450), 11: state()}, movements)


def test_ceiling_is_a_limit_too() -> None:
    with pytest.raises(LimitReached) as refused:
        rules.check_limits({10: state(), 11: state(2311)}, rules.movements([POSTING]))
    assert (refused.value.account_id, refused.value.limit, refused.value.minutes_left) == (11, "ceiling", 89)


def test_an_account_may_be_brought_to_its_very_limits() -> None:
    rules.check_limits({10: state(-510), 11: state(2310)}, rules.movements([POSTING]))
    for balances in ((-511, 0), (0, 2311)):
        with pytest.raises(LimitReached):
            rules.check_limits({10: state(balances[0]), 11: state(balances[1])}, rules.movements([POSTING]))


def limits(floor: int, ceiling: int, why: str = "agreed") -> NewLimits:
    return NewLimits(1, 10, floor, ceiling, why)


@pytest.mark.parametrize(("floor", "ceiling"), [(-60, 60), (0, 0), (20, 20), (-rules.WIDE, rules.WIDE)])
def test_new_limits_may_be_any_that_hold_the_balance(floor: int, ceiling: int) -> None:
    rules.check_new_limits(state(min(max(floor, 0), ceiling)), limits(floor, ceiling))
    rules.check_new_limits(state(floor), limits(floor, ceiling))
    rules.check_new_limits(state(ceiling), limits(floor, ceiling))


@pytest.mark.parametrize(("floor", "ceiling"), [(1, 0), (-rules.WIDE - 1, 0), (0, rules.WIDE + 1)])
def test_new_limits_that_make_no_sense_are_refused_on_their_field(floor: int, ceiling: int) -> None:
    with pytest.raises(Refused) as refused:
        rules.check_new_limits(state(), limits(floor, ceiling))
    assert refused.value.field == "floor"


def test_new_limits_want_a_reason_and_a_balance_inside() -> None:
    with pytest.raises(Refused) as refused:
        rules.check_new_limits(state(), limits(-60, 60, " "))
    assert refused.value.field == "why"
    for balance in (-61, 61):
        with pytest.raises(Conflict):
            rules.check_new_limits(state(balance), limits(-60, 60))


def test_the_second_person_is_somebody_else() -> None:
    rules.check_two_people("ana", None)
    rules.check_two_people("ana", "ben")
    with pytest.raises(Refused):
        rules.check_two_people("ana", "ana")


@pytest.mark.parametrize(("floor", "ceiling"), [(0, 0), (0, 5), (-5, 0)])
def test_an_account_without_room_is_at_its_limit_and_never_near_it(floor: int, ceiling: int) -> None:
    found = rules.nearness(0, floor, ceiling)
    assert found is (Nearness.AT_FLOOR if floor == 0 else Nearness.AT_CEILING)


def test_a_limit_of_a_minute_is_near_before_it_is_reached_never_on_the_other_side() -> None:
    assert rules.nearness(1, 0, 10) is Nearness.FINE
    assert rules.nearness(-1, -10, 0) is Nearness.FINE
    assert rules.nearness(0, -1, 1) is Nearness.FINE


@pytest.mark.parametrize("minutes", [1, 2**31 - 1])
def test_the_least_and_the_most_minutes_can_be_posted(minutes: int) -> None:
    rules.check_posting(replace(POSTING, kind="gift", minutes=minutes))
    for beyond in (0, 2**31):
        with pytest.raises(Refused):
            rules.check_posting(replace(POSTING, kind="gift", minutes=beyond))


def test_something_begins_on_its_day_in_whatever_zone() -> None:
    for hours in (-9, 15, 38):  # the evening before, the same day, the night after
        rules.check_posting(replace(POSTING, starts_at=NINE + timedelta(hours=hours)))
    for days in (-2, 2):
        with pytest.raises(ValueError, match="begins on the day"):
            rules.check_posting(replace(POSTING, starts_at=NINE + timedelta(days=days)))


def test_one_who_approves_is_enough_and_two_are_two() -> None:
    rules.check_posting(replace(POSTING, approved_by="dan"))
    rules.check_posting(replace(POSTING, approved_by="dan", seconded_by="eve"))
    rules.check_posting(replace(POSTING, seconded_by="eve"))
    with pytest.raises(Refused):
        rules.check_posting(replace(POSTING, approved_by="dan", seconded_by="dan"))
    assert rules.approvers_of(()) == (None, None)
    assert rules.approvers_of(("dan",)) == ("dan", None)
    assert rules.approvers_of(("dan", "eve")) == ("dan", "eve")
    with pytest.raises(Refused):
        rules.approvers_of(("dan", "dan"))
    with pytest.raises(ValueError, match="at most"):
        rules.approvers_of(("ana", "dan", "eve"))


def test_what_stands_is_the_same_where_payload_and_note_are() -> None:
    stands = rules.Entry(POSTING, 1, POSTING.id, NINE, "cora", "digest", None, "", "")
    assert not stands.repeated
    rules.check_same("digest", stands, same_note=True)
    for digest, same_note in (("other", True), ("digest", False), ("other", False)):
        with pytest.raises(Conflict):
            rules.check_same(digest, stands, same_note=same_note)


def test_a_note_is_no_part_of_what_is_hashed() -> None:
    assert rules.payload_digest(POSTING) == rules.payload_digest(replace(POSTING, note="thank you"))


def test_tallies_count_help_and_not_what_only_moved() -> None:
    given = replace(POSTING, id=uuid.UUID(int=8), kind=Kind.GIFT, minutes=30)
    moved = rules.movements([POSTING, given])
    assert (moved[11].given, moved[11].received, moved[11].moved, moved[11].net) == (90, 0, 30, 120)
    assert (moved[10].given, moved[10].received, moved[10].moved, moved[10].net) == (0, 90, -30, -120)


def test_a_reversal_brings_every_part_back_to_nothing() -> None:
    for kind in (Kind.HELP, Kind.GIFT, Kind.CORRECTION, Kind.IMPORTED):
        original = replace(POSTING, kind=kind)
        counter = rules.counter_entry(original, Reversal(1, original.id, uuid.UUID(int=9)))
        for moved in rules.movements([original, counter]).values():
            assert (moved.given, moved.received, moved.moved) == (0, 0, 0)


def test_a_counter_entry_cannot_be_taken_back() -> None:
    counter = rules.counter_entry(POSTING, Reversal(1, POSTING.id, uuid.UUID(int=9)))
    with pytest.raises(Conflict):
        rules.counter_entry(counter, Reversal(1, counter.id, uuid.UUID(int=10)))


@pytest.mark.parametrize(("carried", "shares"), [(90, [90]), (200, [90]), (60, [60, 30]), (0, [90]), (-5, [90])])
def test_minutes_are_shared_whole(carried: int, shares: list[int]) -> None:
    whole = rules.counter_entry(POSTING, Reversal(1, POSTING.id, uuid.UUID(int=9)))
    parts = rules.halves(whole, carried, 12)
    assert [part.minutes for part in parts] == shares
    assert [part.reverses for part in parts] == [POSTING.id, None][: len(parts)]
    assert len({(part.source, part.leg) for part in parts}) == len({part.id for part in parts}) == len(parts)


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": 0},
        {"minutes": -60},
        {"minutes": 1441},
        {"minutes": 2**63},
        {"payee_id": 10},
        {"approved_by": "cora", "seconded_by": "cora"},
    ],
)
def test_what_no_one_can_mean_is_refused_with_a_sentence(changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        rules.check_posting(replace(POSTING, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "reversal"},
        {"kind": "nonsense"},
        {"reverses": uuid.UUID(int=3)},
        {"source": ("settlement", "x")},
        {"source": ("exchange", "")},
        {"source": ("exchange", "a\nb")},
        {"approved_by": "a\tb"},
        {"starts_at": NINE + timedelta(days=2)},
        {"starts_at": datetime(2026, 3, 2, 9)},  # noqa: DTZ001 - that is the point
    ],
)
def test_mistakes_of_ours_are_errors(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rules.check_posting(replace(POSTING, **changes))  # type: ignore[arg-type]


def given(minutes: int, starts_at: datetime | None = None, payee: int = 11, day: date = DAY) -> Giving:
    return Giving(payee, day, minutes, starts_at)


def test_nobody_gives_to_two_at_the_same_time() -> None:
    before = [given(90, NINE)]
    rules.check_time([given(60, NINE + timedelta(minutes=90))], before)
    rules.check_time([given(60, NINE, payee=12)], before)
    with pytest.raises(Conflict):
        rules.check_time([given(60, NINE + timedelta(minutes=89))], before)
    with pytest.raises(Conflict):
        rules.check_time([given(60, NINE), given(60, NINE)], [])


def test_a_day_without_times_holds_twelve_hours() -> None:
    rules.check_time([given(720)], [])
    rules.check_time([given(120, day=DAY + timedelta(days=1))], [given(720)])
    with pytest.raises(Conflict):
        rules.check_time([given(121)], [given(600, NINE)])
    rules.check_time([given(700, NINE + timedelta(hours=1))], [given(60, NINE)])


def test_the_chain_takes_in_every_field_of_a_posting() -> None:
    other = {
        "community_id": 2,
        "id": uuid.UUID(int=8),
        "payer_id": 12,
        "payee_id": 13,
        "minutes": 91,
        "kind": "correction",
        "source": ("exchange", "e2"),
        "done_on": date(2026, 3, 3),
        "leg": 1,
        "starts_at": NINE,
        "approved_by": "cora",
        "seconded_by": "dan",
        "reverses": uuid.UUID(int=1),
    }
    digests = {rules.payload_digest(replace(POSTING, **{name: value})) for name, value in other.items()}  # type: ignore[arg-type]
    assert len(digests | {rules.payload_digest(POSTING)}) == len(other) + 1
    assert set(other) | {"note"} == set(Posting.__dataclass_fields__)


def test_a_digest_does_not_depend_on_the_zone_an_instant_is_told_in() -> None:
    zone = datetime.fromisoformat("2026-03-02T11:00:00+02:00")
    first, second = (rules.payload_digest(replace(POSTING, starts_at=instant)) for instant in (NINE, zone))
    assert first == second


def test_words_cannot_slip_from_one_line_of_the_chain_into_the_next() -> None:
    assert rules.commitment("ab", "c") != rules.commitment("a", "bc")
    for text in ("a\nb", "\t", ""):
        with pytest.raises(ValueError, match="cannot stand"):
            rules.check_posting(replace(POSTING, source=("exchange", text)))


def test_what_clashes_is_found_in_all_that_was_given() -> None:
    long = given(300, NINE)
    within, after = given(10, NINE + timedelta(minutes=30)), given(10, NINE + timedelta(minutes=299))
    assert list(rules.clashes([after, within, long])) == [(within, "overlap"), (after, "overlap")]
    assert [what for _, what in rules.clashes([given(700), given(21), given(700, NINE, day=DAY)])] == ["day"]
    assert list(rules.clashes([long, given(10, NINE + timedelta(minutes=300)), given(410)])) == []


def test_only_help_takes_of_somebodys_time() -> None:
    taken = rules.giving_of(POSTING)
    assert taken == Giving(POSTING.payee_id, DAY, POSTING.minutes, None)
    for kind in set(Kind) - {Kind.HELP}:
        assert rules.giving_of(replace(POSTING, kind=kind)) is None


def test_of_a_giving_without_a_beginning_nobody_knows_the_end() -> None:
    assert Giving(11, DAY, 90, NINE).ends_at == NINE + timedelta(minutes=90)
    with pytest.raises(ValueError, match="when it began"):
        assert Giving(11, DAY, 90, None).ends_at


@pytest.mark.parametrize("order", [1, -1])
def test_what_follows_at_once_does_not_overlap(order: int) -> None:
    pair = [Giving(11, DAY, 90, NINE), Giving(11, DAY, 30, NINE + timedelta(minutes=90))][::order]
    rules.check_time(pair[:1], pair[1:])
    assert list(rules.clashes(pair)) == []


def test_one_giving_alone_can_be_too_long_for_a_day() -> None:
    alone = Giving(11, DAY, 721, None)
    assert list(rules.clashes([alone])) == [(alone, "day")]
    assert list(rules.clashes([alone._replace(minutes=720)])) == []


def test_of_two_shares_the_second_is_a_leg_of_its_own() -> None:
    whole = replace(POSTING, source=("reversal", "e1"), reverses=uuid.UUID(int=9), note="sorry")
    assert rules.halves(whole, 90, 20) == [whole]
    (rest,) = rules.halves(whole, 0, 20)
    assert (rest.payer_id, rest.leg, rest.minutes, rest.reverses) == (20, 1, 90, whole.reverses)
    own, rest = rules.halves(whole, 1, 20)
    assert (own.payer_id, own.leg, own.minutes, own.reverses) == (10, 0, 1, whole.reverses)
    assert (rest.payer_id, rest.leg, rest.minutes, rest.reverses, rest.note) == (20, 1, 89, None, None)
