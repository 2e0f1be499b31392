"""Places as far as a measure of the part says, rings repeated outward, lines through the middle."""

from collections.abc import Sequence

import numpy as np

from kaggle_batt.dsl.extensions.geometry import STEPS, WAYS, Step
from kaggle_batt.dsl.extensions.objects.place import Drawn, add_place
from kaggle_batt.dsl.extensions.objects.rays import cells_drawn
from kaggle_batt.dsl.extensions.objects.scene import Scene

MEASURES = ("colors", "half")


def _measures(scene: Scene, number: int, name: str) -> Step:
    """Down and to the right the part's number of colors, or half of its side."""
    part, colors = scene.parts[number], len(scene.counts[number])
    return (colors, colors) if name == "colors" else (part.height // 2, part.width // 2)


def _extended(scene: Scene, number: int, steps: Sequence[Step], measure: str) -> Drawn | None:
    """The cells of 0 around the part's box by which it grows in these directions."""
    part, (rows_by, columns_by) = scene.parts[number], _measures(scene, number, measure)
    wanted = np.zeros(scene.array.shape, bool)
    for down, right in steps:
        rows = slice(max(part.top - rows_by * (down < 0), 0), part.bottom + 1 + rows_by * (down > 0))
        left, end = part.left - columns_by * (right < 0), part.right + 1 + columns_by * (right > 0)
        wanted[rows, max(left, 0) : end] = True
    wanted[part.box] = False
    return cells_drawn(np.flatnonzero(wanted & (scene.array == 0)).tolist())


def _rings(scene: Scene, number: int) -> Drawn | None:
    """The cells of 0 on rings around the part's box, as far apart as it and another of its color."""
    one = scene.parts[number]
    sides = [(part.top, part.left, part.bottom, part.right) for part in scene.parts]
    apart = [
        max([abs(a - b) for a, b in zip(sides[number], other, strict=True)])
        for other, color in zip(sides, scene.main, strict=True)
        if color == scene.main[number] and other != sides[number]
    ]
    if not apart:
        return None
    rows, columns = np.indices(scene.array.shape)
    far = np.maximum.reduce([one.top - rows, rows - one.bottom, one.left - columns, columns - one.right])
    return cells_drawn(np.flatnonzero((far > 0) & (far % min(apart) == 0) & (scene.array == 0)).tolist())


def _middle_lines(scene: Scene, number: int) -> Drawn | None:
    """The cells of 0 in the rows and columns of the part's middle."""
    part, wanted = scene.parts[number], np.zeros(scene.array.shape, bool)
    for lines, ends in ((wanted, part.top + part.bottom), (wanted.T, part.left + part.right)):
        lines[ends // 2 : (ends + 1) // 2 + 1] = True
    return cells_drawn(np.flatnonzero(wanted & (scene.array == 0)).tolist())


for _measure_name in MEASURES:
    for _name, _steps in {
        **{name: (step,) for name, step in tuple(WAYS.items())[:4]}, "crosswise": STEPS[:4], "all": STEPS[4:],
    }.items():  # fmt: skip
        add_place(f"extended_{_name}_{_measure_name}", _extended, _steps, _measure_name, cost=3)
add_place("rings", _rings, cost=3)
add_place("middle_lines", _middle_lines, cost=2)
