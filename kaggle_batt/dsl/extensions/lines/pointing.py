"""Lines that a figure points out, and lines that edges throw back."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, draw_line, main_color, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts

DIAGONALS = {"down_right": (1, 1), "down_left": (1, -1), "up_right": (-1, 1), "up_left": (-1, -1)}
Step = tuple[int, int]
#: row, column, color
Cell = tuple[int, int, int]


def _draw(boards: dict[str, Array], name: str, array: Array, start: Step, step: Step, color: int) -> None:
    """A line from the cell after `start` to the edge; on board `name_blocked` to the first colored cell."""
    row, column = start[0] + step[0], start[1] + step[1]
    draw_line(boards[name], (row, column), step, color)
    while step != (0, 0) and 0 <= row < array.shape[0] and 0 <= column < array.shape[1]:
        if array[row, column] or f"{name}_blocked" not in boards:
            return
        boards[f"{name}_blocked"][row, column] = color
        row, column = row + step[0], column + step[1]


def _odd_cells(part: Part) -> list[Cell]:
    """The cells of the part's rarest color, if it has two or more colors."""
    counts = np.bincount(part.picture.ravel()).tolist()
    present = [(count, color) for color, count in enumerate(counts) if count and color]
    number, rare = min(present)
    if len(present) < 2 or number > 2 or number * 2 > part.size:
        return []
    return [(row, column, rare) for row, column in np.argwhere(part.picture == rare).tolist()]


def _gap_cells(part: Part) -> list[Cell]:
    """The one empty cell on the rim of the part's box with the part's color, if there is one."""
    empty = [
        (row, column, part.color)
        for row, column in np.argwhere(part.picture == 0).tolist()
        if row in (0, part.height - 1) or column in (0, part.width - 1)
    ]
    return empty if len(empty) == 1 else []


@Tried(330, segmented("FILLED_8 COLOR_8"))
@family(
    "odd_out odd_out_blocked odd_back odd_back_blocked odd_out_main gap_out gap_out_blocked gap_from_inside "
    "odd_out_only gap_out_only edge_out edge_out_wide",
    cost=14,
    charge=(49, 19),
    parts=(1, 25),
)
def arrows(array: Array, parts: Parts) -> Results | None:
    """Lines from each part in the direction of its odd cells, away from them, out of its gap, from its
    edge outward."""
    boards = {name: np.zeros(array.shape, np.uint8) for name in arrows.names}
    drawn = 0
    for part in parts:
        odd, gaps = _odd_cells(part), _gap_cells(part)
        drawn += len(odd) + len(gaps)
        for cell in odd:
            _from_odd_cell(boards, array, part, cell)
        for cell in gaps:
            _out_of_gap(boards, array, part, cell)
    if not drawn:
        return None
    found: Results = {name: under(array, board) for name, board in boards.items()}
    found["odd_out_only"], found["gap_out_only"] = boards["odd_out"], boards["gap_out"]
    return found


def _direction(part: Part, row: int, column: int) -> Step:
    """From the middle of the part's box toward a cell of it."""
    return int(np.sign(2 * row - part.height + 1)), int(np.sign(2 * column - part.width + 1))


def _from_odd_cell(boards: dict[str, Array], array: Array, part: Part, cell: Cell) -> None:
    """Draw the lines of one of the part's odd cells, straight out of the side where it lies too: alone, and
    with lines of the main color beside it, as many as the part's shorter side has cells but one."""
    row, column, color = cell
    main = main_color(part.picture)
    at, step = (part.top + row, part.left + column), _direction(part, row, column)
    away = -step[0], -step[1]
    far = at[0] + away[0] * (part.height - 1), at[1] + away[1] * (part.width - 1)
    _draw(boards, "odd_out", array, at, step, color)
    _draw(boards, "odd_out_main", array, at, step, main)
    _draw(boards, "odd_back", array, far, away, color)
    down = (row == part.height - 1) - (row == 0)
    right = (column == part.width - 1) - (column == 0)
    if abs(down) + abs(right) != 1:
        return
    reach = min(part.height, part.width) - 1
    for aside in range(-reach, reach + 1) if reach < 6 else ():
        start = at[0] + aside * right, at[1] + aside * down
        if min(start) >= 0:
            _draw(boards, "edge_out_wide", array, start, (down, right), main if aside else color)
    _draw(boards, "edge_out", array, at, (down, right), color)


def _out_of_gap(boards: dict[str, Array], array: Array, part: Part, cell: Cell) -> None:
    """Draw the lines out of the part's gap."""
    row, column, color = cell
    step = _direction(part, row, column)
    at = part.top + row - step[0], part.left + column - step[1]
    _draw(boards, "gap_out", array, at, step, color)
    inner = at[0] - step[0] * part.height, at[1] - step[1] * part.width
    _draw(boards, "gap_from_inside", array, inner, step, color)


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


def _thrown(board: Array, array: Array, start: Step, step: Step, throwing: tuple[str, ...]) -> None:
    """A diagonal line in the start's color, thrown back by some edges, and by colored cells if they are
    walls."""
    (row, column), (down, right) = start, step
    for _ in range(90):
        down = _turned(array, (row, column), down, 0, throwing)
        right = _turned(array, (row, column), right, 1, throwing)
        row, column = row + down, column + right
        inside = 0 <= row < array.shape[0] and 0 <= column < array.shape[1]
        if not (down and right and inside) or ("walls" in throwing and array[row, column]):
            return
        if not array[row, column]:
            board[row, column] = array[start]


