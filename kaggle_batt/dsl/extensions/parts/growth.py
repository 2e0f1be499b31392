"""Parts that grow: rings, bars, repeated toward marks, drawn out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, parts_of


def _measures(part: Part) -> dict[str, int]:
    """How thick a ring is drawn, by name."""
    side = min(part.height, part.width)
    colors = len(set(part.picture.tobytes()) - {0})
    several = int(part.size > 1)
    return {"half": side // 2, "side": side, "two": 2, "colors": colors, "several": several}


_NAMES = ("half", "side", "two", "colors", "several")


@Tried(550, segmented("COLOR_4 FILLED_8"))
@family(" ".join([*_NAMES, *[f"{name}_only" for name in _NAMES]]), cost=14, charge=(70, 10), parts=(1, 40))
def halos(array: Array, parts: Parts) -> Results | None:
    """The boxes of the parts grown on all sides by half of the shorter side, by it, by 2, by their
    colors, by 1 if they have several cells."""
    layers = {name: np.zeros_like(array) for name in _NAMES}
    for part in parts:
        for name, thick in _measures(part).items():
            top, left = max(part.top - thick, 0), max(part.left - thick, 0)
            window = layers[name][top : part.bottom + thick + 1, left : part.right + thick + 1]
            window[window == 0] = part.color
    found: Results = {name: under(array, layer) for name, layer in layers.items()}
    for name, layer in layers.items():
        found[f"{name}_only"] = np.where(array > 0, 0, layer)
    return found


MEASURES: dict[str, Callable[[Part], int]] = {
    "colors": lambda part: len(set(part.picture.tobytes()) - {0}),
    "size": lambda part: part.size,
}
WAYS = ("right", "left", "down", "up")


def _bar(part: Part, way: str, length: int) -> tuple[slice, slice]:
    """The cells beside the part in that direction, as broad as its box."""
    rows, columns = part.box
    if way == "right":
        return rows, slice(part.right + 1, part.right + 1 + length)
    if way == "left":
        return rows, slice(max(part.left - length, 0), part.left)
    if way == "down":
        return slice(part.bottom + 1, part.bottom + 1 + length), columns
    return slice(max(part.top - length, 0), part.top), columns


@Tried(820, segmented("FILLED_8"))
@family(
    " ".join([f"{way}_{name}{own}" for way in WAYS for name in MEASURES for own in ("", "_own")]),
    cost=14,
    charge=(80, 10),
    parts=(1, 25),
)
def tails(array: Array, parts: Parts) -> Results | None:
    """A bar beside each part, as long as it has colors, cells: as marks, in its color under
    the grid."""
    found: Results = {}
    for name, measure in MEASURES.items():
        lengths = [measure(part) for part in parts]
        for way in WAYS:
            board = np.zeros_like(array)
            for part, length in zip(parts, lengths, strict=True):
                board[_bar(part, way, length)] = part.color
            found[f"{way}_{name}"] = board > 0
            found[f"{way}_{name}_own"] = under(array, board)
    return found


def _side(low: int, high: int, first: int, last: int) -> int:
    """On which side of the stretch low..high the middle of first..last lies."""
    return ((first + last) > (low + high)) - ((first + last) < (low + high))


def _ways(model: Part, mark: Part) -> list[tuple[int, int]]:
    """The directions from the model toward the mark: diagonal, straight."""
    down = _side(model.top, model.bottom, mark.top, mark.bottom)
    right = _side(model.left, model.right, mark.left, mark.right)
    return [way for way in dict.fromkeys([(down, right), (down, 0), (0, right)]) if way != (0, 0)]


def _step(model: Part, mark: Part, width: int, apart: bool) -> tuple[int, int] | None:
    """The least move of the model that covers the mark and leaves the model's place; `apart`: that leaves a
    row or column between."""
    rows, columns = np.divmod(model.cells, width)
    own = set(zip(rows.tolist(), columns.tolist(), strict=True))
    wanted = [divmod(int(cell), width) for cell in mark.cells]
    for way in _ways(model, mark):
        fars = [(far * way[0], far * way[1]) for far in range(1, 12)]
        for down, right in [((model.height + 1) * way[0], (model.width + 1) * way[1])] if apart else fars:
            covers = all((row - down, column - right) in own for row, column in wanted)
            if covers and not any((row + down, column + right) in own for row, column in own):
                return down, right
    return None


def _repeated(board: Array, model: Part, move: tuple[int, int], color: int, times: int) -> None:
    """Draw the model moved once, twice, … in the color where the board is 0."""
    rows, columns = np.divmod(model.cells, board.shape[1])
    for _ in range(times):
        rows, columns = rows + move[0], columns + move[1]
        met = (rows >= 0) & (columns >= 0) & (rows < board.shape[0]) & (columns < board.shape[1])
        if not met.any():
            return
        free = met.copy()
        free[met] = board[rows[met], columns[met]] == 0
        board[rows[free], columns[free]] = color


def _trails(array: Array, model: Part, parts: Parts, apart: bool) -> Results:
    """The model repeated toward each other part: again and again, once, in its own color."""
    repeated, once, own = array.copy(), array.copy(), array.copy()
    moved = False
    for mark in parts:
        move = _step(model, mark, array.shape[1], apart) if mark is not model else None
        if move is not None:
            moved = True
            _repeated(repeated, model, move, mark.color, 30)
            _repeated(once, model, move, mark.color, 1)
            _repeated(own, model, move, model.color, 30)
    suffix = "_apart" if apart else ""
    return {f"repeated{suffix}": repeated, f"once{suffix}": once, f"own{suffix}": own} if moved else {}


@Tried(800, segmented("COLOR_8"))
@family("repeated once own repeated_apart once_apart own_apart", cost=13, charge=(80, 10), parts=(2, 8))
def trails(array: Array, parts: Parts) -> Results | None:
    """The largest part repeated toward each part beside it, so that a copy covers that one, in its color."""
    model = max(parts, key=lambda part: part.size)
    if not 1 < model.size <= 40:
        return None
    return {**_trails(array, model, parts, False), **_trails(array, model, parts, True)}


Box = tuple[int, int, int, int]


def _pulled(array: Array, part: Part, row: int) -> Array:
    """The part's columns drawn out to a row above or below it, its middle row repeated."""
    result = array.copy()
    extra = part.top - row if row < part.top else row - part.bottom
    half = part.height // 2
    middle = np.repeat(part.picture[half : half + 1], extra, 0)
    tall = np.concatenate([part.picture[:half], middle, part.picture[half:]], 0)
    top = min(row, part.top)
    window = result[top : top + len(tall), part.left : part.right + 1]
    np.copyto(window, tall, where=tall > 0)
    return result


