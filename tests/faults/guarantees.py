"""What is promised of the books, the test that shows it, and what the last run counted.

`docs/guarantees.md` is written from here and from docs/measured/faults.json, which `make faults` writes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "guarantees.md"
FIGURES = ROOT / "docs" / "measured" / "faults.json"


class Promise(NamedTuple):
    """A promise in a sentence, and the tests that show it: file and function."""

    words: str
    tests: tuple[str, ...]


PROMISES = (
    Promise(
        "I1 The balances of a community sum to nothing.",
        (
            "ledger/test_ledger_checks.py::test_tampering_is_found",
            "ledger/test_ledger_machine.py::test_the_ledger_does_what_a_plain_model_does",
        ),
    ),
    Promise(
        "I2 A balance is what was given less what was received, as the rows say.",
        (
            "ledger/test_ledger_checks.py::test_tampering_is_found",
            "ledger/test_ledger_machine.py::test_the_ledger_does_what_a_plain_model_does",
        ),
    ),
    Promise(
        "I3 No row of the book can change or vanish, whoever asks on the web's connection.",
        (
            "ledger/test_append_only_ledger.py::test_rows_are_neither_altered_nor_removed",
            "ledger/test_append_only_ledger.py::test_a_row_is_not_replaced_by_one_with_the_same_key",
            "ledger/test_append_only_ledger.py::test_the_walls_cannot_be_taken_down",
            "ledger/test_append_only_ledger.py::test_even_the_owner_meets_the_triggers",
            "ledger/test_append_only_ledger.py::test_each_wall_is_the_one_that_holds",
        ),
    ),
    Promise(
        "I4 The same key and payload post once; another payload under it is refused.",
        (
            "ledger/test_ledger_machine.py::test_the_ledger_does_what_a_plain_model_does",
            "ledger/test_ledger_race.py::test_many_at_once_make_one_true_book",
        ),
    ),
    Promise(
        "I5 One source posts once for each leg; one exchange is approved once.",
        (
            "exchanges/test_exchange_race.py::test_many_at_once_make_one_true_exchange",
            "exchanges/test_exchange_machine.py::test_whatever_people_do_the_books_hold_and_there_is_a_way_on",
        ),
    ),
    Promise(
        "I6 Limits hold at the end of every batch, those of its time.",
        (
            "ledger/test_ledger_race.py::test_many_at_once_make_one_true_book",
            "ledger/test_planted_bugs.py::test_a_planted_bug_is_found_by_the_check_that_is_meant_for_it",
        ),
    ),
    Promise(
        "I7 What takes a transfer back mirrors it, once.",
        (
            "ledger/test_ledger_machine.py::test_a_planted_bug_is_found",
            "ledger/test_planted_bugs.py::test_a_planted_bug_is_found_by_the_check_that_is_meant_for_it",
        ),
    ),
    Promise(
        "I8 Transfers are numbered without a gap, whatever the clock says.",
        ("faults/test_clocks.py::test_the_book_is_whole_whatever_the_clock_says",),
    ),
    Promise(
        "I9 The chain is whole, and a cut tail is noticed by an anchor kept elsewhere.",
        (
            "ledger/test_ledger_checks.py::test_a_cut_tail_is_found_by_its_anchor",
            "ledger/test_ledger_checks.py::test_a_chain_written_anew_is_found_by_an_anchor_kept_elsewhere",
        ),
    ),
    Promise(
        "I10 What was acknowledged is there, whoever is killed: a worker, the web, the database's server.",
        (
            "faults/test_kills.py::test_workers_that_are_killed_lose_nothing_they_said_was_done",
            "faults/test_kills.py::test_hundreds_of_workers_that_are_killed_lose_nothing",
            "faults/test_kills.py::test_a_worker_that_says_done_too_early_is_noticed",
            "faults/test_site.py::test_a_site_that_is_hurt_answers_plainly_and_keeps_what_it_acknowledged",
            "faults/test_site.py::test_a_site_that_is_hurt_for_long_keeps_what_it_acknowledged",
        ),
    ),
    Promise(
        "I11 Nothing is half posted, wherever it breaks.",
        (
            "faults/test_statements.py::test_an_error_after_any_statement_leaves_nothing",
            "faults/test_statements.py::test_a_kill_after_any_statement_leaves_nothing_and_trying_again_posts_once",
            "faults/test_statements.py::test_a_unit_that_kept_what_it_had_would_be_noticed",
        ),
    ),
    Promise(
        "I12 An approver is never one of the two, nor who typed it.",
        (
            "exchanges/test_exchange_rules.py::test_a_party_is_never_the_second_pair_of_eyes",
            "exchanges/test_exchange_rules.py::test_whoever_typed_a_slip_does_not_look_at_it",
        ),
    ),
    Promise(
        "I13 A transfer stays inside one community.",
        ("ledger/test_ledger_checks.py::test_an_account_of_another_community_is_found",),
    ),
    Promise(
        "I14 Nobody gives to two at the same time, nor more than 12 hours in a day.",
        (
            "ledger/test_ledger_checks.py::test_a_day_that_is_too_long_is_found",
            "ledger/test_planted_bugs.py::test_a_planted_bug_is_found_by_the_check_that_is_meant_for_it",
        ),
    ),
    Promise(
        "I15 All of it holds after a copy was restored, and after a move from one database to another.",
        (
            "upkeep/test_copies.py::test_a_copy_restored_elsewhere_is_the_same_to_the_last_row",
            "upkeep/test_copies.py::test_the_restored_book_is_append_only_again",
            "upkeep/test_moving.py::test_everything_comes_over_and_life_goes_on",
        ),
    ),
    Promise(
        "I16 A statement holds every line once, and its tallies are the sums of its lines.",
        (
            "ledger/test_statements.py::test_pages_of_a_statement_hold_every_line_once_newest_first",
            "ledger/test_statements.py::test_tallies_are_the_sums_of_their_lines",
        ),
    ),
    Promise(
        "Many at once make one true book: one key, the limit, opposite ways, a limit that moves, a circle of 30.",
        (
            "ledger/test_ledger_race.py::test_many_at_once_make_one_true_book",
            "ledger/test_ledger_race.py::test_without_the_lock_the_same_race_goes_wrong",
            "faults/test_long_races.py::test_very_many_posts_at_once_leave_a_true_book",
        ),
    ),
    Promise(
        "A rule that changes meanwhile splits what comes before from what comes after.",
        (
            "exchanges/test_exchange_race.py::test_many_at_once_make_one_true_exchange",
            "exchanges/test_exchange_race.py::test_a_rule_that_changes_without_locks_goes_wrong",
            "exchanges/test_exchange_race.py::test_approval_that_is_not_exclusive_goes_wrong",
        ),
    ),
    Promise(
        "On a full disk, a disk that may only be read, or a book somebody holds, people get a plain page and read on.",
        (
            "faults/test_site.py::test_a_site_that_is_hurt_answers_plainly_and_keeps_what_it_acknowledged",
            "faults/test_read_only.py::test_on_a_disk_that_may_only_be_read_people_read_on_and_are_told",
            "faults/test_read_only.py::test_while_somebody_holds_the_book_people_read_on_and_are_told_in_time",
        ),
    ),
    Promise(
        "Whatever a town lives through, its book says what was acknowledged, each line once, and no more.",
        (
            "cli/test_simulator.py::test_a_seed_holds_and_gives_the_same_history_again",
            "cli/test_simulator.py::test_a_planted_bug_is_found_and_told_with_its_seed",
        ),
    ),
    Promise(
        "Bugs that were planted are caught.",
        (
            "ledger/test_ledger_machine.py::test_a_planted_bug_is_found",
            "ledger/test_planted_bugs.py::test_a_planted_bug_is_found_by_the_check_that_is_meant_for_it",
            "exchanges/test_exchange_race.py::test_approval_that_is_not_exclusive_goes_wrong",
        ),
    ),
)

WORDS = {
    "raced_sqlite": "Posts raced on SQLite",
    "raced_postgresql": "Posts raced on PostgreSQL",
    "told_to_come_back": "Times somebody was told to come back, and did",
    "violations": "Violations found after them",
    "worker_kills": "Posting workers killed (kill -9)",
    "web_kills": "Web servers killed while they answered",
    "server_kills": "PostgreSQL servers killed, with all their processes",
    "acknowledged": "Transfers those workers acknowledged",
    "site_acknowledged": "Gifts the web acknowledged while it was hurt",
    "acknowledged_lost": "Acknowledged and lost",
    "doubled": "Posted twice",
    "statements_broken": "Statements after which an error was thrown",
    "statements_killed": "Statements after which the process was killed",
    "full_disks": "Disks that were full",
    "seconds_locked": "Seconds somebody held the book",
    "bugs_caught": "Bugs planted and caught, both databases together",
    "locks_missed": "Races without a lock that went wrong, as they must",
}


AIMS = {
    "raced_sqlite": "100,000",
    "raced_postgresql": "100,000",
    "violations": "0",
    "worker_kills": "300",
    "server_kills": "20",
    "acknowledged_lost": "0",
    "doubled": "0",
}


def page(measured: dict[str, Any]) -> str:
    """Write the page."""
    figures = measured["figures"]
    lines = [
        "<!-- Written by `make faults`; change tests/faults/guarantees.py, not this page. -->",
        "# What the books promise",
        "",
        "Each promise has tests that show it, on SQLite and on PostgreSQL. A test takes each lock and wall away and",
        "has to fail then.",
        "",
        "| Promise | Shown by |",
        "|---|---|",
        *(f"| {promise.words} | {'<br>'.join(_short(test) for test in promise.tests)} |" for promise in PROMISES),
        "",
        "## The last run",
        "",
        f"On {measured['day']}, {measured['cores']} cores shared with other work, {measured['minutes']} minutes, "
        "by `make faults`, every test passed. Both databases are counted together where none is named.",
        "",
        "| What | How many | Aimed at |",
        "|---|---|---|",
        *(f"| {words} | {figures.get(name, 0):,} | {AIMS.get(name, '')} |" for name, words in WORDS.items()),
    ]
    return "\n".join(lines) + "\n"


def _short(test: str) -> str:
    file, function = test.split("::")
    return f"`{file}` {function.removeprefix('test_').replace('_', ' ')}"


def write() -> None:
    """Write the page from what was measured last."""
    PAGE.write_text(page(json.loads(FIGURES.read_text(encoding="utf-8"))), encoding="utf-8")
