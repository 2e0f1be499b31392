"""Features: layers that say of each cell of a state what surrounds it, where it lies, what part it is of."""

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arguments import played_roles
from kaggle_batt.dsl.extensions.arrays import tallies
from kaggle_batt.dsl.extensions.registry import Family
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.finisher import Group, Pass, Workspace
from kaggle_batt.search.finishers.sheet import Layer, Sheet
from kaggle_batt.search.states import State

Call = tuple[str, tuple[int, ...]]
Result = tuple[bytes, tuple[Expression, int, bool, str]]  #: cells; what a layer of them is made with
FEATURES: tuple[Call, ...] = (  #: families that give the features of a state, with arguments, in order
    ("neighbour_features", ()), ("part_features", (0,)), ("part_features", (1,)), ("part_features", (3,)),
    ("part_features", (5,)), ("place_features", ()), ("panel_features", ()), ("nearest_features", ()),
)  # fmt: skip
MOST_COLORS = 8  #: colors, also by role, that have features of their own
CHOICE_COST = 2  #: tenths: the choice of a result
CODE_COST = 6  #: tenths: more for a code than for a measure, as it distinguishes any parts
KEPT = 3  #: states whose features are kept


def features_of(group: Group) -> list[Layer]:
    """The features of the group's state, or of its cheapest state where that one has other shapes.

    In the full pass also the input's measures, where all outputs have one other size. Empty for an unlikely
    size.
    """
    if not group.likely:
        return []
    sheet, workspace = group.sheet, group.workspace
    state = group.about if group.about.shapes == sheet.shapes else group.states[0]
    if state not in workspace.features:
        kept = dict(list(workspace.features.items())[: KEPT - 1])
        workspace.features = {state: _made(workspace, sheet, state), **kept}
    found = workspace.features[state]
    if group.at is Pass.ALL and sheet.shapes != group.pool.root.shapes and len(set(sheet.shapes)) == 1:
        found = found + sheet.layers(_results(families()["overall"], group.pool.root, sheet.shapes[0]))
    return found


def _colors(workspace: Workspace) -> list[int]:
    """The colors that most inputs have, roles of others."""
    grids = workspace.pool.root.grids
    counts = (np.array([tallies(grid) for grid in grids]) > 0).sum(0)
    colors = np.flatnonzero(5 * counts >= 3 * len(grids)).tolist()
    return [*colors, *played_roles(grids)][:MOST_COLORS]


def _made(workspace: Workspace, sheet: Sheet, state: State) -> list[Layer]:
    """The feature layers of a state, as far as the budget reaches."""
    results: list[Result] = []
    budget = workspace.pool.budget
    calls: list[Call] = [*FEATURES, *[("color_features", (color,)) for color in workspace.once(_colors)]]
    calls += [("overall", (0, 0))] if state is workspace.pool.root else []
    for name, args in calls:
        if budget.exhausted:
            break
        family = families()[name]
        budget.spend(sum([family.charge(height * width) for height, width in state.shapes]))
        made = _results(family, state, args)
        budget.spend(len(made) * (14 + sheet.length // 60))
        results += made
    return sheet.layers(results)


def _results(family: Family, state: State, args: tuple[int, ...]) -> list[Result]:
    """A family's results that exist for all grids."""
    made = list(family.known(state.pairs, *args))
    found, called = [], (family.name, state.expression, *args)
    for number, (name, grids) in enumerate(zip(family.names, zip(*made, strict=True), strict=True)):
        if None in grids:
            continue
        code = name.endswith("_code")  # of a code only equality says anything
        cost = state.cost // 2 + family.cost + CHOICE_COST + CODE_COST * code
        naming = ("nth", called, number), cost, code, name
        found.append((b"".join([data for _, data in grids]), naming))
    return found
