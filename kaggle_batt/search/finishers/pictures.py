"""Finisher "class": outputs that are one of few pictures, chosen by a measure of the input."""

from collections.abc import Sequence

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arrays import Array, equal
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.solutions import answers_of
from kaggle_batt.search.states import Pool

MOST_PICTURES = 4
MOST_CELLS = 100
PENALTY, BY_HEART = 10, 30  #: tenths: measures may fit by chance; those whose values never repeat always do


def pictures(group: Group) -> None:
    """Add programs that choose one of the demos' outputs by a measure of the input, where outputs repeat."""
    pool = group.pool
    if not _few_pictures(pool.outputs):
        return
    found, measures = set(), enumerate(_measures(pool))
    rules = [(len(set(values[: pool.demos])) == pool.demos, number, values) for number, values in measures]
    for by_heart, number, values in sorted(rules):
        by_value = _by_value(values, pool.outputs)
        if by_value is None or any(value not in by_value for value in values):
            continue
        answers = [by_value[value] for value in values[pool.demos :]]
        # measures that agree are mostly one measure: they are no further reason to believe an answer
        if answers_of(answers) in found:
            continue
        found.add(answers_of(answers))
        # an entry of `picture_by` is the value, the width, the cells
        rows = [(value, grid.shape[1], *grid.ravel().tolist()) for value, grid in sorted(by_value.items())]
        measure = ("nth", ("overall", pool.root.expression, 1, 1), number)
        program = ("picture_by", measure, Lit(tuple(rows)))
        group.add(program, answers, "class", BY_HEART if by_heart else PENALTY)


def _few_pictures(outputs: list[Array]) -> bool:
    """Whether few different small outputs are given, at least one of them twice."""
    different = len({(output.shape, output.tobytes()) for output in outputs})
    largest = max([output.size for output in outputs])  # single cells are left to trees
    return 1 < different <= min(MOST_PICTURES, len(outputs) - 1) and 1 < largest <= MOST_CELLS


def _measures(pool: Pool) -> list[list[int]]:
    """The value of each measure for each input."""
    overall = families()["overall"]
    pool.budget.spend(sum([overall.charge(grid.size) for grid in pool.root.grids]))
    results = zip(*overall.known(pool.root.pairs, 1, 1), strict=True)
    return [[one[1][0] for one in cells if one is not None] for cells in results]


def _by_value(values: Sequence[int], outputs: list[Array]) -> dict[int, Array] | None:
    """The output for each value; None if outputs of one value differ."""
    found = dict(zip(values, outputs, strict=False))
    return found if all(map(equal, outputs, map(found.__getitem__, values))) else None


PICTURES = Finisher("class", (Pass.GRIDS,), pictures, rate=498)
