"""A picture completed by its own symmetry, axis or period."""

from collections.abc import Callable
from functools import partial

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, coordinates, equal, only, under
from kaggle_batt.dsl.extensions.geometry import OFF_MIDDLE, bounds, cut, padded, quarters, shift, transposed
from kaggle_batt.dsl.extensions.registry import Tried, family

LEAST_KNOWN = 15  #: percent of the cells that are compared with their images before a symmetry repairs
_MIRRORS: dict[str, Callable[[Array], Array]] = {
    "left_right": lambda array: array[:, ::-1],
    "up_down": lambda array: array[::-1],
    "transposed": lambda array: array.T,
    "counter": lambda array: array[::-1, ::-1].T,
}


@Tried(100, deep=True)
@family(
    "left_right up_down both transposed counter half_turn quarter box_left_right box_up_down box_both "
    "box_quarter and_left_right and_up_down differs_left_right differs_up_down box_all fitting "
    "reflected reflected_over unfolded folded",
    cost=12,
    charge=(70, 3),
)
def mirrored(array: Array) -> Results | None:
    """The grid, or the box of its color, united with its mirror images; reflected or folded at its one full
    line, or unfolded at the edge that has its own color."""
    if array.size < 2:
        return None
    found = _united(array)
    found["half_turn"] = under(array, array[::-1, ::-1])
    for name, image in (("left_right", array[:, ::-1]), ("up_down", array[::-1])):
        found[f"and_{name}"], found[f"differs_{name}"] = only(array, array == image), array != image
    if array.shape[0] == array.shape[1]:
        found["transposed"], found["counter"] = under(array, array.T), under(array, array[::-1, ::-1].T)
    found["fitting"] = _fitting(array, found)
    found |= _reflected(array)
    box = bounds(array > 0)
    if box is None:
        return found
    inner = array[box]
    found["unfolded"] = _unfolded(inner)
    parts = _united(inner)
    if "quarter" in parts:
        parts["all"] = under(parts["quarter"], inner.T, *[quarters(inner.T, k) for k in (1, 2, 3)])
    for name, part in parts.items():
        result = array.copy()
        result[box] = part
        found[f"box_{name}"] = result
    return found


def _unfolded(box: Array) -> Array | None:
    """The box unfolded at the one edge that has a color of its own."""
    edges = box[:, -1], box[:, 0], box[-1], box[0]
    own = [edge[0] and (edge == edge[0]).all() and (box == edge[0]).sum() == edge.size for edge in edges]
    full = np.flatnonzero(own)
    if len(full) != 1:
        return None
    half = (box, box[:, ::-1], box.T, box[::-1].T)[full[0]]
    made = np.concatenate([half, half[:, -2::-1]], 1)
    return made.T if full[0] > 1 else made


def _fitting(array: Array, found: Results) -> Array | None:
    """The grid united with one mirror image: the symmetric one that adds fewest cells, but some."""
    images = {way: mirror(found[way]) for way, mirror in _MIRRORS.items() if way in found}
    made = [found[way] for way, image in images.items() if equal(found[way], image)]
    return min([one for one in made if not equal(one, array)], key=np.count_nonzero, default=None)


def _reflected(array: Array) -> Results:
    """The grid reflected at its one full inner row or column of one color, alone and under it; the larger
    side with the other folded onto it, in the color of the line where both are colored."""
    inner = array[1:-1], array.T[1:-1]
    rows, columns = (np.flatnonzero(view.all(1) & (view == view[:, :1]).all(1)) + 1 for view in inner)
    if len(rows) + len(columns) != 1:
        return {}
    if len(columns):
        return {name: made.T for name, made in _reflected(array.T).items()}
    line, height = int(rows[0]), len(array)
    image = shift(array[::-1], 2 * line - height + 1, 0)
    side = slice(line) if 2 * line + 1 >= height else slice(line + 1, None)
    one, two = array[side], image[side]
    folded = np.where((one > 0) & (two > 0), array[line, 0], one + two)
    return {"reflected": image, "reflected_over": under(array, image), "folded": folded}


def _united(array: Array) -> Results:
    """The array united with its mirror images and, if it is a square, its turns."""
    across, down, turned = array[:, ::-1], array[::-1], array[::-1, ::-1]
    found: Results = {"left_right": under(array, across), "up_down": under(array, down)}
    found["both"] = under(array, across, down, turned)
    if array.shape[0] == array.shape[1]:
        found["quarter"] = under(array, *[quarters(array, k) for k in (1, 2, 3)])
    return found


