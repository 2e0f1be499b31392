"""Places of a part's own shape: its edge, core, middle, holes, box and what lies around them."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Mask
from kaggle_batt.dsl.extensions.bits import enclosed
from kaggle_batt.dsl.extensions.geometry import STEPS, Step, neighbours, padded
from kaggle_batt.dsl.extensions.objects.place import FREES, OWN, Drawn, add_place
from kaggle_batt.dsl.extensions.objects.scene import Scene


def _masked(scene: Scene, number: int, empty: bool, choose: Callable[..., Mask], *args: Any) -> Drawn | None:
    """The cells of the part's box, widened by one, that a mask of its cells gives: of the part, or of 0."""
    part, (rows, columns) = scene.parts[number], _chosen(*scene.shapes[number], choose, *args)
    rows, columns = rows + (part.top - 1), columns + (part.left - 1)
    cells = rows * scene.width + columns
    if min(part.top, part.left) == 0 or part.bottom + 1 == scene.height or part.right + 1 == scene.width:
        cells = cells[scene.has(rows, columns)]
    if empty:
        cells = cells[scene.array.take(cells) == 0]
    return (cells, None) if len(cells) else None


@lru_cache(maxsize=8192)
def _chosen(shape: tuple[int, ...], cells: bytes, choose: Callable[..., Mask], *args: Any) -> tuple[Any, ...]:
    """The rows and columns, of the widened box, that the mask chosen for a part of that shape has."""
    return choose(padded(np.frombuffer(cells, np.uint8).reshape(shape), 1, 1, 1, 1) > 0, *args).nonzero()


def _spread(mask: Mask, steps: Sequence[Step]) -> Mask:
    """The mask widened by these steps, which are the first of `STEPS`."""
    return np.logical_or.reduce([mask, *neighbours(mask)[: len(steps)]])


def _middle(mask: Mask, *axes: bool) -> Mask:
    """The middle of the box along these axes."""
    result = np.zeros(mask.shape, bool)
    spans = [
        slice((size - 1) // 2, 1 + size // 2) if middle else slice(1, size - 1)
        for size, middle in zip(mask.shape, axes, strict=True)
    ]
    result[tuple(spans)] = True
    return result


def _box(mask: Mask, inset: int = 1) -> Mask:
    result = np.zeros(mask.shape, bool)
    result[inset : mask.shape[0] - inset, inset : mask.shape[1] - inset] = True
    return result


def _holes(mask: Mask) -> Mask:
    """The cells that the part encloses."""
    return enclosed(mask[None])[0]


def _core(mask: Mask) -> Mask:
    """The part's cells that no cell outside it touches."""
    return mask & ~_spread(~mask, STEPS)


def _inverted(scene: Scene, number: int) -> Drawn | None:
    """The part with the order of its colors, in which they begin from the top left, reversed."""
    colors = list(scene.counts[number])
    table = dict(zip(colors, reversed(colors), strict=True))
    inverted = np.array([table[color] for color in scene.colors[number].tolist()], np.uint8)
    return (scene.parts[number].cells, inverted) if len(colors) > 1 else None


add_place("own", lambda scene, number: (scene.parts[number].cells, scene.colors[number]), kind=OWN)
add_place("gone", lambda scene, number: (np.zeros(0, np.int64), None), kind=FREES)
add_place("inverted", _inverted, cost=1, kind=OWN)
add_place("edge", _masked, False, lambda mask: mask & ~_core(mask), cost=2, kind=OWN)
add_place("core", _masked, False, _core, cost=2, kind=OWN)
add_place("middle", _masked, False, _middle, True, True, cost=2, kind=OWN)
add_place("middle_row", _masked, False, _middle, True, False, cost=3, kind=OWN)
add_place("middle_column", _masked, False, _middle, False, True, cost=3, kind=OWN)
add_place("holes", _masked, True, _holes)
add_place("inside", _masked, False, _holes, cost=2)
add_place("box", _masked, True, _box, cost=1)
add_place("box_edge", _masked, True, lambda mask: _box(mask) & ~_box(mask, 2), cost=2)
add_place("halo", _masked, True, _spread, STEPS, cost=1)
add_place("halo_over", _masked, False, lambda mask: _spread(mask, STEPS) & ~mask, cost=2)
add_place("near", _masked, True, _spread, STEPS[:4], cost=2)
add_place("frame", _masked, True, lambda mask: ~_box(mask), cost=2)
add_place("corners", _masked, True, lambda mask: ~_spread(_box(mask), STEPS[:4]), cost=3)
