"""States enlarged to the outputs' size: each cell stretched, or the whole grid repeated."""

from kaggle_batt.dsl.extensions import extensions
from kaggle_batt.dsl.extensions.arrays import repeat_over, stretch
from kaggle_batt.search.states import Pool, Shapes, State, by_cost, state_of

#: states resized, the cheapest first
MOST = 400
#: a grid is repeated only if it is at most this share (percent) of the output
LARGEST_SHARE = 50


def resized(pool: Pool, states: list[State]) -> list[State]:
    """New states of the size of the cheapest state that has the outputs' size, if there is one."""
    model, found = pool.model, []
    fitting: dict[Shapes, list[str]] = {}
    if model is None:
        return []
    for state in sorted(states, key=by_cost)[:MOST]:
        if pool.budget.exhausted:
            break
        pool.budget.spend(4)
        if state.shapes not in fitting:
            fitting[state.shapes] = _fitting(state.shapes, model.shapes)
        for name in fitting[state.shapes]:
            make = stretch if name == "stretched" else repeat_over
            pairs = zip(state.grids, model.shapes, strict=True)
            grids = [make(grid, *shape) for grid, shape in pairs]
            pool.budget.spend(7 * len(grids))
            cost = state.cost + model.cost // 2 + extensions()[name].cost
            made = state_of(grids, (name, state.expression, model.expression), cost, state.depth + 1, name)
            if pool.enter(made):
                found.append(made)
    return found


def _fitting(smaller: Shapes, larger: Shapes) -> list[str]:
    """The ways to bring grids of the first shapes to the second: stretched, repeated."""
    shapes = list(zip(smaller, larger, strict=True))
    if smaller == larger or any(small[0] > large[0] or small[1] > large[1] for small, large in shapes):
        return []
    found = []
    if not any(large[0] % small[0] or large[1] % small[1] for small, large in shapes):
        found.append("stretched")
    areas = [(small[0] * small[1], large[0] * large[1]) for small, large in shapes]
    if not any(100 * area > LARGEST_SHARE * room or area < 2 for area, room in areas):
        found.append("tiled_over")
    return found
