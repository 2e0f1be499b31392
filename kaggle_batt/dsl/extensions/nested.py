"""Families applied inside a grid: to every part, panel or line, or to a grid of panels or blocks."""

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, by_cells
from kaggle_batt.dsl.extensions.lines import joins
from kaggle_batt.dsl.extensions.registry import Family, Tried, family
from kaggle_batt.dsl.extensions.segments import Segmentation, boxes_of
from kaggle_batt.dsl.extensions.whole.colors import color_views
from kaggle_batt.dsl.extensions.whole.motions import turns
from kaggle_batt.dsl.extensions.whole.symmetry import mirrored, periods

INNER: tuple[Family, ...] = (turns, color_views, mirrored, joins, periods)  #: those of `inside`, by number
#: (segmentation, inner family) worth trying: parts' boxes, panels, rows, columns, quarters
_TRIED = (
    *[(Segmentation.FILLED_8, which) for which in (0, 1, 2, 3)],
    *[(way, 1) for way in (Segmentation.COLOR_8, Segmentation.EMPTY_4)],
    *[(way, which) for way in (Segmentation.ROWS, Segmentation.COLUMNS) for which in (1, 4)],
    *[(Segmentation.PANELS, which) for which in (0, 1)],
    (Segmentation.QUARTERS, 0),
)


#: as many names as an inner family has at most
_NAMES = " ".join([f"r{number}" for number in range(max([len(one.names) for one in INNER]))])


@Tried(620, lambda facts: list(_TRIED))
@family(_NAMES, cost=14, charge=(81, 80))
def inside(array: Array, segmentation: int, which: int) -> Results | None:
    """Every box replaced by each result of inner family `which` on it, if it keeps its shape."""
    boxes = boxes_of(array, segmentation)
    if not boxes or not 0 <= which < len(INNER):
        return None
    made = [_inner_results(array[box], which) for box in boxes]
    boards = np.empty((len(INNER[which].names), *array.shape), np.uint8)
    boards[:] = array
    for (rows, columns), (_, numbers, pictures) in zip(boxes, made, strict=True):
        # a box without a result of the inner family stays
        if numbers:
            boards[numbers, rows, columns] = pictures
    possible = set.intersection(*[keeping for keeping, _, _ in made])
    return {f"r{number}": board for number, board in enumerate(boards) if number in possible}


@by_cells(maxsize=2048)
def _inner_results(window: Array, which: int) -> tuple[set[int], list[int], Array]:
    """For inner family `which` on a window: the numbers of the results that are None or keep the shape, of
    those that exist among them, and these results."""
    found = INNER[which].cells(window)
    pictures = {k: one[1] for k, one in enumerate(found) if one is not None and one[0] == window.shape}
    boards = np.frombuffer(b"".join(pictures.values()), np.uint8).reshape(-1, *window.shape)
    keeping = {number for number, one in enumerate(found) if one is None or number in pictures}
    return keeping, list(pictures), boards