def tiled(array: Array, known: Mask, down: int, right: int) -> Array | None:
    """The grid of that period which agrees with all known cells, if every residue is known."""
    height, width = array.shape
    rows, columns = -(-height // down), -(-width // right)
    sure, values = (padded(one, 0, -height % down, 0, -width % right) for one in (known, array))
    blocks = rows, down, columns, right
    highest = np.where(sure, values, 0).reshape(blocks).max((0, 2))
    lowest = np.where(sure, values, 255).reshape(blocks).min((0, 2))
    return None if np.count_nonzero(highest != lowest) else np.tile(highest, (rows, columns))[:height, :width]


def _agreeing(array: Array, known: Mask) -> list[int]:
    """The shifts to the right under which known cells keep their color; the full width is one."""
    width, stack = array.shape[1], np.stack([array, known * np.uint8(255)])
    colors, sure = (int.from_bytes(padded(one, 0, 0, 0, width).tobytes(), "little") for one in stack)
    # numbers with a byte for each cell, and as many bytes between rows as a row has
    return [x for x in range(1, width + 1) if not (colors ^ colors >> 8 * x) & sure & sure >> 8 * x]


def smallest_tile(array: Array, known: Mask, most: int, *shifts: list[int]) -> Array | None:
    """The grid completed by the smallest period, up to `most` on a side, that fits the known cells; `shifts`
    are the agreeing ones down and to the right, if known."""
    height, width = array.shape
    downs, rights = shifts or (_agreeing(array.T, known.T), _agreeing(array, known))
    sizes = [(y * x, y, x) for y in downs if y <= most for x in rights if x <= most]
    made = (tiled(array, known, y, x) for area, y, x in sorted(sizes) if 3 * area < 2 * height * width)
    return next((result for result in made if result is not None), None)


def _one_way(array: Array, known: Mask, shifts: list[int] | None = None) -> Array | None:
    """Each row completed by a period to the right that all rows share."""
    periods = [x for x in shifts or _agreeing(array, known) if 2 * x <= array.shape[1]]
    made = (tiled(array, known, array.shape[0], x) for x in periods)
    return next((result for result in made if result is not None), None)


def _diagonal(array: Array, known: Mask) -> Array | None:
    """The grid completed by colors that repeat along diagonals with a period of at most 9."""
    rows, columns = coordinates(*array.shape)
    seen = array[known].tolist()
    ways = rows + columns, rows - columns
    # the colors that each diagonal has
    colored = [set(zip(places[known].tolist(), seen, strict=True)) for places in ways]
    for period in range(2, min(sum(array.shape) - 1, 10)):
        for places, pairs in zip(ways, colored, strict=True):
            colors = {place % period: color for place, color in pairs}
            if len(colors) == period and all([colors[place % period] == color for place, color in pairs]):
                return np.array([colors[k] for k in range(period)], np.uint8)[places % period]
    return None


@Tried(420, deep=True)
@family("tile across down diagonal simplest", cost=12, charge=(86, 87))
def periods(array: Array) -> Results | None:
    """The cells of 0 completed by a period: smallest, across, down, diagonal, the first from diagonal on."""
    known = array > 0
    if array.size < 2 or known.all() or not np.count_nonzero(known):
        return None
    downs, rights = _agreeing(array.T, known.T), _agreeing(array, known)
    found = {
        "diagonal": _diagonal(array, known),
        "tile": smallest_tile(array, known, 10, downs, rights),
        "across": _one_way(array, known, rights),
        "down": transposed(lambda a, b: _one_way(a, b, downs), array, known),
    }
    return {**found, "simplest": next((one for one in found.values() if one is not None), None)}


def _views(height: int, width: int) -> list[Callable[[Array], Array]]:
    """The mirrorings about an axis at most 2 cells off the middle, and the diagonals of a square."""
    views: list[Callable[[Array], Array]] = []
    views += [lambda a, k=k: shift(a[:, ::-1], 0, k) for k in OFF_MIDDLE]  # type: ignore[misc]
    views += [lambda a, k=k: shift(a[::-1], k, 0) for k in OFF_MIDDLE]  # type: ignore[misc]
    views += [lambda a: a[::-1, ::-1]]
    return views + ([lambda a: a.T, lambda a: a[::-1, ::-1].T] if height == width else [])


def repaired(array: Array, color: int) -> Array | None:
    """The cells of that color replaced by what symmetry, else the smallest period, gives."""
    hidden = array == color
    if not np.count_nonzero(hidden) or 5 * int(hidden.sum()) > 3 * array.size or array.size < 16:
        return None
    result, known = array.copy(), ~hidden
    for view in _views(*array.shape):
        other, there = view(result), view(known.astype(np.uint8)) > 0
        both = known & there
        if 100 * int(both.sum()) < LEAST_KNOWN * array.size or np.count_nonzero(result[both] != other[both]):
            continue
        np.copyto(result, other, where=~known & there)
        known = known | there
    if not known.all():
        ways = partial(smallest_tile, most=16), _one_way, partial(transposed, _one_way)
        completed = (complete(result, known) for complete in ways)
        result = next((one for one in completed if one is not None), result)
    return result if np.count_nonzero(result != array) else None


@Tried(560, Facts.each_color)
@family("whole hidden hidden_mask", cost=12, charge=(67, 38), roles=True)
def repairs(array: Array, color: int) -> Results | None:
    """The grid with the color's cells restored; what was hidden, as its bounding box."""
    result = repaired(array, color) if min(array.shape) > 3 else None
    if result is None:
        return None
    return {"whole": result, "hidden": cut(result, array == color), "hidden_mask": array == color}
