"""What a copy says of itself, what a line of anchors may say, and which copies are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from timebank.core.columns import LARGEST
from timebank.core.errors import Refused
from timebank.core.words import N_
from timebank.ledger.rules import Sent

HEAD = re.compile("[0-9a-f]{64}")
STAMP = "%Y%m%dT%H%M%SZ"
PREFIX = "timebank-"
WRITTEN = {"made_at": str, "revision": str, "file": str, "sha256": str, "encrypted": bool}
KEPT: tuple[tuple[Callable[[datetime], tuple[int, ...]], int], ...] = (
    (lambda at: (at.year, at.month, at.day, at.hour), 24),
    (lambda at: (at.year, at.month, at.day), 30),
    (lambda at: (at.year, at.month), 12),
)
"""The newest copy of each hour, day and month, and of how many of them."""


@dataclass(frozen=True)
class Manifest:
    """What stands beside a copy: enough to know it again, and to notice that it is cut, foreign or altered."""

    made_at: str
    revision: str
    file: str
    sha256: str
    encrypted: bool
    rows: dict[str, int]
    heads: list[Sent]

    def as_text(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """Read what stands beside a copy. Raises Refused where it is something else."""
    try:
        told = json.loads(text)
        heads = [Sent(int(c), int(seq), str(head)) for c, seq, head in told.pop("heads")]
        rows = {str(table): int(count) for table, count in told.pop("rows").items()}
        manifest = Manifest(**told, rows=rows, heads=heads)
        whole = datetime.fromisoformat(manifest.made_at).tzinfo is not None
        whole &= all(isinstance(told[name], kind) for name, kind in WRITTEN.items())
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        whole = False
    if not whole:
        raise Refused(N_("What stands beside this copy cannot be read. It was not made by `timebank backup`."))
    if "/" in manifest.file or not manifest.file.startswith(PREFIX):
        raise Refused(N_("What stands beside this copy names a file elsewhere. It was not made by `timebank backup`."))
    return manifest


def name_at(at: datetime) -> str:
    """Name a copy by the second it was made."""
    return PREFIX + at.astimezone(UTC).strftime(STAMP)


def made_at(name: str) -> datetime | None:
    """Tell when a copy was made, by its name; None where it is no name of a copy."""
    try:
        return datetime.strptime(name.removeprefix(PREFIX), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def to_keep(made: Collection[datetime]) -> set[datetime]:
    """Choose the copies to keep: the newest of each of 24 hours, of 30 days and of 12 months that have one."""
    kept: set[datetime] = set()
    for span, most in KEPT:
        newest = {span(at): at for at in sorted(made)}
        kept |= set(sorted(newest.values())[-most:])
    return kept


def anchor_line(sent: Sent, slug: str, at: datetime) -> str:
    """Write an anchor as a line of a file that is only ever added to."""
    return json.dumps({"community": slug, "seq": sent.seq, "head": sent.head, "at": at.isoformat()}) + "\n"


def read_anchors(lines: Sequence[str], communities: dict[str, int]) -> list[Sent]:
    """Read a file of anchors. Raises Refused at a line that is none, or is of a community that is not here."""
    found = []
    for number, line in enumerate(lines, 1):
        told = _anchor(line)
        if told is None:
            raise Refused(N_("Line %(number)s of the anchors cannot be read."), number=number)
        slug, seq, head = told
        if slug not in communities:
            raise Refused(N_("Line %(number)s of the anchors is of a community that is not here."), number=number)
        found.append(Sent(communities[slug], seq, head))
    return found


def _anchor(line: str) -> tuple[str, int, str] | None:
    try:
        told = json.loads(line)
        slug, seq, head = told["community"], told["seq"], told["head"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    whole = isinstance(slug, str) and isinstance(head, str) and type(seq) is int
    return (slug, seq, head) if whole and 0 <= seq <= LARGEST and HEAD.fullmatch(head) else None
