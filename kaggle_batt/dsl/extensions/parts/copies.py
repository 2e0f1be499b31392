"""Parts drawn again: on marks, on their sides, mirrored."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import Array, Results, paste, without
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, Segmentation, largest_of, parts_of

Step = tuple[int, int]


def stamped(base: Array, picture: Array, marks: Parts, anchor: Step, recolor: bool = False) -> Array:
    """The picture drawn with its anchor cell on every mark."""
    result = base.copy()
    for mark in marks:
        ink = (picture > 0) * np.uint8(mark.color) if recolor else picture
        paste(result, ink, mark.top - anchor[0], mark.left - anchor[1])
    return result


@Tried(20, once, deep=True)
@family("centered recolored by_marker centered_over", cost=14, charge=(71, 9))
def stamps(array: Array) -> Results | None:
    """The one large part stamped on every single cell: in its colors, in the cell's, by its marker; full
    lines of one color are no parts."""
    lines = (array == array[:, :1]).all(1)[:, None] | (array == array[:1]).all(0)
    parts = parts_of(without(array, lines), Segmentation.FILLED_8)
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
        "centered_over": stamped(np.zeros(array.shape, np.uint8), model.picture, marks, middle),
    }
    places = [(row, column) for row, column in np.argwhere(model.picture == marks[0].color).tolist()]
    if len(places) == 1 and len({mark.color for mark in marks}) == 1:
        found["by_marker"] = stamped(array, model.picture, marks, places[0])
    return found