_WAYS = [f"{way}{suffix}" for suffix in ("", "_walls") for way in DIAGONALS]
_WAYS += ["onward", "onward_walls", "onward_off"]
_WAYS += [f"{way}{suffix}" for suffix in ("_off", "_sides", "_ends") for way in DIAGONALS]


@Tried(550, once)
@family(" ".join(_WAYS), cost=14, charge=(594, 236))
def bounces(array: Array) -> Results | None:
    """Diagonal lines from every colored cell, those onward from ends of diagonal lines, thrown back."""
    cells = [(row, column) for row, column in np.argwhere(array).tolist()]
    if min(array.shape) < 2 or not 0 < len(cells) <= array.size // 2:
        return None
    tips = [(cell, step) for cell in cells for step in DIAGONALS.values() if _tip(array, cell, step)]
    found: Results = {}
    for suffix, throwing in _THROWING.items():
        if tips and suffix in ("", "_walls", "_off"):
            found[f"onward{suffix}"] = _all_thrown(array, tips, throwing)
        for name, step in DIAGONALS.items() if len(cells) <= 12 else ():
            found[f"{name}{suffix}"] = _all_thrown(array, [(cell, step) for cell in cells], throwing)
    return found


def _all_thrown(array: Array, lines: list[tuple[Step, Step]], throwing: tuple[str, ...]) -> Array:
    """The array with all these lines, each from its cell in that direction, in the cell's color."""
    board = np.zeros(array.shape, np.uint8)
    for cell, step in lines:
        _thrown(board, array, cell, step, throwing)
    return under(array, board)


def _tip(array: Array, cell: Step, step: Step) -> bool:
    """Whether a diagonal line of at least two like cells ends here, and goes in that direction."""
    (row, column), (down, right) = cell, step
    y, x = row - down, column - right

    def like(y: int, x: int) -> bool:
        inside = 0 <= y < array.shape[0] and 0 <= x < array.shape[1]
        return inside and array[y, x] == array[cell]

    return like(y, x) and not (like(row + down, column + right) or like(row, x) or like(y, column))


def _gap(part: Part) -> tuple[list[Step], Step] | None:
    """The cells of the one gap in the rim of the part's box and the way out of it; None without exactly
    one."""
    last = part.height - 1, part.width - 1
    sides = {
        (-1, 0): [(0, k) for k in range(part.width)],
        (1, 0): [(last[0], k) for k in range(part.width)],
        (0, -1): [(k, 0) for k in range(part.height)],
        (0, 1): [(k, last[1]) for k in range(part.height)],
    }
    gaps = {step: [cell for cell in cells if not part.picture[cell]] for step, cells in sides.items()}
    found = [(gap, step) for step, gap in gaps.items() if gap]
    if len(found) != 1:
        return None
    gap = found[0][0]
    return found[0] if sum(gap[-1]) - sum(gap[0]) == len(gap) - 1 else None


def _from_gap(boards: dict[str, Array], part: Part) -> bool:
    """Draw what the part's gap sends out; whether it has one."""
    found = _gap(part)
    if found is None:
        return False
    gap, (down, right) = found
    cells = [(row + part.top, column + part.left) for row, column in gap]
    for cell in cells:
        draw_line(boards["beam"], cell, (down, right), part.color)
    for cell, turn in ((cells[0], -1), (cells[-1], 1)):
        draw_line(boards["fan"], cell, (down or turn, right or turn), part.color)
    boards["inside"][part.box][part.picture == 0] = part.color
    return True


def _from_bends(board: Array, part: Part) -> bool:
    """Draw diagonals out of the corners of the part's box where two of its lines meet; whether any is."""
    picture, drawn = part.picture, False
    if min(picture.shape) < 2 or picture.all():
        return False
    for up, row in ((-1, part.top), (1, part.bottom)):
        for left, column in ((-1, part.left), (1, part.right)):
            y, x = row - part.top, column - part.left
            if picture[y, x] and picture[y - up, x] and picture[y, x - left]:
                draw_line(board, (row + up, column + left), (up, left), part.color)
                drawn = True
    return drawn


@Tried(220, segmented("COLOR_8 FILLED_8"))
@family("inside beam fan inside_beam all bends bends_only", cost=13, charge=(40, 6), parts=(1, 20))
def openings(array: Array, parts: Parts) -> Results:
    """What comes out of the one gap in the rim of a part's box: filled inside, a beam, diagonals; diagonals
    out of the corners where a part bends."""
    boards = {name: np.zeros(array.shape, np.uint8) for name in ("inside", "beam", "fan", "bends")}
    found: Results = {}
    if any([_from_gap(boards, part) for part in parts]):
        found = {name: under(array, boards[name]) for name in ("inside", "beam", "fan")}
        found["inside_beam"] = under(array, boards["inside"], boards["beam"])
        found["all"] = under(array, boards["inside"], boards["beam"], boards["fan"])
    if any([_from_bends(boards["bends"], part) for part in parts]):
        found["bends"], found["bends_only"] = under(array, boards["bends"]), boards["bends"]
    return found
