"""Plausibility: whether an answer is to its input as the demos' outputs are to theirs.

Measures of a pair of grids, such as the places changed or the pieces of the output, are odd where they lie
outside of what the demos span. Their weights (tenths of score per hundred units) stand in `weights.json`,
fitted by `benchmarks/fit_ranking.py` on tasks with known answers. All are integers, exact on every machine.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, by_cells, tallies
from kaggle_batt.search.priority import contains

#: by measure, in tenths of score per hundred units of oddity
WEIGHTS: dict[str, int] = json.loads(Path(__file__).with_name("weights.json").read_text())
MOST = 30  #: oddity is counted in tenths of the demos' span, up to this


def _permille(part: int, whole: int) -> int:
    return 1000 * part // max(1, whole)


def pieces_of(grid: Array | Mask) -> int:
    """The pieces of one color but 0, each hole counted as one less: cells - adjacent pairs + full blocks."""
    colored = grid > 0
    right, down = (grid[:, 1:] == grid[:, :-1]) & colored[:, 1:], (grid[1:] == grid[:-1]) & colored[1:]
    blocks = right[:-1] & right[1:] & down[:, :-1] & down[:, 1:]
    cells, across, below, full = map(np.count_nonzero, (colored, right, down, blocks))
    return int(cells - across - below + full)


def measures_of(before: Array, after: Array) -> dict[str, int]:
    old, new, pieces = tallies(before), tallies(after), abs(pieces_of(before)) + 1
    found = {
        "lost colors": sum([was > 0 and now == 0 for was, now in zip(old, new, strict=True)]),
        "main color": _permille(max(new), after.size),
        "filled to the input's": _permille(sum(new[1:]), sum(old[1:])),
        "pieces to the input's": _permille(pieces_of(after), pieces),
    }
    if before.shape != after.shape:
        grid, part = [(one.shape, one.tobytes()) for one in (before, after)]
        return found | {"part of the input": int(contains(grid, part, Counter(part[1])))}
    changed = before != after
    places = pieces_of(changed)
    found["changed places to the input's pieces"] = _permille(places, pieces)
    found["cells a changed place"] = _permille(int(np.count_nonzero(changed)), places)
    return found


class Plausibility:
    """What the demos span in each measure."""

    def __init__(self, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
        demos = [measures_of(before, after) for before, after in zip(inputs, outputs, strict=False)]
        #: for each test; many sets of answers share the answer of one
        self.measures = [by_cells(1000)(partial(measures_of, one)) for one in inputs[len(outputs) :]]
        names = [name for name in demos[0] if all([name in demo for demo in demos])]
        spans = {name: [demo[name] for demo in demos] for name in names}
        self.spans = {name: (min(values), max(values)) for name, values in spans.items()}

    def oddities(self, answers: Sequence[Array]) -> dict[str, int]:
        """By measure how far the answers lie outside of what the demos span, 0 to `MOST`, on average."""
        measured = [measures(answer) for measures, answer in zip(self.measures, answers, strict=True)]
        return {
            name: sum([_outside(one.get(name, low), low, high) for one in measured]) // len(measured)
            for name, (low, high) in self.spans.items()
        }


def _outside(value: int, low: int, high: int) -> int:
    """How far the value lies outside, in tenths of the span with some allowance, up to `MOST`."""
    allowance = max(high - low, (max(abs(low), abs(high)) + 7) // 8, 1)
    return min(MOST, 10 * max(0, low - value, value - high) // allowance)


def weighed(oddities: Mapping[str, int]) -> int:
    """Tenths that the oddities add to a score."""
    return sum([WEIGHTS.get(name, 0) * value for name, value in oddities.items()]) // 100
