"""The picture of a value of the language: a grid with what stands out in it, or a text.

An object or a set of locations is drawn on a *ground*, the grid it was found in: its cells in full color, all
others pale. Of several, each has a frame. Grids in a container stand side by side. All else is a text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from kaggle_batt.dsl.values.build import object_of
from kaggle_batt.dsl.values.callables import Function
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import Grid, Indices, Object, SetValue, is_cell, maybe_grid
from kaggle_batt.programs.calls import Failure
from kaggle_batt.tasks.drawing import shortened
from kaggle_batt.tasks.picture import BLANK, Box, Picture, Rows, grid_picture, shape_of

MOST_CELLS = 64  # rows and columns of a grid that are shown
ARC_CELLS = 30  # rows and columns of ARC's largest grid
MOST_TEXT = 160  # characters of a text that are shown
MOST_ITEMS = 400  # items of a container that are read


def value_picture(value: Any, ground: Any = None, title: str = "") -> Picture:
    """The picture of a value of the language or a `Failure`; `ground` is a grid or None."""
    return replace(_picture(value, ground), title=title)


def _picture(value: Any, ground: Any) -> Picture:
    if isinstance(value, Failure):
        return Picture(shortened(value.detail, MOST_TEXT), failed=True)
    kind, parts = _contents(value)
    if kind == "value":
        return Picture(short_text(value))
    if kind == "one grid":
        return _large_grid(parts[0])
    if "grid" in kind:
        grids = [_grid(part) for part in parts if part is not None]
        return Picture(_counted(value, kind), _mosaic([grid for grid in grids if grid is not None]))
    label = _patch_label(value) if kind == "one patch" else _counted(value, kind)
    return _patches_picture(value, parts, ground, label)


def items(value: Any) -> list[Any]:
    """The parts of a container that are worth a picture each: its objects, sets of locations or grids."""
    kind, parts = _contents(value)
    return parts if kind in ("object", "set of locations", "grid", "pair of grids") else []


def _contents(value: Any) -> tuple[str, list[Any]]:
    """What a value is, or what a container holds and nothing else, and the grids or patches in it."""
    if (grid := _grid(value)) is not None:
        return "one grid", [grid]
    if isinstance(value, (Object, Indices)):
        return ("one patch", [value]) if len(value) else ("value", [])
    parts = _parts(value)
    if parts and all(map(is_cell, parts)):
        return "cell", [object_of(parts)]
    if parts and all([isinstance(part, (Object, Indices)) for part in parts]):
        return "object" if isinstance(parts[0], Object) else "set of locations", parts
    if parts and all([type(part) is tuple and len(part) == 2 and all(map(_grid, part)) for part in parts]):
        return "pair of grids", [part for pair in parts for part in pair]
    grids = [_grid(part) for part in parts if part is not None]
    return ("grid", parts) if grids and None not in grids else ("value", [])


def short_text(value: Any, most: int = MOST_TEXT) -> str:
    """A value as text in the language's words, cut after `most` characters with '…'."""
    text = ""
    for part in _words(value):
        text += part
        if len(text) > most:
            break
    return shortened(text, most)


def _words(value: Any) -> Iterable[str]:
    """The text of a value piece by piece, so that a huge one is not written out to be cut."""
    if isinstance(value, bool) or value is None:
        yield {True: "T", False: "F", None: "None"}[value]
    elif isinstance(value, Function):
        yield value.name
        if value.args:
            yield from _listed(value.args, "(", ")")
    elif isinstance(value, SetValue):
        yield f"set of {len(value)}" if len(value) else "empty set"
        if 0 < len(value) <= MOST_ITEMS:
            yield " "
            yield from _listed(value, "{", "}")
    elif isinstance(value, tuple):
        yield from _listed(value, "(", ",)" if len(value) == 1 else ")")
    else:
        yield f"grid {value.height}×{value.width}" if isinstance(value, Grid) else repr(value)


def _listed(values: Iterable[Any], opening: str, closing: str) -> Iterable[str]:
    yield opening
    for number, value in enumerate(values):
        if number:
            yield ", "
        yield from _words(value)
    yield closing


def _grid(value: Any) -> Grid | None:
    return value if type(value) is Grid else maybe_grid(value)


def _large_grid(grid: Grid) -> Picture:
    """The picture of a grid, cut where it is too large to be drawn."""
    height, width = grid.height, grid.width
    shown = grid_picture([row[:MOST_CELLS] for row in grid.rows[:MOST_CELLS]])
    if max(height, width) <= MOST_CELLS:
        return shown
    return replace(shown, label=f"{height}×{width}, of which the first {shown.label}")


