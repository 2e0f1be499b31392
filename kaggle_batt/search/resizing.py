"""States enlarged to the outputs' size: each cell stretched, or the whole grid repeated."""

from __future__ import annotations

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.dsl.extensions.arrays import Array, repeat_over, stretch
from kaggle_batt.search.states import Pool, State, state_of

#: states resized, the cheapest first
MOST = 400
#: a grid is repeated only if it is at most this share (percent) of the output
LARGEST_SHARE = 50


def resized(pool: Pool, states: list[State]) -> list[State]:
    """New states of the size of the cheapest state that has the outputs' size, if there is one."""
    model, found = pool.model, []
    if model is None:
        return []
    for state in sorted(states, key=lambda one: one.cost)[:MOST]:
        if pool.budget.exhausted:
            break
        for name in ("stretched", "tiled_over"):
            pool.budget.spend(2)
            grids = _grids(name, state, model)
            if grids is None:
                continue
            pool.budget.spend(7 * len(grids))
            cost = state.cost + model.cost // 2 + extensions()[name].cost
            made = state_of(grids, (name, state.expression, model.expression), cost, state.depth + 1, name)
            if pool.enter(made):
                found.append(made)
    return found


def _grids(name: str, state: State, model: State) -> tuple[Array, ...] | None:
    """The state's grids stretched or repeated to the model's shapes; None where one of them does not fit."""
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
    return tuple([make(grid, *large) for grid, large in zip(state.grids, model.shapes, strict=True)])
