"""Grids that lines of one color divide into panels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from kaggle_batt.dsl.extensions.arguments import once
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.lines.rays import joins
from kaggle_batt.dsl.extensions.properties import code_of
from kaggle_batt.dsl.extensions.registry import Tried, family

Span = tuple[int, int]
#: a grid cut into more panels than this has no results
MOST_PANELS = 120
#: the least side of panels between empty lines that may be of unlike size
SMALLEST_PLOT = 3


def _spans(length: int, lines: list[int]) -> list[Span]:
    """The stretches between the lines."""
    found, start = [], 0
    for line in [*lines, length]:
        if line > start:
            found.append((start, line))
        start = line + 1
    return found


def divided(array: Array) -> tuple[list[Span], list[Span]] | None:
    """Row spans and column spans between full lines of one shared color; None if nothing divides.

    Of several colors one whose lines leave equal panels comes first, then one with single lines inside
    alone, then 0 last, one that is nowhere else, the lowest; lines of 0 count only if they leave equal
    panels, or full ones where nothing else divides.
    """
    height, width = array.shape
    rows = [y for y in range(height) if (array[y] == array[y, 0]).all()]
    columns = [x for x in range(width) if (array[:, x] == array[0, x]).all()]
    best: tuple[tuple[bool, bool, bool, bool, int], tuple[list[Span], list[Span]]] | None = None
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
        key = unequal, thick, color == 0, int((array == color).sum()) > on_lines, color
        if best is None or key < best[0]:
            best = key, spans
    return _plots(array) if best is None else best[1]


def _plots(array: Array) -> tuple[list[Span], list[Span]] | None:
    """Row and column spans between empty lines, if both ways are cut into large panels half full at least."""
    empty = np.flatnonzero(~array.any(1)).tolist(), np.flatnonzero(~array.any(0)).tolist()
    if not empty[0] or not empty[1]:
        return None
    spans = [_spans(length, lines) for length, lines in zip(array.shape, empty, strict=True)]
    if any(len(part) < 2 or min([b - a for a, b in part]) < SMALLEST_PLOT for part in spans):
        return None
    found = spans[0], spans[1]
    thin = any(2 * np.count_nonzero(part) < part.size for part in _panels(array, found))
    return None if thin else found


def _panels(array: Array, spans: tuple[list[Span], list[Span]]) -> list[Array]:
    return [array[top:bottom, left:right] for top, bottom in spans[0] for left, right in spans[1]]


@Tried(50, once, deep=True)
@family(
    "panel_0 panel_1 panel_2 panel_3 last over over_reversed and xor count_shared majority main_color "
    "fullest_only filled_count any_filled color_count odd_color without_lines "
    "most_filled least_filled most_colors least_colors most_repeated least_repeated most_symmetric "
    "least_symmetric keep_fullest keep_emptiest keep_odd fill_main fill_fullest fill_over fill_odd is_odd "
    "codes mask_codes",
    cost=11,
    charge=(110, 24),
)
def panels(array: Array) -> Results | None:
    """Single panels, panels laid over each other, a cell per panel, the panel that stands out."""
    spans = divided(array)
    if spans is None:
        return None
    parts = _panels(array, spans)
    if len(parts) > MOST_PANELS:
        return None
    found: Results = {f"panel_{k}": part for k, part in enumerate(parts[:4])}
    found["last"] = parts[-1]
    found.update(_overlaid(parts))
    found.update(_summaries(parts, spans))
    found.update(_outstanding(parts))
    found["without_lines"] = _joined(array, spans)
    found.update(_repainted(array, parts, spans, found))
    return found


def _joined(array: Array, spans: tuple[list[Span], list[Span]]) -> Array:
    rows = np.concatenate([np.arange(*span) for span in spans[0]])
    columns = np.concatenate([np.arange(*span) for span in spans[1]])
    return array[rows][:, columns]


def _overlaid(parts: list[Array]) -> Results:
    """All panels of one shape as one grid: laid over each other, common, exclusive, counted."""
    if len({part.shape for part in parts}) > 1:
        return {}
    pile = np.stack(parts)
    filled = pile > 0
    first = filled.argmax(0)[None]
    last = len(parts) - 1 - filled[::-1].argmax(0)[None]
    counts = filled.sum(0)
    return {
        "over": np.take_along_axis(pile, first, 0)[0],
        "over_reversed": np.take_along_axis(pile, last, 0)[0],
        "and": np.where(counts == len(parts), parts[0], 0),
        "xor": counts == 1,
        "count_shared": np.minimum(counts, 9),
    }


def _summaries(parts: list[Array], spans: tuple[list[Span], list[Span]]) -> Results:
    """One cell per panel."""
    shape = len(spans[0]), len(spans[1])
    tally = [np.bincount(part.ravel(), minlength=10)[:10] for part in parts]
    filled = [int(count[1:].sum()) for count in tally]
    main = [int(count[1:].argmax()) + 1 if count[1:].any() else 0 for count in tally]
    common = Counter([part.tobytes() for part in parts])
    odd = [common[part.tobytes()] == 1 for part in parts]

    def grid(values: list[int]) -> Array:
        return np.array(values, np.uint8).reshape(shape)

    most = max(filled)
    return {
        "majority": grid([int(count.argmax()) for count in tally]),
        "main_color": grid(main),
        "fullest_only": grid(
            [color if size == most else 0 for color, size in zip(main, filled, strict=True)]
        ),
        "filled_count": grid([min(size, 9) for size in filled]),
        "any_filled": grid([int(count[0] == 0) for count in tally]),
        "color_count": grid([int((count > 0).sum()) for count in tally]),
        "odd_color": grid([color if is_odd else 0 for color, is_odd in zip(main, odd, strict=True)]),
        "is_odd": grid([int(is_odd) for is_odd in odd]),
        "codes": grid([code_of(part.shape, part.tobytes()) + 1 for part in parts]),
        "mask_codes": grid([code_of(part.shape, (part > 0).tobytes()) + 1 for part in parts]),
    }


def _outstanding(parts: list[Array]) -> Results:
    """The panel with the extreme of a measure, if it is one picture."""
    keys = [(part.shape, part.tobytes()) for part in parts]
    common = Counter(keys)
    measures: dict[str, Callable[[int], int]] = {
        "filled": lambda k: int((parts[k] > 0).sum()),
        "colors": lambda k: len(set(parts[k].tobytes())),
        "repeated": lambda k: common[keys[k]],
        "symmetric": lambda k: _symmetries(parts[k]),
    }
    found: Results = {}
    for name, measure in measures.items():
        values = [measure(k) for k in range(len(parts))]
        for word, extreme in (("most", max(values)), ("least", min(values))):
            if len({keys[k] for k, value in enumerate(values) if value == extreme}) == 1:
                found[f"{word}_{name}"] = parts[values.index(extreme)]
    return found


def _symmetries(part: Array) -> int:
    return int(np.array_equal(part, part[:, ::-1])) + int(np.array_equal(part, part[::-1]))


def _repainted(
    array: Array, parts: list[Array], spans: tuple[list[Span], list[Span]], found: Results
) -> Results:
    """The whole grid with its panels kept, cleared or filled."""
    boxes = [(slice(*rows), slice(*columns)) for rows in spans[0] for columns in spans[1]]
    filled = [int((part > 0).sum()) for part in parts]

    def filled_by(name: str) -> Array:
        result, values = array.copy(), found[name]
        assert values is not None
        for box, value in zip(boxes, values.ravel(), strict=True):
            result[box] = value
        return result

    def keeping(kept: list[bool]) -> Array:
        result = array.copy()
        for box, keep in zip(boxes, kept, strict=True):
            if not keep:
                result[box] = 0
        return result

    odd = found["is_odd"]
    assert odd is not None
    made: Results = {
        "keep_fullest": keeping([size == max(filled) for size in filled]),
        "keep_emptiest": keeping([size == min(filled) for size in filled]),
        "keep_odd": keeping([bool(value) for value in odd.ravel()]),
        "fill_main": filled_by("main_color"),
        "fill_fullest": filled_by("fullest_only"),
        "fill_odd": filled_by("odd_color"),
    }
    overlaid = found.get("over")
    if overlaid is not None:
        result = array.copy()
        for box in boxes:
            result[box] = overlaid
        made["fill_over"] = result
    return made


@Tried(290, once)
@family("rows columns both rays_right rays_down rays_both", cost=14, charge=(50, 25))
def panel_lines(array: Array) -> Results | None:
    """The panels' main colors as a small grid, equal ones joined by lines, drawn back into the panels."""
    spans = divided(array)
    if spans is None or not 4 <= len(spans[0]) * len(spans[1]) <= 225:
        return None
    small = _summaries(_panels(array, spans), spans)["main_color"]
    if small is None or min(small.shape) < 2:
        return None
    lines = dict(zip(joins.names, joins.arrays(small), strict=True))
    chosen = ("across", "down", "across_down", "rays_across", "rays_down", "rays_both")
    found: Results = {}
    for name, source in zip(
        ("rows", "columns", "both", "rays_right", "rays_down", "rays_both"), chosen, strict=True
    ):
        drawing = lines[source]
        if drawing is None:
            continue
        result = array.copy()
        for y, rows in enumerate(spans[0]):
            for x, columns in enumerate(spans[1]):
                result[slice(*rows), slice(*columns)] = drawing[y, x]
        found[name] = result
    return found
