"""Lines that turn: bent ways between figures, lines that step aside, steps through 0."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each, each_ink, once
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, under
from kaggle_batt.dsl.extensions.features.parts import MOST
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Segmentation, parts_of

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
        found += parts_of(np.where(array == color, array, 0), Segmentation.COLOR_4)
    return found if len(found) == 2 and all(_is_line(part) for part in found) else []


@Tried(870, once)
@family("rarest second marks late_rarest late_second", cost=13, charge=(45, 3))
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
            found[name] = np.where(marks > 0, part.color, array)
    for name, start, goal in (("late_rarest", one, two), ("late_second", two, one)):
        line = _drawn(array, _way(array, start, goal, True), start.color)
        found[name] = None if line is None else np.where(line > 0, line, array)
    return found


def _around(board: Array, array: Array, column: int, side: int) -> None:
    """A line from the lowest row up, one step aside below each cell in its way."""
    height, width = array.shape
    color = array[height - 1, column]
    for row in range(height - 1, -1, -1):
        board[row, column] = color
        if row and array[row - 1, column] not in (0, color):
            column += side
            if not 0 <= column < width:
                return
            board[row, column] = color


def _shifted(board: Array, array: Array, column: int, shifts: list[int]) -> None:
    """A line from the lowest row up, moved by each row's shift from there on."""
    color = array[-1, column]
    for row in range(array.shape[0] - 1, -1, -1):
        column += shifts[row]
        if not 0 <= column < array.shape[1]:
            return
        board[row, column] = color


def _marked(array: Array, color: int) -> list[int]:
    """For each row 1 if its left edge holds another color, -1 if its right edge does."""
    left: Mask = (array[:, 0] > 0) & (array[:, 0] != color)
    right: Mask = (array[:, -1] > 0) & (array[:, -1] != color)
    shifts: list[int] = (left.astype(int) - right.astype(int)).tolist()
    return [*shifts[:-1], 0]


def _turns_to_bottom(mask: Mask) -> int | None:
    """The quarter turns that bring the one edge on which all true cells lie to the bottom."""
    for turns in range(4):
        turned = np.rot90(mask, turns)
        if turned.any() and not turned[:-1].any():
            return turns
    return None


@Tried(892, each_ink)
@family("around_right around_left away toward", cost=13, charge=(35, 5))
def detours(array: Array, color: int) -> Results | None:
    """Lines from a color's cells, all on one edge, to the opposite one: stepping right or left before what
    is in the way, away from marks on the other edges or toward them."""
    if not color or min(array.shape) < 3:
        return None
    turns = _turns_to_bottom(array == color)
    if turns is None:
        return None
    turned = np.rot90(array, turns)
    columns = np.flatnonzero(turned[-1] == color).tolist()
    if len(columns) > 15:
        return None
    shifts = _marked(turned, color)
    boards = {name: np.zeros_like(turned) for name in detours.names}
    for column in columns:
        _around(boards["around_right"], turned, column, 1)
        _around(boards["around_left"], turned, column, -1)
        _shifted(boards["away"], turned, column, shifts)
        _shifted(boards["toward"], turned, column, [-shift for shift in shifts])
    return {name: under(array, np.rot90(board, -turns)) for name, board in boards.items()}


def _steps(array: Array, color: int) -> Any:
    """For each cell the steps from the color's cells through 0 plus one, as int; 0 where no way leads."""
    stride = array.shape[1] + 2
    values = np.pad(array, 1, constant_values=255).tobytes()
    steps = [0] * len(values)
    front = [index for index, value in enumerate(values) if value == color]
    for index in front:
        steps[index] = 1
    for index in front:
        far = steps[index] + 1
        for other in (index + 1, index - 1, index + stride, index - stride):
            if not steps[other] and values[other] == 0:
                steps[other] = far
                front.append(other)
    return np.array(steps).reshape(-1, stride)[1:-1, 1:-1]


def _alternating(array: Array, rare: int, second: int) -> Array:
    """The ways from the rarest color in turn in the second rarest and in the rarest."""
    free = np.where(array == second, 0, array)
    steps = _steps(free, rare)
    painted = np.where(steps % 2 == 1, rare, second)
    return np.where((steps > 0) & (free == 0), painted, array)


@Tried(900, each(0))
@family("steps parity thirds reached alternating", cost=12, charge=(60, 30))
def paths(array: Array, color: int) -> Results | None:
    """The steps through 0 from the color (0: the rarest) plus one, their remainder by two and by three plus
    one, where they lead, else 0; the ways from the rarest color in turn in the second rarest color and in
    it."""
    if not 0 <= color < 10:
        return None
    counts = np.bincount(array.ravel(), minlength=10)
    present = sorted([(int(counts[c]), c) for c in range(1, 10) if counts[c]])
    if len(present) < 2 or (color and not counts[color]):
        return None
    rare, second = present[0][1], present[1][1]
    steps = _steps(array, color or rare)
    reached = steps > 0
    return {
        "steps": np.minimum(steps, MOST + steps % 2),
        "parity": np.where(reached, steps % 2 + 1, 0),
        "thirds": np.where(reached, steps % 3 + 1, 0),
        "reached": reached,
        "alternating": None if color else _alternating(array, rare, second),
    }
