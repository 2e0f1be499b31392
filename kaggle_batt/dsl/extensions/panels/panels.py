"""Grids that lines of one color divide into panels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import Array, Results, by_count, only, under
from kaggle_batt.dsl.extensions.properties import code_of
from kaggle_batt.dsl.extensions.registry import Tried, family

Span = tuple[int, int]
Box = tuple[slice, slice]
MOST_PANELS = 120  #: a grid cut into more panels than this has no results
SMALLEST_PLOT = 3  #: the least side of panels of unlike size between empty lines


@dataclass(frozen=True, eq=False)
class Panels:
    """A divided grid: the rows and the columns that its panels span."""

    array: Array
    rows: list[Span]
    columns: list[Span]

    @property
    def shape(self) -> tuple[int, int]:
        """The number of panels one below the other and side by side."""
        return len(self.rows), len(self.columns)

    @property
    def across(self) -> int:
        """The number of panels side by side."""
        return len(self.columns)

    @cached_property
    def boxes(self) -> list[Box]:
        """Where the panels are, in reading order."""
        return [(slice(*row), slice(*column)) for row in self.rows for column in self.columns]

    @cached_property
    def parts(self) -> list[Array]:
        """The panels, in reading order."""
        return [self.array[box] for box in self.boxes]

    @property
    def alike(self) -> bool:
        """Whether all panels have one shape."""
        return len({part.shape for part in self.parts}) == 1

    def filled(self, small: Array) -> Array:
        """The grid with each panel filled with its color in `small`, a grid of one cell a panel."""
        result = self.array.copy()
        for box, color in zip(self.boxes, small.ravel().tolist(), strict=True):
            result[box] = color
        return result


def _spans(length: int, lines: list[int]) -> list[Span]:
    """The stretches between the lines."""
    found, start = [], 0
    for line in [*lines, length]:
        if line > start:
            found.append((start, line))
        start = line + 1
    return found


def divided(array: Array) -> Panels | None:
    """The panels between full lines of one shared color; None if nothing divides.

    Of several colors one whose lines leave equal panels comes first, then one with single lines that are all
    inside, then any but 0, then one that is nowhere else, then the lowest. Lines of 0 count only if they
    leave equal panels, or where nothing else divides (see `_plots`).
    """
    height, width = array.shape
    rows = [y for y in range(height) if (array[y] == array[y, 0]).all()]
    columns = [x for x in range(width) if (array[:, x] == array[0, x]).all()]
    best: tuple[tuple[bool, bool, bool, bool, int], Panels] | None = None
    for color in sorted({int(array[y, 0]) for y in rows} | {int(array[0, x]) for x in columns}):
        across = [y for y in rows if array[y, 0] == color]
        down = [x for x in columns if array[0, x] == color]
        if len(across) == height or len(down) == width:
            continue
        spans = _spans(height, across), _spans(width, down)
        if len(spans[0]) * len(spans[1]) < 2:
            continue
        unequal = any(len({b - a for a, b in part}) > 1 for part in spans)
        if color == 0 and unequal:
            continue
        on_lines = len(across) * width + len(down) * (height - len(across))
        thick = len(across) + len(down) != len(spans[0]) + len(spans[1]) - 2
        key = unequal, thick, color == 0, np.count_nonzero(array == color) > on_lines, color
        if best is None or key < best[0]:
            best = key, Panels(array, *spans)
    return _plots(array) if best is None else best[1]


def _plots(array: Array) -> Panels | None:
    """The panels between empty lines, if both ways are cut into large panels half full at least."""
    empty = np.flatnonzero(~array.any(1)).tolist(), np.flatnonzero(~array.any(0)).tolist()
    if not empty[0] or not empty[1]:
        return None
    spans = [_spans(length, lines) for length, lines in zip(array.shape, empty, strict=True)]
    if any(len(part) < 2 or min([b - a for a, b in part]) < SMALLEST_PLOT for part in spans):
        return None
    found = Panels(array, *spans)
    return None if any(2 * np.count_nonzero(part) < part.size for part in found.parts) else found


@Tried(80, once, deep=True)
@family(
    "panel_0 panel_1 panel_2 panel_3 last over over_reversed and xor count_shared majority main_color "
    "fullest_only filled_count any_filled color_count odd_color without_lines "
    "keep_fullest keep_emptiest keep_odd fill_main fill_fullest fill_over fill_odd is_odd "
    "codes mask_codes without_grounds",
    cost=11,
    charge=(116, 41),
)
def panels(array: Array) -> Results | None:
    """Single panels, panels laid over each other, a cell per panel, those that stand out kept."""
    found = divided(array)
    if found is None or len(found.boxes) > MOST_PANELS:
        return None
    parts = found.parts
    summaries = _summaries(found)
    rows, columns = (
        np.concatenate([np.arange(*span) for span in way]) for way in (found.rows, found.columns)
    )
    grounds = np.zeros(array.shape, np.uint8)
    for box, part in zip(found.boxes, parts, strict=True):
        grounds[box] = np.where(part == np.bincount(part.ravel()).argmax(), 0, part)
    return {
        **{f"panel_{k}": part for k, part in enumerate(parts[:4])},
        "last": parts[-1],
        **_overlaid(found),
        **summaries,
        "without_lines": array[rows][:, columns],
        **_repainted(found, summaries),
        "without_grounds": grounds,
    }


def _overlaid(found: Panels) -> Results:
    """All panels of one shape as one grid: laid over each other, common, exclusive, counted."""
    if not found.alike:
        return {}
    parts = found.parts
    counts = np.sum([part > 0 for part in parts], axis=0)
    over, result = under(*parts), found.array.copy()
    for box in found.boxes:
        result[box] = over
    return {
        "over": over,
        "over_reversed": under(*parts[::-1]),
        "and": only(parts[0], counts == len(parts)),
        "xor": counts == 1,
        "count_shared": np.minimum(counts, 9),
        "fill_over": result,
    }


def _summaries(found: Panels) -> dict[str, Array]:
    """One cell per panel."""
    parts = found.parts
    tally = [np.bincount(part.ravel(), minlength=10)[:10] for part in parts]
    filled = [int(count[1:].sum()) for count in tally]
    main = np.array([(by_count(part) or [0])[0] for part in parts])
    common = Counter([part.tobytes() for part in parts])
    odd = np.array([common[part.tobytes()] == 1 for part in parts])
    values = {
        "majority": [int(count.argmax()) for count in tally],
        "main_color": main,
        "fullest_only": only(main, np.array(filled) == max(filled)),
        "filled_count": [min(size, 9) for size in filled],
        "any_filled": [count[0] == 0 for count in tally],
        "color_count": [(count > 0).sum() for count in tally],
        "odd_color": only(main, odd),
        "is_odd": odd,
        "codes": [code_of(part.shape, part.tobytes()) + 1 for part in parts],
        "mask_codes": [code_of(part.shape, (part > 0).tobytes()) + 1 for part in parts],
    }
    return {name: np.array(value, np.uint8).reshape(found.shape) for name, value in values.items()}


def _repainted(found: Panels, summaries: dict[str, Array]) -> Results:
    """The whole grid with its panels kept, cleared or filled."""
    filled = [int(np.count_nonzero(part > 0)) for part in found.parts]
    kept: dict[str, list[bool] | list[int]] = {
        "keep_fullest": [size == max(filled) for size in filled],
        "keep_emptiest": [size == min(filled) for size in filled],
        "keep_odd": summaries["is_odd"].ravel().tolist(),
    }
    made: Results = {}
    for name, keeps in kept.items():
        made[name] = result = found.array.copy()
        for box, keep in zip(found.boxes, keeps, strict=True):
            result[box] *= keep
    for name, source in (("main", "main_color"), ("fullest", "fullest_only"), ("odd", "odd_color")):
        made[f"fill_{name}"] = found.filled(summaries[source])
    return made
