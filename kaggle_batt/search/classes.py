"""Finisher for outputs that are one of few pictures, whichever a measure of the input says."""

from __future__ import annotations

from collections.abc import Sequence

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Table
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.states import Pool

MOST_PICTURES = 4
MOST_CELLS = 100
#: tenths: one of many measures may tell few pictures apart by chance
DOUBT = 10


def classes(pool: Pool, finds: Finds) -> None:
    """Programs that choose one of the demos' outputs by a measure of the input, where outputs come again."""
    keys = [(output.shape, output.tobytes()) for output in pool.outputs]
    if not 1 < len(set(keys)) <= min(MOST_PICTURES, len(keys) - 1):
        return
    sizes = [output.size for output in pool.outputs]
    # single cells are left to trees
    if not 1 < max(sizes) <= MOST_CELLS:
        return
    family = families()["overall"]
    results = []
    for grid in pool.root.grids:
        pool.meter.spend(family.charge(grid.size))
        results.append(family.arrays(grid, 1, 1))
    found: set[bytes] = set()
    for number in range(len(family.names)):
        values = [int(result[number][0, 0]) for result in results]  # type: ignore[index]
        pictures = _pictures(values, pool.outputs)
        if pictures is None or any(value not in pictures for value in values):
            continue
        rows = tuple([_row(value, picture) for value, picture in sorted(pictures.items())])
        measure = ("nth", ("overall", pool.root.expression, 1, 1), number)
        answers = [pictures[value] for value in values[pool.demos :]]
        # measures that agree are mostly one measure: they are no further reason to believe an answer
        told = b"/".join([answer.tobytes() for answer in answers])
        if told in found:
            continue
        found.add(told)
        finds.add(("picture_by", measure, Table(rows)), answers, DOUBT, "class")


def _pictures(values: Sequence[int], outputs: list[Array]) -> dict[int, Array] | None:
    """The output for each value; None if outputs of one value differ."""
    found: dict[int, Array] = {}
    for value, output in zip(values, outputs, strict=False):
        known = found.setdefault(value, output)
        if known.shape != output.shape or (known != output).any():
            return None
    return found


def _row(value: int, picture: Array) -> tuple[int, ...]:
    """The picture as an entry of `picture_by`."""
    cells: list[int] = picture.ravel().tolist()
    return (value, picture.shape[1], *cells)
