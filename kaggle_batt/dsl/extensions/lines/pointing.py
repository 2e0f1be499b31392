"""Lines that a figure points out, and lines that edges throw back."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, main_color, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts

#: a beam of more lines to a side is not drawn
#: steps of a thrown line at most
DIAGONALS = {"down_right": (1, 1), "down_left": (1, -1), "up_right": (-1, 1), "up_left": (-1, -1)}
Step = tuple[int, int]


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _direction(part: Part, row: int, column: int) -> Step:
    """From the middle of the part's box toward a cell of it."""
    return _sign(2 * (row + part.top) - part.top - part.bottom), _sign(
        2 * (column + part.left) - part.left - part.right
    )


def _draw(board: Array, array: Array, start: Step, step: Step, color: int, blocked: bool) -> None:
    """A line on the board from the cell after `start`, to the edge or to the first colored cell."""
    if step == (0, 0):
        return
    row, column = start[0] + step[0], start[1] + step[1]
    while 0 <= row < array.shape[0] and 0 <= column < array.shape[1]:
        if blocked and array[row, column]:
            return
        board[row, column] = color
        row, column = row + step[0], column + step[1]


def _odd_cells(part: Part) -> list[tuple[int, int, int]]:
    """(row, column, color) of the cells of the part's rarest color, if it has two or more colors."""
    counts = np.bincount(part.picture.ravel(), minlength=10)
    counts[0] = 0
    present = np.flatnonzero(counts)
    if len(present) < 2:
        return []
    rare = int(present[counts[present].argmin()])
    if int(counts[rare]) > 2 or int(counts[rare]) * 2 > part.size:
        return []
    return [(row, column, rare) for row, column in np.argwhere(part.picture == rare).tolist()]


def _gap_cells(part: Part) -> list[tuple[int, int, int]]:
    """(row, column, the part's color) of the one empty cell on the rim of the part's box, if there is one."""
    empty = [
        (row, column, part.color)
        for row, column in np.argwhere(part.picture == 0).tolist()
        if row in (0, part.height - 1) or column in (0, part.width - 1)
    ]
    return empty if len(empty) == 1 else []


@Tried(460, segmented("FILLED_8 COLOR_8"))
@family(
    "odd_out odd_out_blocked odd_back odd_back_blocked odd_out_main gap_out gap_out_blocked gap_from_inside "
    "odd_out_only gap_out_only edge_out edge_out_wide",
    cost=14,
    charge=(60, 10),
    parts=(1, 25),
)
def arrows(array: Array, parts: Parts) -> Results | None:
    """Lines from each part in the direction of its odd cells, away from them, out of its gap, from its
    edge outward."""
    boards = {name: np.zeros_like(array) for name in arrows.names}
    drawn = 0
    for part in parts:
        drawn += _from_odd_cells(boards, array, part) + _out_of_gap(boards, array, part)
    if not drawn:
        return None
    found: Results = {name: under(array, board) for name, board in boards.items()}
    found["odd_out_only"], found["gap_out_only"] = boards["odd_out"], boards["gap_out"]
    return found


def _from_odd_cells(boards: dict[str, Array], array: Array, part: Part) -> int:
    """Draw the lines of the part's odd cells; how many it has."""
    cells = _odd_cells(part)
    main = main_color(part.picture)
    for row, column, color in cells:
        at, step = (part.top + row, part.left + column), _direction(part, row, column)
        away = -step[0], -step[1]
        far = at[0] + away[0] * (part.height - 1), at[1] + away[1] * (part.width - 1)
        _from_edge_cell(boards, array, part, (row, column, color))
        _draw(boards["odd_out"], array, at, step, color, False)
        _draw(boards["odd_out_blocked"], array, at, step, color, True)
        _draw(boards["odd_out_main"], array, at, step, main, False)
        _draw(boards["odd_back"], array, far, away, color, False)
        _draw(boards["odd_back_blocked"], array, far, away, color, True)
    return len(cells)


def _way_out(part: Part, row: int, column: int) -> Step | None:
    """The step out of the part's box over the one side of it on which the cell lies; None off or at
    corners."""
    down = (row == part.height - 1) - (row == 0)
    right = (column == part.width - 1) - (column == 0)
    return (down, right) if abs(down) + abs(right) == 1 else None


