"""Pictures completed from a model elsewhere in the grid: turned, mirrored, scaled."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, blown_up, shift
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, parts_of

#: larger models, or more places to try, give no result
MOST_CELLS = 80


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
    if len(places) > 60:
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


def _draw_model(result: Array, picture: Array, top: int, left: int) -> None:
    """Draw the picture's colored cells where the result is still 0."""
    rows = slice(max(top, 0), min(top + picture.shape[0], result.shape[0]))
    columns = slice(max(left, 0), min(left + picture.shape[1], result.shape[1]))
    seen = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    window = result[rows, columns]
    np.copyto(window, seen, where=(window == 0) & (seen > 0))


def _completed(array: Array, models: Parts, others: Parts, scales: tuple[int, ...], views: int) -> Array:
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
                    _draw_model(result, picture, top, left)
    return result


def _completed_by_color(array: Array, models: Parts, views: int) -> Array:
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
                        _draw_model(result, view, top, left)
    return result


def _models(parts: Parts) -> list[Part]:
    """The parts of several colors, but for those that are marks which touch: all their colors in a part that
    is twice as large and has others too."""
    colors = {part: set(part.picture.tobytes()) - {0} for part in parts}
    several = [part for part in parts if len(colors[part]) > 1 and part.size <= MOST_CELLS]
    return [
        part
        for part in several
        if not any(colors[part] < colors[one] and 2 * part.size <= one.size for one in several)
    ]


@Tried(730, segmented("FILLED_8 COLOR_8"))
@family(
    "moved turned scaled turned_scaled moved_only largest_moved largest_turned by_color by_color_turned "
    "turned_only",
    cost=14,
    charge=(100, 80),
    parts=(2, 30),
)
def completions(array: Array, parts: Parts) -> Results | None:
    """The parts of several colors drawn again at every set of cells that looks like some of their colors."""
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


#: figures of more cells, or with more to compare, are not looked for
MOST_FIGURE_CELLS = 64
#: nor those of a color that has more than one cell of so many
MOST_SHARE = 5
#: how far a figure may stick out, with cells that are not looked for
MARGIN = 2
#: as a color: the rarest one
RAREST = 0


def _figure_places(array: Array, wanted: list[tuple[int, int, int]], shape: tuple[int, ...]) -> Mask:
    """True at the upper left corners where all wanted (row, column, color) are met."""
    height, width = array.shape[0] - shape[0] + 1, array.shape[1] - shape[1] + 1
    if min(height, width) < 1:
        return np.zeros((0, 0), bool)
    found = np.ones((height, width), bool)
    for number, (row, column, color) in enumerate(wanted):
        found &= array[row : row + height, column : column + width] == color
        if number % 8 == 5 and not found.any():
            break
    return found


def _draw_figure(result: Array, figure: Mask, places: Mask, color: int) -> None:
    """Color the figure's cells at each place, on a grid framed by `MARGIN`."""
    for row, column in np.argwhere(places).tolist():
        window = result[row : row + figure.shape[0], column : column + figure.shape[1]]
        window[figure] = color


def _wanted(picture: Array, mask: Mask, color: int | None) -> list[tuple[int, int, int]]:
    """(row, column, color) of the mask's cells: of that color, or of the picture's own."""
    return [
        (row, column, int(picture[row, column]) if color is None else color)
        for row, column in np.argwhere(mask).tolist()
    ]


@Tried(891, lambda facts: [*each_ink(facts), (0,)])
@family("free free_turned around around_turned like like_turned", cost=13, charge=(100, 48))
def sought(array: Array, color: int) -> Results | None:
    """The largest part of the color (0: of the rarest) drawn wherever its cells are 0; wherever the rest of
    its box is met; both."""
    if color == RAREST:
        counts = np.bincount(array.ravel())
        color = int(np.where(counts > 0, counts, 999)[1:].argmin()) + 1 if len(counts) > 1 else 0
    own = np.where(array == color, array, 0)
    parts = parts_of(own, Segmentation.COLOR_8)
    if not color or not parts or MOST_SHARE * np.count_nonzero(own) > array.size:
        return None
    model = max(parts, key=lambda part: part.size)
    if model.size < 3 or model.height * model.width > MOST_FIGURE_CELLS:
        return None
    framed = np.pad(array, MARGIN, constant_values=255)
    results = {name: framed.copy() for name in sought.names}
    for number, picture in enumerate(eight(array[model.box])):
        figure = picture == color
        rest = _wanted(picture, ~figure, None)
        ways = {"free": _figure_places(framed, _wanted(picture, figure, 0), figure.shape)}
        if rest:
            ways["around"] = _figure_places(framed, rest, figure.shape)
            ways["like"] = ways["free"] & ways["around"]
        for name, places in ways.items():
            for suffix in ("", "_turned") if number == 0 else ("_turned",):
                _draw_figure(results[name + suffix], figure, places, color)
    return {name: grid[MARGIN:-MARGIN, MARGIN:-MARGIN] for name, grid in results.items()}


