"""Families of pictures copied to single cells that look like one of theirs."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each_ink
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.motions import turns
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.relations import stamped
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_MARKS = 20
_VIEWS = ("plain", *turns.names)


def _models(array: Array, color: int) -> tuple[list[Part], list[Part]]:
    """The parts that have the color in one cell beside other colors; the single cells of it."""
    parts = parts_of(array, 3)
    marks = [part for part in parts if part.size == 1 and part.color == color]
    models = [part for part in parts if part.size > 1 and int((part.picture == color).sum()) == 1]
    return models, marks


@family(" ".join(_VIEWS), cost=14, charge=(10, 2), tried=Tried(710, each_ink))
def copied(array: Array, color: int) -> Results | None:
    """The part with one cell of the color drawn around every single cell of it, in each of its positions; the
    grid as it is where there is none."""
    models, marks = _models(array, color)
    if len(models) != 1 or not 0 < len(marks) <= MOST_MARKS or not color:
        return dict.fromkeys(_VIEWS, array)
    picture = models[0].picture
    views = [picture, *turns.arrays(picture)]
    found: Results = {}
    for name, view in zip(_VIEWS, views, strict=True):
        if view is not None:
            row, column = np.argwhere(view == color)[0].tolist()
            found[name] = stamped(array, view, marks, (row, column), False)
    return found
