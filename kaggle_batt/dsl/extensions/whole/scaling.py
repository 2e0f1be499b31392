"""Grids of another size: scaled, tiled, mirrored out, reduced; one picture made of two."""

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Facts, each
from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, Results, blown_up, of_blocks, only, stretch
from kaggle_batt.dsl.extensions.geometry import bounds, padded, quarters
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, parts_of
from kaggle_batt.dsl.extensions.whole.colors import main_of_rows
from kaggle_batt.dsl.extensions.whole.tilings import smallest_period

MOST_CUTS = 16  #: between the fields of a patchwork


def enlarged(array: Array, down: int, right: int) -> Array | None:
    """Every cell as a block of that size; None if the result is too large."""
    if array.shape[0] * down > LARGEST or array.shape[1] * right > LARGEST or min(down, right) < 1:
        return None
    return blown_up(array, down, right)


@Tried(300, Facts.each_ratio, deep=True, resizes=True)
@family(
    "tiled enlarged thinned first_block tiled_flip_rows tiled_flip_columns tiled_flip_both padded_before "
    "padded_after block_main block_filled",
    cost=11,
    charge=(33, 0),
)
def multiples(array: Array, down: int, right: int) -> Results:
    """The grid tiled, enlarged, thinned out by a factor, with every other tile mirrored."""
    height, width = array.shape
    found: Results = {"enlarged": enlarged(array, down, right)}
    if height * down <= LARGEST and width * right <= LARGEST:
        found["tiled"] = np.tile(array, (down, right))
        found["padded_after"] = padded(array, 0, height * (down - 1), 0, width * (right - 1))
        found["padded_before"] = padded(array, height * (down - 1), 0, width * (right - 1), 0)
        plain = np.tile(array, (1, right))
        woven = np.concatenate([array[:, ::-1] if k % 2 else array for k in range(right)], 1)
        found["tiled_flip_columns"] = np.tile(woven, (down, 1))
        for name, row in (("tiled_flip_rows", plain), ("tiled_flip_both", woven)):
            found[name] = np.concatenate([row[::-1] if k % 2 else row for k in range(down)], 0)
    if height % down == 0 and width % right == 0:
        rows, columns = height // down, width // right
        found["thinned"], found["first_block"] = array[::down, ::right], array[:rows, :columns]
        found["block_main"], found["block_filled"] = _by_block(array, rows, columns)
    return found


def _by_block(array: Array, rows: int, columns: int) -> tuple[Array, Array]:
    """One cell for each block of a grid of rows x columns blocks: main color; main color where full."""
    height, width = array.shape[0] // rows, array.shape[1] // columns
    blocks = array.reshape(rows, height, columns, width).swapaxes(1, 2).reshape(rows * columns, -1)
    main = main_of_rows(blocks)[0].reshape(rows, columns)
    return main, only(main, (blocks > 0).all(1).reshape(rows, columns))


@Tried(90, deep=True, resizes=True)
@family(
    "twice thrice by_height by_colors by_cells self_where_filled self_where_empty tiled_by_self "
    "without_repeats without_empty_rows without_empty_columns without_empty "
    "shrunk_blocks mirror_right mirror_left mirror_down mirror_up mirror_four mirror_four_out turned_four "
    "self_where_most self_where_least doubled_right doubled_down smallest_tile rotated_four "
    "halves_by_two without_lines twice_right twice_down shrunk_by_self "
    "open_right open_left open_down open_up open_four corner_by_colors foot_by_colors head_of_half "
    "unmirrored",
    cost=11,
    charge=(127, 0),
)
def scalings(array: Array) -> Results:
    """The grid scaled by itself or its counts, mirrored out, without repeated or empty lines."""
    return {**_by_factor(array), **_products(array), **_reduced(array), **_mirrored_out(array)}


