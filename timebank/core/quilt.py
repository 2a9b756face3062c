"""Draws the quilt block of a person or a group from a public id and nothing else.

The id only feeds a hash: it never appears in the drawing, and neither does a name, so a block
tells nothing and stays the same when somebody is renamed.
"""

from hashlib import sha256
from typing import NewType

from markupsafe import Markup

Cell = tuple[int, int]
Points = tuple[tuple[int, int], ...]
Cloth = NewType("Cloth", str)

DARK_CLOTHS: dict[Cloth, str] = {
    Cloth("clay"): "#9c4326",
    Cloth("moss"): "#2c6349",
    Cloth("sky"): "#3d6b8c",
    Cloth("plum"): "#6d4260",
}
LIGHT_CLOTHS: dict[Cloth, str] = {
    Cloth("sun"): "#e2a530",
    Cloth("sand"): "#cdb58b",
    Cloth("rose"): "#c7775f",
    Cloth("leaf"): "#7d9a6a",
}
CLOTHS: dict[Cloth, str] = DARK_CLOTHS | LIGHT_CLOTHS

# A quarter of the block is drawn in a field of 4 x 4 (two cells of 2 each way, the centre of the
# block at 4,4) and then mirrored into the field of 8 x 8.
SIDE = 8
CORNER: Cell = (0, 0)
TOP: Cell = (2, 0)
FLANK: Cell = (0, 2)
CENTRE: Cell = (2, 2)

PATCHES: dict[str, Points] = {
    "square": ((0, 0), (2, 0), (2, 2), (0, 2)),
    "outward": ((0, 0), (2, 0), (0, 2)),
    "inward": ((2, 0), (2, 2), (0, 2)),
    "rising": ((0, 2), (2, 2), (0, 0)),
    "falling": ((0, 0), (2, 0), (2, 2)),
    "diamond": ((1, 0), (2, 1), (1, 2), (0, 1)),
}
OTHER_HALF = {"outward": "inward", "inward": "outward", "rising": "falling", "falling": "rising"}

# What may lie in the four cells of a quarter: combinations that read as a block, not as noise.
CORNERS = ("square", "outward", "inward", "rising", "falling", "diamond")
EDGES = ("inward", "outward", "rising", "falling", "diamond", "square")
CENTRES = ("inward", "outward", "square", "diamond", "rising", "falling")


def block_svg(public_id: str | None, size: int = 56) -> str:
    """Return the block of an id as SVG, `size` pixels wide and high; without an id, plain cloth."""
    if public_id is None:
        return _svg(size, _plain_cloth())
    chance = sha256(b"quilt block:" + public_id.encode("utf-8", "surrogatepass")).digest()
    first, second, third = _three_cloths(chance)
    shapes: dict[Cloth, list[Points]] = {first: [], second: [], third: []}
    for cell, patch, front, back in _quarter(chance, (first, second, third)):
        shapes[front].extend(_mirrored(cell, PATCHES[patch]))
        if back is not None:
            shapes[back].extend(_mirrored(cell, PATCHES[OTHER_HALF[patch]]))
    ground = (first, second, third)[chance[9] % 3]
    body = f'<path class="q-{ground}" fill="{CLOTHS[ground]}" fill-opacity=".26" d="M0 0h8v8H0z"/>'
    return _svg(size, body + "".join(_path(cloth, points) for cloth, points in shapes.items()))


def block_markup(public_id: str | None, size: int = 56) -> Markup:
    """Return `block_svg` for a template; safe as it stands, since nothing of the id is in it."""
    return Markup(block_svg(public_id, size))  # noqa: S704 - drawn from nothing but our own shapes


def _three_cloths(chance: bytes) -> tuple[Cloth, Cloth, Cloth]:
    """Pick one dark cloth, one light one and a third that is neither of them."""
    dark = list(DARK_CLOTHS)[chance[0] % 4]
    light = list(LIGHT_CLOTHS)[chance[1] % 4]
    rest = [cloth for cloth in CLOTHS if cloth not in (dark, light)]
    return dark, light, rest[chance[2] % len(rest)]


def _quarter(chance: bytes, cloths: tuple[Cloth, Cloth, Cloth]) -> list[tuple[Cell, str, Cloth, Cloth | None]]:
    """Lay the four cells of a quarter: cell, patch, its cloth, the cloth of its other half if any."""
    first, second, third = cloths
    corner = CORNERS[chance[3] % len(CORNERS)]
    top = EDGES[chance[4] % len(EDGES)]
    flank = EDGES[chance[5] % len(EDGES)]
    centre = CENTRES[chance[6] % len(CENTRES)]
    if corner == top == flank == centre == "square":
        centre = "diamond"
    edge_cloths = (second, third) if chance[7] & 1 else (third, third)
    corner_cloth, centre_cloth = (first, second) if chance[7] & 2 else (second, first)
    # With both edges of the third cloth the first two lie in corner and centre; otherwise the
    # corner may repeat the second, but then the first is in the centre.
    return [
        (CORNER, corner, corner_cloth, _behind(corner, third, wanted=bool(chance[8] & 1))),
        (TOP, top, edge_cloths[0], _behind(top, first, wanted=bool(chance[8] & 2))),
        (FLANK, flank, edge_cloths[1], _behind(flank, first, wanted=bool(chance[8] & 2))),
        (CENTRE, centre, centre_cloth, _behind(centre, third, wanted=bool(chance[8] & 4))),
    ]


def _behind(patch: str, cloth: Cloth, *, wanted: bool) -> Cloth | None:
    """Answer the cloth of a triangle's other half; squares and diamonds have none."""
    return cloth if wanted and patch in OTHER_HALF else None


def _mirrored(cell: Cell, patch: Points) -> list[Points]:
    """Move a patch into its cell and return it with its three reflections."""
    placed = tuple((x + cell[0], y + cell[1]) for x, y in patch)
    across = tuple((SIDE - x, y) for x, y in placed)
    down = tuple((x, SIDE - y) for x, y in placed)
    both = tuple((SIDE - x, SIDE - y) for x, y in placed)
    return [placed, across, down, both]


def _path(cloth: Cloth, shapes: list[Points]) -> str:
    """Return every shape of one cloth as a single path."""
    drawn = "".join("M" + "L".join(f"{x} {y}" for x, y in points) + "z" for points in shapes)
    return f'<path class="q-{cloth}" fill="{CLOTHS[cloth]}" d="{drawn}"/>'


def _plain_cloth() -> str:
    """Return cloth without a pattern, hemmed with one row of stitches."""
    sand = CLOTHS[Cloth("sand")]
    return (
        f'<path class="q-sand" fill="{sand}" fill-opacity=".4" d="M0 0h8v8H0z"/>'
        f'<path class="q-hem" fill="none" stroke="{sand}" stroke-width=".3" stroke-linecap="round"'
        ' stroke-dasharray=".7 .55" d="M1 1h6v6H1z"/>'
    )


def _svg(size: int, body: str) -> str:
    """Wrap shapes into a drawing that assistive technology passes over."""
    return (
        f'<svg class="quilt-block" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="{size}"'
        f' height="{size}" aria-hidden="true" focusable="false">{body}</svg>'
    )
