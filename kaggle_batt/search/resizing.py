"""States enlarged to the outputs' size: each cell stretched, or the whole grid repeated."""

from functools import lru_cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.dsl.extensions.arrays import numbered, repeat_over, stretch
from kaggle_batt.search.states import Pool, Shapes, State, by_cost

MOST = 400  #: states resized, the cheapest first
LARGEST_SHARE = 50  #: a grid is repeated only if it is at most this share (percent) of the output


def resized(pool: Pool, states: list[State]) -> list[State]:
    """New states of the size of the cheapest state that has the outputs' size, if there is one."""
    model, found = pool.model, []
    if model is None:
        return []
    for state in sorted(states, key=by_cost)[:MOST]:
        if pool.budget.exhausted:
            break
        pool.budget.spend(2)
        for name, places in _fitting(state.shapes, model.shapes).items():
            pool.budget.spend(2 * len(model.shapes))
            data = np.frombuffer(state.data, np.uint8).take(places).tobytes()
            cost = state.cost + model.cost // 2 + extensions()[name].cost
            expression = (name, state.expression, model.expression)
            made = State(model.shapes, data, expression, cost, state.depth + 1, name)
            if pool.enter(made):
                found.append(made)
    return found


@lru_cache(maxsize=64)
def _fitting(smaller: Shapes, larger: Shapes) -> dict[str, Any]:
    """The ways to enlarge grids of the first shapes to the second: for each cell the one that it copies."""
    shapes = list(zip(smaller, larger, strict=True))
    if smaller == larger or any(small[0] > large[0] or small[1] > large[1] for small, large in shapes):
        return {}
    ways = {}
    if not any(large[0] % small[0] or large[1] % small[1] for small, large in shapes):
        ways["stretched"] = stretch
    areas = [(small[0] * small[1], large[0] * large[1]) for small, large in shapes]
    if not any(100 * area > LARGEST_SHARE * room or area < 2 for area, room in areas):
        ways["tiled_over"] = repeat_over
    numbers = list(zip(numbered(smaller), larger, strict=True))
    return {
        name: np.concatenate([make(cells, *large).ravel() for cells, large in numbers])
        for name, make in ways.items()
    }