def _from_edge_cell(boards: dict[str, Array], array: Array, part: Part, cell: tuple[int, int, int]) -> None:
    """Draw the line straight out of the side where the odd cell lies; the same with
    lines of the main color beside it, as many as the part's shorter side has cells but one."""
    row, column, color = cell
    step = _way_out(part, row, column)
    if step is None:
        return
    at = part.top + row, part.left + column
    main = main_color(part.picture)
    reach = min(part.height, part.width) - 1
    for aside in range(-reach, reach + 1) if reach < 6 else ():
        start = at[0] + aside * step[1], at[1] + aside * step[0]
        if min(start) >= 0:
            _draw(boards["edge_out_wide"], array, start, step, main if aside else color, False)
    _draw(boards["edge_out"], array, at, step, color, False)


def _out_of_gap(boards: dict[str, Array], array: Array, part: Part) -> int:
    """Draw the lines out of the part's gap; 1 if it has one."""
    cells = _gap_cells(part)
    for row, column, color in cells:
        step = _direction(part, row, column)
        at = part.top + row - step[0], part.left + column - step[1]
        inner = at[0] - step[0] * part.height, at[1] - step[1] * part.width
        _draw(boards["gap_out"], array, at, step, color, False)
        _draw(boards["gap_out_blocked"], array, at, step, color, True)
        _draw(boards["gap_from_inside"], array, inner, step, color, False)
    return len(cells)


#: what throws lines back, by suffix: all edges, those and colored cells, colored cells, single pairs of edges
_THROWING = {
    "": ("rows", "columns"),
    "_walls": ("rows", "columns", "walls"),
    "_off": ("walls",),
    "_sides": ("columns",),
    "_ends": ("rows",),
}


def _turned(array: Array, place: Step, way: int, axis: int, throwing: tuple[str, ...]) -> int:
    """The way along an axis after what lies ahead: reversed where that throws back, 0 where the line ends."""
    ahead = place[axis] + way
    if not 0 <= ahead < array.shape[axis]:
        return -way if ("rows", "columns")[axis] in throwing else 0
    cell = (ahead, place[1]) if axis == 0 else (place[0], ahead)
    return -way if "walls" in throwing and array[cell] else way


def _thrown(
    board: Array, array: Array, start: Step, step: Step, color: int, throwing: tuple[str, ...]
) -> None:
    """A diagonal line thrown back by some edges, and by colored cells if they are walls."""
    (row, column), (down, right) = start, step
    for _ in range(90):
        down = _turned(array, (row, column), down, 0, throwing)
        right = _turned(array, (row, column), right, 1, throwing)
        row, column = row + down, column + right
        inside = 0 <= row < array.shape[0] and 0 <= column < array.shape[1]
        if not (down and right and inside) or ("walls" in throwing and array[row, column]):
            return
        if not array[row, column]:
            board[row, column] = color


_WAYS = [f"{way}{suffix}" for suffix in ("", "_walls") for way in DIAGONALS]


_WAYS += ["onward", "onward_walls", "onward_off"]


_WAYS += [f"{way}{suffix}" for suffix in ("_off", "_sides", "_ends") for way in DIAGONALS]


@Tried(480, once)
@family(" ".join(_WAYS), cost=14, charge=(330, 330))
def bounces(array: Array) -> Results | None:
    """Diagonal lines from every colored cell, those onward from ends of diagonal lines, thrown back."""
    cells = np.argwhere(array).tolist()
    if min(array.shape) < 2 or not 0 < len(cells) <= array.size // 2:
        return None
    found: Results = {}
    tips = [
        (cell, step) for cell in cells for step in DIAGONALS.values() if _tip(array, cell[0], cell[1], step)
    ]
    for suffix, throwing in _THROWING.items():
        if tips and suffix in ("", "_walls", "_off"):
            found[f"onward{suffix}"] = _all_thrown(array, tips, throwing)
        if len(cells) <= 12:
            for name, step in DIAGONALS.items():
                lines = [(cell, step) for cell in cells]
                found[f"{name}{suffix}"] = _all_thrown(array, lines, throwing)
    return found


