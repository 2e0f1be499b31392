"""Small pictures of many parts: stripes, lists, piles, counts."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arguments import output_size, segmented, small_output_size
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results, repeat_over
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, Segmentation, parts_of
from kaggle_batt.dsl.extensions.whole.scaling import enlarged


def _colors(parts: Parts, across: bool) -> list[int]:
    """The parts' colors from left to right or from top to bottom, each once."""
    ordered = sorted(parts, key=lambda one: (one.left, one.top) if across else (one.top, one.left))
    return list(dict.fromkeys([part.color for part in ordered]))


def _stripes(colors: list[int], length: int, across: bool) -> Array | None:
    """A stripe of that length for each color, side by side (across) or one below the other."""
    if not colors or not 0 < length <= LARGEST:
        return None
    rows = np.repeat(np.array(colors, np.uint8)[:, None], length, 1)
    return rows.T if across else rows


def _charts(name: str, parts: Parts) -> Results:
    """Stripes as long as there are colors, and as long as the largest part has cells; by the parts' own
    way."""
    across, down = _colors(parts, True), _colors(parts, False)
    upright = sum([part.height > part.width for part in parts]) * 2 > len(parts)
    most = max([part.size for part in parts], default=0)
    return {
        f"{name}_square_across": _stripes(across, len(across), True),
        f"{name}_square_down": _stripes(down, len(down), False),
        f"{name}_square_own": _stripes(across if upright else down, len(across), upright),
        f"{name}_size_across": _stripes(across, most, True),
        f"{name}_size_down": _stripes(down, most, False),
    }


def _tally(parts: Parts) -> Results:
    """For each color a bar as long as it has parts, most first: lying, standing."""
    counts = Counter([part.color for part in parts])
    ordered = sorted(counts, key=lambda color: (-counts[color], color))
    bars = np.zeros((len(counts), max(counts.values())), np.uint8)
    for row, color in enumerate(ordered):
        bars[row, : counts[color]] = color
    return {"tally_lying": bars, "tally_standing": bars.T[::-1], "tally_hanging": bars.T}


CHOICES = ("all", "lines", "largest", "large")
WAYS = ("square_across", "square_down", "square_own", "size_across", "size_down")


