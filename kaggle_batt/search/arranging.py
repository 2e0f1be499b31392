"""Finisher by arrangement: outputs that are a state repeated, each copy turned or mirrored its own way."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array
from kaggle_batt.dsl.extensions.combining.positions import BLANK, arranged, moved
from kaggle_batt.search.expression import Expression, Table
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.states import Pool, State

MOST_BLOCKS = 36


def arrangements(pool: Pool, states: Iterable[State], finds: Finds) -> None:
    """Every state of which the outputs are an arrangement."""
    for state in states:
        ratio = _ratio(pool, state)
        if ratio is None or pool.meter.over:
            continue
        pool.meter.spend(100 + 12 * ratio[0] * ratio[1])
        table = _table(pool, state, *ratio)
        if table is None:
            continue
        tests = state.grids[pool.demos :]
        square = all(grid.shape[0] == grid.shape[1] for grid in tests)
        if not square and any(p & 1 for row in table for p in row if p != BLANK):
            continue
        answers = [arranged(grid, table) for grid in tests]
        finds.add(("arrange", state.expression, Table(table)), answers, 0, "arrange")


def _ratio(pool: Pool, state: State) -> tuple[int, int] | None:
    """How often the state's grids fit in the outputs, if equally often in all and more than once."""
    ratios = set()
    for grid, output in zip(state.grids, pool.outputs, strict=False):
        if output.shape[0] % grid.shape[0] or output.shape[1] % grid.shape[1]:
            return None
        ratios.add((output.shape[0] // grid.shape[0], output.shape[1] // grid.shape[1]))
    down, right = min(ratios)
    tests_fit = all(
        grid.shape[0] * down <= LARGEST and grid.shape[1] * right <= LARGEST
        for grid in state.grids[pool.demos :]
    )
    return (down, right) if len(ratios) == 1 and 1 < down * right <= MOST_BLOCKS and tests_fit else None


def _table(pool: Pool, state: State, down: int, right: int) -> tuple[tuple[int, ...], ...] | None:
    """For each block the lowest position that is right in all demos; None if one has none."""
    grids = state.grids[: pool.demos]
    if all(int(grid.max()) == 0 for grid in grids) or state.cells < len(state.grids) * 2:
        return None
    square = all(grid.shape[0] == grid.shape[1] for grid in grids)
    positions = [p for p in range(8) if square or not p & 1]
    views = {p: [moved(grid, p) for grid in grids] for p in positions}
    views[BLANK] = [np.zeros_like(grid) for grid in grids]
    table = []
    for row in range(down):
        entries = []
        for column in range(right):
            blocks = [_block(o, g, row, column) for o, g in zip(pool.outputs, grids, strict=True)]
            fits = (p for p, seen in views.items() if all(map(np.array_equal, seen, blocks)))
            position = next(fits, None)
            if position is None:
                return None
            entries.append(position)
        table.append(tuple(entries))
    return tuple(table)


def _block(output: Array, grid: Array, row: int, column: int) -> Array:
    height, width = grid.shape
    return output[row * height : (row + 1) * height, column * width : (column + 1) * width]


#: how many blocks down and right an output may be cut into
CUTS = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (3, 3), (1, 4), (4, 1), (2, 3), (3, 2))


def concatenations(pool: Pool, states: Iterable[State], finds: Finds) -> None:
    """Outputs of which every block, cut evenly, is some state: these side by side and below each other."""
    known: dict[bytes, State] = {}
    for state in states:
        known.setdefault(_key(list(state.grids[: pool.demos])), state)
    pool.meter.spend(3 * len(known))
    for down, right in CUTS:
        if any(o.shape[0] % down or o.shape[1] % right for o in pool.outputs) or pool.meter.over:
            continue
        pool.meter.spend(40 * down * right)
        chosen = [[known.get(_key(_cut(pool, down, right, y, x))) for x in range(right)] for y in range(down)]
        rows = [[state for state in row if state is not None] for row in chosen]
        if sum(map(len, rows)) == down * right:
            _add_blocks(pool, rows, finds)


def _key(grids: list[Array]) -> bytes:
    return b"/".join([bytes(grid.shape) + grid.tobytes() for grid in grids])


def _cut(pool: Pool, down: int, right: int, row: int, column: int) -> list[Array]:
    """One block of each demo output."""
    found = []
    for output in pool.outputs:
        height, width = output.shape[0] // down, output.shape[1] // right
        found.append(output[row * height : (row + 1) * height, column * width : (column + 1) * width])
    return found


def _add_blocks(pool: Pool, rows: list[list[State]], finds: Finds) -> None:
    """Take in the blocks as `hconcat` and `vconcat`, where the test grids fit together too."""
    answers = []
    for test in range(pool.demos, len(pool.root.grids)):
        try:
            lines = [np.concatenate([state.grids[test] for state in row], 1) for row in rows]
            answers.append(np.concatenate(lines, 0))
        except ValueError:
            return
    expressions: list[Expression] = []
    for row in rows:
        expressions.append(_folded("hconcat", [state.expression for state in row]))
    finds.add(_folded("vconcat", expressions), answers, 0, "concat")


def _folded(name: str, expressions: list[Expression]) -> Expression:
    """The expressions joined two by two from the left."""
    joined = expressions[0]
    for expression in expressions[1:]:
        joined = (name, joined, expression)
    return joined
