"""Families of lines that go on as another line does, in their own colors or in its sequence."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, once
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family


def _completed(array: Array) -> Array | None:
    """Every row begun gone on with the pattern of the first full row, each of its colors exchanged."""
    filled = (array > 0).sum(1)
    full = np.flatnonzero(filled == array.shape[1])
    begun = np.flatnonzero((filled > 0) & (filled < array.shape[1])).tolist()
    if not len(full) or not begun or (array[full[0]] == array[full[0], 0]).all():
        return None
    model, result = array[full[0]], array.copy()
    for number in begun:
        row = result[number]
        known = row > 0
        table = np.zeros(256, np.uint8)
        table[model[known]] = row[known]
        # a color that stands for two would leave the row's own cells wrong
        if (table[model][known] == row[known]).all():
            row[~known] = table[model][~known]
    return result


def _in_sequence(array: Array) -> Array | None:
    """The empty rows at the end each in one color of the first row, from left to right, again and again."""
    filled = np.flatnonzero(array.any(1))
    if not len(filled) or filled[-1] + 1 == array.shape[0] or not array[0].all():
        return None
    first, result = int(filled[-1]) + 1, array.copy()
    places = np.arange(array.shape[0] - first) % array.shape[1]
    result[first:] = array[0][places][:, None]
    return result


@family("rows columns sequence_down sequence_right", cost=13, charge=(42, 2), tried=Tried(620, once))
def analogies(array: Array) -> Results | None:
    """Rows, columns gone on as the first full one is; empty ones at the end colored as the first one says."""
    down, right = _in_sequence(array), _in_sequence(array.T)
    columns = _completed(array.T)
    return {
        "rows": _completed(array),
        "columns": None if columns is None else columns.T,
        "sequence_down": down,
        "sequence_right": None if right is None else right.T,
    }