@Tried(950, segmented("COLOR_8 FILLED_8"), deep=True, only_resized=True)
@family(
    " ".join([f"{choice}_{way}" for choice in CHOICES for way in WAYS])
    + " tally_lying tally_standing tally_hanging",
    cost=14,
    charge=(40, 5),
    parts=(1, 30),
)
def charts(array: Array, parts: Parts) -> Results | None:
    """Stripes in the colors of all parts, of those that are lines, of the largest, of those of two cells
    and more; a bar for each color by the number of its parts, lying, standing, hanging."""
    most = max([part.size for part in parts])
    return {
        **_tally(parts),
        **_charts("all", parts),
        **_charts("lines", [part for part in parts if min(part.height, part.width) == 1 < part.size]),
        **_charts("largest", [part for part in parts if part.size == most]),
        **_charts("large", [part for part in parts if part.size > 1]),
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


@Tried(
    410, lambda facts: [(way, *size) for size in output_size(facts) for way in (0, 1, 3)], only_resized=True
)
@family(" ".join([f"{order}_{fill}" for order in _ORDERS for fill in _FILLS]), cost=15, charge=(60, 5))
def listed(array: Array, segmentation: int, height: int, width: int) -> Results | None:
    """The colors of the parts in order of place or size, or colors by count, on a grid of that size."""
    parts = parts_of(array, segmentation)
    if not 0 < len(parts) <= 40 or not (0 < height <= LARGEST and 0 < width <= LARGEST):
        return None
    counts = np.bincount(array.ravel(), minlength=10)
    orders = {
        "across": [part.color for part in sorted(parts, key=lambda one: (one.left, one.top))],
        "down": [part.color for part in sorted(parts, key=lambda one: (one.top, one.left))],
        "large": [part.color for part in sorted(parts, key=lambda one: -one.size)],
        "small": [part.color for part in sorted(parts, key=lambda one: one.size)],
        "counted": sorted([c for c in range(1, 10) if counts[c]], key=lambda c: (-int(counts[c]), c)),
        "reading": [part.color for part in parts],
    }
    return {
        f"{order}_{fill}": _listed(colors, height, width, fill)
        for order, colors in orders.items()
        for fill in _FILLS
    }


def _piled(parts: Parts, height: int, width: int) -> Array:
    """The parts' pictures about one middle, earlier ones above."""
    board = np.zeros((height, width), np.uint8)
    for part in parts:
        top, left = (height - part.height) // 2, (width - part.width) // 2
        window = board[top : top + part.height, left : left + part.width]
        np.copyto(window, part.picture, where=(window == 0) & (part.picture > 0))
    return board


@Tried(420, segmented("COLOR_4 COLOR_8 FILLED_8 EACH_COLOR"), only_resized=True)
@family("small_first large_first united_corner_up united_corner_down", cost=14, charge=(60, 5), parts=(2, 40))
def piled(array: Array, parts: Parts) -> Results | None:
    """The parts laid over each other about one middle, or by their upper or lower corners."""
    height, width = max([part.height for part in parts]), max([part.width for part in parts])
    by_size = sorted(parts, key=lambda part: part.size)
    up, down = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for part in by_size:
        window = up[: part.height, : part.width]
        np.copyto(window, part.picture, where=(window == 0) & (part.picture > 0))
        window = down[height - part.height :, width - part.width :]
        np.copyto(window, part.picture, where=(window == 0) & (part.picture > 0))
    return {
        "small_first": _piled(by_size, height, width),
        "large_first": _piled(by_size[::-1], height, width),
        "united_corner_up": up,
        "united_corner_down": down,
    }


@Tried(450, segmented("COLOR_8 FILLED_8 FILLED_4"))
@family(
    "same_box same_box_alone any_box any_box_scaled recolored recolored_scaled",
    cost=14,
    charge=(40, 3),
    parts=(2, 40),
)
def imprinted(array: Array, parts: Parts) -> Results | None:
    """The picture of the part with most colors (else the largest) put in the place of the other parts."""
    model = max(parts, key=lambda part: (len(set(part.picture.tobytes()) - {0}), part.size))
    names = ("same_box", "same_box_alone", "any_box", "any_box_scaled", "recolored", "recolored_scaled")
    found = {name: array.copy() for name in names}
    found["same_box_alone"].ravel()[model.cells] = 0
    for part in parts:
        if part is model:
            continue
        same = (part.height, part.width) == (model.height, model.width)
        down, right = part.height // model.height, part.width // model.width
        scaled = down == right > 0 and (part.height, part.width) == (down * model.height, down * model.width)
        large = enlarged(model.picture, down, right) if scaled else None
        if same:
            found["same_box"][part.box] = found["same_box_alone"][part.box] = model.picture
            found["recolored"][part.box] = np.where(model.picture > 0, part.color, 0)
        if large is not None:
            found["any_box_scaled"][part.box] = large
            found["recolored_scaled"][part.box] = np.where(large > 0, part.color, 0)
        tiled = repeat_over(model.picture, part.height, part.width)
        window = found["any_box"][part.box]
        np.copyto(window, tiled, where=part.picture > 0)
    return dict(found)


MODES = (0, 1, 3, 5, 4)
MEASURES = ["parts", "over_1", "squares", "largest"]
COUNTS = [f"{measure}_{segmentation}" for segmentation in MODES for measure in MEASURES]


COUNTS += [f"parts_of_{color}" for color in range(1, 10)] + [f"cells_of_{color}" for color in range(10)]


COUNTS += [f"squares_of_{color}" for color in range(1, 10)] + ["colors", "filled"]


DRAWINGS = ("rows", "columns", "checks", "diagonal")


def counts_of(array: Array) -> list[int]:
    """The counts in the order of `COUNTS`."""
    found = []
    for segmentation in MODES:
        parts = parts_of(array, segmentation)
        sizes = [part.size for part in parts]
        squares = sum([part.size == 4 and part.height == part.width == 2 for part in parts])
        found += [len(parts), sum([size > 1 for size in sizes]), squares, max(sizes, default=0)]
    parts = parts_of(array, Segmentation.COLOR_4)
    blocks = [part.color for part in parts if part.size == 4 and part.height == part.width == 2]
    colors = [part.color for part in parts_of(array, Segmentation.COLOR_8)]
    cells = np.bincount(array.ravel(), minlength=10)
    found += [colors.count(color) for color in range(1, 10)] + cells[:10].tolist()
    found += [blocks.count(color) for color in range(1, 10)]
    return [*found, int((cells[1:] > 0).sum()), int(cells[1:].sum())]


def _ranks(height: int, width: int, drawing: int) -> Array:
    """The order in which a drawing fills the cells; 255 where it never does."""
    order = np.arange(height * width).reshape(height, width)
    if drawing == 1:
        order = np.arange(height * width).reshape(width, height).T
    if drawing in (2, 3):
        rows, columns = np.mgrid[0:height, 0:width]
        mask = (rows + columns) % 2 == 0 if drawing == 2 else rows == columns
        order = np.where(mask, np.cumsum(mask.ravel()).reshape(height, width) - 1, 999)
    return np.minimum(order, 255).astype(np.uint8)


@Tried(970, small_output_size)
@family(
    " ".join([f"{count}_{drawing}" for count in COUNTS for drawing in DRAWINGS]), cost=18, charge=(450, 10)
)
def count_marks(array: Array, height: int, width: int) -> Results | None:
    """Each count as that many cells of 1 on a grid of the given size: by rows, columns, checks, diagonal."""
    if not (0 < height <= 30 and 0 < width <= 30):
        return None
    counts = counts_of(array)
    found: Results = {}
    for number, drawing in enumerate(DRAWINGS):
        order = _ranks(height, width, number)
        for name, count in zip(COUNTS, counts, strict=True):
            found[f"{name}_{drawing}"] = order < min(count, 255)
    return found
