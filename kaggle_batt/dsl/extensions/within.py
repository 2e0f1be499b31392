"""A family at work inside every part, panel, row or column of a grid: each treated as a grid of its own."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.blocks import blocks
from kaggle_batt.dsl.extensions.colors import color_views
from kaggle_batt.dsl.extensions.fills import fills
from kaggle_batt.dsl.extensions.lines import joins, rays
from kaggle_batt.dsl.extensions.motions import shifts, turns
from kaggle_batt.dsl.extensions.panels import divided
from kaggle_batt.dsl.extensions.registry import Family, family
from kaggle_batt.dsl.extensions.segments import parts_of
from kaggle_batt.dsl.extensions.symmetry import mirrored, periods

#: the families that can be applied inside, by number
INNER: tuple[Family, ...] = (turns, color_views, mirrored, fills, rays, joins, shifts, periods, blocks)
#: modes 0..6 are those of the parts' boxes; then panels between lines, rows, columns, quarters
PANELS, ROWS, COLUMNS, QUARTERS = 10, 11, 12, 13
MOST_BOXES = 30
#: (mode, inner family) worth trying: parts' boxes, panels, rows, columns, quarters
TRIED = (
    *[(mode, which) for mode in (3, 1, 5) for which in (1, 2, 3, 4, 5, 8)],
    *[(10, which) for which in (0, 1, 2, 3, 4, 5, 7, 8)],
    *[(mode, which) for mode in (11, 12) for which in (1, 2, 4, 5, 7)],
    (13, 0), (3, 0), (3, 7), (0, 8),
)  # fmt: skip
Box = tuple[slice, slice]


def boxes_of(array: Array, mode: int) -> list[Box]:
    """The boxes of a mode, at most `MOST_BOXES`, else none."""
    height, width = array.shape
    found: list[Box] = []
    if mode == PANELS:
        spans = divided(array)
        if spans is not None:
            found = [(slice(*rows), slice(*columns)) for rows in spans[0] for columns in spans[1]]
    elif mode == ROWS:
        found = [(slice(k, k + 1), slice(0, width)) for k in range(height)]
    elif mode == COLUMNS:
        found = [(slice(0, height), slice(k, k + 1)) for k in range(width)]
    elif mode == QUARTERS:
        found = _quarters(height, width)
    else:
        found = [part.box for part in parts_of(array, mode)]
    return found if len(found) <= MOST_BOXES else []


def _quarters(height: int, width: int) -> list[Box]:
    """The four quarters, a middle line left out."""
    rows, columns = height // 2, width // 2
    if not (rows and columns):
        return []
    return [
        (down, right)
        for down in (slice(0, rows), slice(height - rows, height))
        for right in (slice(0, columns), slice(width - columns, width))
    ]


@family(
    " ".join([f"r{number}" for number in range(max([len(one.names) for one in INNER]))]),
    cost=14,
    charge=(350, 130),
    tried=Tried(960, lambda facts: list(TRIED)),
)
def inside(array: Array, mode: int, which: int) -> Results | None:
    """Every box of the mode replaced by each result of inner family `which` on it, if it keeps its shape."""
    boxes = boxes_of(array, mode)
    if not boxes or not 0 <= which < len(INNER):
        return None
    inner = INNER[which]
    results: list[Array | None] = [array.copy() for _ in inner.names]
    memo: dict[tuple[tuple[int, ...], bytes], list[Array | None]] = {}
    for box in boxes:
        window = np.ascontiguousarray(array[box])
        key = window.shape, window.tobytes()
        if key not in memo:
            memo[key] = inner.arrays(window)
        for number, made in enumerate(memo[key]):
            result = results[number]
            if result is None:
                continue
            if made is None or made.shape != window.shape:
                # a box the inner family has nothing to say about stays, unless it is the wrong shape
                results[number] = result if made is None else None
            else:
                result[box] = made
    return {f"r{number}": result for number, result in enumerate(results)}
