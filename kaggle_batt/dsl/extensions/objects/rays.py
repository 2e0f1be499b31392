"""Places along lines: rays from a part until something, and the way that it points."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, WAYS, Step
from kaggle_batt.dsl.extensions.objects.place import Drawn, add_place
from kaggle_batt.dsl.extensions.objects.scene import Scene
from kaggle_batt.dsl.extensions.segments import Part


def _walk(scene: Scene, row: int, column: int, step: Step, through: bool = False) -> tuple[list[int], bool]:
    """The cells of the ground from the next one on until something stops; whether that is no edge.

    The ground is 0; about cells of 0 it is the color that begins there.
    """
    cells: list[int] = []
    own, ground = scene.data[row * scene.width + column], 0
    while True:
        row, column = row + step[0], column + step[1]
        if not (0 <= row < scene.height and 0 <= column < scene.width):
            return cells, False
        cell = row * scene.width + column
        if not own and not cells:
            ground = scene.data[cell]
        if scene.data[cell] != ground and not through:
            return cells, True
        if scene.data[cell] == ground:
            cells.append(cell)


def _starts(scene: Scene, part: Part, step: Step, middle: bool) -> list[tuple[int, int]]:
    """The outermost cells of the part in a direction: of each line, or of the middle ones."""
    down, right = step
    if down and right:
        return [(part.bottom if down > 0 else part.top, part.right if right > 0 else part.left)]
    mask = part.picture > 0
    low, size = (part.top, part.height) if right else (part.left, part.width)
    found = []
    for line in range((size - 1) // 2, size // 2 + 1) if middle else range(size):
        cells = (mask[line] if right else mask[:, line]).nonzero()[0]
        if len(cells):
            end = int(cells[-1] if down + right > 0 else cells[0])
            found.append((low + line, part.left + end) if right else (part.top + end, low + line))
    return found


def cells_drawn(cells: Iterable[int]) -> Drawn | None:
    found = np.array(list(cells), np.int64)
    return (found, None) if len(found) else None


def rays_to(scene: Scene, number: int, steps: Iterable[Step], middle: bool, until: str) -> Drawn | None:
    """Straight lines from the part `until` anything, `through` all, or only if they `hit` something."""
    found: list[int] = []
    for step in steps:
        for row, column in _starts(scene, scene.parts[number], step, middle):
            cells, hit = _walk(scene, row, column, step, until == "through")
            found += cells if hit or until != "hit" else []
    return cells_drawn(found)


_SETS: dict[str, tuple[Step, ...]] = {
    **{name: (step,) for name, step in WAYS.items()},
    "across": STEPS[:2], "downward": STEPS[2:4], "crosswise": STEPS[:4], "slanted": STEPS[4:],
}  # fmt: skip
for _name, _steps in _SETS.items():
    for _end, _middle_only in product(("until", "through", "hit"), (True, False)):
        if _middle_only or _name in ("right", "left", "down", "up", "across", "downward"):
            _width = "" if _middle_only else "_wide"
            _cost = 1 + len(_end) // 6
            add_place(f"ray_{_name}_{_end}{_width}", rays_to, _steps, _middle_only, _end, cost=_cost)


def _pointed(scene: Scene, number: int, sign: int) -> Drawn | None:
    """A line from the part's middle toward its cells of its rarest color, or away from them."""
    part = scene.parts[number]
    cells = part.cells[scene.colors[number] == scene.second[number]]
    if len(cells) == part.size:
        return None
    rows, columns = np.divmod(cells, scene.width)
    down = sign * int(np.sign(2 * rows.mean() - part.top - part.bottom))
    right = sign * int(np.sign(2 * columns.mean() - part.left - part.right))
    return rays_to(scene, number, [(down, right)], True, "until") if down or right else None


for _sign, _name in ((1, "point"), (-1, "point_back")):
    add_place(_name, _pointed, _sign, cost=1)
