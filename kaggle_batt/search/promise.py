"""What a state is worth going on from: how much of the outputs it explains, or whether it contains them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.states import Pool, State

#: of a state that contains all outputs, in hundredths
CONTAINING = 60


class Promise:
    """Judges the states of one pool, each once."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.known: dict[State, int] = {}
        target = np.concatenate([output.ravel() for output in pool.outputs]).astype(np.int64)
        base = self._cells(pool.root) if pool.right(pool.root) else np.zeros(len(target), np.int64)
        self.code = (base * 16 + target) * 16
        self.least = _explained(self.code)
        self.most = len(target)
        self.tally = [np.bincount(output.ravel(), minlength=10)[:10] for output in pool.outputs]

    def _cells(self, state: State) -> Any:
        cells = np.concatenate([grid.ravel() for grid in state.grids[: self.pool.demos]])
        return np.minimum(cells, 15).astype(np.int64)

    def of(self, state: State) -> int:
        """Hundredths: of the cells that the input's colors leave open the share that this state's settle;
        of a state of another size whether it contains the outputs."""
        if state not in self.known:
            self.pool.meter.spend(25)
            self.known[state] = self._judged(state)
        return self.known[state]

    def _judged(self, state: State) -> int:
        if self.pool.right(state):
            gained = _explained(self.code + self._cells(state)) - self.least
            return 100 * gained // max(self.most - self.least, 1)
        if not self.pool.smaller:
            return 0
        pairs = zip(state.grids, self.pool.outputs, self.tally, strict=False)
        return CONTAINING if all(contains(grid, output, tally) for grid, output, tally in pairs) else 0


def _explained(code: Any) -> int:
    """Cells that are right where each pair of (base, state) colors takes its most frequent output color.

    The code of a cell is base, output, state, four bits each.
    """
    counts = np.bincount(code, minlength=4096)
    return int(counts.reshape(16, 16, 16).max(1).sum())


def contains(grid: Array, output: Array, tally: Any) -> bool:
    """Whether the output, of these color counts, is a part of the grid."""
    height, width = output.shape
    if height > grid.shape[0] or width > grid.shape[1]:
        return False
    if (np.bincount(grid.ravel(), minlength=10)[:10] < tally).any():
        return False
    windows = np.lib.stride_tricks.sliding_window_view(grid, (height, width))
    return bool((windows == output).all((2, 3)).any())
