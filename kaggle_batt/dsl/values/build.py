"""Building values: patches of boards and locations, sets of elements, grids of rows; names of kinds."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import STRIDE, stride_of
from kaggle_batt.dsl.values.keys import PATCHES, key_of, numeric
from kaggle_batt.dsl.values.limits import (
    MAX_CELLS,
    MAX_ELEMENTS,
    MAX_NESTING,
    check_cells,
    check_elements,
)
from kaggle_batt.dsl.values.sets import FSet, known_as, of_integers, patches_in, weigh
from kaggle_batt.dsl.values.shapes import (
    EMPTY,
    Grid,
    Indices,
    Object,
    Patch,
    SetValue,
    is_location,
    maybe_grid,
)
from kaggle_batt.errors import DslError, LimitError


def tight(board: int, top: int, left: int, stride: int) -> Indices:
    """The Indices of a board at (top, left), its box drawn tight."""
    if not board:
        return EMPTY
    row, column, height, width, board = box_in(board, stride)
    return Indices(top + row, left + column, height, width, board)


def box_in(board: int, stride: int) -> tuple[int, int, int, int, int]:
    """The corner, height and width of the tight box of a board that is not empty, and the board in it."""
    row = ((board & -board).bit_length() - 1) // stride
    board >>= row * stride
    height = (board.bit_length() - 1) // stride + 1
    used = boards.columns_used(board, height, stride) if height > 1 else board
    column = (used & -used).bit_length() - 1
    width, board = used.bit_length() - column, board >> column
    if stride != STRIDE:
        board = boards.restride(board, height, stride, stride_of(width))
    return row, column, height, width, board


def tight_object(planes: Iterable[tuple[int, int]], top: int, left: int, stride: int) -> Patch:
    """The Object of planes (color, board) at (top, left), its box drawn tight; `EMPTY` if none is set."""
    kept = [plane for plane in planes if plane[1]]
    board = 0
    for _, plane in kept:
        board |= plane
    if not board:
        return EMPTY
    row, column, height, width, _ = box_in(board, stride)
    drop, new = row * stride + column, stride_of(width)
    moved = [(color, plane >> drop) for color, plane in kept]
    if new != stride:
        moved = [(color, boards.restride(plane, height, stride, new)) for color, plane in moved]
    return Object(top + row, left + column, height, width, tuple(moved))


def indices_of(places: Iterable[tuple[int, int]]) -> Indices:
    """The Indices of locations (pairs of integers, not checked)."""
    places = list(places)
    if not places:
        return EMPTY
    rows, columns = zip(*places, strict=True)
    top, left = min(rows), min(columns)
    height, width = max(rows) - top + 1, max(columns) - left + 1
    boards.check_box(height, width)
    stride = stride_of(width)
    base = top * stride + left
    if len(places) < 48:
        board = 0
        for row, column in places:
            board |= 1 << row * stride + column - base
    else:
        digits = bytearray(b"0") * (height * stride)
        last = height * stride - 1 + base
        for row, column in places:
            digits[last - row * stride - column] = 49
        board = int(digits, 2)
    return Indices(int(top), int(left), int(height), int(width), board)


def object_of(cells: Iterable[tuple[int, tuple[int, int]]]) -> Patch:
    """The Object of cells (not checked); `EMPTY` if there are none."""
    by_color: dict[int, list[tuple[int, int]]] = {}
    for color, place in cells:
        by_color.setdefault(color, []).append(place)
    if not by_color:
        return EMPTY
    parts = {int(color): indices_of(by_color[color]) for color in sorted(by_color)}
    top, left, height, width = frame_of(list(parts.values()))
    planes = [(color, placed(part.board, part.box, top, left, width)) for color, part in parts.items()]
    return Object(top, left, height, width, tuple(planes))


def frame_of(patches: Sequence[Any]) -> tuple[int, int, int, int]:
    """The bounding box (top, left, height, width) of patches that are not empty."""
    top, left, height, width = patches[0].box
    bottom, right = top + height, left + width
    for patch in patches[1:]:
        row, column = patch.top, patch.left
        if row < top:
            top = row
        if column < left:
            left = column
        if row + patch.height > bottom:
            bottom = row + patch.height
        if column + patch.width > right:
            right = column + patch.width
    boards.check_box(bottom - top, right - left)
    return top, left, bottom - top, right - left


def placed(board: int, box: tuple[int, int, int, int], top: int, left: int, width: int) -> int:
    """A board moved into a larger box that has its corner at (top, left) and is `width` wide."""
    stride = stride_of(width)
    board = boards.restride(board, box[2], stride_of(box[3]), stride)
    return board << (box[0] - top) * stride + box[1] - left


def make_set(items: Iterable[Any]) -> SetValue:
    """The set of these values of the language, duplicates merged, in its one representation."""
    items = items if type(items) is list else list(items)
    if not items:
        return EMPTY
    check_elements(len(items))
    if type(items[0]) is tuple:
        patch = patch_of_pairs(items)
        if patch is not None:
            return patch
    return _distinct(items)


SetValue._from_iterable = staticmethod(make_set)


def patch_of_pairs(items: Sequence[Any]) -> Patch | None:
    """The patch of these locations or cells; None if they are anything else."""
    if set(map(type, items)) != {tuple} or set(map(len, items)) != {2}:
        return None
    heads, tails = zip(*items, strict=True)
    if not numeric(heads):
        return None
    if numeric(tails):
        return indices_of(items)
    if set(map(type, tails)) != {tuple} or set(map(len, tails)) != {2}:
        return None
    return object_of(items) if numeric(chain.from_iterable(tails)) else None


def indices_in(pairs: Grid) -> Indices:
    """The Indices of the locations that are the rows of a grid of two columns."""
    numbers = pairs.cells
    return indices_of(set(zip(numbers[::2], numbers[1::2], strict=True)))


def _distinct(items: list[Any]) -> FSet:
    """The set of items that do not make a patch."""
    kinds = set(map(type, items))
    if kinds <= PATCHES:  # which of equal ones stays does not matter
        items = [*{item.key: item for item in items}.values()]
        return FSet(tuple(items), 1)
    if of_integers(items):
        return FSet(tuple(dict.fromkeys(items)))
    index: dict[Any, Any] = {}
    for item in items:
        index.setdefault(key_of(item), item)
    result = FSet(tuple(index.values()))
    result._index = index
    return result


def part_of(whole: SetValue, items: list[Any]) -> SetValue:
    """The set of some of a set's distinct items, in their order."""
    if not items:
        return EMPTY
    if len(items) == len(whole):
        return whole
    if type(whole) is not FSet:
        return indices_of(items) if type(whole) is Indices else object_of(items)
    if type(items[0]) is tuple and not whole.each:
        return make_set(items)
    return FSet(tuple(items), whole.each)


