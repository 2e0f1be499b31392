"""Lines that a figure points out."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import segmented
from kaggle_batt.dsl.extensions.arrays import (
    Array,
    Results,
    Step,
    draw_line,
    main_color,
    under,
)
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts

#: row, column, color
Cell = tuple[int, int, int]


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
@family("odd_out odd_back gap_out edge_out_wide odd_out_only", cost=14, charge=(49, 19), parts=(1, 25))
def arrows(array: Array, parts: Parts) -> Results | None:
    """Lines from each part in the direction of its odd cells, away from them, out of its gap; as wide as the
    part out of the side where its odd cell lies."""
    boards = {name: np.zeros(array.shape, np.uint8) for name in arrows.names[:4]}
    drawn = 0
    for part in parts:
        odd, gaps = _odd_cells(part), _gap_cells(part)
        drawn += len(odd) + len(gaps)
        for cell in odd:
            _from_odd_cell(boards, part, cell)
        for row, column, color in gaps:
            step = _direction(part, row, column)
            draw_line(boards["gap_out"], (part.top + row, part.left + column), step, color)
    if not drawn:
        return None
    found: Results = {name: under(array, board) for name, board in boards.items()}
    return {**found, "odd_out_only": boards["odd_out"]}


def _direction(part: Part, row: int, column: int) -> Step:
    """From the middle of the part's box toward a cell of it."""
    return int(np.sign(2 * row - part.height + 1)), int(np.sign(2 * column - part.width + 1))


def _from_odd_cell(boards: dict[str, Array], part: Part, cell: Cell) -> None:
    """Draw the lines of one of the part's odd cells, and one straight out of its side, with lines of the
    main color on both sides, as many as the part's shorter side has cells but one."""
    row, column, color = cell
    at, (down, right) = (part.top + row, part.left + column), _direction(part, row, column)
    draw_line(boards["odd_out"], (at[0] + down, at[1] + right), (down, right), color)
    far = at[0] - down * part.height, at[1] - right * part.width
    draw_line(boards["odd_back"], far, (-down, -right), color)
    down = (row == part.height - 1) - (row == 0)
    right = (column == part.width - 1) - (column == 0)
    reach = min(part.height, part.width) - 1
    if abs(down) + abs(right) != 1 or reach > 5:
        return
    for aside in range(-reach, reach + 1):
        start = at[0] + aside * right + down, at[1] + aside * down + right
        ink = main_color(part.picture) if aside else color
        draw_line(boards["edge_out_wide"], start, (down, right), ink)
