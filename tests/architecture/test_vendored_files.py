"""Files taken from elsewhere are exactly the ones that were looked at, and each says where it is from."""

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
LISTING = STATIC / "vendor" / "VENDOR.md"
ROW = re.compile(r"^\| (?P<file>\S+) \| [^|]+ \| (?P<version>[^|]+) \| (?P<licence>[^|]+) \| (?P<sum>[0-9a-f]{64}) \|$")
ROWS = [found for line in LISTING.read_text(encoding="utf-8").splitlines() if (found := ROW.match(line))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_vendored_file_has_the_sum_that_was_written_down(row: re.Match[str]) -> None:
    content = (STATIC / row["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sum"], f"{row['file']} is not the file bin/vendor made"


def test_every_vendored_file_is_listed() -> None:
    listed = {row["file"] for row in ROWS}
    there = {f"vendor/{path.name}" for path in LISTING.parent.iterdir() if path != LISTING}
    assert there <= listed, f"not in VENDOR.md: {sorted(there - listed)}"


def test_base_page_uses_the_listed_versions() -> None:
    page = (STATIC.parent / "templates" / "base.html").read_text(encoding="utf-8")
    used = set(re.findall(r"asset\('(vendor/[^']+)'\)", page))
    assert used
    assert used <= {row["file"] for row in ROWS}


def test_vendored_stylesheet_brings_no_font_and_fetches_nothing() -> None:
    for sheet in LISTING.parent.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "@font-face" not in text
        assert "url(" not in text
        assert "GDS Transport" not in text
