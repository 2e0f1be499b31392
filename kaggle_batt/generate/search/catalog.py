"""Which families a search calls, with which arguments, at which depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions import BY_NAME, resolve
from kaggle_batt.dsl.extensions.arrays import Array, Family

#: steps per call and per cell, fitted on the reference machine
CHARGES = {
    "turns": (9, 0), "shifts": (190, 1), "crops": (70, 1), "portions": (25, 1), "color_views": (70, 2),
    "one_color": (120, 3), "panels": (80, 4), "panel_lines": (50, 3), "fills": (330, 8), "rays": (230, 4),
    "joins": (230, 4), "mirrored": (110, 2), "periods": (150, 9), "repairs": (50, 4), "scalings": (220, 2),
    "multiples": (60, 2), "part_filters": (120, 15), "part_crops": (60, 5), "box_crops": (50, 3),
    "parts_in_order": (20, 1), "part_maps": (150, 10), "falls": (60, 4), "gatherings": (60, 4),
    "slides": (50, 3), "spans": (80, 2), "stamps": (20, 1), "rooms": (170, 4), "holes": (20, 2),
    "count_marks": (420, 2), "inside": (300, 6), "completions": (60, 4), "centered": (80, 4),
    "color_picks": (120, 4), "blocks": (200, 3), "places": (20, 1),
}  # fmt: skip


#: (mode, inner family) of `inside`: parts' boxes, panels, rows, columns, quarters
WITHIN = (
    *[(mode, which) for mode in (3, 1, 5) for which in (1, 2, 3, 4, 5, 8)],
    *[(10, which) for which in (0, 1, 2, 3, 4, 5, 7, 8)],
    *[(mode, which) for mode in (11, 12) for which in (1, 2, 6)],
    (13, 0), (3, 0), (3, 7), (0, 8),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One family with its arguments; `deep` tells whether it is applied to results of others too."""

    name: str
    args: tuple[int, ...]
    family: Family
    cost: int
    deep: bool

    def charge(self, cells: int) -> int:
        """Steps of one call on a grid of so many cells."""
        base, each = CHARGES[self.name]
        return base + each * cells


def operation(name: str, *args: int, deep: bool = True, more: int = 0) -> Operation:
    entry = BY_NAME[name]
    return Operation(name, args, resolve(entry.target), entry.cost + 4 + more, deep)


def operations(inputs: list[Array], outputs: list[Array]) -> list[Operation]:
    """The families for a task, cheap and common ones first; a color counts if most demos have it."""
    colors = _common_colors(inputs)
    plain = "turns color_views crops portions panels fills shifts scalings mirrored periods rays joins"
    found = [operation(name) for name in plain.split()]
    found += [operation("one_color", color) for color in colors]
    found += [operation("repairs", color, deep=False) for color in colors]
    found += [operation("multiples", *ratio) for ratio in _ratios(inputs, outputs)]
    for mode in (0, 3, 1, 4, 5, 2):
        found += [operation(name, mode) for name in ("part_filters", "part_crops")]
    found += [operation("part_maps", mode) for mode in (0, 3, 1, 5)]
    for mode in (0, 3, 5, 1, 6):
        found.append(operation("box_crops", mode, deep=False))
    found += [operation("parts_in_order", mode, deep=False) for mode in (0, 3, 1)]
    found += [operation(name, mode) for name in ("falls", "gatherings") for mode in (1, 3)]
    found += [operation("slides", color, deep=False) for color in colors if color]
    found += [operation(name) for name in ("spans", "stamps", "rooms", "holes")]
    found += [operation("panel_lines", deep=False), operation("blocks")]
    shapes = {output.shape for output in outputs}
    if len(shapes) == 1 and any(a.shape != b.shape for a, b in zip(inputs, outputs, strict=True)):
        found.append(operation("places", *shapes.pop(), deep=False))
    found += [operation("completions", mode, deep=False) for mode in (3, 1)]
    found += [operation("centered", mode, deep=False) for mode in (3, 1, 9)]
    found += [operation("color_picks", mode, color, deep=False) for color in colors for mode in (3, 1)]
    return found + [operation("inside", mode, which, deep=False) for mode, which in WITHIN]


def _common_colors(inputs: list[Array]) -> list[int]:
    """The colors at least three fifths of the inputs have."""
    counts = np.zeros(10, int)
    for array in inputs:
        counts[np.unique(array)] += 1
    return [color for color in range(10) if 5 * int(counts[color]) >= 3 * len(inputs) and counts[color]]


def _ratios(inputs: list[Array], outputs: list[Array]) -> list[tuple[int, int]]:
    """The factors to scale by: small ones, and the demos' own if they share one."""
    found = {(1, 2), (2, 1), (2, 2), (3, 3), (1, 3), (3, 1)}
    for large, small in ((outputs, inputs), (inputs, outputs)):
        shapes = [(a.shape, b.shape) for a, b in zip(large, small, strict=True)]
        if all(a[0] % b[0] == 0 and a[1] % b[1] == 0 for a, b in shapes):
            ratios = {(a[0] // b[0], a[1] // b[1]) for a, b in shapes}
            if len(ratios) == 1:
                found |= ratios - {(1, 1)}
    return sorted(found)