def _by_factor(array: Array) -> Results:
    """Enlarged by factors, by its counts; with room for as many grids as it has colors; a row of half as many
    rows as cells."""
    colors, cells = len(set(array.tobytes()) - {0}), int(np.count_nonzero(array > 0))
    found: Results = {
        "twice": enlarged(array, 2, 2),
        "thrice": enlarged(array, 3, 3),
        "twice_right": enlarged(array, 1, 2),
        "twice_down": enlarged(array, 2, 1),
        "by_height": enlarged(array, array.shape[0], array.shape[1]),
        "by_colors": enlarged(array, colors, colors) if colors > 1 else None,
        "by_cells": enlarged(array, cells, cells) if 1 < cells <= 10 else None,
        "head_of_half": padded(array, 0, max(array.size // 2 - 1, 0), 0, 0) if len(array) == 1 else None,
    }
    side = max(array.shape) * colors
    if array.shape != (side, side) and max(array.shape) <= side <= LARGEST:
        down, right = side - array.shape[0], side - array.shape[1]
        found["corner_by_colors"] = padded(array, 0, down, 0, right)
        found["foot_by_colors"] = padded(array, down, 0, 0, right)
    return found


def _products(array: Array) -> Results:
    """The grid drawn, in small, where its own cells are filled, empty, of its most or least color."""
    height, width = array.shape
    if height * height > LARGEST or width * width > LARGEST or array.size < 2:
        return {}
    counts = np.bincount(array.ravel(), minlength=10)
    most = int(counts[1:].argmax()) + 1
    least = min([(int(counts[c]), c) for c in range(1, len(counts)) if counts[c]], default=(0, 0))[1]
    masks = {"filled": array > 0, "empty": array == 0, "most": array == most, "least": array == least}
    found: Results = {f"self_where_{name}": np.kron(mask, array) for name, mask in masks.items()}
    return {**found, "tiled_by_self": np.tile(array, (height, width))}


def _reduced(array: Array) -> Results:
    """The grid without lines of a kind; its smallest tile; one cell for each of its blocks."""
    rows, columns = np.ones(array.shape[0], bool), np.ones(array.shape[1], bool)
    rows[1:] = (array[1:] != array[:-1]).any(1)
    columns[1:] = (array[:, 1:] != array[:, :-1]).any(0)
    filled_rows, filled_columns = array.any(1), array.any(0)
    mixed_rows, mixed_columns = (array != array[:, :1]).any(1), (array != array[:1]).any(0)
    found: Results = {
        "without_repeats": array[rows][:, columns],
        "without_empty_rows": array[filled_rows],
        "without_empty_columns": array[:, filled_columns],
        "without_empty": array[filled_rows][:, filled_columns],
        "without_lines": array[mixed_rows][:, mixed_columns],
        "halves_by_two": array[::2, ::2],
        "smallest_tile": array[: smallest_period(array), : smallest_period(array.T)],
        # the first half of its mirror image
        "unmirrored": np.array_split(array, 2, 1)[0] if (array == array[:, ::-1]).all() else None,
    }
    if (array == array[::-1]).all():
        found["unmirrored"] = np.array_split(array, 2)[0]
    # one cell for each plain square of the largest side
    shrunk = (of_blocks(array, size, size) for size in range(max(array.shape) // 2, 1, -1))
    small = next((one for one in shrunk if one is not None), None)
    if small is not None:
        found["shrunk_blocks"] = small
        found["shrunk_by_self"] = _products(small).get("self_where_filled")
    return found


def _mirrored_out(array: Array) -> Results:
    """The grid beside its mirror images, its turns, itself."""
    across, down, turned = array[:, ::-1], array[::-1], array[::-1, ::-1]
    blocks = {
        "mirror_right": [[array, across]],
        "mirror_left": [[across, array]],
        "mirror_down": [[array], [down]],
        "mirror_up": [[down], [array]],
        "mirror_four": [[array, across], [down, turned]],
        "mirror_four_out": [[turned, down], [across, array]],
        # the line of reflection is not repeated
        "open_right": [[array, across[:, 1:]]],
        "open_left": [[across[:, :-1], array]],
        "open_down": [[array], [down[1:]]],
        "open_up": [[down[:-1]], [array]],
        "open_four": [[array, across[:, 1:]], [down[1:], turned[1:, 1:]]],
        "doubled_right": [[array, array]],
        "doubled_down": [[array], [array]],
    }
    if array.shape[0] == array.shape[1]:
        quarter = [quarters(array, k) for k in range(4)]
        blocks["turned_four"] = [[quarter[0], quarter[3]], [quarter[1], quarter[2]]]
        blocks["rotated_four"] = [[quarter[0], quarter[1]], [quarter[3], quarter[2]]]
    return {name: np.concatenate([np.concatenate(row, 1) for row in rows]) for name, rows in blocks.items()}


HALVES = 9  #: in place of a segmentation: the two halves along the longer side


def _pieces(array: Array, segmentation: int) -> list[Array]:
    """The two pieces, the one of more colors first, else the smaller; none unless there are exactly two."""
    if segmentation == HALVES:  # without a middle line
        half = max(array.shape) // 2
        wide = array.shape[0] <= array.shape[1]
        found = [array[:, :half], array[:, -half:]] if wide else [array[:half], array[-half:]]
    else:
        found = [part.picture for part in parts_of(array, segmentation)]
    if len(found) != 2 or min([piece.size for piece in found]) < 2:
        return []
    return sorted(found, key=lambda piece: (-len(set(piece.tobytes()) - {0}), piece.size))


def _fitted(small: Array, large: Array) -> Array | None:
    """The small picture enlarged to the box of the large one's inner cells of 0, inside it."""
    result = large.copy()
    inner = result[1:-1, 1:-1]
    box = bounds(inner == 0) if inner.size else None
    if box is None:
        return None
    height, width = inner[box].shape
    if height % small.shape[0] or width % small.shape[1]:
        return None
    inner[box] = stretch(small, height, width)
    return result


def _sided(framed: Array) -> Array:
    """The colored cells inside a frame in the color of the nearest side, if one side is nearest."""
    height, width = framed.shape
    rows, columns = np.mgrid[0:height, 0:width]
    far = np.stack([rows, height - 1 - rows, columns, width - 1 - columns])
    middle = height // 2, width // 2
    colors = framed[[0, -1, middle[0], middle[0]], [middle[1], middle[1], 0, -1]]
    one = (far == far.min(0)).sum(0) == 1
    inside = (far.min(0) > 0) & one & (framed > 0)
    return np.where(inside, colors[far.argmin(0)], framed)


def _product(outer: Any, inner: Any) -> Array | None:
    """Each cell of the outer mask or picture replaced by the inner one times it."""
    return np.kron(outer, inner) if outer.size * inner.size <= 900 else None


@Tried(240, each(HALVES, Segmentation.FILLED_8, Segmentation.COLOR_8), deep=True, only_resized=True)
@family(
    "one_in_two two_in_one two_in_two one_in_one masked reduced fitted fitted_inside fitted_sides",
    cost=14,
    charge=(55, 0),
)
def pairings(array: Array, segmentation: int) -> Results | None:
    """Of two pieces (9: the halves): each cell of one replaced by the other; the one of more colors where the
    other, scaled to its size, is colored; the smaller enlarged to fit into the larger."""
    pieces = _pieces(array, segmentation)
    if not pieces:
        return None
    one, two = pieces
    down, right = two.shape[0] // one.shape[0], two.shape[1] // one.shape[1]
    whole = two.shape == (down * one.shape[0], right * one.shape[1])
    reduced = of_blocks(two, down, right) if whole else None
    fitted = _fitted(*sorted(pieces, key=lambda piece: piece.size))
    return {
        "two_in_one": _product(one, two > 0),
        "one_in_two": _product(two > 0, one),
        "one_in_one": _product(one > 0, two),
        "two_in_two": _product(two, one > 0),
        "masked": None if reduced is None else only(one, reduced > 0),
        "reduced": reduced,
        "fitted": fitted,
        "fitted_sides": None if fitted is None else _sided(fitted),
        "fitted_inside": None if fitted is None else fitted[1:-1, 1:-1],
    }


@Tried(380, only_resized=True)
@family("fields", cost=14, charge=(300, 100))
def patchworks(array: Array) -> Results | None:
    """A cell for each field of a noisy patchwork: cut between the rows and columns that differ most, until
    three quarters of each field have one color."""
    changes = [((array[k] != array[k - 1]).mean(), 0, k) for k in range(1, array.shape[0])]
    changes += [((array[:, k] != array[:, k - 1]).mean(), 1, k) for k in range(1, array.shape[1])]
    cuts: tuple[list[int], list[int]] = ([], [])
    for _, axis, at in sorted(changes, reverse=True)[:MOST_CUTS]:
        cuts[axis].append(at)
        rows = np.split(array, sorted(cuts[0]))
        counts = [[np.bincount(one.ravel()) for one in np.split(row, sorted(cuts[1]), 1)] for row in rows]
        if all([4 * count.max() >= 3 * count.sum() for line in counts for count in line]):
            return {"fields": np.array([[count.argmax() for count in line] for line in counts], np.uint8)}
    return None
