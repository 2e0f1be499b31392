"""A picture completed by its own symmetry, axis or period."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_color, each_ink, once
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, bounds, cut, repeat_over, shift, under
from kaggle_batt.dsl.extensions.registry import Tried, family

Known = tuple[Array, Mask]


@Tried(90, once, deep=True)
@family(
    "left_right up_down both transposed counter half_turn quarter box_left_right box_up_down box_both "
    "box_quarter and_left_right and_up_down differs_left_right differs_up_down box_all",
    cost=12,
    charge=(75, 4),
)
def mirrored(array: Array) -> Results | None:
    """The grid united with its mirror images, whole or inside the bounding box of what is not 0."""
    height, width = array.shape
    if array.size < 2:
        return None
    across, down, turned = array[:, ::-1], array[::-1], array[::-1, ::-1]
    found: Results = {
        "left_right": under(array, across),
        "up_down": under(array, down),
        "both": under(array, across, down, turned),
        "half_turn": under(array, turned),
        "and_left_right": np.where(array == across, array, 0),
        "and_up_down": np.where(array == down, array, 0),
        "differs_left_right": array != across,
        "differs_up_down": array != down,
    }
    if height == width:
        found["transposed"] = under(array, array.T)
        found["counter"] = under(array, turned.T)
        found["quarter"] = under(array, *[np.rot90(array, k) for k in (1, 2, 3)])
    box = bounds(array > 0)
    if box is None:
        return found
    top, bottom, left, right = box
    inner = array[top:bottom, left:right]

    def put(name: str, part: Array) -> None:
        result = array.copy()
        result[top:bottom, left:right] = part
        found[name] = result

    put("box_left_right", under(inner, inner[:, ::-1]))
    put("box_up_down", under(inner, inner[::-1]))
    put("box_both", under(inner, inner[:, ::-1], inner[::-1], inner[::-1, ::-1]))
    if inner.shape[0] == inner.shape[1]:
        four = [np.rot90(inner, k) for k in (1, 2, 3)]
        put("box_quarter", under(inner, *four))
        put("box_all", under(inner, *four, inner.T, *[np.rot90(inner.T, k) for k in (1, 2, 3)]))
    return found


def tiled(array: Array, known: Mask, down: int, right: int) -> Array | None:
    """The grid of that period which agrees with all known cells, if every residue is known."""
    height, width = array.shape
    rows, columns = -(-height // down), -(-width // right)
    sure = np.zeros((rows * down, columns * right), bool)
    sure[:height, :width] = known
    values = np.zeros(sure.shape, np.uint8)
    values[:height, :width] = array
    blocks = rows, down, columns, right
    highest = np.where(sure, values, 0).reshape(blocks).max((0, 2))
    lowest = np.where(sure, values, 255).reshape(blocks).min((0, 2))
    if (highest != lowest).any():
        return None
    return np.tile(highest, (rows, columns))[:height, :width]


def _agreeing(array: Array, known: Mask) -> list[int]:
    """The shifts to the right under which known cells keep their color; the full width is one."""
    width = array.shape[1]
    found = [
        x
        for x in range(1, width)
        if not ((array[:, x:] != array[:, :-x]) & known[:, x:] & known[:, :-x]).any()
    ]
    return [*found, width]


def smallest_tile(array: Array, known: Mask, most: int) -> Array | None:
    """The completed grid by the smallest period that fits the known cells, sides up to `most`."""
    height, width = array.shape
    down, right = _agreeing(array.T, known.T), _agreeing(array, known)
    sizes = [
        (y * x, y, x)
        for y in down
        if y <= most
        for x in right
        if x <= most and 3 * y * x < 2 * height * width
    ]
    for _, y, x in sorted(sizes):
        result = tiled(array, known, y, x)
        if result is not None:
            return result
    return None


def _one_way(array: Array, known: Mask) -> Array | None:
    """Each row completed by a period to the right that all rows share."""
    height, width = array.shape
    for x in _agreeing(array, known):
        if 2 * x > width:
            return None
        result = tiled(array, known, height, x)
        if result is not None:
            return result
    return None


def _diagonal(array: Array, known: Mask) -> Array | None:
    """The grid completed by colors that repeat along diagonals with a period of at most 9."""
    height, width = array.shape
    rows, columns = np.mgrid[0:height, 0:width]
    for period in range(2, min(height + width - 1, 10)):
        for sign in (1, -1):
            residue = (rows + sign * columns) % period
            colors = np.zeros(period, np.uint8)
            for k in range(period):
                seen = array[(residue == k) & known]
                if not len(seen) or (seen != seen[0]).any():
                    break
                colors[k] = seen[0]
            else:
                return colors[residue]
    return None


def majority_tile(array: Array, most: int) -> Array | None:
    """The grid of the smallest period that at most a tenth of the cells break, made of the majorities."""
    height, width = array.shape
    sizes = [(y * x, y, x) for y in range(1, most + 1) for x in range(1, most + 1)]
    onehot = np.stack([array == color for color in range(10)]).astype(np.int16)
    for area, y, x in sorted(sizes):
        if 2 * y > height or 2 * x > width or area < 2:
            continue
        rows, columns = height // y * y, width // x * x
        folded = onehot[:, :rows, :columns].reshape(10, rows // y, y, columns // x, x).sum((1, 3))
        if 10 * int(folded.max(0).sum()) < 9 * rows * columns:
            continue
        tile = folded.argmax(0).astype(np.uint8)
        return repeat_over(tile, height, width)
    return None


@Tried(100, once, deep=True)
@family("tile across down diagonal", cost=12, charge=(300, 80))
def periods(array: Array) -> Results | None:
    """The cells of 0 completed by the smallest period, by one across, down, along diagonals."""
    known = array > 0
    if array.size < 2 or known.all() or not known.any():
        return None
    down = _one_way(array.T, known.T)
    return {
        "tile": smallest_tile(array, known, 10),
        "across": _one_way(array, known),
        "down": None if down is None else down.T,
        "diagonal": _diagonal(array, known),
    }


@Tried(490, once)
@family("whole breaks patch", cost=12, charge=(600, 100))
def mosaics(array: Array) -> Results | None:
    """The grid as the period that nearly all cells keep says; the cells that break it; what they hide."""
    whole = majority_tile(array, 8)
    if whole is None:
        return None
    breaks = whole != array
    return {"whole": whole, "breaks": breaks.astype(np.uint8), "patch": cut(whole, breaks)}


def _views(height: int, width: int) -> list[Callable[[Array], Array]]:
    """The mirrorings about an axis at most 2 cells off the middle, and the diagonals of a square."""
    views: list[Callable[[Array], Array]] = []
    for offset in (0, 1, -1, 2, -2):
        views.append(lambda a, k=offset: shift(a[:, ::-1], 0, k))  # type: ignore[misc]
    for offset in (0, 1, -1, 2, -2):
        views.append(lambda a, k=offset: shift(a[::-1], k, 0))  # type: ignore[misc]
    if height == width:
        views.append(lambda a: a.T)
        views.append(lambda a: a[::-1, ::-1].T)
    return views


def repaired(array: Array, color: int) -> Array | None:
    """The cells of that color replaced by what symmetry, else the smallest period, says."""
    hidden = array == color
    if not hidden.any() or 5 * int(hidden.sum()) > 3 * array.size or array.size < 16:
        return None
    result, known = array.copy(), ~hidden
    for view in _views(*array.shape):
        other, there = view(result), view(known.astype(np.uint8)) > 0
        both = known & there
        if 10 * int(both.sum()) < 3 * array.size or (result[both] != other[both]).any():
            continue
        np.copyto(result, other, where=~known & there)
        known = known | there
    if not known.all():
        completed = smallest_tile(result, known, 12)
        if completed is None:
            completed = _one_way(result, known)
        if completed is None:
            turned = _one_way(result.T, known.T)
            completed = None if turned is None else turned.T
        result = result if completed is None else completed
    return result if (result != array).any() else None


@Tried(150, each_color)
@family("whole hidden hidden_mask", cost=12, charge=(20, 90))
def repairs(array: Array, color: int) -> Results | None:
    """The grid with the color's cells restored; what was hidden, as its bounding box."""
    if min(array.shape) < 4:
        return None
    result = repaired(array, color)
    if result is None:
        return None
    mask = array == color
    return {"whole": result, "hidden": cut(result, mask), "hidden_mask": mask.astype(np.uint8)}


