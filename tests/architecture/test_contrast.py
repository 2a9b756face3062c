"""Every colour that text or a control stands on can be read, by day and by night (WCAG 2.2 AA)."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
SHEET = (STATIC / "css" / "site.css").read_text(encoding="utf-8")
LARGEST_CSS_GZIP_BYTES = 25_000
TEXT = 4.5  # success criterion 1.4.3
PART = 3.0  # success criterion 1.4.11: edges of controls, marks that carry meaning

GROUNDS = ("paper", "card", "soft")
WASHES = ("moss-wash", "sun-wash", "rose-wash", "sky-wash")
PAIRS = [
    *[("ink", ground, TEXT) for ground in (*GROUNDS, *WASHES)],
    *[("ink-2", ground, TEXT) for ground in (*GROUNDS, "rose-wash", "moss-wash")],
    *[("clay", ground, TEXT) for ground in GROUNDS],
    *[("wrong", ground, TEXT) for ground in ("paper", "card", "rose-wash")],
    ("on-moss", "moss", TEXT),
    ("on-moss", "moss-deep", TEXT),
    ("on-sun", "sun", TEXT),
    ("card", "ink", TEXT),
    *[("moss", ground, PART) for ground in ("paper", "card", "moss-wash")],
    ("sky", "sky-wash", PART),
    *[("edge", ground, PART) for ground in GROUNDS],
    *[("focus", ground, PART) for ground in (*GROUNDS, *WASHES)],
]


def colours(block: str) -> dict[str, str]:
    """Read the custom properties that are plain colours out of one rule's body."""
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})\b", block))


def themes() -> dict[str, dict[str, str]]:
    """Give the colours by day, and by night with those laid over them that change."""
    day = re.search(r"^:root \{(.*?)^\}", SHEET, re.DOTALL | re.MULTILINE)
    night = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", SHEET, re.DOTALL)
    assert day
    assert night
    by_day = colours(day[1])
    return {"day": by_day, "night": by_day | colours(night[1])}


def luminance(colour: str) -> float:
    """Compute relative luminance as WCAG 2.2 defines it, 0 for black to 1 for white."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Compute the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_twenty_one() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_pair_can_be_read(theme: str, front: str, ground: str, least: float) -> None:
    known = themes()[theme]
    reached = contrast(known[front], known[ground])
    assert reached >= least, f"{front} on {ground} by {theme}: {reached:.2f}, needs {least}"


def test_every_ground_in_use_is_checked() -> None:
    used = set(re.findall(r"background(?:-color)?:\s*var\(--([a-z0-9-]+)\)", SHEET))
    assert used <= {ground for _, ground, _ in PAIRS}, "a background colour that no pair checks"


def test_every_text_colour_in_use_is_checked() -> None:
    used = set(re.findall(r"(?<![-a-z])color:\s*var\(--([a-z0-9-]+)\)", SHEET))
    assert used <= {front for front, _, _ in PAIRS}, "a text colour that no pair checks"


def test_all_stylesheets_together_stay_small() -> None:
    sheets = b"".join(path.read_bytes() for path in sorted(STATIC.rglob("*.css")))
    assert len(gzip.compress(sheets, mtime=0)) < LARGEST_CSS_GZIP_BYTES


def test_sides_are_reading_directions() -> None:
    bare = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
    sides = r"(?:margin|padding|border)-(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)\b"
    physical = re.findall(sides, bare)
    assert not physical, "left and right turn round with the script: use inline-start and inline-end"
