"""The quilt: the same id always gives the same block, and the block gives nothing away."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from timebank.core.quilt import CLOTHS, block_svg

SHEET = Path(__file__).parents[2] / "static" / "css" / "site.css"
IDS = [f"01j{number:05d}xq" for number in range(200)]
LARGEST_CHARACTERS = 1200
Point = tuple[int, int]
KNOWN_COLOURS = {"#3d6b8c", "#6d4260", "#7d9a6a"}


def shapes(svg: str) -> list[tuple[str, frozenset[Point]]]:
    """Read every patch of a block as its colour and its corners."""
    found = []
    for path in ET.fromstring(svg):
        for part in re.findall(r"M([^zMhv]+)z", path.attrib["d"]):
            points = [tuple(map(int, pair.split())) for pair in part.split("L")]
            found.append((path.attrib["fill"], frozenset((x, y) for x, y in points)))
    return found


@pytest.mark.parametrize("public_id", [*IDS[:5], "", "é-水", "<&\"'>", "\ud800"])
def test_same_id_gives_the_same_block(public_id: str) -> None:
    assert block_svg(public_id) == block_svg(public_id)


def test_block_of_a_known_id_does_not_change_between_versions() -> None:
    drawn = {colour for colour, _ in shapes(block_svg("harbour"))}
    assert drawn == KNOWN_COLOURS


def test_different_ids_give_different_blocks() -> None:
    assert len({block_svg(public_id) for public_id in IDS}) == len(IDS)


@pytest.mark.parametrize("public_id", IDS[:40])
def test_block_is_mirrored_both_ways(public_id: str) -> None:
    drawn = set(shapes(block_svg(public_id)))
    assert drawn == {(colour, frozenset((8 - x, y) for x, y in points)) for colour, points in drawn}
    assert drawn == {(colour, frozenset((x, 8 - y) for x, y in points)) for colour, points in drawn}


@pytest.mark.parametrize("public_id", IDS)
def test_block_uses_three_of_the_eight_cloths(public_id: str) -> None:
    drawn = {colour for colour, _ in shapes(block_svg(public_id))}
    assert len(drawn) == 3
    assert drawn <= set(CLOTHS.values())


def test_all_eight_cloths_are_used() -> None:
    assert {colour for public_id in IDS for colour, _ in shapes(block_svg(public_id))} == set(CLOTHS.values())


@pytest.mark.parametrize("public_id", ["<script>alert(1)</script>", '"><b>', "Ama Mensah", IDS[0]])
def test_id_is_never_in_the_drawing(public_id: str) -> None:
    svg = block_svg(public_id)
    assert public_id not in svg
    assert "script" not in svg
    ET.fromstring(svg)


@pytest.mark.parametrize("public_id", [None, *IDS[:20]])
def test_drawing_is_well_formed_small_silent_and_without_style(public_id: str | None) -> None:
    svg = block_svg(public_id, size=40)
    root = ET.fromstring(svg)
    assert root.attrib["aria-hidden"] == "true"
    assert root.attrib["width"] == root.attrib["height"] == "40"
    assert all("style" not in part.attrib for part in root.iter())
    assert len(svg) < LARGEST_CHARACTERS


def test_nobody_is_plain_cloth() -> None:
    plain = block_svg(None)
    assert plain == block_svg(None)
    assert shapes(plain) == []
    assert plain != block_svg("")


def test_light_theme_and_drawing_know_the_same_dyes() -> None:
    text = SHEET.read_text(encoding="utf-8")
    for cloth, colour in CLOTHS.items():
        assert f"--{cloth}: {colour};" in text
