"""Objects of a grid chosen, ordered and put side by side: as they are, or as bars of their measures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Mask, blown_up, fits, to_array, to_grid
from kaggle_batt.dsl.extensions.geometry import Step, eight, padded, shift
from kaggle_batt.dsl.extensions.objects.features import FEATURES, features_of, holds
from kaggle_batt.dsl.extensions.objects.inks import AS_IS, ROLES, ink_of
from kaggle_batt.dsl.extensions.objects.moves import picture_of
from kaggle_batt.dsl.extensions.objects.rays import heading_of
from kaggle_batt.dsl.extensions.objects.scene import Scene, scene_of
from kaggle_batt.dsl.extensions.registry import Table, primitive
from kaggle_batt.dsl.extensions.segments import BOXES, PARTS, Segmentation, parts_of
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

#: what stands for an object: itself in its box, all that is in its box, a cell; then bars of a measure
PICTURE, WINDOW, CELL = range(3)
BARS = ("size", "height", "width", "holes", "colors", "strokes", "layers", "contents", "pieces")
CONTENTS = CELL + 1 + len(BARS)
#: side by side, below each other, both with a gap of one, as they lie; of bars also a square of stripes, a
#: diagonal, there and back, every other cell, each line, every second line; pictures that fill a canvas, in
#: rows and columns as they lie, each on the side to which its colors point; side by side, below each other as
#: often as there are other objects, both also with a gap of one; enlarged by their number
(
    ACROSS, DOWNWARD, ACROSS_APART, DOWNWARD_APART, ALONG,
    SQUARE, DIAGONAL, SNAKE, CHECKS, LINES, LINES_APART, FITTED, ROWS, POINTED, ACROSS_OFTEN, DOWNWARD_OFTEN,
    ACROSS_OFTEN_APART, DOWNWARD_OFTEN_APART, ENLARGED,
) = range(LAYOUTS := 19)  # fmt: skip
OFTEN = (ACROSS_OFTEN, DOWNWARD_OFTEN, ACROSS_OFTEN_APART, DOWNWARD_OFTEN_APART)
APART = (ACROSS_APART, DOWNWARD_APART, ACROSS_OFTEN_APART, DOWNWARD_OFTEN_APART)
DOWN = (DOWNWARD, DOWNWARD_APART, DOWNWARD_OFTEN, DOWNWARD_OFTEN_APART)
#: positions of a canvas: those of `eight`, then as the objects lie; as its size, that of the grid
POSITIONS, AS_THEY_LIE, OWN_SIZE = 9, 8, -1
MOST_FITTED = 6  #: most pictures that are fitted to fill a canvas
#: measures to order by, each ascending or descending; by color: as the nearest others of their colors lie;
#: by depth: how many lie one over the other above them
ORDERS = (
    "top", "left", "size", "area", "height", "width", "colors", "holes", "bottom", "right", "color", "pieces",
    "depth", "other_cells",
)  # fmt: skip


def content_of(scene: Scene, number: int, content: int, ink: int) -> Array | None:
    """What stands for an object, as a row if it is a bar or a cell; None where it is not defined."""
    part = scene.parts[number]
    if content == WINDOW:
        return scene.array[part.box]
    if content == PICTURE:
        return picture_of(scene, number) % 255
    color = scene.main[number] if ink == AS_IS else ink_of(scene, number, ink)
    length = 1 if content == CELL else _measure(scene, number, BARS[content - CELL - 1])
    return None if color is None else np.full((1, length), color, np.uint8)


def _measure(scene: Scene, number: int, name: str) -> int:
    """An object's property, or how many strokes, rows or columns (the fewer), inner objects or connected
    pieces it has."""
    if name == "pieces":
        return len(parts_of(picture_of(scene, number) % 255, Segmentation.FILLED_8))
    if name == "contents":
        return sum([scene.related("around", other) == number for other in range(len(scene.parts))])
    if name not in ("strokes", "layers"):
        return scene.value(number, name)
    mask = scene.parts[number].picture > 0
    if name == "layers":
        return int(min(mask.any(0).sum(), mask.any(1).sum()))
    return sum([_strokes(mask, *step) for step in ((0, 1), (1, 0), (1, 1), (1, -1))])


def _strokes(mask: Mask, down: int, right: int) -> int:
    """The number of runs of three cells or more in that direction."""
    more = shift(mask, -down, -right) & shift(mask, -2 * down, -2 * right)
    return int(np.count_nonzero(mask & more & ~shift(mask, down, right)))


def joined(pieces: Sequence[Array], layout: int) -> Array | None:
    """The pictures put together; None where they do not fit, or there are none."""
    if not pieces:
        return None
    down = layout in DOWN
    parts = _with_gaps([piece.T if down else piece for piece in pieces], layout)
    height = max([part.shape[0] for part in parts])
    made = np.concatenate([_centered(part, height) for part in parts], 1)
    return np.ascontiguousarray(made.T if down else made) if fits(made) else None


def _in_rows(scene: Scene, numbers: list[int], layout: int, content: int) -> Array | None:
    """The objects' pictures in rows and columns by where they lie or point; None if that is no full grid."""
    places = {_pose(scene, k): k for k in numbers} if layout == POINTED else _ranked(scene, numbers)
    rows, columns = (sorted({place[way] for place in places}) for way in (0, 1))
    if not 0 < len(numbers) == len(places) == len(rows) * len(columns):
        return None
    pieces = [[content_of(scene, places[y, x], content, AS_IS) for x in columns] for y in rows]
    lines = [joined([one for one in line if one is not None], ACROSS) for line in pieces]
    return joined([line for line in lines if line is not None], DOWNWARD)


