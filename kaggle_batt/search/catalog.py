"""Which families a search calls, with which arguments, at which depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaggle_batt.dsl.extensions import BY_NAME, resolve
from kaggle_batt.dsl.extensions.arrays import Array, Family

#: steps per call and per hundred cells, fitted on the reference machine
CHARGES = {
    "turns": (9, 2), "shifts": (170, 9), "crops": (45, 2), "portions": (20, 2), "color_views": (200, 25),
    "one_color": (180, 20), "panels": (110, 24), "panel_lines": (50, 25), "fills": (350, 100),
    "rays": (210, 35),
    "joins": (210, 40), "mirrored": (75, 4), "periods": (300, 80), "repairs": (20, 90), "scalings": (235, 10),
    "multiples": (60, 2), "part_filters": (250, 100), "part_crops": (70, 14), "box_crops": (120, 20),
    "parts_in_order": (12, 2), "part_maps": (250, 130), "falls": (80, 6), "gatherings": (120, 50),
    "slides": (60, 25), "strides": (40, 2), "spans": (60, 4), "stamps": (6, 1), "rooms": (120, 60),
    "holes": (8, 8), "count_marks": (450, 10), "inside": (350, 130), "completions": (100, 80),
    "centered": (200, 200), "color_picks": (60, 10), "color_part_features": (24, 7), "blocks": (220, 25),
    "places": (6, 2), "extensions": (400, 20), "overall": (150, 100), "panel_features": (100, 30),
    "nearest_features": (170, 22), "part_features": (200, 60), "neighbour_features": (400, 60),
    "facing": (350, 15), "frames": (150, 60), "tilings": (450, 10), "continued": (60, 2), "axes": (500, 60),
    "alignments": (120, 20), "windows": (60, 2), "listed": (60, 5), "piled": (60, 5), "imprinted": (40, 3),
    "panel_picks": (250, 40), "arrows": (60, 10), "bounces": (330, 330),
    "legends": (10, 1), "mosaics": (600, 100), "likenesses": (350, 60), "panel_copies": (60, 20),
    "corner_rays": (165, 15), "beams": (155, 25), "halos": (70, 10), "jigsaws": (24, 2), "unfolds": (46, 5),
    "drags": (60, 6), "drawn_out": (4, 1), "echoes": (25, 4), "analogies": (42, 2),
    "rolls": (30, 2), "bumps": (50, 12), "edges": (120, 10), "dots": (26, 3), "lattices": (12, 1),
    "reduced": (40, 3), "attracted": (80, 10), "copied": (10, 2), "cores": (90, 30), "around": (120, 10),
    "placed": (9, 1), "reflections": (40, 5), "interlocked": (140, 15),
    "inserted": (75, 10), "transferred": (160, 10),
    "place_features": (180, 60), "color_features": (220, 60),
    "projections": (30, 5), "sought": (100, 48), "balances": (180, 45), "charts": (40, 5),
    "models": (100, 15), "folds": (40, 5), "detours": (35, 5), "trails": (80, 10), "openings": (30, 5),
    "pairings": (40, 5), "gridded": (25, 2), "paths": (60, 30), "tails": (80, 10), "growths": (3, 1),
    "ripples": (30, 3), "assembled": (4, 1), "connections": (45, 3), "pointed": (45, 2),
    "piercings": (70, 10), "pulled": (60, 5), "spirals": (18, 1), "tallied": (15, 1),
}  # fmt: skip


#: (mode, inner family) of `inside`: parts' boxes, panels, rows, columns, quarters
WITHIN = (
    *[(mode, which) for mode in (3, 1, 5) for which in (1, 2, 3, 4, 5, 8)],
    *[(10, which) for which in (0, 1, 2, 3, 4, 5, 7, 8)],
    *[(mode, which) for mode in (11, 12) for which in (1, 2, 4, 5, 7)],
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
        return charge_of(self.name, cells)


def charge_of(name: str, cells: int) -> int:
    """Steps of one call of a family on a grid of so many cells."""
    base, hundred = CHARGES[name]
    return base + hundred * cells // 100


def operation(name: str, *args: int, deep: bool = True, more: int = 0) -> Operation:
    entry = BY_NAME[name]
    return Operation(name, args, resolve(entry.target), entry.cost + 4 + more, deep)


def operations(inputs: list[Array], outputs: list[Array]) -> list[Operation]:
    """The families for a task, cheap and common ones first; a color counts if most demos have it."""
    colors = _common_colors(inputs)
    resized = any(a.shape != b.shape for a, b in zip(inputs, outputs, strict=True))
    return [
        *_of_wholes(colors, _ratios(inputs, outputs)),
        *_of_parts(colors),
        *(_of_sizes(colors, outputs) if resized else []),
        *_of_relations(),
        *_of_colors(colors, inputs),
        *_modes("completions", (3, 1)),
        *_modes("centered", (3, 1, 9)),
        *[operation("color_picks", mode, color, deep=False) for color in colors for mode in (3, 1)],
        *_of_pairs(),
        *_of_lines(colors),
        *(_of_pieces() if resized else []),
        *[operation("inside", mode, which, deep=False) for mode, which in WITHIN],
    ]


#: segmentations worth trying on results of others
DEEP_MODES = (0, 1, 3)
#: families of the grid as a whole, applied to results of others too
WHOLE = "turns color_views crops portions panels fills shifts scalings mirrored periods rays joins extensions"

#: families of parts that grow or go on, with their modes; those of one call on the input alone
GROWTH = (
    ("beams", 1), ("halos", 0), ("halos", 3), ("around", 3), ("placed", 3), ("reflections", 3),
    ("interlocked", 1),
)  # fmt: skip
SINGLE = "drawn_out echoes analogies bumps edges cores"


def _modes(name: str, modes: tuple[int, ...], deep: bool = False) -> list[Operation]:
    """One family with each mode of segmentation."""
    return [operation(name, mode, deep=deep) for mode in modes]


def _of_wholes(colors: list[int], ratios: list[tuple[int, int]]) -> list[Operation]:
    found = [operation(name) for name in WHOLE.split()]
    found += [operation("one_color", color) for color in colors]
    found += [operation("repairs", color, deep=False) for color in colors]
    return found + [operation("multiples", *ratio) for ratio in ratios]


def _of_parts(colors: list[int]) -> list[Operation]:
    found = []
    for mode in (0, 3, 1, 4, 5, 2):
        deep = mode in DEEP_MODES
        found += [operation(name, mode, deep=deep) for name in ("part_filters", "part_crops")]
    found += [operation("part_maps", mode, deep=mode in DEEP_MODES) for mode in (0, 3, 1, 5, 4, 7, 8)]
    found += _modes("box_crops", (0, 3, 5, 1, 6, 7))
    found += _modes("parts_in_order", (0, 3, 1))
    found += [operation(name, mode) for name in ("falls", "gatherings", "strides") for mode in (1, 3)]
    found += [operation("slides", color, deep=False) for color in colors if color]
    found += [operation(name) for name in ("spans", "stamps", "rooms", "holes")]
    found += [operation(name, deep=False) for name in ("panel_lines", "panel_picks")]
    return [
        *found,
        operation("blocks"),
        *[operation(name, deep=False) for name in ("legends", "panel_copies")],
    ]


def _of_sizes(colors: list[int], outputs: list[Array]) -> list[Operation]:
    """Families that make grids of the outputs' one size, if they have one; piles of parts."""
    found = [operation(name, deep=False) for name in ("dots", "lattices", "transferred")]
    found += [operation("inserted", color, deep=False) for color in colors if color]
    if len({output.shape for output in outputs}) == 1:
        size = outputs[0].shape
        found += [operation(name, *size, deep=False) for name in ("places", "continued")]
        found += _windows(colors, size)
        found += [operation("listed", mode, *size, deep=False) for mode in (0, 1, 3)]
    return found + _modes("piled", (0, 1, 3, 4)) + _modes("jigsaws", (0, 1)) + _modes("reduced", (0, 1))


