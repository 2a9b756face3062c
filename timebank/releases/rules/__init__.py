"""The rules of releases: pure, and safe for a reader who knows all of them and lacks the secret alone."""

from timebank.releases.rules.content import MENU, RULES, Deed, canonical, content, digest
from timebank.releases.rules.figures import FEWEST, FLOOR, Counted, Sides, count, counted, hours, is_small, share
from timebank.releases.rules.keys import cell_key, fingerprint, record_key
from timebank.releases.rules.pictures import Stitches, bars, stitches
from timebank.releases.rules.quarters import DAYS_TO_FREEZE, Quarter, check_may_prepare, due, first_of, is_due

__all__ = [
    "DAYS_TO_FREEZE",
    "FEWEST",
    "FLOOR",
    "MENU",
    "RULES",
    "Counted",
    "Deed",
    "Quarter",
    "Sides",
    "Stitches",
    "bars",
    "canonical",
    "cell_key",
    "check_may_prepare",
    "content",
    "count",
    "counted",
    "digest",
    "due",
    "fingerprint",
    "first_of",
    "hours",
    "is_due",
    "is_small",
    "record_key",
    "share",
    "stitches",
]
