"""Families of bent ways between two figures through the free cells, with as few turns as can be."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

#: a cell and the number of the step that led there
Place = tuple[int, int, int]
#: the two figures are lines of at most so many cells
MOST_CELLS = 8


def _ends(part: Part) -> list[Place]:
    """The ends of a line with the steps that lead out of them along it; of a single cell all four."""
    if part.size == 1:
        return [(part.top, part.left, number) for number in range(4)]
    if part.height == 1:
        return [(part.top, part.right, 0), (part.top, part.left, 1)]
    return [(part.bottom, part.left, 2), (part.top, part.left, 3)]


def _is_line(part: Part) -> bool:
    return min(part.height, part.width) == 1 and part.size <= MOST_CELLS


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


def _drawn(array: Array, way: list[Place], color: int) -> Array | None:
    """The way's free cells in that color on an empty grid; None without a way."""
    board = np.zeros_like(array)
    for row, column, _ in way:
        board[row, column] = 0 if array[row, column] else color
    return board if way else None


def _two_lines(array: Array) -> list[Part]:
    """The one line (or cell) of the rarest color and that of the second rarest; none unless both are such."""
    counts = np.bincount(array.ravel(), minlength=10)
    present = sorted([(int(counts[c]), c) for c in range(1, 10) if counts[c]])[:2]
    if len(present) < 2 or present[1][0] > MOST_CELLS:
        return []
    found: list[Part] = []
    for _, color in present:
        found += parts_of(np.where(array == color, array, 0).astype(np.uint8), 0)
    return found if len(found) == 2 and all(_is_line(part) for part in found) else []


@family("rarest second marks late_rarest late_second", cost=13, charge=(45, 3), tried=Tried(870, once))
def connections(array: Array) -> Results | None:
    """The way with the fewest turns between the one line (or cell) of the rarest color and that of the
    second rarest, out of the lines' ends: in either color, as marks; the way from either one that turns
    only before what is in its way, in its color."""
    chosen = _two_lines(array)
    if not chosen:
        return None
    found: Results = {}
    one, two = chosen
    marks = _drawn(array, _way(array, one, two, False), 1)
    if marks is not None:
        found["marks"] = marks
        for name, part in (("rarest", one), ("second", two)):
            found[name] = np.where(marks > 0, part.color, array).astype(np.uint8)
    for name, start, goal in (("late_rarest", one, two), ("late_second", two, one)):
        line = _drawn(array, _way(array, start, goal, True), start.color)
        found[name] = None if line is None else np.where(line > 0, line, array)
    return found
