"""Small pictures of many parts: stripes, lists, piles, counts."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import output_size, segmented, small_output_size
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results, by_count, paste, tallies
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import FROM_LEFT, FROM_TOP, Part, Parts, Segmentation, parts_of


def _stripes(parts: list[Part], length: int, across: bool) -> Array | None:
    """A stripe of that length for each color (0: as long as there are colors), in the order of the parts,
    side by side (across) or one below the other."""
    colors = list(dict.fromkeys([part.color for part in parts]))
    length = length or len(colors)
    if not colors or not 0 < length <= LARGEST:
        return None
    rows = np.repeat(np.array(colors)[:, None], length, 1)
    return rows.T if across else rows


def _charts(name: str, parts: Parts) -> Results:
    """Stripes as long as there are colors, and as long as the largest part has cells; by the parts' own
    way."""
    upright = sum([part.height > part.width for part in parts]) * 2 > len(parts)
    most = max([part.size for part in parts], default=0)
    across, down = sorted(parts, key=FROM_LEFT), sorted(parts, key=FROM_TOP)
    return {
        f"{name}_square_across": _stripes(across, 0, True),
        f"{name}_square_down": _stripes(down, 0, False),
        f"{name}_square_own": _stripes(across if upright else down, 0, upright),
        f"{name}_size_across": _stripes(across, most, True),
        f"{name}_size_down": _stripes(down, most, False),
    }


_CHOICES = ("all", "lines", "largest")
_WAYS = ("square_across", "square_down", "square_own", "size_across", "size_down")


@Tried(200, segmented("COLOR_8 FILLED_8"), deep=True, only_resized=True)
@family(
    " ".join([f"{choice}_{way}" for choice in _CHOICES for way in _WAYS]),
    cost=14,
    charge=(57, 19),
    parts=(1, 30),
)
def charts(array: Array, parts: Parts) -> Results:
    """Stripes in the colors of all parts, of those that are lines, of the largest."""
    most = max([part.size for part in parts])
    return {
        **_charts("all", parts),
        **_charts("lines", [part for part in parts if min(part.height, part.width) == 1 < part.size]),
        **_charts("largest", [part for part in parts if part.size == most]),
    }


_ORDERS = ("across", "down", "large", "small", "counted", "reading")
_FILLS = ("rows", "columns", "snake")


def _listed(colors: list[int], height: int, width: int, fill: str) -> Array:
    """The colors one after the other on a grid of that size, 0 after the last."""
    cells = np.zeros(height * width, np.uint8)
    chosen = colors[: height * width]
    cells[: len(chosen)] = chosen
    if fill == "columns":
        return cells.reshape(width, height).T
    grid = cells.reshape(height, width)
    if fill == "snake":
        grid[1::2] = grid[1::2, ::-1]
    return grid


_LISTED = (Segmentation.COLOR_4, Segmentation.COLOR_8, Segmentation.FILLED_8)


@Tried(510, lambda facts: [(s, *size) for size in output_size(facts) for s in _LISTED], only_resized=True)
@family(
    " ".join([f"{order}_{fill}" for order in _ORDERS for fill in _FILLS]),
    cost=15,
    charge=(18, 50),
    parts=(1, 40),
)
def listed(array: Array, parts: Parts, height: int, width: int) -> Results | None:
    """The colors of the parts in order of place or size, or colors by count, on a grid of that size."""
    if not (0 < height <= LARGEST and 0 < width <= LARGEST):
        return None
    orders = {
        "across": sorted(parts, key=FROM_LEFT),
        "down": sorted(parts, key=FROM_TOP),
        "large": sorted(parts, key=lambda one: -one.size),
        "small": sorted(parts, key=lambda one: one.size),
        "reading": parts,
    }
    colors = {name: [part.color for part in order] for name, order in orders.items()}
    colors["counted"] = by_count(array)
    return {
        f"{order}_{fill}": _listed(colors[order], height, width, fill) for order in _ORDERS for fill in _FILLS
    }


@Tried(290, segmented("COLOR_4 COLOR_8 FILLED_8 EACH_COLOR"), only_resized=True)
@family("small_first large_first united_corner_up united_corner_down", cost=14, charge=(78, 9), parts=(2, 40))
def piled(array: Array, parts: Parts) -> Results:
    """The parts laid over each other about one middle, or by their upper or lower corners."""
    height, width = max([part.height for part in parts]), max([part.width for part in parts])
    boards = {name: np.zeros((height, width), np.uint8) for name in piled.names}
    by_size = sorted(parts, key=lambda part: part.size)
    for part in by_size:
        down, right = height - part.height, width - part.width
        paste(boards["small_first"], part.picture, down // 2, right // 2, below=True)
        paste(boards["united_corner_up"], part.picture, 0, 0, below=True)
        paste(boards["united_corner_down"], part.picture, down, right, below=True)
    for part in by_size[::-1]:
        place = (height - part.height) // 2, (width - part.width) // 2
        paste(boards["large_first"], part.picture, *place, below=True)
    return dict(boards)


_COUNTED = (
    Segmentation.COLOR_4,
    Segmentation.COLOR_8,
    Segmentation.FILLED_8,
    Segmentation.EMPTY_4,
    Segmentation.EACH_COLOR,
)
_COUNTS = [f"{name}_{way:d}" for way in _COUNTED for name in ("parts", "over_1", "squares", "largest")]
_COUNTS += [f"parts_of_{color}" for color in range(1, 10)] + [f"cells_of_{color}" for color in range(10)]
_COUNTS += [f"squares_of_{color}" for color in range(1, 10)] + ["colors", "filled"]
_DRAWINGS = ("rows", "columns", "checks", "diagonal")


def _squares(parts: Parts) -> list[int]:
    """The colors of the parts that are squares of two by two."""
    return [part.color for part in parts if part.size == 4 and part.height == part.width == 2]


def counts_of(array: Array) -> list[int]:
    """The counts in the order of their names."""
    found = []
    for segmentation in _COUNTED:
        parts = parts_of(array, segmentation)
        sizes = [part.size for part in parts]
        found += [len(parts), sum([size > 1 for size in sizes]), len(_squares(parts)), max(sizes, default=0)]
    colors = [part.color for part in parts_of(array, Segmentation.COLOR_8)]
    squares = _squares(parts_of(array, Segmentation.COLOR_4))
    found += [colors.count(color) for color in range(1, 10)] + tallies(array)
    found += [squares.count(color) for color in range(1, 10)]
    return [*found, len(set(array.tobytes()) - {0}), int(np.count_nonzero(array > 0))]


def _ranks(height: int, width: int, drawing: str) -> Array:
    """The order in which a drawing fills the cells; 255 where it never does."""
    order = np.arange(height * width).reshape(height, width)
    if drawing == "columns":
        order = np.arange(height * width).reshape(width, height).T
    if drawing in ("checks", "diagonal"):
        rows, columns = np.mgrid[0:height, 0:width]
        mask = (rows + columns) % 2 == 0 if drawing == "checks" else rows == columns
        order = np.where(mask, np.cumsum(mask.ravel()).reshape(height, width) - 1, 999)
    return np.minimum(order, 255).astype(np.uint8)


@Tried(430, small_output_size)
@family(
    " ".join([f"{count}_{drawing}" for count in _COUNTS for drawing in _DRAWINGS]), cost=18, charge=(409, 89)
)
def count_marks(array: Array, height: int, width: int) -> Results | None:
    """Each count as that many cells of 1 on a grid of the given size: by rows, columns, checks, diagonal."""
    if not (0 < height <= 30 and 0 < width <= 30):
        return None
    orders = {drawing: _ranks(height, width, drawing) for drawing in _DRAWINGS}
    return {
        f"{name}_{drawing}": order < min(count, 255)
        for name, count in zip(_COUNTS, counts_of(array), strict=True)
        for drawing, order in orders.items()
    }
