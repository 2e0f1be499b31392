"""Finisher "pair": the output cell as a function of the colors of two states."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import LiteralTable
from kaggle_batt.search.finishers.color_maps import UNSEEN
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.sheet import NO_CELL, Layer, Sheet

#: pairs of demo cells of unlike outputs by which pairs of layers are sieved
PAIRS = 512
#: tables added for a group, entries of a table
MOST_TABLES = 60
MOST_CHANGES = 8


def pair_tables(group: Group) -> None:
    """Add every two layers of which the output is a function, cheapest first, as `combine_by`."""
    sheet, layers = group.sheet, group.distinct
    if len(sheet.colors) < 2 or len(layers) < 2:
        return
    added = 0
    for one, two in _candidates(sheet, layers)[: 4 * MOST_TABLES]:
        if added == MOST_TABLES or sheet.budget.exhausted:
            break
        sheet.budget.spend(150 + sheet.demo_cells // 8)
        added += _try_pair(group, one, two)


def _candidates(sheet: Sheet, layers: list[Layer]) -> list[tuple[Layer, Layer]]:
    """The pairs of layers that together tell all chosen cells of unlike outputs apart, cheapest first."""
    first, second = _unlike_cells(sheet)
    vectors = np.stack([layer.vector for layer in layers])
    sheet.budget.spend(200 + len(layers) * (PAIRS // 64) + len(layers) ** 2 // 32)
    apart = sheet.bits(vectors[:, first] != vectors[:, second])
    wanted = np.full(apart.shape[1], ~np.uint64(0))
    fits: list[tuple[int, int, int]] = []
    for number in range(1, len(layers)):
        both = apart[:number] | apart[number]
        for other in (both == wanted).all(1).nonzero()[0].tolist():
            fits.append((layers[number].cost + layers[other].cost, number, other))
    return [(layers[number], layers[other]) for _, number, other in sorted(fits)]


def _unlike_cells(sheet: Sheet) -> tuple[Array, Array]:
    """Pairs of demo cells with unlike outputs, spread evenly over the colors and the cells."""
    target = sheet.target[: sheet.demo_cells]
    places = [np.flatnonzero(target == color) for color in sheet.colors]
    colors = [(a, b) for a in range(len(places)) for b in range(a)]
    chosen: tuple[list[int], list[int]] = ([], [])
    # a linear congruential generator: the same cells everywhere
    state = 12345
    for k in range(PAIRS):
        for color, cells in zip(colors[k % len(colors)], chosen, strict=True):
            state = (state * 1103515245 + 12345) % (1 << 31)
            cells.append(places[color][(state >> 8) % len(places[color])])
    return np.array(chosen[0]), np.array(chosen[1])


def _try_pair(group: Group, one: Layer, two: Layer) -> bool:
    """Add the pair if the output is a function of both and the table is small; return whether it was."""
    sheet = group.sheet
    codes = one.vector.astype(np.int64) * 256 + two.vector
    seen = np.unique(codes[: sheet.demo_cells] * 256 + sheet.target[: sheet.demo_cells])
    keys, outputs = seen // 256, (seen % 256).tolist()
    if (keys[1:] == keys[:-1]).any():
        return False
    entries = [(key // 256, key % 256, out) for key, out in zip(keys.tolist(), outputs, strict=True)]
    # the layer that needs fewer changes is the base
    changes = [sum([entry[k] != entry[2] for entry in entries]) for k in (0, 1)]
    if min(changes) > MOST_CHANGES:
        return False
    upper, lower = one, two
    if changes[1] < changes[0]:
        upper, lower = two, one
        entries = [(above, below, out) for below, above, out in entries]
    rows = tuple(sorted([entry for entry in entries if entry[0] != entry[2]]))
    lookup = np.repeat(np.arange(256, dtype=np.uint8), 256)
    for above, below, out in rows:
        lookup[above * 256 + below] = out
    test = codes[sheet.start :]
    unseen = len(set(test[test != NO_CELL * 257].tolist()) - set(keys.tolist()))
    vector = lookup[upper.vector.astype(np.int64) * 256 + lower.vector]
    expression = ("combine_by", upper.expression, lower.expression, LiteralTable(rows))
    group.add_cells(expression, vector, "pair", UNSEEN * unseen)
    return True


PAIR_TABLES = Finisher("pair", (Pass.TABLES, Pass.STAGE, Pass.ALL), pair_tables)
