"""Places as far as a measure of the part says, rings repeated outward, lines through the middle."""

from collections.abc import Sequence

import numpy as np

from kaggle_batt.dsl.extensions.geometry import STEPS, WAYS, Step
from kaggle_batt.dsl.extensions.objects.place import Drawn, add_place, with_related
from kaggle_batt.dsl.extensions.objects.rays import cells_drawn
from kaggle_batt.dsl.extensions.objects.scene import Scene


def _measures(scene: Scene, number: int, name: str) -> Step:
    """Down and to the right the number of the part's colors, of the cells of its color elsewhere, or half of
    its side."""
    part, colors, main = scene.parts[number], scene.counts[number], scene.main[number]
    if name == "half":
        return part.height // 2, part.width // 2
    return (len(colors) if name == "colors" else scene.data.count(main) - colors[main],) * 2


def _extended(scene: Scene, number: int, steps: Sequence[Step], measure: str) -> Drawn | None:
    """The cells around the part's box by which it grows in these directions."""
    part, (rows_by, columns_by) = scene.parts[number], _measures(scene, number, measure)
    wanted = np.zeros(scene.array.shape, bool)
    for down, right in steps:
        rows = slice(max(part.top - rows_by * (down < 0), 0), part.bottom + 1 + rows_by * (down > 0))
        left, end = part.left - columns_by * (right < 0), part.right + 1 + columns_by * (right > 0)
        wanted[rows, max(left, 0) : end] = True
    wanted[part.box] = False
    return cells_drawn(np.flatnonzero(wanted).tolist())


def _rings(scene: Scene, number: int, other: int) -> Drawn | None:
    """The cells of 0 on rings around the part's box, as far apart each way as it and the other part."""
    one, two = scene.parts[number], scene.parts[other]
    rows_by, columns_by = abs(one.top - two.top), abs(one.left - two.left)
    rows, columns = np.indices(scene.array.shape)
    down = np.maximum(one.top - rows, rows - one.bottom)
    right = np.maximum(one.left - columns, columns - one.right)
    rings = np.maximum(-(-down // max(rows_by, 1)), -(-right // max(columns_by, 1)))
    on = (down == rings * rows_by) | (right == rings * columns_by)
    return cells_drawn(np.flatnonzero((rings > 0) & on & (scene.array == 0)).tolist())


def _middle_lines(scene: Scene, number: int) -> Drawn | None:
    """The cells of 0 in the rows and columns of the part's middle."""
    part, wanted = scene.parts[number], np.zeros(scene.array.shape, bool)
    for lines, ends in ((wanted, part.top + part.bottom), (wanted.T, part.left + part.right)):
        lines[ends // 2 : (ends + 1) // 2 + 1] = True
    return cells_drawn(np.flatnonzero(wanted & (scene.array == 0)).tolist())


for _measure_name in ("colors", "half", "likes"):
    for _name, _steps in {
        **{name: (step,) for name, step in tuple(WAYS.items())[:4]}, "crosswise": STEPS[:4], "all": STEPS[4:],
    }.items():  # fmt: skip
        add_place(f"extended_{_name}_{_measure_name}", _extended, _steps, _measure_name, cost=3)
add_place("rings", with_related, "same_color", _rings, cost=3)
add_place("middle_lines", _middle_lines, cost=2)