def _ranked(scene: Scene, numbers: list[int]) -> dict[Step, int]:
    """The objects by row and column: the fewest rows, but one, whose objects also make columns in order."""
    by_top, by_left = (sorted(numbers, key=lambda k: sum(scene.parts[k].spans[axis])) for axis in (0, 1))
    for rows in range(2, len(numbers) // 2 + 1):
        columns, rest = divmod(len(numbers), rows)
        found = {(by_top.index(k) // columns, by_left.index(k) // rows): k for k in numbers}
        if not rest and len(found) == len(numbers):
            return found
    return {}


def _pose(scene: Scene, number: int) -> Step:
    """The side on which an object's rarest color lies, or its mass if it has one color; (0, 0) if none."""
    down, right = heading_of(scene, number) or (0, 0)
    sign = -1 if len(scene.counts[number]) == 1 else 1
    return sign * down, sign * right


def fitted(pieces: list[Array], height: int, width: int) -> Array | None:
    """The first grid (0 by 0: the square of their cells) that the pictures fill without overlap, or None."""
    side = int(sum(map(np.count_nonzero, pieces)) ** 0.5)
    board = np.zeros((height or side, width or side), np.uint8)

    def fill(left: list[Array]) -> bool:
        if not left:
            return bool(board.all())
        row, column = divmod(int(np.argmin(board.ravel() > 0)), board.shape[1])
        for number, piece in enumerate(left):
            first = column - int(np.argmax(piece[0] > 0))
            window = board[row:, max(first, 0) :][: piece.shape[0], : piece.shape[1]]
            if first < 0 or window.shape != piece.shape or (window * piece).any():
                continue
            window += piece
            if fill(left[:number] + left[number + 1 :]):
                return True
            window -= piece
        return False

    return board if 1 < len(pieces) <= MOST_FITTED and fits(board) and fill(pieces) else None


def _with_gaps(pieces: list[Array], layout: int) -> list[Array]:
    """The pieces, with a column of 0 between each two where the layout has gaps."""
    if layout not in APART or not pieces:
        return pieces
    gap = np.zeros((pieces[0].shape[0], 1), np.uint8)
    return [one for piece in pieces for one in (piece, gap)][:-1]


def drawn(bars: list[Array], layout: int, position: int, height: int, width: int) -> Array | None:
    """The bars on a canvas of that size in that position (0 by 0: as needed); None if they do not fit."""
    turned = position >= 4
    height, width = (width, height) if turned else (height, width)
    if not bars and not height:
        return None
    if layout in (LINES, LINES_APART):
        made = _lines(bars, 1 + (layout == LINES_APART))
    else:
        row = np.concatenate([np.zeros((1, 0), np.uint8), *_with_gaps(bars, layout)], 1)
        made = _in_turn(row, layout, height, width)
    if height and (made.shape[0] > height or made.shape[1] > width):
        return None
    if height:
        made = padded(made, 0, height - made.shape[0], 0, width - made.shape[1])
    return np.ascontiguousarray(eight(made)[position]) if fits(made) else None


def _lines(bars: list[Array], step: int) -> Array:
    """Each bar on a line of its own, `step` lines apart."""
    made = np.zeros((step * len(bars), max([bar.size for bar in bars], default=0)), np.uint8)
    for number, bar in enumerate(bars):
        made[step * number, : bar.size] = bar
    return made[: step * len(bars) - step + 1]


def _in_turn(row: Array, layout: int, height: int, width: int) -> Array:
    """The cells of a row in turn on a canvas, line by line; the row itself where they do not fit."""
    if layout in (SQUARE, DIAGONAL) and row.size <= LARGEST:
        return np.diag(row[0]) if layout == DIAGONAL else np.repeat(row, height or row.size, 0)
    places = np.arange(height * width).reshape(height, width)
    if layout == SNAKE:
        places[1::2] = places[1::2, ::-1]
    if layout == CHECKS:
        places = places[np.indices(places.shape).sum(0) % 2 == 0]
    if row.size > places.size:
        return row
    made = np.zeros((height, width), np.uint8)
    made.ravel()[places.ravel()[: row.size]] = row
    return made


def _centered(piece: Array, height: int) -> Array:
    """The piece in the middle of that height, 0 above and below."""
    lacks = height - piece.shape[0]
    return padded(piece, lacks // 2, lacks - lacks // 2, 0, 0) if lacks else piece


def kept_in(scene: Scene, rows: Table, order: int) -> list[int]:
    """The numbers of the objects that pass all tests, in the order."""
    features = features_of(scene)
    numbers = [
        number
        for number in range(len(scene.parts))
        if all(holds(features[FEATURES[f]][number], how, value) for f, how, value in rows)
    ]
    if order:
        name, sign = ORDERS[(order - 1) // 2], 1 - 2 * ((order - 1) % 2)
        numbers.sort(key=lambda number: sign * scene.once(_key, number, name))
    return numbers


def _key(scene: Scene, number: int, name: str) -> int:
    """A measure, or where the nearest object of the same color lies, in reading order; -1 without one."""
    if name == "depth":
        return scene.once(_depths)[number]
    if name != "color":
        return _measure(scene, number, name)
    other = scene.related("same_color", number)
    return -1 if other is None else scene.parts[other].top * scene.width + scene.parts[other].left


def _depths(scene: Scene) -> list[int]:
    """For each object how many at most lie above it, each over the next; an object lies over another in whose
    box it has more cells than that in its own."""
    owner, count = scene.owners, len(scene.parts)
    inside = np.stack(
        [np.bincount(owner[one.box].ravel(), minlength=count + 1)[:count] for one in scene.parts], 1
    )
    over, depths = inside > inside.T, np.zeros(len(scene.parts), int)
    for _ in scene.parts:
        before, depths = depths, np.where(over, depths[:, None] + 1, 0).max(0)
        if (depths == before).all():
            break
    return depths.tolist()


def assembled_by(scene: Scene, table: Table) -> Array | None:
    """The grid that the table makes of a scene; None where it is not defined."""
    order, content, ink, layout, position, height, width = (*table[0], 0, 0, 0)[:7]
    numbers = kept_in(scene, table[1:], order)
    if layout == ALONG or position == AS_THEY_LIE:
        corners = [(scene.parts[k].top, scene.parts[k].left) for k in numbers] or [(0, 0)]
        tall, wide = [max(places) - min(places) for places in zip(*corners, strict=True)]
        down = tall > wide
        numbers = kept_in(scene, table[1:], 1 if down else 3)
        layout = (DOWNWARD if down else ACROSS) if layout == ALONG else layout
        position = 4 * down
    if layout in (ROWS, POINTED):
        return _in_rows(scene, numbers, layout, content)
    made = [scene.once(content_of, number, content, ink) for number in numbers]
    pieces = [piece for piece in made if piece is not None]
    if content < CELL:
        others = len(scene.parts) - len(numbers)
        if layout == ENLARGED:
            times = min(others, LARGEST + 1)  # which is too large, as more would be
            pieces = [blown_up(piece, times, times) for piece in pieces]
        if layout in OFTEN:
            pieces = pieces * others
        return fitted(pieces, height, width) if layout == FITTED else joined(pieces, layout)
    if layout in (DOWNWARD, DOWNWARD_APART):
        position = 4
    size = scene.array.shape if height == OWN_SIZE else (height, width)
    return drawn(pieces, layout, position, *size)


@primitive(cost=12)
def assemble_by(grid: Grid, segmentation: Integer, table: Table) -> Grid:
    """The parts that pass all tests put side by side.

    The table's first row is `(order, content, ink, layout)`, for bars also `position, height, width` of a
    canvas; the others are tests `(feature, how, value)`.
    """
    lengths = [len(row) for row in table]
    if segmentation not in PARTS | BOXES or lengths[:1] not in ([4], [7]) or any(n != 3 for n in lengths[1:]):
        raise DslError("assemble_by: a segmentation, a row of 4 or 7 numbers, rows of 3 were expected")
    order, content, ink, layout, position, *size = (*table[0], 0, 0, 0)[:7]
    sized = layout != FITTED and any(size)
    misplaced = position or ALONG < layout < FITTED or sized if content < CELL else layout > FITTED
    limits = 2 * len(ORDERS) + 1, CONTENTS, AS_IS + len(ROLES), LAYOUTS, POSITIONS
    first = zip((order, content, ink, layout, position), limits, strict=True)
    if (
        misplaced
        or not all(0 <= number < limit for number, limit in first)
        or not (size == [OWN_SIZE] * 2 or all(0 <= side <= LARGEST for side in size))
        or any(not 0 <= f < len(FEATURES) for f, _, _ in table[1:])
    ):
        raise DslError("assemble_by: no such order, content, ink, layout, canvas or feature")
    scene = scene_of(to_array(grid), segmentation)
    made = assembled_by(scene, table) if scene.parts else None
    if made is None:
        raise DslError("assemble_by: the parts do not make a grid")
    return to_grid(made)
