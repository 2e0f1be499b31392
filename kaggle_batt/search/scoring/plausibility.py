"""Plausibility: whether an answer is to its input as the demos' outputs are to theirs.

Measures of a pair of grids say what its program cannot: how much changes, in how many places, how ragged
the output is. An answer is odd in a measure where it lies outside of what the demos span. All numbers are
integers, so that they are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, shift, tallies

#: oddity is counted in tenths of the demos' span, up to this
MOST = 30
#: from here on a measure counts as odd
ODD = 5

Measures = Mapping[str, int]


def _permille(part: int, whole: int) -> int:
    return 1000 * part // max(1, whole)


def _pieces(alike_right: Mask, alike_down: Mask, cells: int) -> int:
    """Connected pieces less their holes (the Euler number): cells - adjacent pairs + full 2 by 2 blocks."""
    blocks = alike_right[:-1] & alike_right[1:] & alike_down[:, :-1] & alike_down[:, 1:]
    return cells - int(alike_right.sum()) - int(alike_down.sum()) + int(blocks.sum())


def pieces_of(mask: Mask) -> int:
    """The pieces of a mask, each hole counted as one less."""
    return _pieces(mask[:, 1:] & mask[:, :-1], mask[1:] & mask[:-1], int(mask.sum()))


def colored_pieces(grid: Array) -> int:
    """The pieces of one color but 0, each hole counted as one less."""
    right, down = (grid[:, 1:] == grid[:, :-1]) & (grid[:, 1:] > 0), (grid[1:] == grid[:-1]) & (grid[1:] > 0)
    return _pieces(right, down, int((grid > 0).sum()))


def _borders(grid: Array) -> int:
    """Adjacent cells of unlike colors, per thousand cells."""
    unlike = int((grid[:, 1:] != grid[:, :-1]).sum()) + int((grid[1:] != grid[:-1]).sum())
    return _permille(unlike, grid.size)


def _lone(grid: Array) -> int:
    """Colored cells without a neighbor of their color, per thousand colored cells."""
    filled = grid > 0
    near = np.logical_or.reduce([shift(grid, *step) == grid for step in STEPS])
    return _permille(int((filled & ~near).sum()), int(filled.sum()))


def _lines(grid: Array) -> int:
    """Distinct rows, per thousand rows."""
    return _permille(len({row.tobytes() for row in grid}), len(grid))


def measures_of(before: Array, after: Array) -> Measures:
    """The measures of a pair of input and output."""
    old, new = tallies(before), tallies(after)
    counts = sorted(new, reverse=True)
    new_colors = [not was and bool(now) for was, now in zip(old, new, strict=True)]
    lost_colors = [bool(was) and not now for was, now in zip(old, new, strict=True)]
    old_pieces, new_pieces = colored_pieces(before), colored_pieces(after)
    found = {
        "height": _permille(after.shape[0], before.shape[0]),
        "width": _permille(after.shape[1], before.shape[1]),
        "colors": 10 - new.count(0),
        "new colors": sum(new_colors),
        "lost colors": sum(lost_colors),
        "filled": _permille(int((after > 0).sum()), after.size),
        "main color": _permille(counts[0], after.size),
        "main color kept": int(new.index(counts[0]) == old.index(max(old))),
        "second color": _permille(counts[1], after.size),
        "pieces": new_pieces,
        "pieces to the input's": _permille(new_pieces, abs(old_pieces) + 1),
        "figures": pieces_of(after > 0),
        "borders": _borders(after),
        "borders to the input's": _permille(_borders(after) + 20, _borders(before) + 20),
        "lone cells": _lone(after),
        "rows": _lines(after),
        "columns": _lines(np.ascontiguousarray(after.T)),
        "left-right symmetric": int(np.array_equal(after, after[:, ::-1])),
        "up-down symmetric": int(np.array_equal(after, after[::-1])),
    }
    return {**found, **(_changes(before, after, old_pieces) if before.shape == after.shape else {})}


def _changes(before: Array, after: Array, pieces: int) -> Measures:
    """The measures of the cells that change."""
    changed = before != after
    count, places = int(changed.sum()), pieces_of(changed)
    return {
        "changed": _permille(count, before.size),
        "changed places": places,
        "changed places to the input's pieces": _permille(places, abs(pieces) + 1),
        "cells a changed place": _permille(count, max(1, places)),
        "erased": _permille(int((changed & (after == 0)).sum()), count),
        "added": _permille(int((changed & (before == 0)).sum()), count),
        "colors changed to": len(set(after[changed].tolist())),
        "colors changed from": len(set(before[changed].tolist())),
    }


class Plausibility:
    """What the demos span in each measure."""

    def __init__(self, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        demos = [measures_of(*pair) for pair in zip(inputs, outputs, strict=False)]
        self.tests = inputs[len(outputs) :]
        names = [name for name in demos[0] if all([name in demo for demo in demos])]
        spans = {name: [demo[name] for demo in demos] for name in names}
        self.spans = {name: (min(values), max(values)) for name, values in spans.items()}

    def oddities(self, answers: Sequence[Array]) -> dict[str, int]:
        """By measure how far the answers lie outside of what the demos span, 0 to `MOST`."""
        measured = [measures_of(*pair) for pair in zip(self.tests, answers, strict=True)]
        return {
            name: max([_outside(measures.get(name, low), low, high) for measures in measured])
            for name, (low, high) in self.spans.items()
        }


def _outside(value: int, low: int, high: int) -> int:
    """How far the value lies outside, in tenths of the span with some allowance, up to `MOST`."""
    allowance = max(high - low, (max(abs(low), abs(high)) + 7) // 8, 1)
    return min(MOST, 10 * max(0, low - value, value - high) // allowance)
