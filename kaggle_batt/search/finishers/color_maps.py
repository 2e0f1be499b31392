"""Finisher "map": the output cell as a function of the color of one state."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask
from kaggle_batt.search.expression import LiteralTable
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.sheet import Layer, lookup_of

#: penalty (tenths) for each color, or pair of colors, that only the test has
UNSEEN = 12


def color_maps(group: Group) -> None:
    """Add every layer of which the output is a function, as it is or as `recolor_by`."""
    sheet, layers = group.sheet, group.layers
    starts = np.cumsum([0] + [len(layer.rows) for layer in layers])
    rows = np.concatenate([layer.rows for layer in layers])[:, : sheet.words]
    sheet.budget.spend(60 + rows.size * len(sheet.colors) // 300)
    shares = sheet.shares(rows)
    pure = shares.max(1) == shares.sum(1)
    fits = np.logical_and.reduceat(pure, starts[:-1])
    targets = np.array(sheet.colors, np.uint8)[shares.argmax(1)]
    for number in fits.nonzero()[0].tolist():
        if len(layers[number].values) < 12:
            own = slice(starts[number], starts[number + 1])
            _add(group, layers[number], shares[own].sum(1) > 0, targets[own])


def _add(group: Group, layer: Layer, seen: Mask, targets: Array) -> None:
    """Add the layer with its values mapped to the targets, where the demos have these values."""
    pairs = [
        (int(value), int(target))
        for value, target, known in zip(layer.values, targets, seen, strict=True)
        if known and value != target
    ]
    if pairs:
        expression = ("recolor_by", layer.expression, LiteralTable(tuple(pairs)))
        penalty = UNSEEN * int((~seen).sum())
        group.add_cells(expression, lookup_of(pairs)[layer.vector], "map", penalty)
    else:
        group.add_cells(layer.expression, layer.vector, "direct")


COLOR_MAPS = Finisher("map", (Pass.TABLES, Pass.STAGE, Pass.ALL), color_maps)
