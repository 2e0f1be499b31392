"""Some objects of a grid, in an order, put side by side: as they are, or as bars of their measures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, fits, to_array, to_grid
from kaggle_batt.dsl.extensions.objects.features import FEATURES, features_of, holds
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ROLES, ink_of
from kaggle_batt.dsl.extensions.objects.moves import picture_of
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.properties import POSITION
from kaggle_batt.dsl.extensions.registry import primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

Table = tuple[tuple[int, ...], ...]
#: what stands for an object: itself on its box, all that its box has, a cell, bars as long as a measure
PICTURE, WINDOW, CELL = range(3)
BARS = ("size", "height", "width", "holes", "colors")
CONTENTS = CELL + 1 + len(BARS)
#: side by side, below each other, each with a gap of one, as they lie; a square of bars, its diagonal
ACROSS, DOWNWARD, ACROSS_APART, DOWNWARD_APART, ALONG, SQUARE, DIAGONAL = range(7)
LAYOUTS = 7
#: the orders: of a property, ascending or descending
ORDERS = ("top", "left", "size", "area", "height", "width", "colors", "holes", "bottom", "right")


def content_of(scene: Scene, number: int, content: int, ink: int) -> Array | None:
    """What stands for an object, across; None where it is not defined."""
    part = scene.parts[number]
    if content == WINDOW:
        return scene.array[part.box]
    if content == PICTURE:
        return picture_of(scene, number) % 255
    color = scene.main[number] if ink == AS_IS else ink_of(scene, number, ink)
    length = 1 if content == CELL else scene.value(number, BARS[content - CELL - 1])
    return None if color is None else np.full((1, length), color, np.uint8)


def joined(pieces: Sequence[Array], content: int, layout: int) -> Array | None:
    """The pieces put together; None where they do not fit, or nothing is left."""
    if layout in (SQUARE, DIAGONAL):
        row = np.concatenate(pieces, 1) if pieces and content >= CELL else np.zeros((1, 0), np.uint8)
        if not fits(row):
            return None
        return np.repeat(row, row.shape[1], 0) if layout == SQUARE else np.diag(row[0])
    down = layout in (DOWNWARD, DOWNWARD_APART)
    # bars turn with the layout, pictures do not
    parts = [piece.T if down and content < CELL else piece for piece in pieces]
    if layout in (ACROSS_APART, DOWNWARD_APART):
        gap = np.zeros((parts[0].shape[0], 1), np.uint8) if parts else None
        parts = [piece for part in parts for piece in (part, gap) if piece is not None][:-1]
    if not parts:
        return None
    made = np.concatenate([_centered(part, max([one.shape[0] for one in parts])) for part in parts], 1)
    made = made.T if down else made
    return np.ascontiguousarray(made) if fits(made) else None


def _centered(piece: Array, height: int) -> Array:
    """The piece in the middle of that height, 0 above and below."""
    lacks = height - piece.shape[0]
    return np.pad(piece, ((lacks // 2, lacks - lacks // 2), (0, 0))) if lacks else piece


def kept(scene: Scene, rows: Table, order: int) -> list[int]:
    """The numbers of the objects that pass all tests, in the order."""
    features = features_of(scene)
    numbers = [
        number
        for number in range(len(scene.parts))
        if all(holds(features[FEATURES[f]][number], how, value) for f, how, value in rows)
    ]
    if order:
        name, sign = ORDERS[(order - 1) // 2], 1 - 2 * ((order - 1) % 2)
        at = POSITION[name]
        numbers.sort(key=lambda number: sign * scene.rows[number][at])
    return numbers


def assembled_by(scene: Scene, table: Table) -> Array | None:
    """The grid that the table makes of a scene; None where it is not defined."""
    order, content, ink, layout = table[0]
    numbers = kept(scene, table[1:], order)
    if layout == ALONG:
        spreads = [
            max(places, default=0) - min(places, default=0)
            for places in zip(*[(scene.parts[k].left, scene.parts[k].top) for k in numbers], strict=True)
        ]
        layout = ACROSS if not spreads or spreads[0] >= spreads[1] else DOWNWARD
        numbers = kept(scene, table[1:], 3 if layout == ACROSS else 1)
    pieces = [scene.once(content_of, number, content, ink) for number in numbers]
    return joined([piece for piece in pieces if piece is not None], content, layout)


@primitive(cost=12)
def assemble_by(grid: Grid, segmentation: Integer, table: Table) -> Grid:
    """The parts that pass all tests put side by side.

    The table's first row is `(order, content, ink, layout)`, the others are tests `(feature, how, value)`.
    """
    lengths = [len(row) for row in table]
    if not 0 <= segmentation <= 9 or lengths[:1] != [4] or any(n != 3 for n in lengths[1:]):
        raise DslError("assemble_by: a segmentation, a row of four numbers, rows of three were expected")
    order, content, ink, layout = table[0]
    known = 0 <= order <= 2 * len(ORDERS) and 0 <= content < CONTENTS and 0 <= layout < LAYOUTS
    if (
        not known
        or not 0 <= ink < AS_IS + len(ROLES)
        or any(not 0 <= f < len(FEATURES) for f, _, _ in table[1:])
    ):
        raise DslError("assemble_by: no such order, content, ink, layout or feature")
    scene = scene_of(to_array(grid), segmentation)
    made = assembled_by(scene, table) if scene.parts else None
    if made is None:
        raise DslError("assemble_by: the parts do not make a grid")
    return to_grid(made)
