"""Families that complete pictures from a model in the grid: turned, mirrored, scaled; or by their center."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, blown_up, bounds, tallies, under
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

#: as a mode: all colored cells are one part
WHOLE = 9
#: larger models, or more places to try, give no result
MOST_CELLS = 80
MOST_PLACES = 60


def eight(picture: Array) -> list[Array]:
    """The picture in its eight positions, itself first, without repetitions."""
    found: list[Array] = []
    for base in (picture, picture.T):
        for view in (base, base[::-1], base[:, ::-1], base[::-1, ::-1]):
            if not any(np.array_equal(view, other) for other in found):
                found.append(view)
    return found


def _matches(array: Array, picture: Array, anchors: Mask) -> list[tuple[int, int]]:
    """Upper left corners at which all anchor cells of the picture meet their color in the grid."""
    cells = np.argwhere(anchors)
    first = cells[0]
    places = np.argwhere(array == picture[tuple(first)]) - first
    if len(places) > MOST_PLACES:
        return []
    height, width = array.shape
    found = []
    for top, left in places.tolist():
        rows, columns = cells[:, 0] + top, cells[:, 1] + left
        if rows.min() < 0 or columns.min() < 0 or rows.max() >= height or columns.max() >= width:
            continue
        if (array[rows, columns] == picture[cells[:, 0], cells[:, 1]]).all():
            found.append((top, left))
    return found


def _drawn(result: Array, picture: Array, top: int, left: int) -> None:
    """Draw the picture's colored cells where the result is still 0."""
    rows = slice(max(top, 0), min(top + picture.shape[0], result.shape[0]))
    columns = slice(max(left, 0), min(left + picture.shape[1], result.shape[1]))
    seen = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    window = result[rows, columns]
    np.copyto(window, seen, where=(window == 0) & (seen > 0))


def _completed(
    array: Array, models: list[Part], others: list[Part], scales: tuple[int, ...], views: int
) -> Array:
    """The grid with each model drawn wherever the colors it shares with the other parts match."""
    rest, result = array.copy(), array.copy()
    seen = set(b"".join([part.picture.tobytes() for part in others])) - {0}
    for model in models:
        rest.ravel()[model.cells] = 0
    for model in models:
        shared = set(model.picture.tobytes()) & seen
        if not shared or not set(model.picture.tobytes()) - {0} - shared:
            continue
        for scale in scales:
            for view in eight(model.picture)[:views]:
                picture = blown_up(view, scale, scale)
                anchors = np.isin(picture, sorted(shared))
                if views > 1 and int(anchors.sum()) < 2:
                    continue
                for top, left in _matches(rest, picture, anchors):
                    _drawn(result, picture, top, left)
    return result


def _completed_by_color(array: Array, models: list[Part], views: int) -> Array:
    """The grid with each model drawn wherever the cells of one of its colors match and its others are 0."""
    rest, result = array.copy(), array.copy()
    for model in models:
        rest.ravel()[model.cells] = 0
    for model in models:
        for view in eight(model.picture)[:views]:
            for color in sorted(set(view.tobytes()) - {0}):
                anchors = view == color
                if views > 1 and int(anchors.sum()) < 2:
                    continue
                for top, left in _matches(rest, view, anchors):
                    window = rest[top : top + view.shape[0], left : left + view.shape[1]]
                    if window.shape == view.shape and not window[(view > 0) & ~anchors].any():
                        _drawn(result, view, top, left)
    return result


def _models(parts: list[Part]) -> list[Part]:
    """The parts of several colors, but for those that are marks which touch: all their colors in a part that
    is twice as large and has others too."""
    colors = {part: set(part.picture.tobytes()) - {0} for part in parts}
    several = [part for part in parts if len(colors[part]) > 1 and part.size <= MOST_CELLS]
    return [
        part
        for part in several
        if not any(colors[part] < colors[one] and 2 * part.size <= one.size for one in several)
    ]


