"""Parts drawn again: on marks, on their sides, mirrored."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, once, segmented
from kaggle_batt.dsl.extensions.arrays import (
    STEPS,
    Array,
    Results,
    main_color,
    paint,
    paste,
    under,
)
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, largest_of, parts_of
from kaggle_batt.dsl.extensions.whole.motions import turns

Step = tuple[int, int]


def stamped(base: Array, picture: Array, marks: Parts, anchor: Step, recolor: bool = False) -> Array:
    """The picture drawn with its anchor cell on every mark."""
    result = base.copy()
    for mark in marks:
        ink = (picture > 0) * np.uint8(mark.color) if recolor else picture
        paste(result, ink, mark.top - anchor[0], mark.left - anchor[1])
    return result


@Tried(260, once, deep=True)
@family("centered recolored by_marker centered_over", cost=14, charge=(6, 1))
def stamps(array: Array) -> Results | None:
    """The one large part stamped on every single cell: in its colors, in the cell's, by its marker."""
    parts = parts_of(array, Segmentation.FILLED_8)
    if not 2 <= len(parts) <= 30:
        return None
    model = largest_of(parts)
    marks = [part for part in parts if part.size == 1]
    if model.size == 1 or len(marks) != len(parts) - 1:
        return None
    middle = model.height // 2, model.width // 2
    found: Results = {
        "centered": stamped(array, model.picture, marks, middle),
        "recolored": stamped(array, model.picture, marks, middle, True),
        "centered_over": stamped(np.zeros_like(array), model.picture, marks, middle),
    }
    places = [(row, column) for row, column in np.argwhere(model.picture == marks[0].color).tolist()]
    if len(places) == 1 and len({mark.color for mark in marks}) == 1:
        found["by_marker"] = stamped(array, model.picture, marks, places[0])
    return found


_VIEWS = ("plain", *turns.names)


@Tried(710, each_ink)
@family(" ".join(_VIEWS), cost=14, charge=(10, 2))
def copied(array: Array, color: int) -> Results:
    """The part with one cell of the color drawn around every single cell of it, in each of its positions; the
    grid as it is where there is none."""
    parts = parts_of(array, Segmentation.FILLED_8)
    marks = [part for part in parts if part.size == 1 and part.color == color]
    models = [part for part in parts if part.size > 1 and int((part.picture == color).sum()) == 1]
    if len(models) != 1 or not 0 < len(marks) <= 20 or not color:
        return dict.fromkeys(_VIEWS, array)
    found: Results = {}
    picture = models[0].picture
    for name, view in zip(_VIEWS, [picture, *turns.arrays(picture)], strict=True):
        if view is not None:
            found[name] = stamped(array, view, marks, np.argwhere(view == color)[0].tolist())
    return found


def _corner(part: Part, step: Step) -> Array:
    """A picture of the part's size in the color of its corner (or middle of a side) in that direction."""
    row = (part.height - 1) * (step[0] + 1) // 2
    return np.full_like(part.picture, part.picture[row, (part.width - 1) * (step[1] + 1) // 2])


@Tried(560, segmented("FILLED_8"))
@family(
    "straight diagonal all straight_mirrored diagonal_turned corners corners_opposite",
    cost=14,
    charge=(120, 10),
    parts=(1, 5),
)
def around(array: Array, parts: Parts) -> Results:
    """Every part drawn again on its sides, at its corners, mirrored there; blocks in its corners' colors."""
    layers = {name: np.zeros_like(array) for name in around.names}
    for part in parts:
        for down, right in STEPS:
            mirrored = part.picture[:: -1 if down else 1, :: -1 if right else 1]
            drawn = {"straight": part.picture, "straight_mirrored": mirrored}
            if down and right:
                drawn = {"diagonal": part.picture, "diagonal_turned": mirrored}
                drawn["corners"] = _corner(part, (down, right))
                drawn["corners_opposite"] = _corner(part, (-down, -right))
            place = part.top + down * part.height, part.left + right * part.width
            for name, picture in {**drawn, "all": part.picture}.items():
                paste(layers[name], picture, *place, below=True)
    return {name: under(array, layer) for name, layer in layers.items()}


def _way(picture: Array, main: int, row: int, column: int) -> Step | None:
    """The direction from the one straight neighbour of the main color, else from a diagonal one."""
    found = []
    for down, right in STEPS:
        y, x = row - down, column - right
        if 0 <= y < picture.shape[0] and 0 <= x < picture.shape[1] and picture[y, x] == main:
            found.append((down, right))
    chosen = [step for step in found if 0 in step] or found
    return chosen[0] if len(chosen) == 1 else None


@Tried(580, segmented("FILLED_8"))
@family("colored colored_over plain", cost=14, charge=(40, 5), parts=(1, 8))
def reflections(array: Array, parts: Parts) -> Results | None:
    """Each part mirrored at its cells of other colors, in these: under it, over it, in the part's color."""
    colored, plain = np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        picture, main = part.picture, main_color(part.picture)
        seeds = np.argwhere((picture > 0) & (picture != main)).tolist()
        rows, columns = np.nonzero(picture == main)
        for row, column in seeds if len(seeds) <= 6 else ():
            step = _way(picture, main, row, column)
            if step is not None:
                down, right = step
                y = part.top + (2 * row - down - rows if down else rows)
                x = part.left + (2 * column - right - columns if right else columns)
                paint(colored, y, x, picture[row, column])
                paint(plain, y, x, main)
    if not plain.any():
        return None
    return {
        "colored": under(array, colored),
        "colored_over": under(colored, array),
        "plain": under(plain, array),
    }
