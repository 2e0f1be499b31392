"""Parts that move: rigid falls, toward other parts or a color, until something stops them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, segmented
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, only, under, without
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, main_among, parts_of

Step = tuple[int, int]
#: the four straight steps by name
WAYS: dict[str, Step] = dict(zip(("right", "left", "down", "up"), STEPS, strict=False))
#: with more moving parts than this the families give no result
MOST_MOVERS = 15


def slide(board: Array, part: Part, step: Step) -> tuple[int, bool]:
    """How many steps the part can go on the board; whether a colored cell stopped it."""
    mask = part.picture > 0
    top, left, steps = part.top, part.left, 0
    while True:
        top, left = top + step[0], left + step[1]
        if min(top, left) < 0 or top + part.height > board.shape[0] or left + part.width > board.shape[1]:
            return steps, False
        if np.count_nonzero(board[top : top + part.height, left : left + part.width][mask]):
            return steps, True
        steps += 1


def put(board: Array, part: Part, step: Step = (0, 0), steps: int = 1) -> None:
    """Draw the part moved by so many steps, all on the board."""
    top, left = part.top + step[0] * steps, part.left + step[1] * steps
    np.copyto(board[top : top + part.height, left : left + part.width], part.picture, where=part.picture > 0)


def _slid(still: Array, parts: Parts, step: Step, front: bool) -> Array:
    """The board with the parts slid on it, the foremost first: by their front edges or by their corners."""
    (down, right), board = step, still.copy()

    def order(part: Part) -> int:
        row = part.bottom if front and down > 0 else part.top
        return -(down * row + right * (part.right if front and right > 0 else part.left))

    for part in sorted(parts, key=order):
        put(board, part, step, slide(board, part, step)[0])
    return board


@Tried(310, segmented("COLOR_8 FILLED_8"), deep=True)
@family("down up left right", cost=14, charge=(19, 47), parts=(1, MOST_MOVERS))
def falls(array: Array, parts: Parts) -> Results:
    """All parts moved as rigid bodies in one direction until another part or the edge stops them."""
    return {name: _slid(np.zeros(array.shape, np.uint8), parts, step, True) for name, step in WAYS.items()}


def _distance(part: Part, anchors: Parts) -> int:
    """The smallest gap between the bounding boxes."""
    gaps = [
        max(other.top - part.bottom, part.top - other.bottom, 0)
        + max(other.left - part.right, part.left - other.right, 0)
        for other in anchors
    ]
    return min(gaps)


def _nearest_contact(board: Array, part: Part) -> tuple[int, Step] | None:
    """How far, and in which straight direction, the part goes until it touches; None if it never does."""
    ways = [(*slide(board, part, step), number) for number, step in enumerate(STEPS[:4])]
    hits = [(steps, number) for steps, hit, number in ways if hit]
    return (min(hits)[0], STEPS[min(hits)[1]]) if hits else None


def _drawn(array: Array, parts: Parts) -> Array:
    """The parts alone, where they are."""
    board = np.zeros(array.shape, np.uint8)
    for part in parts:
        put(board, part)
    return board


def toward(array: Array, movers: Parts, anchors: Parts) -> tuple[Array, Array]:
    """Each mover slid straight to the nearest contact; the same with the way it came."""
    board = _drawn(array, anchors)
    trail = board.copy()
    for mover in sorted(movers, key=lambda part: _distance(part, anchors)):
        found = _nearest_contact(board, mover)
        if found is not None:
            steps, step = found
            for k in range(steps + 1):
                put(trail, mover, step, k)
            put(board, mover, step, steps)
    return board, trail


@Tried(410, segmented("COLOR_8 FILLED_8"), deep=True)
@family(
    "to_largest to_largest_trail to_main_color to_main_color_trail to_own_color to_own_color_trail "
    "to_own_or_none",
    cost=14,
    charge=(46, 95),
    parts=(2, 30),
)
def gatherings(array: Array, parts: Parts) -> Results:
    """The smaller parts moved to the largest; the parts of other colors moved to the main color's."""
    largest, main = max([part.size for part in parts]), main_among(parts)
    return {
        **_gathered("to_largest", array, parts, [part.size == largest for part in parts]),
        **_gathered("to_main_color", array, parts, [part.color == main for part in parts]),
        **_gathered_by_color(array, parts),
    }


def _gathered(name: str, array: Array, parts: Parts, fixed: list[bool]) -> Results:
    """The parts that are not fixed moved to those that are."""
    movers = [part for part, stays in zip(parts, fixed, strict=True) if not stays]
    anchors = [part for part, stays in zip(parts, fixed, strict=True) if stays]
    if not 0 < len(movers) <= MOST_MOVERS:
        return {}
    board, trail = toward(array, movers, anchors)
    return {name: board, f"{name}_trail": trail}


def _gathered_by_color(array: Array, parts: Parts) -> Results:
    """Each part moved to the largest part of its color; parts without one stay, or go."""
    largest: dict[int, Part] = {}
    for part in sorted(parts, key=lambda one: -one.size):
        largest.setdefault(part.color, part)
    anchors = [part for part in largest.values() if part.size > 1]
    colors = {part.color for part in anchors}
    movers = [part for part in parts if part not in anchors and part.color in colors]
    others = _drawn(array, [part for part in parts if part.color not in colors])
    if not movers or len(movers) > MOST_MOVERS:
        return {}
    alone = _drawn(array, anchors)
    trail = alone.copy()
    for color in sorted(colors):
        own = [part for part in movers if part.color == color]
        board, way = toward(array, own, [largest[color]])
        alone, trail = under(board, alone), under(way, trail)
    return {
        "to_own_color": under(others, alone),
        "to_own_color_trail": under(others, trail),
        "to_own_or_none": alone,
    }


def moved_parts(array: Array, parts: Parts, shift_of: Callable[[Part], Step]) -> Array | None:
    """The parts alone, each moved by its own (down, right); None if one would leave the grid."""
    board = np.zeros(array.shape, np.uint8)
    for part in parts:
        down, right = shift_of(part)
        top, left = part.top + down, part.left + right
        if min(top, left) < 0 or top + part.height > array.shape[0] or left + part.width > array.shape[1]:
            return None
        put(board, part, (down, right))
    return board


def _mark_behind(board: Array, part: Part, step: Step, steps: int) -> None:
    """Mark the full line just behind the moved part."""
    down, right = step
    if down:
        row = (part.top - 1 if down > 0 else part.bottom + 1) + down * steps
        board[max(row, 0) : row + 1] = 1
    else:
        column = (part.left - 1 if right > 0 else part.right + 1) + right * steps
        board[:, max(column, 0) : column + 1] = 1


@Tried(520, each_ink)
@family("moved trail lines_behind moved_alone", cost=14, charge=(77, 17), roles=True)
def attracted(array: Array, color: int) -> Results | None:
    """The parts of other colors slid straight until they touch the color; with the way they came; the lines
    behind them; without the color."""
    still = only(array, array == color)
    movers = parts_of(without(array, array == color), Segmentation.FILLED_8)
    if not color or not np.count_nonzero(still) or not 0 < len(movers) <= 8:
        return None
    board, trail, behind = still.copy(), still.copy(), np.zeros(array.shape, np.uint8)
    for part in movers:
        way = _nearest_contact(still, part)
        if way is None:
            return None
        steps, step = way
        put(board, part, step, steps)
        for k in range(steps + 1):
            put(trail, part, step, k)
        _mark_behind(behind, part, step, steps)
    alone = without(board, still > 0)
    return {"moved": board, "trail": under(trail, array), "lines_behind": behind, "moved_alone": alone}