def _all_thrown(array: Array, lines: list[tuple[list[int], Step]], throwing: tuple[str, ...]) -> Array:
    """The array with all these lines, each from its cell in that direction, in the cell's color."""
    board = np.zeros_like(array)
    for (row, column), step in lines:
        _thrown(board, array, (row, column), step, int(array[row, column]), throwing)
    return under(array, board)


def _tip(array: Array, row: int, column: int, step: Step) -> bool:
    """Whether a diagonal line of at least two like cells ends here, and goes in that direction."""
    color, (down, right) = array[row, column], step
    y, x = row - down, column - right
    if not (0 <= y < array.shape[0] and 0 <= x < array.shape[1]) or array[y, x] != color:
        return False
    ahead_y, ahead_x = row + down, column + right
    inside = 0 <= ahead_y < array.shape[0] and 0 <= ahead_x < array.shape[1]
    return (
        not (inside and array[ahead_y, ahead_x] == color)
        and array[row, x] != color
        and array[y, column] != color
    )


def _line(board: Array, row: int, column: int, step: tuple[int, int], color: int) -> None:
    """A line from that cell on to the edge."""
    while 0 <= row < board.shape[0] and 0 <= column < board.shape[1]:
        board[row, column] = color
        row, column = row + step[0], column + step[1]


def _gap(part: Part) -> tuple[list[tuple[int, int]], tuple[int, int]] | None:
    """The cells of the one gap in the rim of the part's box and the way out of it; None without exactly
    one."""
    empty = part.picture == 0
    found = []
    last = part.height - 1, part.width - 1
    sides = (
        ((-1, 0), [(0, k) for k in range(part.width)]),
        ((1, 0), [(last[0], k) for k in range(part.width)]),
        ((0, -1), [(k, 0) for k in range(part.height)]),
        ((0, 1), [(k, last[1]) for k in range(part.height)]),
    )
    for step, cells in sides:
        gap = [cell for cell in cells if empty[cell]]
        if gap:
            found.append((gap, step))
    if len(found) != 1:
        return None
    gap, step = found[0]
    return (gap, step) if sum(gap[-1]) - sum(gap[0]) == len(gap) - 1 else None


def _from_gap(boards: dict[str, Array], part: Part) -> bool:
    """Draw what the part's gap sends out; whether it has one."""
    found = _gap(part)
    if found is None:
        return False
    gap, (down, right) = found
    cells = [(row + part.top, column + part.left) for row, column in gap]
    for row, column in cells:
        _line(boards["beam"], row, column, (down, right), part.color)
    for (row, column), turn in ((cells[0], -1), (cells[-1], 1)):
        _line(boards["fan"], row, column, (down or turn, right or turn), part.color)
    boards["inside"][part.box][part.picture == 0] = part.color
    return True


def _from_bends(board: Array, part: Part) -> bool:
    """Draw diagonals out of the corners of the part's box where two of its lines meet; whether there are
    any."""
    picture = part.picture
    if min(picture.shape) < 2 or picture.all():
        return False
    drawn = False
    for up, row in ((-1, part.top), (1, part.bottom)):
        for left, column in ((-1, part.left), (1, part.right)):
            y, x = row - part.top, column - part.left
            if picture[y, x] and picture[y - up, x] and picture[y, x - left]:
                _line(board, row + up, column + left, (up, left), part.color)
                drawn = True
    return drawn


@Tried(810, segmented("COLOR_8 FILLED_8"))
@family("inside beam fan inside_beam all bends bends_only", cost=13, charge=(30, 5), parts=(1, 20))
def openings(array: Array, parts: Parts) -> Results | None:
    """What comes out of the one gap in the rim of a part's box: filled inside, a beam, diagonals; diagonals
    out of the corners where a part bends."""
    boards = {name: np.zeros_like(array) for name in ("inside", "beam", "fan", "bends")}
    found: Results = {}
    if any([_from_gap(boards, part) for part in parts]):
        inside, beam, fan = boards["inside"], boards["beam"], boards["fan"]
        found = {"inside": under(array, inside), "beam": under(array, beam), "fan": under(array, fan)}
        found["inside_beam"] = under(array, inside, beam)
        found["all"] = under(array, inside, beam, fan)
    if any([_from_bends(boards["bends"], part) for part in parts]):
        found["bends"], found["bends_only"] = under(array, boards["bends"]), boards["bends"]
    return found