MOST_MODEL_CELLS = 40
#: cells of the shared color


def _shared(parts: Parts) -> list[int]:
    """The colors that every part has."""
    sets = [set(part.picture.tobytes()) - {0} for part in parts]
    return sorted(set.intersection(*sets))


def _trace_places(keys: Mask, picture: Mask) -> list[tuple[int, int]]:
    """Upper left corners where the picture lies on key cells and no key cell is beside it; it may stick
    out."""
    cells = np.argwhere(picture)
    framed = np.pad(picture, 1)
    beside = np.logical_or.reduce([shift(framed, *step) for step in ((0, 1), (0, -1), (1, 0), (-1, 0))])
    rim = np.argwhere(beside & ~framed) - 1
    padded = np.pad(keys, 1)
    found = []
    for top, left in (np.argwhere(keys) - cells[0]).tolist():
        corner = np.array([top + 1, left + 1])
        spots, around = cells + corner, rim + corner
        if (spots < 0).any() or (spots >= padded.shape).any() or not padded[spots[:, 0], spots[:, 1]].all():
            continue
        within = ((around >= 0) & (around < padded.shape)).all(1)
        if not padded[around[within, 0], around[within, 1]].any():
            found.append((top, left))
    return found


def _draw_on_trace(result: Array, picture: Array, keys: Mask, top: int, left: int) -> None:
    """Draw the picture's other cells, in the color that some of them have there already."""
    cells = np.argwhere((picture > 0) & ~keys)
    rows, columns = cells[:, 0] + top, cells[:, 1] + left
    met = (rows >= 0) & (columns >= 0) & (rows < result.shape[0]) & (columns < result.shape[1])
    rows, columns, ink = rows[met], columns[met], picture[cells[met, 0], cells[met, 1]]
    there = result[rows, columns]
    if there.any():
        ink = np.full_like(ink, np.bincount(there[there > 0]).argmax())
    result[rows, columns] = np.where(there > 0, there, ink)


def _completed_to_scale(array: Array, model: Part, key: int, views: int) -> Array:
    """The model drawn over each trace, large scales first; a trace is used once."""
    rest, result = np.ascontiguousarray(array == key), array.copy()
    rest.ravel()[model.cells] = False
    for scale in range(5, 0, -1):
        for view in eight(model.picture)[:views]:
            picture = blown_up(view, scale, scale)
            keys = picture == key
            for top, left in _trace_places(rest, keys):
                cells = np.argwhere(keys) + np.array([top, left])
                rest[cells[:, 0], cells[:, 1]] = False
                _draw_on_trace(result, picture, keys, top, left)
    return result


@Tried(780, segmented("FILLED_8"))
@family("scaled turned", cost=12, charge=(100, 15), parts=(2, 20))
def models(array: Array, parts: Parts) -> Results | None:
    """The richest part drawn wherever the color it shares with all others stands for it, at the trace's
    scale."""
    keys = _shared(parts)
    if len(keys) != 1:
        return None
    model = max(parts, key=lambda part: part.size / int((part.picture == keys[0]).sum()))
    traces = np.count_nonzero(array == keys[0])
    if traces > 100 or model.size > MOST_MODEL_CELLS or (model.picture == keys[0]).sum() == model.size:
        return None
    return {
        "scaled": _completed_to_scale(array, model, keys[0], 1),
        "turned": _completed_to_scale(array, model, keys[0], 8),
    }
