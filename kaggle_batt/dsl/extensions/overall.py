"""Features of a grid as a whole, the same in every cell."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Results, bounds
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import parts_of, properties_of

NAMES = (
    "left_right up_down transposed half_turn symmetries wider higher colors filled most least "
    "parts_0 parts_1 parts_3 parts_5 largest largest_1 box_height box_width holes equal_parts second "
    "tall_box first_color middle_color rows_equal columns_equal parity"
)


def measures_of(array: Array) -> dict[str, int]:
    """The measures by name, each 0 or more."""
    height, width = array.shape
    counts = np.bincount(array.ravel(), minlength=10)
    present = [(-int(counts[c]), c) for c in range(1, 10) if counts[c]]
    order = [color for _, color in sorted(present)] or [0]
    parts = {mode: parts_of(array, mode) for mode in (0, 1, 3, 5)}
    box = bounds(array > 0) or (0, 0, 0, 0)
    across = int(np.array_equal(array, array[:, ::-1]))
    down = int(np.array_equal(array, array[::-1]))
    turned = height == width and np.array_equal(array, array.T)
    return {
        "left_right": across,
        "up_down": down,
        "transposed": int(turned),
        "half_turn": int(np.array_equal(array, array[::-1, ::-1])),
        "symmetries": across + down + int(turned),
        "wider": int(width > height),
        "higher": int(height > width),
        "colors": len(present),
        "filled": int((array > 0).sum()),
        "most": order[0],
        "least": order[-1],
        "second": order[1] if len(order) > 1 else 0,
        "parts_0": len(parts[0]),
        "parts_1": len(parts[1]),
        "parts_3": len(parts[3]),
        "parts_5": len(parts[5]),
        "largest": max([part.size for part in parts[0]], default=0),
        "largest_1": max([part.size for part in parts[1]], default=0),
        "box_height": box[1] - box[0],
        "box_width": box[3] - box[2],
        "tall_box": int(box[1] - box[0] > box[3] - box[2]),
        "holes": sum([row[5] for row in properties_of(array, 1)]),
        "equal_parts": len({part.picture.tobytes() for part in parts[3]}),
        "first_color": int(array[0, 0]),
        "middle_color": int(array[height // 2, width // 2]),
        "rows_equal": int((array == array[:1]).all()),
        "columns_equal": int((array == array[:, :1]).all()),
        "parity": int((array > 0).sum()) % 2,
    }


@family(NAMES, cost=12, charge=(150, 100))
def overall(array: Array, height: int, width: int) -> Results | None:
    """Each measure of the grid, at most 120, in every cell of a grid of that size (0, 0: its own)."""
    size = (height, width) if height else array.shape
    if not all(0 < side <= 30 for side in size):
        return None
    return {name: np.full(size, min(value, 120), np.uint8) for name, value in measures_of(array).items()}