@Tried(600, once)
@family("pulled", cost=14, charge=(4, 1))
def drawn_out(array: Array) -> Results | None:
    """Of two parts, the larger one drawn out to the other, a single cell in line with it."""
    parts = sorted(parts_of(array, Segmentation.FILLED_8), key=lambda one: one.size)
    if len(parts) != 2 or parts[0].size > 1 or parts[1].size == 1:
        return None
    single, part = parts
    rest = array.copy()
    rest[single.top, single.left] = 0
    beside = part.left <= single.left <= part.right, part.top <= single.top <= part.bottom
    if all(beside):
        return None
    if beside[0]:
        return {"pulled": _pulled(rest, part, single.top)}
    if beside[1]:
        turned = np.ascontiguousarray(rest.T)
        twin = next((one for one in parts_of(turned, Segmentation.FILLED_8) if one.size == part.size), None)
        return None if twin is None else {"pulled": _pulled(turned, twin, single.left).T}
    return None


def _outline(board: Array, box: Box, steps: list[int], color: int) -> None:
    """The sides of a rectangle that move, as far as they lie on the board."""
    top, bottom, left, right = box
    rows, columns = slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))
    for row, step in ((top, steps[0]), (bottom - 1, steps[1])):
        if step and 0 <= row < board.shape[0]:
            board[row, columns] = color
    for column, step in ((left, steps[2]), (right - 1, steps[3])):
        if step and 0 <= column < board.shape[1]:
            board[rows, column] = color


@Tried(610, once)
@family("echoed", cost=14, charge=(25, 4))
def echoes(array: Array) -> Results | None:
    """Rectangles around all that is colored, at the distance of its outermost part from those inside."""
    parts = parts_of(array, Segmentation.COLOR_8)
    outer = bounds(array > 0)
    if outer is None or not 2 <= len(parts) <= 20:
        return None
    shell = max(parts, key=lambda part: part.height * part.width)
    rest = array.copy()
    rest.ravel()[shell.cells] = 0
    inner = bounds(rest > 0)
    if inner is None:
        return None
    steps = [outer[side] - inner[side] for side in range(4)]
    if not any(steps):
        return None
    board = np.zeros_like(array)
    box = list(outer)
    for _ in range(max(array.shape)):
        # a side at the edge, or one that the inner parts share, stays where it is
        box = [value + step for value, step in zip(box, steps, strict=True)]
        _outline(board, (box[0], box[1], box[2], box[3]), steps, shell.color)
    return {"echoed": under(array, board)}
