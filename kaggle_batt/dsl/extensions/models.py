"""Families that draw a model to the scale of its traces: blocks of the color that all parts share."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, blown_up, shift
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of
from kaggle_batt.dsl.extensions.templates import eight

MOST_PARTS = 20
MOST_CELLS = 40
#: cells of the shared color
MOST_TRACES = 100
LARGEST_SCALE = 5


def _shared(parts: list[Part]) -> list[int]:
    """The colors that every part has."""
    sets = [set(part.picture.tobytes()) - {0} for part in parts]
    return sorted(set.intersection(*sets))


def _places(keys: Mask, picture: Mask) -> list[tuple[int, int]]:
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


def _draw(result: Array, picture: Array, keys: Mask, top: int, left: int) -> None:
    """Draw the picture's other cells, in the color that some of them have there already."""
    cells = np.argwhere((picture > 0) & ~keys)
    rows, columns = cells[:, 0] + top, cells[:, 1] + left
    met = (rows >= 0) & (columns >= 0) & (rows < result.shape[0]) & (columns < result.shape[1])
    rows, columns, ink = rows[met], columns[met], picture[cells[met, 0], cells[met, 1]]
    there = result[rows, columns]
    if there.any():
        ink = np.full_like(ink, np.bincount(there[there > 0]).argmax())
    result[rows, columns] = np.where(there > 0, there, ink)


def _completed(array: Array, model: Part, key: int, views: int) -> Array:
    """The model drawn over each trace, large scales first; a trace is used once."""
    rest, result = np.ascontiguousarray(array == key), array.copy()
    rest.ravel()[model.cells] = False
    for scale in range(LARGEST_SCALE, 0, -1):
        for view in eight(model.picture)[:views]:
            picture = blown_up(view, scale, scale)
            keys = picture == key
            for top, left in _places(rest, keys):
                cells = np.argwhere(keys) + np.array([top, left])
                rest[cells[:, 0], cells[:, 1]] = False
                _draw(result, picture, keys, top, left)
    return result


@family("scaled turned", cost=12, charge=(100, 15), tried=Tried(780, each(3)))
def models(array: Array, mode: int) -> Results | None:
    """The richest part drawn wherever the color it shares with all others stands for it, at the trace's
    scale."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    keys = _shared(parts)
    if len(keys) != 1:
        return None
    model = max(parts, key=lambda part: part.size / int((part.picture == keys[0]).sum()))
    traces = np.count_nonzero(array == keys[0])
    if traces > MOST_TRACES or model.size > MOST_CELLS or (model.picture == keys[0]).sum() == model.size:
        return None
    return {
        "scaled": _completed(array, model, keys[0], 1),
        "turned": _completed(array, model, keys[0], 8),
    }
