"""Pages of the statement: to read, to print, to take along."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from timebank.core import clock
from timebank.core.access import Role, needs
from timebank.core.database import reading
from timebank.core.pages import PAGE
from timebank.core.show import hours
from timebank.core.text import csv_cell
from timebank.ledger.queries import Tallies
from timebank.statement import queries, rules

statement = Blueprint("statement", __name__)

COLUMNS = (
    "done_on",
    "given_minutes",
    "received_minutes",
    "came_minutes",
    "went_minutes",
    "what",
    "with",
    "taken_back",
    "in_words",
    "note",
)


@statement.get("/c/<community>/statement")
@needs(Role.MEMBER)
def index() -> ResponseReturnValue:
    """Show the two tallies and the lines, by month, newest first."""
    return _page("statement/index.html", PAGE)


@statement.get("/c/<community>/statement/print")
@needs(Role.MEMBER)
def to_print() -> ResponseReturnValue:
    """Show it all on one page, for paper."""
    return _page("statement/print.html", queries.MOST_PRINTED)


def _page(template: str, size: int) -> ResponseReturnValue:
    today = clock.today(g.community.chosen.zone)
    with reading():
        page = queries.lines(g.viewer, request.args.get("after"), size)
        whole = queries.tallies(g.viewer)
        season = queries.tallies(g.viewer, rules.season_begins(today))
        near = queries.how_near(g.viewer)
        room = queries.room(g.viewer)
    further = url_for(request.endpoint or "statement.index", after=page.after) if page.after else None
    return render_template(
        template,
        months=rules.by_month(page.rows),
        further=further,
        whole=whole,
        room=room,
        has=_has(room, whole) if room else "",
        season=season,
        kind_word=gettext(rules.KIND_WORDS[near]) if near in rules.KIND_WORDS else None,
        what={kind: gettext(words) for kind, words in rules.WHAT.items()},
        ours={kind: gettext(words) for kind, words in rules.OURS.items()},
        today=today,
    )


def _has(room: rules.Room, whole: Tallies) -> str:
    words: str = gettext(rules.what_one_has(room.has, whole.given_minutes, whole.received_minutes))
    return words % {"hours": hours(room.has)}


@statement.get("/c/<community>/statement.csv")
@needs(Role.MEMBER)
def as_csv() -> ResponseReturnValue:
    """Give all lines as CSV: numbers as numbers, words made safe for spreadsheets."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    after: str | None = None
    with reading():
        while True:
            page = queries.lines(g.viewer, after, queries.MOST_PRINTED)
            rows.writerows(_cells(line) for line in page.rows)
            after = page.after
            if after is None:
                break
    headers = {"Content-Disposition": 'attachment; filename="statement.csv"'}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


def _cells(line: rules.StatementLine) -> list[str | int]:
    signed = {"less_given": ("given", -1), "less_received": ("received", -1)}
    side, sign = signed.get(line.side, (line.side, 1))
    minutes = [line.minutes * sign if side == column else 0 for column in ("given", "received", "came", "went")]
    called = line.called or gettext("a former member")
    if line.member_public_id is None and called in rules.OURS:
        called = gettext(rules.OURS[called])
    return [
        line.done_on.isoformat(),
        *minutes,
        line.what,
        csv_cell(called),
        "yes" if line.taken_back else "no",
        gettext(rules.WHAT[line.what]),
        csv_cell(line.note or ""),
    ]
