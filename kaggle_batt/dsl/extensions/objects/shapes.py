"""Places of a part's own shape: its edge, core, middle, holes, box and what lies around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, Mask, shift
from kaggle_batt.dsl.extensions.objects.place import FREES, OWN, Draw, Drawn, Step, add_place
from kaggle_batt.dsl.extensions.objects.scene import Scene
from kaggle_batt.dsl.extensions.segments import Part


def _own(scene: Scene, number: int) -> Drawn:
    cells = scene.parts[number].cells
    return cells, scene.array.ravel()[cells]


def _masked(choose: Callable[[Part, Mask], Mask], empty: bool) -> Draw:
    """The cells of the part's box, widened by one, that a mask of its cells gives: of the part, or of 0."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        part = scene.parts[number]
        mask = np.zeros((part.height + 2, part.width + 2), bool)
        rows, columns = np.divmod(part.cells, scene.width)
        mask[rows - part.top + 1, columns - part.left + 1] = True
        chosen = np.argwhere(choose(part, mask)) + np.array([part.top - 1, part.left - 1])
        inside = (chosen >= 0).all(1) & (chosen < scene.array.shape).all(1)
        cells = (chosen[inside] * (scene.width, 1)).sum(1)
        if empty:
            cells = cells[scene.array.ravel()[cells] == 0]
        return (cells, None) if len(cells) else None

    return draw


def _spread(mask: Mask, steps: Iterable[Step]) -> Mask:
    result = mask.copy()
    for step in steps:
        result |= shift(mask, *step)
    return result


def _middle(axes: tuple[bool, bool]) -> Callable[[Part, Mask], Mask]:
    """The middle of the box along these axes."""

    def choose(part: Part, mask: Mask) -> Mask:
        result = np.zeros(mask.shape, bool)
        spans = [
            slice(1 + (size - 1) // 2, 2 + size // 2) if middle else slice(1, size + 1)
            for size, middle in zip((part.height, part.width), axes, strict=True)
        ]
        result[tuple(spans)] = True
        return result

    return choose


def _box(part: Part, mask: Mask, inset: int = 1) -> Mask:
    result = np.zeros(mask.shape, bool)
    result[inset : mask.shape[0] - inset, inset : mask.shape[1] - inset] = True
    return result


def _holes(part: Part, mask: Mask) -> Mask:
    """The cells that the part encloses."""
    outside = np.zeros(mask.shape, bool)
    outside[0], outside[-1], outside[:, 0], outside[:, -1] = True, True, True, True
    while True:
        # the margin is outside, so what wraps around changes nothing
        grown = _spread(outside, STEPS[:4]) & ~mask
        if (grown == outside).all():
            return ~outside & ~mask
        outside = grown


def _core(part: Part, mask: Mask) -> Mask:
    """The part's cells that no cell outside it touches."""
    return mask & ~_spread(~mask, STEPS)


add_place("own", _own, 0, OWN)
add_place("gone", lambda scene, number: (np.zeros(0, np.int64), None), 0, FREES)
add_place("edge", _masked(lambda p, m: m & ~_core(p, m), False), 2, OWN)
add_place("core", _masked(_core, False), 2, OWN)
add_place("middle", _masked(_middle((True, True)), False), 2, OWN)
add_place("middle_row", _masked(_middle((True, False)), False), 3, OWN)
add_place("middle_column", _masked(_middle((False, True)), False), 3, OWN)
add_place("holes", _masked(_holes, True))
add_place("inside", _masked(_holes, False), 2)
add_place("box", _masked(_box, True), 1)
add_place("box_edge", _masked(lambda p, m: _box(p, m) & ~_box(p, m, 2), True), 2)
add_place("halo", _masked(lambda p, m: _spread(m, STEPS), True), 1)
add_place("halo_over", _masked(lambda p, m: _spread(m, STEPS) & ~m, False), 2)
add_place("near", _masked(lambda p, m: _spread(m, STEPS[:4]), True), 2)
add_place("frame", _masked(lambda p, m: ~_box(p, m), True), 2)
add_place("corners", _masked(lambda p, m: ~_spread(_box(p, m), STEPS[:4]), True), 3)
