"""Lines that turn: bent ways between figures, lines that step aside, steps through 0."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, only, tallies
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Segmentation, parts_of

#: a cell and the number of the step that led there
Place = tuple[int, int, int]
#: the two figures of `connections` are lines of at most so many cells
MOST_CELLS = 8


def _ends(part: Part) -> list[Place]:
    """The ends of a line with the steps that lead out of them along it; of a single cell all four."""
    if part.size == 1:
        return [(part.top, part.left, number) for number in range(4)]
    if part.height == 1:
        return [(part.top, part.right, 0), (part.top, part.left, 1)]
    return [(part.bottom, part.left, 2), (part.top, part.left, 3)]


def _way(array: Array, start: Part, goal: Part, late: bool) -> list[Place]:
    """The places of a way with the fewest turns, then the fewest cells, that turns (`late`) only where it
    must; none where no way leads."""
    # the last step runs into an end of the goal, along its line
    goals = {(row, column, number ^ 1) for row, column, number in _ends(goal)}
    before: dict[Place, Place] = {}
    heap = [(0, 0, place, place) for place in _ends(start)]
    while heap:
        turns, cells, place, last = heappop(heap)
        if place in before:
            continue
        before[place] = last
        row, column, number = place
        ahead = row + STEPS[number][0], column + STEPS[number][1], number
        if ahead in goals:
            return _back(before, place)
        inside = 0 <= ahead[0] < array.shape[0] and 0 <= ahead[1] < array.shape[1]
        free = inside and not array[ahead[:2]]
        if free:
            heappush(heap, (turns, cells + 1, ahead, place))
        if cells and not (late and free):
            for side in (2, 3) if number < 2 else (0, 1):
                heappush(heap, (turns + 1, cells, (row, column, side), place))
    return []


def _back(before: dict[Place, Place], place: Place) -> list[Place]:
    """The way to the place from its start, without the start."""
    way = []
    while before[place] != place:
        way.append(place)
        place = before[place]
    return way[::-1]


def _marked_way(array: Array, start: Part, goal: Part, late: bool = False) -> Mask | None:
    """The free cells of the way; None without a way."""
    board = np.zeros(array.shape, bool)
    for row, column, _ in _way(array, start, goal, late):
        board[row, column] = not array[row, column]
    return board if np.count_nonzero(board) else None


def _two_lines(array: Array) -> list[Part]:
    """The one line (or cell) of the rarest color and that of the second rarest; none unless both are such."""
    counts = tallies(array)
    rarest = sorted([(counts[color], color) for color in range(1, 10) if counts[color]])[:2]
    if len(rarest) < 2 or rarest[1][0] > MOST_CELLS:
        return []
    found = [part for _, c in rarest for part in parts_of(only(array, array == c), Segmentation.COLOR_4)]
    return found if len(found) == 2 and all(min(part.picture.shape) == 1 for part in found) else []


@Tried(190, once)
@family("rarest second marks late_rarest late_second", cost=13, charge=(27, 48))
def connections(array: Array) -> Results | None:
    """The way with the fewest turns between the one line (or cell) of the rarest color and that of the
    second rarest, out of the lines' ends: in either color, as marks; the way from either one that turns
    only before what is in its way, in its color."""
    chosen = _two_lines(array)
    if not chosen:
        return None
    one, two = chosen
    marks = _marked_way(array, one, two)
    found: Results = {"marks": marks}
    for name, start, goal in (("rarest", one, two), ("second", two, one)):
        late = _marked_way(array, start, goal, True)
        found[name] = None if marks is None else np.where(marks, start.color, array)
        found[f"late_{name}"] = None if late is None else np.where(late, start.color, array)
    return found
