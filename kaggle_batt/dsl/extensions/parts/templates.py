"""Pictures completed from a model elsewhere in the grid: turned, mirrored, scaled."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, blown_up, equal, only, paste
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, largest_of, parts_of


def eight(picture: Array) -> list[Array]:
    """The picture in its eight positions, itself first, without repetitions."""
    found: list[Array] = []
    for base in (picture, picture.T):
        for view in (base, base[::-1], base[:, ::-1], base[::-1, ::-1]):
            if not any(equal(view, other) for other in found):
                found.append(view)
    return found


def _colors(picture: Array) -> set[int]:
    """The picture's colors other than 0."""
    return set(picture.tobytes()) - {0}


def _without(array: Array, parts: Parts) -> Array:
    """The grid with these parts' cells 0."""
    result = array.copy()
    for part in parts:
        result.ravel()[part.cells] = 0
    return result


def _matches(array: Array, picture: Array, anchors: Mask) -> list[tuple[int, int]]:
    """Upper left corners at which all anchor cells of the picture meet their color in the grid; none where
    there are more than sixty places to try."""
    cells = np.argwhere(anchors)
    places = np.argwhere(array == picture[tuple(cells[0])]) - cells[0]
    if len(places) > 60:
        return []
    rows, columns = cells[:, 0] + places[:, :1], cells[:, 1] + places[:, 1:]
    inside = (rows >= 0) & (columns >= 0) & (rows < array.shape[0]) & (columns < array.shape[1])
    places = places[np.logical_and.reduce(inside, 1)]
    met = array[cells[:, 0] + places[:, :1], cells[:, 1] + places[:, 1:]] == picture[tuple(cells.T)]
    return [(top, left) for top, left in places[np.logical_and.reduce(met, 1)].tolist()]


def _completed(array: Array, models: Parts, others: Parts, scales: tuple[int, ...], views: int) -> Array:
    """The grid with each model drawn wherever the colors it shares with the other parts match."""
    rest, result = _without(array, models), array.copy()
    seen: set[int] = set().union(*[_colors(part.picture) for part in others])
    for model in models:
        shared = _colors(model.picture) & seen
        if not shared or not _colors(model.picture) - shared:
            continue
        for scale in scales:
            for view in eight(model.picture)[:views]:
                picture = blown_up(view, scale, scale)
                anchors = np.isin(picture, sorted(shared))
                if views > 1 and int(anchors.sum()) < 2:
                    continue
                for place in _matches(rest, picture, anchors):
                    paste(result, picture, *place, below=True)
    return result


def _completed_by_color(array: Array, models: Parts, views: int) -> Array:
    """The grid with each model drawn wherever the cells of one of its colors match and its others are 0."""
    rest, result = _without(array, models), array.copy()
    for model in models:
        for view in eight(model.picture)[:views]:
            for color in sorted(_colors(view)):
                anchors = view == color
                if views > 1 and int(anchors.sum()) < 2:
                    continue
                for top, left in _matches(rest, view, anchors):
                    window = rest[top : top + view.shape[0], left : left + view.shape[1]]
                    if window.shape == view.shape and not np.count_nonzero(window[(view > 0) & ~anchors]):
                        paste(result, view, top, left, below=True)
    return result


def _models(parts: Parts) -> list[Part]:
    """The parts of several colors, but for those that are marks which touch: all their colors in a part that
    is twice as large and has others too."""
    colors = {part: _colors(part.picture) for part in parts}
    several = [part for part in parts if len(colors[part]) > 1 and part.size <= 80]
    return [
        part
        for part in several
        if not any(colors[part] < colors[one] and 2 * part.size <= one.size for one in several)
    ]


@Tried(480, segmented("FILLED_8 COLOR_8"))
@family(
    "moved turned scaled turned_scaled moved_only largest_moved largest_turned by_color by_color_turned "
    "turned_only",
    cost=14,
    charge=(251, 87),
    parts=(2, 30),
)
def completions(array: Array, parts: Parts) -> Results | None:
    """The parts of several colors drawn again at every set of cells that looks like some of their colors."""
    models = _models(parts)
    if not models:
        return None
    largest = largest_of(models)
    others = [part for part in parts if part not in models]
    rest = [part for part in parts if part is not largest]
    moved, turned = (_completed(array, models, others, (1,), views) for views in (1, 8))
    return {
        "moved": moved,
        "turned": turned,
        "moved_only": _without(moved, models),
        "turned_only": _without(turned, models),
        "by_color": _completed_by_color(array, models, 1),
        "by_color_turned": _completed_by_color(array, models, 8),
        "scaled": _completed(array, models, others, (1, 2, 3, 4), 1),
        "turned_scaled": _completed(array, models, others, (1, 2, 3), 8),
        "largest_moved": _completed(array, [largest], rest, (1,), 1),
        "largest_turned": _completed(array, [largest], rest, (1,), 8),
    }


#: how far the figure of `sought` may stick out, with cells that are not looked for
MARGIN = 2


def _figure_places(array: Array, picture: Array, mask: Mask) -> Mask:
    """True at the upper left corners where the picture's cells in the mask are met."""
    height, width = array.shape[0] - mask.shape[0] + 1, array.shape[1] - mask.shape[1] + 1
    if min(height, width) < 1:
        return np.zeros((0, 0), bool)
    found = np.ones((height, width), bool)
    for number, (row, column) in enumerate(np.argwhere(mask).tolist()):
        found &= array[row : row + height, column : column + width] == picture[row, column]
        if number % 8 == 5 and not np.count_nonzero(found):
            break
    return found


@Tried(630, each_ink)
@family("free free_turned around around_turned like like_turned", cost=13, charge=(232, 33), roles=True)
def sought(array: Array, color: int) -> Results | None:
    """The color's largest part drawn wherever its cells are 0; wherever the rest of its box is met; both."""
    own = only(array, array == color)
    parts = parts_of(own, Segmentation.COLOR_8)
    # a color with more cells is ground
    if not color or not parts or 5 * np.count_nonzero(own) > array.size:
        return None
    model = largest_of(parts)
    if model.size < 3 or model.height * model.width > 64:
        return None
    framed = np.pad(array, MARGIN, constant_values=255)
    results = {name: framed.copy() for name in sought.names}
    for number, picture in enumerate(eight(array[model.box])):
        figure = picture == color
        ways = {"free": _figure_places(framed, np.zeros(picture.shape, np.uint8), figure)}
        if not figure.all():
            ways["around"] = _figure_places(framed, picture, ~figure)
            ways["like"] = ways["free"] & ways["around"]
        for name, places in ways.items():
            for suffix in ("", "_turned") if number == 0 else ("_turned",):
                for row, column in np.argwhere(places).tolist():
                    window = results[name + suffix][row:, column:][: len(figure), : figure.shape[1]]
                    window[figure] = color
    return {name: grid[MARGIN:-MARGIN, MARGIN:-MARGIN] for name, grid in results.items()}
