"""Families of small parts thrown onto the large one: to its rim, beside it, through it."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_CELLS = 40


def _clamped(rows: Array, columns: Array, anchor: Part, margin: int) -> tuple[Array, Array]:
    """The nearest cells in the anchor's box grown by the margin."""
    down = np.clip(rows, anchor.top - margin, anchor.bottom + margin)
    right = np.clip(columns, anchor.left - margin, anchor.right + margin)
    return down, right


def _opposite(rows: Array, columns: Array, anchor: Part) -> tuple[Array, Array]:
    """Just outside the anchor's box, on the other side of its middle."""
    low = 2 * rows < anchor.top + anchor.bottom
    left = 2 * columns < anchor.left + anchor.right
    return (
        np.where(low, anchor.bottom + 1, anchor.top - 1),
        np.where(left, anchor.right + 1, anchor.left - 1),
    )


def _painted(base: Array, rows: Array, columns: Array, colors: Array) -> Array:
    """The base with these cells colored, those outside left out."""
    inside = (rows >= 0) & (columns >= 0) & (rows < base.shape[0]) & (columns < base.shape[1])
    result = base.copy()
    result[rows[inside], columns[inside]] = colors[inside]
    return result


@family(
    "onto onto_alone beside beside_alone marks opposite",
    cost=13,
    charge=(30, 5),
    tried=Tried(760, each(1, 3)),
)
def projections(array: Array, mode: int) -> Results | None:
    """The small parts' cells moved to the nearest cell of the largest part's box, to the nearest one beside
    it, to beyond the opposite corner; the small parts left in place, or not."""
    parts = parts_of(array, mode)
    if len(parts) < 2:
        return None
    anchor = max(parts, key=lambda part: part.size)
    cells = np.concatenate([part.cells for part in parts if part is not anchor])
    if len(cells) > MOST_CELLS or anchor.size < 3:
        return None
    rows, columns = np.divmod(cells, array.shape[1])
    colors = array.ravel()[cells]
    alone = array.copy()
    alone.ravel()[cells] = 0
    rim, beside = _clamped(rows, columns, anchor, 0), _clamped(rows, columns, anchor, 1)
    return {
        "onto": _painted(array, *rim, colors),
        "onto_alone": _painted(alone, *rim, colors),
        "beside": _painted(array, *beside, colors),
        "beside_alone": _painted(alone, *beside, colors),
        "marks": _painted(np.zeros_like(array), *rim, colors),
        "opposite": _painted(alone, *_opposite(rows, columns, anchor), colors),
    }
