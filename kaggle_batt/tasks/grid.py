"""The rule for grids: 1 to 30 rows of equal length, colors 0 to 9."""

from typing import Any

from kaggle_batt.tasks.json_file import described

GridRows = tuple[tuple[int, ...], ...]

MAX_SIDE = 30
COLORS = range(10)
_PLAIN_INT = {int}


def plain_rows(grid: Any) -> Any:
    """Rows (lists, tuples, arrays) of whole numbers, also `1.0`, as tuples of plain integers; else as is."""
    rows = _unpacked(grid)
    return tuple(map(_plain_row, rows)) if isinstance(rows, (list, tuple)) else grid


def _plain_row(row: Any) -> Any:
    cells = _unpacked(row)
    if not isinstance(cells, (list, tuple)):
        return row
    return tuple(cells if {*map(type, cells)} == _PLAIN_INT else map(_plain_cell, cells))


def _plain_cell(cell: Any) -> Any:
    value = _unpacked(cell)
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return int(value) if is_whole and not isinstance(value, bool) else value


def _unpacked(value: Any) -> Any:
    """The lists or the number of an array or a scalar of numpy's; any other value as it is."""
    return value.tolist() if hasattr(value, "tolist") else value


def grid_fault(grid: Any) -> str | None:
    """What is wrong with a grid given as a list (or tuple) of rows: place, expected and got; None if nothing.

    The rule: 1–30 rows of equal length 1–30, each cell a plain int 0–9 (no bool, float or numpy integer).
    """
    if not isinstance(grid, (list, tuple)):
        return f"expected a list of rows, got {described(grid)}"
    if not 1 <= len(grid) <= MAX_SIDE:
        return f"expected 1 to {MAX_SIDE} rows, got {len(grid)}"
    width = len(grid[0]) if isinstance(grid[0], (list, tuple)) else 0
    for number, row in enumerate(grid, 1):
        fault = _row_fault(row, number, width)
        if fault is not None:
            return fault
    return None


def _row_fault(row: Any, number: int, width: int) -> str | None:
    """What is wrong with row `number` (1-based) of a grid whose first row has `width` cells."""
    if not isinstance(row, (list, tuple)):
        return f"row {number}: expected a list of colors, got {described(row)}"
    if not 1 <= len(row) <= MAX_SIDE:
        return f"row {number}: expected 1 to {MAX_SIDE} cells, got {len(row)}"
    if len(row) != width:
        return f"row {number}: expected {width} cells as in row 1, got {len(row)}"
    if set(map(type, row)) == _PLAIN_INT and min(row) >= 0 and max(row) <= 9:
        return None
    column, cell = next((i, c) for i, c in enumerate(row, 1) if type(c) is not int or c not in COLORS)
    return f"row {number}, column {column}: expected a whole number 0 to 9, got {described(cell)}"
