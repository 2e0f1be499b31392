"""States brought to the outputs' size: cells enlarged, or the grid repeated, to the size of another state."""

from __future__ import annotations

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.dsl.extensions.arrays import Array, repeat_over, stretch
from kaggle_batt.search.states import Pool, State

#: states taken, the cheapest first
MOST = 400
#: a grid is repeated only if it is at most this share (percent) of the output
LARGEST_SHARE = 50


def resized(pool: Pool, states: list[State]) -> list[State]:
    """New states of the size of the cheapest state that has the outputs' size, if there is one."""
    model, found = pool.model, []
    if model is None:
        return []
    for state in sorted(states, key=lambda one: one.cost)[:MOST]:
        if pool.meter.over:
            break
        for name in ("stretched", "tiled_over"):
            pool.meter.spend(4)
            grids = _made(name, state, model)
            if grids is None:
                continue
            pool.meter.spend(12 * len(grids))
            cost = state.cost + model.cost // 2 + extensions()[name].cost
            made = State(grids, (name, state.expression, model.expression), cost, state.depth + 1, name)
            if pool.enter(made):
                found.append(made)
    return found


def _made(name: str, state: State, model: State) -> tuple[Array, ...] | None:
    """The state's grids enlarged or repeated; None where that makes no sense for one of them."""
    shapes = list(zip(state.shapes, model.shapes, strict=True))
    if any(small[0] > large[0] or small[1] > large[1] for small, large in shapes):
        return None
    if all(small == large for small, large in shapes):
        return None
    if name == "stretched":
        if any(large[0] % small[0] or large[1] % small[1] for small, large in shapes):
            return None
    elif any(100 * s[0] * s[1] > LARGEST_SHARE * big[0] * big[1] or s[0] * s[1] < 2 for s, big in shapes):
        return None
    make = stretch if name == "stretched" else repeat_over
    return tuple(
        [make(grid, large[0], large[1]) for grid, large in zip(state.grids, model.shapes, strict=True)]
    )
