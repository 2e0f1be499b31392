"""Parts that move until something stops them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each, each_ink, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, under
from kaggle_batt.dsl.extensions.regions.rooms import opened
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

#: with more moving parts than this the families give no result
MOST_MOVERS = 15


def slide(board: Array, part: Part, step: tuple[int, int]) -> tuple[int, bool]:
    """How many steps the part can go on the board; whether a colored cell stopped it."""
    mask = part.picture > 0
    top, left, steps = part.top, part.left, 0
    while True:
        top, left = top + step[0], left + step[1]
        if min(top, left) < 0 or top + part.height > board.shape[0] or left + part.width > board.shape[1]:
            return steps, False
        if board[top : top + part.height, left : left + part.width][mask].any():
            return steps, True
        steps += 1


def put(board: Array, part: Part, step: tuple[int, int], steps: int) -> None:
    top, left = part.top + step[0] * steps, part.left + step[1] * steps
    window = board[top : top + part.height, left : left + part.width]
    np.copyto(window, part.picture, where=part.picture > 0)


@family("down up left right", cost=14, charge=(80, 6), tried=Tried(210, each(1, 3), deep=True))
def falls(array: Array, mode: int) -> Results | None:
    """All parts moved as rigid bodies in one direction until another part or the edge stops them."""
    parts = parts_of(array, mode)
    if not 0 < len(parts) <= MOST_MOVERS:
        return None
    found: Results = {}
    order = {
        "down": ((1, 0), lambda part: -part.bottom),
        "up": ((-1, 0), lambda part: part.top),
        "left": ((0, -1), lambda part: part.left),
        "right": ((0, 1), lambda part: -part.right),
    }
    for name, (step, key) in order.items():
        board = np.zeros_like(array)
        for part in sorted(parts, key=key):
            put(board, part, step, slide(board, part, step)[0])
        found[name] = board
    return found


def _distance(part: Part, anchors: list[Part]) -> int:
    """The smallest gap between the bounding boxes."""
    return min(
        [
            max(other.top - part.bottom, part.top - other.bottom, 0)
            + max(other.left - part.right, part.left - other.right, 0)
            for other in anchors
        ]
    )


def toward(array: Array, movers: list[Part], anchors: list[Part]) -> tuple[Array, Array]:
    """Each mover slid straight to the nearest contact; the same with the way it came."""
    board = np.zeros_like(array)
    for anchor in anchors:
        put(board, anchor, (0, 0), 0)
    trail = board.copy()
    for mover in sorted(movers, key=lambda part: _distance(part, anchors)):
        ways = [(*slide(board, mover, step), step) for step in STEPS[:4]]
        hits = [(steps, number) for number, (steps, hit, _) in enumerate(ways) if hit]
        if not hits:
            continue
        steps, number = min(hits)
        way = STEPS[number]
        for k in range(steps + 1):
            put(trail, mover, way, k)
        put(board, mover, way, steps)
    return board, trail


@family(
    "to_largest to_largest_trail to_main_color to_main_color_trail to_own_color to_own_color_trail "
    "to_own_or_none",
    cost=14,
    charge=(120, 50),
    tried=Tried(220, each(1, 3), deep=True),
)
def gatherings(array: Array, mode: int) -> Results | None:
    """The smaller parts moved to the largest; the parts of other colors moved to the main color's."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= 30:
        return None
    largest = max([part.size for part in parts])
    cells: dict[int, int] = {}
    for part in parts:
        cells[part.color] = cells.get(part.color, 0) + part.size
    main = min([(-count, color) for color, count in cells.items()])[1]
    return {
        **_gathered("to_largest", array, parts, [part.size == largest for part in parts]),
        **_gathered("to_main_color", array, parts, [part.color == main for part in parts]),
        **_gathered_by_color(array, parts),
    }


def _gathered_by_color(array: Array, parts: list[Part]) -> Results:
    """Each part moved to the largest part of its color; parts without one stay, or go."""
    largest: dict[int, Part] = {}
    for part in parts:
        if part.color not in largest or part.size > largest[part.color].size:
            largest[part.color] = part
    anchors = [part for part in largest.values() if part.size > 1]
    colors = {part.color for part in anchors}
    movers = [part for part in parts if part not in anchors and part.color in colors]
    others = [part for part in parts if part.color not in colors]
    if not movers or len(movers) > MOST_MOVERS or not anchors:
        return {}
    still = np.zeros_like(array)
    for part in anchors:
        put(still, part, (0, 0), 0)
    trail, alone = still.copy(), still.copy()
    for color in sorted(colors):
        own = [part for part in movers if part.color == color]
        board, way = toward(array, own, [part for part in anchors if part.color == color])
        np.copyto(alone, board, where=board > 0)
        np.copyto(trail, way, where=way > 0)
    kept, kept_trail = alone.copy(), trail
    for part in others:
        put(kept, part, (0, 0), 0)
        put(kept_trail, part, (0, 0), 0)
    return {"to_own_color": kept, "to_own_color_trail": kept_trail, "to_own_or_none": alone}


def moved_parts(array: Array, parts: list[Part], shift_of: Callable[[Part], tuple[int, int]]) -> Array | None:
    """The parts alone, each moved by its own (down, right); None if one would leave the grid."""
    board = np.zeros_like(array)
    for part in parts:
        shift = shift_of(part)
        top, left = part.top + shift[0], part.left + shift[1]
        if min(top, left) < 0 or top + part.height > array.shape[0] or left + part.width > array.shape[1]:
            return None
        put(board, part, shift, 1)
    return board


