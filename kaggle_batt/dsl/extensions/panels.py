"""Grids divided into panels or blocks: what these are together, a cell for each, and back."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, equal, of_blocks, only, to_array, to_grid, under
from kaggle_batt.dsl.extensions.division import Panels, divided, tiles
from kaggle_batt.dsl.extensions.properties import code_of
from kaggle_batt.dsl.extensions.regions import clockwise
from kaggle_batt.dsl.extensions.registry import Tried, family, primitive
from kaggle_batt.dsl.values.kinds import Integer
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError

MOST_PANELS = 120  #: a grid cut into more panels than this has no results


@Tried(80, deep=True)
@family(
    "panel_0 panel_1 panel_2 panel_3 last over over_reversed and xor count_shared majority main_color "
    "main_alone fullest_only filled_count odd_color without_lines keep_fullest keep_emptiest keep_odd "
    "fill_main fill_fullest is_odd codes mask_codes without_grounds fill_turned reversed differing listed "
    "or fill_rows fill_columns",
    cost=11,
    charge=(125, 44),
)
def panels(array: Array) -> Results | None:
    """Single panels, panels laid over each other, a cell per panel, those that stand out kept, the
    fullest one turned on from panel to panel, all in the opposite order."""
    found = divided(array)
    if found is None or len(found.boxes) > MOST_PANELS:
        return None
    parts = found.parts
    summaries = _summaries(found)
    rows, columns = (np.concatenate([range(*span) for span in way]) for way in (found.rows, found.columns))
    sides = zip(array.shape, (found.rows, found.columns), strict=True)
    back = [np.concatenate(np.split(np.arange(size), np.ravel(way))[::-1]) for size, way in sides]
    grounds = np.zeros(array.shape, np.uint8)
    for box, part in zip(found.boxes, parts, strict=True):
        grounds[box] = np.where(part == np.bincount(part.ravel()).argmax(), 0, part)
    return {
        **{f"panel_{k}": part for k, part in enumerate(parts[:4])},
        "last": parts[-1],
        **_overlaid(found),
        **summaries,
        "without_lines": array[rows][:, columns],
        **_repainted(found, summaries),
        "without_grounds": grounds,
        "reversed": array[np.ix_(*back)],
        "listed": _listed(found),
    }


def _listed(found: Panels) -> Array | None:
    """Panels of one color, or the panels in them, laid over each other, first those of the colors that come
    first in a strip beside them, which is the only panel a cell wide."""
    strips = [part for part in found.parts if 1 in part.shape]
    whole = [part for part in found.parts if 1 not in part.shape]
    colors = strips[0].tobytes() if len(strips) == 1 else b""
    for parts in (whole, [inner for one in map(divided, whole) if one for inner in one.parts]):
        listed = {part.max() for part in parts} <= {*colors}
        if len({part.shape for part in parts}) == 1 and listed:
            return under(*sorted(parts, key=lambda part: colors.find(part.max())))
    return None


def _overlaid(found: Panels) -> Results:
    """All panels of one shape as one grid: laid over each other, counted, differing; in the first one's color
    what is in all, in one alone or in any."""
    if not found.alike:
        return {}
    parts = found.parts
    counts = np.sum([part > 0 for part in parts], axis=0)
    return {
        "over": under(*parts),
        "over_reversed": under(*parts[::-1]),
        "and": only(parts[0], counts == len(parts)),
        "xor": (counts == 1) * parts[0].max(),
        "or": (counts > 0) * parts[0].max(),
        "count_shared": np.minimum(counts, 9),
        "differing": (np.array(parts) != parts[0]).any(0),
    }


def _summaries(found: Panels) -> dict[str, Array]:
    """One cell per panel."""
    parts = found.parts
    tally = np.array([np.bincount(part.ravel(), minlength=10)[:10] for part in parts])
    colored = tally[:, 1:]
    filled = colored.sum(1)
    main = ((colored.argmax(1) + 1) * (filled > 0)).astype(np.uint8)
    common = Counter([part.tobytes() for part in parts])
    odd = np.array([common[part.tobytes()] == 1 for part in parts])
    values = {
        "majority": (2 * tally - (np.arange(10) == found.line)).argmax(1),
        "main_color": main,
        "main_alone": only(main, np.sort(colored)[:, -2] < colored.max(1)),
        "fullest_only": only(main, filled == filled.max()),
        "filled_count": np.minimum(filled, 9),
        "odd_color": only(main, odd),
        "is_odd": odd,
        "codes": [code_of(part.shape, part.tobytes()) + 1 for part in parts],
        "mask_codes": [code_of(part.shape, (part > 0).tobytes()) + 1 for part in parts],
    }
    return {name: np.array(value, np.uint8).reshape(found.shape) for name, value in values.items()}


def _repainted(found: Panels, summaries: dict[str, Array]) -> Results:
    """The whole grid with its panels kept, cleared or filled, the fullest also of each row or column."""
    sizes = np.reshape([np.count_nonzero(part) for part in found.parts], found.shape)
    kept = {"fullest": sizes == sizes.max(), "emptiest": sizes == sizes.min(), "odd": summaries["is_odd"]}
    made: Results = {}
    for name, keeps in kept.items():
        made[f"keep_{name}"] = result = found.array.copy()
        for box, keep in zip(found.boxes, keeps.ravel().tolist(), strict=True):
            result[box] *= keep
    for name, source in (("main", "main_color"), ("fullest", "fullest_only")):
        made[f"fill_{name}"] = found.filled(summaries[source])
    for axis, name in enumerate(("columns", "rows")):
        fullest = sizes == sizes.max(axis, keepdims=True)
        made[f"fill_{name}"] = found.filled(only(summaries["main_color"], fullest))
    made["fill_turned"] = _turned_on(found, int(sizes.argmax()))
    return made


def _turned_on(found: Panels, first: int) -> Array | None:
    """All panels like that one, turned a quarter further from each to the next, clockwise around the grid."""
    order, result = clockwise(*found.shape).tolist(), found.array.copy()
    start, part = order.index(first), found.parts[first]
    if not found.alike or part.shape[0] != part.shape[1]:
        return None
    for number, panel in enumerate(order):
        result[found.boxes[panel]] = np.rot90(part, start - number)
    return result


#: panels between lines, the largest square blocks without lines, all cells that are not on lines
PANELS, BLOCKS, CELLS = range(3)


def panels_of(array: Array, way: int) -> Panels | None:
    """The panels, blocks or cells of the grid; None if there are none, or one has several colors.

    Cells are taken only from panels of one shape between lines of another color than 0.
    """
    found = _blocks(array) if way == BLOCKS else divided(array)
    if found is not None and way == CELLS:
        if not found.alike or not found.filled(np.zeros(found.shape, np.uint8)).any():
            return None
        rows, columns = ([k for span in spans for k in range(*span)] for spans in (found.rows, found.columns))
        found = Panels(array, [(k, k + 1) for k in rows], [(k, k + 1) for k in columns])
    whole = found is not None and min(found.shape) > 1 and equal(found.filled(colors_of(array, found)), array)
    return found if whole else None


def _blocks(array: Array) -> Panels | None:
    sides = range(min(array.shape) // 2, 1, -1)
    side = next((side for side in sides if of_blocks(array, side, side) is not None), 0)
    return tiles(array, side, side) if side else None


def colors_of(array: Array, panels: Panels) -> Array:
    """The color of the first cell of each panel."""
    return array[[top for top, _ in panels.rows]][:, [left for left, _ in panels.columns]]


def _panels(grid: Grid, way: int) -> Panels:
    found = panels_of(to_array(grid), way)
    if found is None:
        raise DslError("panel_colors: panels of one color each were expected")
    return found


@primitive(cost=4)
def panel_colors(grid: Grid, way: Integer) -> Grid:
    """The colors of the panels between lines (0), of blocks without lines (1), a cell for each; or the grid
    without its lines (2)."""
    panels = _panels(grid, way)
    return to_grid(colors_of(panels.array, panels))


@primitive(cost=4)
def in_panels(grid: Grid, model: Grid, way: Integer) -> Grid:
    """The model, each panel, block or cell off the lines in the color of its cell of the grid."""
    panels, colors = _panels(model, way), to_array(grid)
    if colors.shape != panels.shape:
        raise DslError("in_panels: a cell for each panel was expected")
    return to_grid(panels.filled(colors))
