"""Finishers of outputs cut evenly into blocks: turned copies of one state, or several states."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array, equal
from kaggle_batt.dsl.extensions.combining.positions import BLANK, arranged, moved
from kaggle_batt.dsl.extensions.registry import Cells
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.solutions import answers_of
from kaggle_batt.search.states import Pool, State, by_cost

MOST_BLOCKS = 36
CUTS = ((1, 2), (2, 1), (2, 2), (1, 3), (3, 1), (3, 3), (1, 4), (4, 1), (2, 3), (3, 2))  #: down, right
POSITIONS = range(8)  #: the positions that exchange height and width are the odd ones


def arrangements(group: Group) -> None:
    """Add every state of which the outputs are an arrangement."""
    pool = group.pool
    for state in group.states:
        ratio = _ratio(pool, state)
        if ratio is None or pool.budget.exhausted:
            continue
        pool.budget.spend(100 + 12 * ratio[0] * ratio[1])
        table = _table(pool, state, *ratio)
        if table is None:
            continue
        tests = state.grids[pool.demos :]
        if not _square(tests) and any(p & 1 for row in table for p in row if p != BLANK):
            continue
        answers = [arranged(grid, table) for grid in tests]
        inputs = pool.root.shapes[pool.demos :]
        if pool.same and any(one.shape != shape for one, shape in zip(answers, inputs, strict=True)):
            continue
        group.add(("arrange", state.expression, Lit(table)), answers, "arrange")


def _square(grids: tuple[Array, ...]) -> bool:
    return all(grid.shape[0] == grid.shape[1] for grid in grids)


def _ratio(pool: Pool, state: State) -> tuple[int, int] | None:
    """How often the state's grids fit in the outputs, if equally often in all and more than once."""
    ratios = set()
    for (height, width), output in zip(state.shapes, pool.shapes, strict=False):
        if output[0] % height or output[1] % width:
            return None
        ratios.add((output[0] // height, output[1] // width))
    down, right = min(ratios)
    tests = state.shapes[pool.demos :]
    tests_fit = all(max(height * down, width * right) <= LARGEST for height, width in tests)
    return (down, right) if len(ratios) == 1 and 1 < down * right <= MOST_BLOCKS and tests_fit else None


def _table(pool: Pool, state: State, down: int, right: int) -> tuple[tuple[int, ...], ...] | None:
    """For each block the lowest position that is right in all demos; None if one has none."""
    grids = state.grids[: pool.demos]
    if all(int(grid.max()) == 0 for grid in grids) or len(state.data) < len(state.grids) * 2:
        return None
    square = _square(grids)
    views = {p: [moved(grid, p) for grid in grids] for p in POSITIONS if square or not p & 1}
    views[BLANK] = [np.zeros(grid.shape, np.uint8) for grid in grids]
    table: list[tuple[int, ...]] = []
    for row in _blocks(pool, down, right):
        entries = []
        for blocks in row:
            position = next((p for p, seen in views.items() if all(map(equal, seen, blocks))), None)
            if position is None:
                return None
            entries.append(position)
        table.append(tuple(entries))
    return tuple(table)


def _blocks(pool: Pool, down: int, right: int) -> Iterator[list[list[Array]]]:
    """The rows of blocks of all demo outputs: for each block its grid in each demo."""
    rows = [np.split(output, down) for output in pool.outputs]
    for row in zip(*rows, strict=True):
        columns = [np.split(part, right, 1) for part in row]
        yield list(map(list, zip(*columns, strict=True)))


def concatenations(group: Group) -> None:
    """Add states side by side and below each other, where they make the outputs."""
    pool = group.pool
    if pool.same:
        return
    known: dict[bytes, State] = {}
    for state in sorted(group.states, key=by_cost):
        known.setdefault(_key(state.pairs[: pool.demos]), state)
    pool.budget.spend(3 * len(known))
    for down, right in CUTS:
        if any(o.shape[0] % down or o.shape[1] % right for o in pool.outputs) or pool.budget.exhausted:
            continue
        pool.budget.spend(40 * down * right)
        keys = [[_key(answers_of(blocks)) for blocks in row] for row in _blocks(pool, down, right)]
        if all(key in known for row in keys for key in row):
            _concatenate(group, [[known[key] for key in row] for row in keys])


def _key(grids: Sequence[Cells]) -> bytes:
    return b"/".join([bytes(shape) + data for shape, data in grids])


def _concatenate(group: Group, rows: list[list[State]]) -> None:
    """Add the states as `hconcat` and `vconcat`, where the test grids fit together too."""
    answers = []
    for test in range(group.pool.demos, len(group.pool.root.grids)):
        try:
            lines = [np.concatenate([state.grids[test] for state in row], 1) for row in rows]
            answers.append(np.concatenate(lines, 0))
        except ValueError:
            return
    expressions = [_joined("hconcat", [state.expression for state in row]) for row in rows]
    group.add(_joined("vconcat", expressions), answers, "concat")


def _joined(name: str, expressions: list[Expression]) -> Expression:
    """The expressions joined two by two from the left."""
    return reduce(lambda left, right: (name, left, right), expressions)


ARRANGE = Finisher("arrange", (Pass.GRIDS, Pass.CHILDREN), arrangements, rate=90)
CONCATENATE = Finisher("concat", (Pass.GRIDS,), concatenations, rate=199)