def _stridden(array: Array, parts: list[Part], step: tuple[int, int], measure: str) -> Array | None:
    """Every part moved by its own measure in a direction; None if one would leave the grid."""
    return moved_parts(
        array, parts, lambda part: (step[0] * getattr(part, measure), step[1] * getattr(part, measure))
    )


@family(
    " ".join(
        [f"{way}_{name}" for way in ("right", "left", "down", "up") for name in ("height", "width", "size")]
    ),
    cost=14,
    charge=(40, 2),
    tried=Tried(230, each(1, 3), deep=True),
)
def strides(array: Array, mode: int) -> Results | None:
    """All parts moved in one direction, each by its own height, width or number of cells."""
    parts = list(parts_of(array, mode))
    if not 0 < len(parts) <= MOST_MOVERS:
        return None
    return {
        f"{way}_{name}": _stridden(array, parts, step, name)
        for way, step in zip(("right", "left", "down", "up"), STEPS[:4], strict=True)
        for name in ("height", "width", "size")
    }


def _gathered(name: str, array: Array, parts: list[Part], fixed: list[bool]) -> Results:
    movers = [part for part, stays in zip(parts, fixed, strict=True) if not stays]
    anchors = [part for part, stays in zip(parts, fixed, strict=True) if stays]
    if not 0 < len(movers) <= MOST_MOVERS:
        return {}
    board, trail = toward(array, movers, anchors)
    return {name: board, f"{name}_trail": trail}


@family("right left down up", cost=14, charge=(60, 25), tried=Tried(240, each_ink))
def slides(array: Array, color: int) -> Results | None:
    """The parts of one color moved in one direction until a part of another color or the edge stops them."""
    parts = parts_of(np.where(array == color, array, 0), 1)
    if not 0 < len(parts) <= MOST_MOVERS or color == 0:
        return None
    still = np.where(array == color, 0, array)
    found: Results = {}
    for name, step in zip(("right", "left", "down", "up"), STEPS[:4], strict=True):
        board = still.copy()
        for part in sorted(parts, key=lambda p, s=step: -(p.top * s[0] + p.left * s[1])):  # type: ignore[misc]
            put(board, part, step, slide(board, part, step)[0])
        found[name] = board
    return found


#: with more moving parts than this there is no result
MOST_ATTRACTED = 8


def _nearest(board: Array, part: Part) -> tuple[int, tuple[int, int]] | None:
    """How far, and in which straight direction, the part goes until it touches; None if it never does."""
    ways = [(*slide(board, part, step), number) for number, step in enumerate(STEPS[:4])]
    hits = [(steps, number) for steps, hit, number in ways if hit]
    return (min(hits)[0], STEPS[min(hits)[1]]) if hits else None


def _behind(board: Array, part: Part, step: tuple[int, int], steps: int) -> None:
    """Mark the full line just behind the moved part."""
    down, right = step
    if down:
        row = (part.top - 1 if down > 0 else part.bottom + 1) + down * steps
        board[max(row, 0) : row + 1] = 1
    else:
        column = (part.left - 1 if right > 0 else part.right + 1) + right * steps
        board[:, max(column, 0) : column + 1] = 1


@family("moved trail lines_behind moved_alone", cost=14, charge=(80, 10), tried=Tried(700, each_ink))
def attracted(array: Array, color: int) -> Results | None:
    """The parts of other colors slid straight until they touch the color; with the way they came; the lines
    behind them; without the color."""
    still = np.where(array == color, array, 0)
    movers = parts_of(np.where(array == color, 0, array), 3)
    if not color or not still.any() or not 0 < len(movers) <= MOST_ATTRACTED:
        return None
    board, trail, behind = still.copy(), still.copy(), np.zeros_like(array)
    for part in movers:
        way = _nearest(still, part)
        if way is None:
            return None
        steps, step = way
        put(board, part, step, steps)
        for k in range(steps + 1):
            put(trail, part, step, k)
        _behind(behind, part, step, steps)
    alone = np.where(still > 0, 0, board)
    drawn = under(trail, array)
    return {"moved": board, "trail": drawn, "lines_behind": behind, "moved_alone": alone}


MOST_PARTS = 8


def _thick(array: Array, color: int) -> Array:
    """The color's cells that lie in full blocks of two by two."""
    return np.where(opened(array == color, 2, 2), array, 0)


@family("line_moves other_moves", cost=13, charge=(60, 5), tried=Tried(840, once))
def pulled(array: Array) -> Results | None:
    """Thin lines taken away and the blocks moved together: those of the lines' colors, or the others."""
    colors = [color for color in range(1, 10) if (array == color).any()]
    if not 1 < len(colors) < 5:
        return None
    pulling: list[Part] = []
    others: list[Part] = []
    for color in colors:
        thick = _thick(array, color)
        thin = np.count_nonzero(thick) < np.count_nonzero(array == color)
        (pulling if thin else others).extend(parts_of(thick, 1))
    if not pulling or not others or len(pulling) + len(others) > MOST_PARTS:
        return None
    return {"line_moves": toward(array, pulling, others)[0], "other_moves": toward(array, others, pulling)[0]}