#: cells that must agree with their mirror image for an axis to count
LEAST_AGREEING = 4


def _mirrored(array: Array, total: int) -> Array:
    """The array with column c where column total - c was; columns from outside are 0."""
    width = array.shape[1]
    sources = total - np.arange(width)
    inside = (sources >= 0) & (sources < width)
    return np.where(inside, array[:, np.clip(sources, 0, width - 1)], 0)


def _axis(array: Array, hidden: Mask) -> int | None:
    """Twice the column of the axis with most agreeing colored cells and none against it but hidden ones."""
    best: tuple[int, int] | None = None
    width = array.shape[1]
    for total in range(2, 2 * width - 3):
        image = _mirrored(array, total)
        drawn = image > 0
        against = drawn & (image != array) & ~hidden
        agreeing = int((drawn & (image == array)).sum())
        if not against.any() and agreeing >= LEAST_AGREEING and (best is None or agreeing > best[0]):
            best = agreeing, total
    return None if best is None else best[1]


def _completed(array: Array, hidden: Mask) -> Array | None:
    total = _axis(array, hidden)
    if total is None:
        return None
    image = _mirrored(array, total)
    return np.where(array == 0, image, array)


@Tried(660, each_ink)
@family("across down both across_patch down_patch both_patch", cost=13, charge=(500, 60))
def axes(array: Array, color: int) -> Results | None:
    """The picture without the color, completed by its axes; what the color hid, as its bounding box."""
    hidden = array == color
    if not color or not hidden.any() or hidden.all() or array.size < 16:
        return None
    rest = np.where(hidden, 0, array)
    across = _completed(rest, hidden)
    turned = _completed(rest.T, hidden.T)
    down = None if turned is None else turned.T
    both = None if across is None else _completed(across.T, hidden.T)
    found: Results = {"across": across, "down": down, "both": None if both is None else both.T}
    for name, layer in list(found.items()):
        found[f"{name}_patch"] = None if layer is None else cut(layer, hidden)
    return found