def _of_relations() -> list[Operation]:
    found = _modes("imprinted", (1, 3, 2)) + _modes("arrows", (3, 1)) + _modes("likenesses", (1, 0))
    found += [operation(name, deep=False) for name in ("bounces", "mosaics")]
    found += [operation(name) for name in ("facing", "frames", "tilings", "corner_rays")]
    return found + _of_growth()


def _of_growth() -> list[Operation]:
    """Families of parts that grow, go on toward something or fit something."""
    found = [operation(name, mode, deep=False) for name, mode in GROWTH]
    return found + [operation(name, deep=False) for name in SINGLE.split()]


def _of_pairs() -> list[Operation]:
    """Families of small parts and what they belong to."""
    found = _modes("projections", (1, 3)) + _modes("balances", (3, 9)) + _modes("models", (3,))
    found += (
        _modes("folds", (1,)) + _modes("trails", (1,)) + _modes("openings", (1, 3)) + _modes("tails", (3,))
    )
    found += [
        operation(name, deep=False) for name in ("piercings", "pulled", "spirals", "ripples", "connections")
    ]
    return found + _modes("gridded", tuple(range(7)))


def _of_lines(colors: list[int]) -> list[Operation]:
    """Families of one color's figure, its lines, its way."""
    names = ("sought", "detours", "pointed")
    found = [operation(name, color, deep=False) for color in colors if color for name in names]
    return [*found, *[operation(name, 0, deep=False) for name in ("sought", "paths")]]


def _of_pieces() -> list[Operation]:
    """Families that make grids of other sizes from parts."""
    found = [operation("growths", deep=False), operation("tallied")]
    found += _modes("assembled", (1, 3))
    return [*found, *_modes("pairings", (9, 3, 1), True), *_modes("charts", (1, 3), True)]


def _of_colors(colors: list[int], inputs: list[Array]) -> list[Operation]:
    """Families about one color: what it hides, what is set in line with the rarest one's part."""
    counts = {color: sum([int((array == color).sum()) for array in inputs]) for color in colors}
    rarest = min(colors, key=lambda color: (color == 0, counts[color]), default=0)
    names = ("axes", "unfolds", "drags", "rolls", "attracted", "copied")
    found = [operation(name, color, deep=False) for name in names for color in colors if color]
    return found + [operation("alignments", mode, rarest, deep=False) for mode in (1, 3)]


def _windows(colors: list[int], shape: tuple[int, ...]) -> list[Operation]:
    """What surrounds each color, where the outputs are squares of an odd side."""
    if shape[0] != shape[1] or shape[0] not in (3, 5, 7, 9):
        return []
    return [operation("windows", color, shape[0] // 2, deep=False) for color in colors if color]


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