@family(
    "moved turned scaled turned_scaled moved_only largest_moved largest_turned by_color by_color_turned "
    "turned_only",
    cost=14,
    charge=(100, 80),
    tried=Tried(730, each(3, 1)),
)
def completions(array: Array, mode: int) -> Results | None:
    """The parts of several colors drawn again at every set of cells that looks like some of their colors."""
    parts = parts_of(array, mode)
    if not 2 <= len(parts) <= 30:
        return None
    models = _models(list(parts))
    if not models:
        return None
    largest = max(models, key=lambda part: part.size)
    others = [part for part in parts if part not in models]
    rest = [part for part in parts if part is not largest]
    moved = _completed(array, models, others, (1,), 1)
    only = moved.copy()
    for model in models:
        only.ravel()[model.cells] = 0
    turned = _completed(array, models, others, (1,), 8)
    turned_only = turned.copy()
    for model in models:
        turned_only.ravel()[model.cells] = 0
    return {
        "turned_only": turned_only,
        "by_color": _completed_by_color(array, models, 1),
        "by_color_turned": _completed_by_color(array, models, 8),
        "moved": moved,
        "turned": turned,
        "scaled": _completed(array, models, others, (1, 2, 3, 4), 1),
        "turned_scaled": _completed(array, models, others, (1, 2, 3), 8),
        "moved_only": only,
        "largest_moved": _completed(array, [largest], rest, (1,), 1),
        "largest_turned": _completed(array, [largest], rest, (1,), 8),
    }


def _reflected(
    array: Array, part: Part, center: tuple[int, int], turn: Callable[[int, int], tuple[int, int]]
) -> Array:
    """The part's cells moved by a turn about a center given in half cells, on an empty grid."""
    result = np.zeros_like(array)
    height, width = array.shape
    for cell in part.cells.tolist():
        row, column = divmod(cell, width)
        down, right = turn(2 * row - center[0], 2 * column - center[1])
        if (down + center[0]) % 2 or (right + center[1]) % 2:
            continue
        row_to, column_to = (down + center[0]) // 2, (right + center[1]) // 2
        if 0 <= row_to < height and 0 <= column_to < width:
            result[row_to, column_to] = array[row, column]
    return result


TURNS: dict[str, tuple[Callable[[int, int], tuple[int, int]], ...]] = {
    "quarters": (lambda y, x: (x, -y), lambda y, x: (-y, -x), lambda y, x: (-x, y)),
    "mirrors": (lambda y, x: (y, -x), lambda y, x: (-y, x), lambda y, x: (-y, -x)),
    "left_right": (lambda y, x: (y, -x),),
    "up_down": (lambda y, x: (-y, x),),
}
CORES = ("rarest", "most", "square", "symmetric")


def _core(part: Part, kind: str) -> tuple[int, int] | None:
    """Twice the center of the part's rarest color, most frequent color, largest plain
    square, or most frequent color that is symmetric itself."""
    counts = tallies(part.picture)
    present = [(counts[c], c) for c in range(1, 10) if counts[c]]
    if not present:
        return None
    if kind == "square":
        return _square_core(part.picture, part)
    if kind == "symmetric":
        present = [(count, color) for count, color in present if _is_symmetric(part.picture == color)]
        if not present:
            return None
    color = min(present)[1] if kind == "rarest" else max(present, key=lambda t: (t[0], -t[1]))[1]
    places = np.argwhere(part.picture == color)
    low, high = places.min(0), places.max(0)
    return int(low[0] + high[0]) + 2 * part.top, int(low[1] + high[1]) + 2 * part.left


def _is_symmetric(mask: Mask) -> bool:
    """Whether the mask's cells, on their own box, equal both mirror images."""
    box = bounds(mask)
    assert box is not None
    own = mask[box[0] : box[1], box[2] : box[3]]
    return np.array_equal(own, own[::-1]) and np.array_equal(own, own[:, ::-1])


def _square_core(picture: Array, part: Part) -> tuple[int, int] | None:
    """Twice the center of the largest square of one color, of side 2 or more."""
    height, width = picture.shape
    for side in range(min(height, width), 1, -1):
        for top in range(height - side + 1):
            for left in range(width - side + 1):
                window = picture[top : top + side, left : left + side]
                if window[0, 0] and (window == window[0, 0]).all():
                    return 2 * (part.top + top) + side - 1, 2 * (part.left + left) + side - 1
    return None


@family(
    " ".join([f"{core}_{turn}" for core in CORES for turn in TURNS]),
    cost=14,
    charge=(200, 200),
    tried=Tried(740, each(3, 1, 9)),
)
def centered(array: Array, mode: int) -> Results | None:
    """Every part (mode 9: all colored cells) united with its images about its core."""
    whole = np.flatnonzero(array).tolist()
    listed = parts_of(array, mode) if mode != WHOLE else ((Part(whole, array, 3),) if whole else ())
    parts = [part for part in listed if part.size > 2]
    if not 0 < len(parts) <= 8 or max([part.size for part in parts]) > 120:
        return None
    found: Results = {}
    for core in CORES:
        centers = [_core(part, core) for part in parts]
        for name, turns in TURNS.items():
            layers = [array]
            for part, center in zip(parts, centers, strict=True):
                if center is not None:
                    layers += [_reflected(array, part, center, turn) for turn in turns]
            found[f"{core}_{name}"] = under(*layers)
    return found