def _parts(value: Any) -> list[Any]:
    """The members of a container that is not too large."""
    if isinstance(value, FSet):
        return list(value.ordered()) if len(value) <= MOST_ITEMS else []
    return list(value) if type(value) is tuple and len(value) <= MOST_ITEMS else []


def _patches_picture(value: Any, patches: Sequence[Object | Indices], ground: Any, label: str) -> Picture:
    """Patches on their ground, or on a blank one where they lie too far from it."""
    found = [patch for patch in patches if len(patch)]
    if not found:
        return Picture(label)
    grid, boxes = _grid(ground), [patch.box for patch in found]
    rows: Rows = grid.rows if grid is not None and max(grid.height, grid.width) <= MOST_CELLS else []
    frame = _frame([*boxes, (0, 0, *shape_of(rows))] if rows else boxes)
    # patches lie too far off a ground if this many rows or columns would have to be drawn around it
    most = [max(side, min(side * 3 // 2 + 1, ARC_CELLS)) for side in shape_of(rows)]
    if rows and (frame[2] > most[0] or frame[3] > most[1]):
        rows, frame = [], _frame(boxes)
    if max(frame[2:]) > MOST_CELLS:
        return Picture(short_text(value))
    shown = _on_ground(found, rows, frame)
    return replace(shown, label=label, boxes=shown.boxes if len(patches) > 1 else ())


def _on_ground(patches: Sequence[Object | Indices], rows: Rows, frame: Box) -> Picture:
    top, left, height, width = frame
    colored = {place: color for patch in patches if isinstance(patch, Object) for color, place in patch}
    marks = {place for patch in patches if isinstance(patch, Indices) for place in patch}
    cells = {(y, x): cell for y, row in enumerate(rows) for x, cell in enumerate(row)} | colored
    places = [[(top + y, left + x) for x in range(width)] for y in range(height)]
    bright = colored.keys() | marks
    return Picture(
        "",
        [[cells.get(place, BLANK) for place in line] for line in places],
        veil=frozenset([(y - top, x - left) for line in places for y, x in line if (y, x) not in bright]),
        marks=frozenset([(y - top, x - left) for y, x in marks]),
        boxes=tuple([(y - top, x - left, h, w) for y, x, h, w in [patch.box for patch in patches]]),
    )


def _frame(boxes: Iterable[Box]) -> Box:
    sides = [(top, left, top + height, left + width) for top, left, height, width in boxes]
    tops, lefts, bottoms, rights = zip(*sides, strict=True)
    return min(tops), min(lefts), max(bottoms) - min(tops), max(rights) - min(lefts)


def _patch_label(patch: Object | Indices) -> str:
    kind, cell = ("object", "cell") if isinstance(patch, Object) else ("set", "location")
    top, left, height, width = patch.box
    return f"{_number(kind, len(patch), cell)}, {height}×{width} at ({top}, {left})"


def _counted(value: Any, kind: str) -> str:
    """'set of 3 objects', 'tuple of 1 grid', 'tuple of 2 pairs of grids'."""
    return _number("set" if isinstance(value, FSet) else "tuple", len(value), kind)


def _number(container: str, number: int, kind: str) -> str:
    head, of, tail = kind.partition(" ")
    return f"{container} of {number} {head}{'s' if number != 1 else ''}{of}{tail}"


def _mosaic(grids: Sequence[Grid]) -> Rows:
    """Grids side by side in lines about as wide as all of them are high, blank between, as many as fit."""
    area = sum([(grid.height + 1) * (grid.width + 1) for grid in grids])
    wide = min(MOST_CELLS, max([grid.width for grid in grids] + [round((3 * area) ** 0.5)]))
    cells: dict[tuple[int, int], int] = {}
    top = left = bottom = right = 0
    for grid in grids:
        if left and left + grid.width > wide:
            top, left = bottom + 1, 0
        cells |= {(top + y, left + x): c for y, row in enumerate(grid.rows) for x, c in enumerate(row)}
        bottom, right = max(bottom, top + grid.height), max(right, left + grid.width)
        left += grid.width + 1
        if top >= MOST_CELLS:
            break
    height, width = min(MOST_CELLS, bottom), min(MOST_CELLS, right)
    return [[cells.get((y, x), BLANK) for x in range(width)] for y in range(height)]