def grid_of(value: Any) -> Grid:
    """The Grid equal to `value` (a Grid or a rectangular tuple of rows of colors, also an empty one). Raises
    `DslError` for anything else, `LimitError` over `MAX_CELLS` cells."""
    if type(value) is Grid:
        return value
    grid = maybe_grid(value)
    if grid is None:
        if type(value) is tuple and not any(value) and all([type(row) is tuple for row in value]):
            return Grid(len(value), 0, b"")
        raise expected("a grid", value)
    check_cells(grid.height, grid.width)
    return grid


def rows_of(value: Any) -> Grid:
    """The Grid of at least one row, which may be empty, equal to `value`; raises `DslError` for others."""
    grid = grid_of(value)
    if not grid.height:
        raise DslError("the grid has no rows")
    return grid


def settled(value: tuple[Any, ...]) -> tuple[Any, int]:
    """A tuple as programs keep it (the equal Grid, if there is one) and its weight; raises `LimitError` as
    `weigh` does, without laying out a grid of too many cells."""
    if value and type(value[0]) is tuple and len(value) * len(value[0]) <= MAX_ELEMENTS:
        grid = maybe_grid(value)
        if grid is not None:
            patches = patches_in(value)
            if patches:
                known_as(grid, len(grid.data), patches)
            return grid, len(grid.data)
    return value, weigh(value)


def make_grid(height: int, width: int, data: bytes) -> Any:
    """The Grid, or the plain tuple of a grid without cells. Raises `LimitError` over `MAX_CELLS` cells."""
    if height <= 0 or width <= 0:
        check_elements(height)
        return ((),) * max(0, height)
    if height * width > MAX_CELLS:
        check_cells(height, width)
    return Grid(height, width, data)


def from_lines(lines: Sequence[bytes]) -> Any:
    """The grid of rows of bytes; raise `DslError` where their lengths differ."""
    width = len(lines[0]) if lines else 0
    if lines and {*map(len, lines)} != {width}:
        raise DslError("the rows differ in length")
    return make_grid(len(lines), width, b"".join(lines))


_PLAIN = frozenset({tuple, frozenset, set, list})


def adopt(value: Any, depth: int = 0) -> Any:
    """A plain value (also lists, and arrays and numbers of numpy) as a value of the language; raises
    `LimitError` beyond `MAX_NESTING` levels."""
    kind = type(value)
    if kind not in _PLAIN:
        return adopt(value.tolist()) if hasattr(value, "tolist") and hasattr(value, "dtype") else value
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    items = [adopt(item, depth + 1) for item in value]
    return make_set(items) if kind is frozenset or kind is set else tuple(items)


def kind_of(value: Any) -> str:
    """The name of the value's kind, for messages; equal values have one name."""
    if isinstance(value, int):
        return "Integer"
    if is_location(value):
        return "IntegerTuple"
    grid = value if type(value) is Grid else maybe_grid(value)
    if grid is not None:
        return f"Grid {grid.height}x{grid.width}"
    if isinstance(value, FSet):
        return f"set of {len(value)}"
    if isinstance(value, tuple):
        return f"tuple of {len(value)}"
    return "function" if callable(value) else "empty set" if value is EMPTY else type(value).__name__


def shown(value: Any) -> str:
    """A value for messages: a number as it is, else its kind; the same for equal values."""
    return str(int(value)) if isinstance(value, int) else kind_of(value)


def expected(what: str, *given: Any) -> DslError:
    """The error of a call that expected something else; it names the value if its kind helps."""
    return DslError(f"{what} was expected" + "".join([f", not {shown(value)}" for value in given]))
