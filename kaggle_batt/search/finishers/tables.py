"""Finishers "map" and "pair": the output cell as a function of the color of one state, or of two."""

from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask
from kaggle_batt.dsl.extensions.combining.cells import lookup_of
from kaggle_batt.programs.graph import Lit
from kaggle_batt.search.expression import Expression
from kaggle_batt.search.finishers.features import features_of
from kaggle_batt.search.finishers.finisher import Finisher, Group, Pass
from kaggle_batt.search.finishers.sheet import NO_CELL, UNLIKE, Layer, Sheet, Words, matrix_of

UNSEEN = 12  #: penalty (tenths) for each color, or pair of colors, that only the test has
MOST_TABLES = 60  #: tables added for a group, entries of a table
MOST_PAIRED = 20_000  #: pairs whose tables a sheet keeps, which bounds memory
AT_ONCE = 128  #: layers compared with all before them in one step, which bounds memory
MOST_CHANGES = 8
Addition = tuple[Expression, list[Array], str, int]  #: what a group adds


def color_maps(group: Group) -> None:
    """Add every layer of which the output is a function, as it is or as `recolor_by`; features as well."""
    sheet = group.sheet
    layers = group.layers if group.at is Pass.TABLES else group.layers + group.once(features_of)
    rows = sum([len(layer.rows) for layer in layers])
    sheet.budget.spend(60 + rows * sheet.words * len(sheet.colors) // 300)
    fit = [layer for layer in sheet.pure(layers) if len(layer.values) < 12]
    colors = np.array(sheet.colors, np.uint8)
    for layer, shares in zip(fit, sheet.shares(fit), strict=True):
        _add_map(group, layer, np.logical_or.reduce(shares, 1), colors[shares.argmax(1)])


def _add_map(group: Group, layer: Layer, seen: Mask, targets: Array) -> None:
    """Add the layer with its values mapped to the targets, where the demos have these values."""
    known = dict(zip(layer.values[seen].tolist(), targets[seen].tolist(), strict=True))
    known |= _exchanged(known, layer.values[~seen].tolist())
    pairs = sorted([pair for pair in known.items() if pair[0] != pair[1]])
    if pairs:
        expression = ("recolor_by", layer.expression, Lit(tuple(pairs)))
        penalty = UNSEEN * int(np.count_nonzero(~seen))
        group.add(expression, group.sheet.answers(lookup_of(pairs)[layer.vector]), "map", penalty)
    else:
        group.add(layer.expression, group.sheet.answers(layer.vector), "direct")


def _exchanged(known: dict[int, int], others: list[int]) -> dict[int, int]:
    """Where all known colors are exchanged in pairs, what each of the others is exchanged with, if known."""
    back = {after: before for before, after in known.items()}
    ways = [(known.get(after), before, after) for before, after in known.items()]
    in_pairs = len(back) == len(known) and all(further in (None, before) for further, before, _ in ways)
    both = any(further == before != after for further, before, after in ways)
    return {color: back[color] for color in others if color in back} if in_pairs and both else {}


def pair_tables(group: Group) -> None:
    """Add every two layers of which the output is a function, cheapest first, as `combine_by`."""
    sheet, layers = group.sheet, group.distinct
    if len(sheet.colors) < 2 or len(layers) < 2:
        return
    if len(sheet.paired) > MOST_PAIRED:
        sheet.paired.clear()
    added = 0
    for one, two in _candidates(sheet, layers, 4 * MOST_TABLES):
        if added == MOST_TABLES or sheet.budget.exhausted:
            break
        sheet.budget.spend(150 + sheet.demo_cells // 8)
        if (one, two) not in sheet.paired:
            sheet.paired[one, two] = _table_of(sheet, one, two)
        if found := sheet.paired[one, two]:
            group.add(*found)
            added += 1


def _candidates(sheet: Sheet, layers: list[Layer], most: int) -> list[tuple[Layer, Layer]]:
    """The cheapest pairs of layers that distinguish all chosen cells of unlike outputs."""
    first, second = sheet.unlike
    vectors = matrix_of(layers)
    sheet.budget.spend(200 + len(layers) * (UNLIKE // 64) + len(layers) ** 2 // 32)
    apart = sheet.bits(vectors.take(first, 1) != vectors.take(second, 1))
    together = np.ascontiguousarray(~apart.T)
    size, costs = len(layers), np.array([layer.cost for layer in layers])
    keys = [np.zeros(0, np.int64)]
    for start in range(0, size, AT_ONCE):
        numbers, others = _disjoint(together[:, start : start + AT_ONCE], together[:, : start + AT_ONCE])
        numbers += start
        # sorted by cost, then by both numbers
        fits = ((costs[numbers] + costs[others]) * size + numbers) * size + others
        keys.append(fits[others < numbers])
    cheapest = np.sort(np.concatenate(keys))[:most].tolist()
    return [(layers[key // size % size], layers[key % size]) for key in cheapest]


def _disjoint(one: Words, two: Words) -> tuple[Any, Any]:
    """The numbers of columns of `one` and of `two` that have no bit in common; each row is a word of all."""
    numbers, others = ((one[0][:, None] & two[0]) == 0).nonzero()
    for first, second in zip(one[1:], two[1:], strict=True):
        kept = first[numbers] & second[others] == 0
        numbers, others = numbers[kept], others[kept]
    return numbers, others


def _table_of(sheet: Sheet, one: Layer, two: Layer) -> Addition | None:
    """The table of a pair if the output is a function of both and the table is small."""
    codes = one.vector.astype(np.int32) * 256 + two.vector
    seen = np.sort(codes[: sheet.demo_cells] * 256 + sheet.target[: sheet.demo_cells])
    distinct = [*seen[:-1][seen[1:] != seen[:-1]].tolist(), int(seen[-1])]
    keys = {code >> 8 for code in distinct}
    if len(keys) < len(distinct):
        return None
    entries = [(code >> 16, code >> 8 & 255, code & 255) for code in distinct]
    # the layer that needs fewer changes is the base
    changes = [sum([entry[k] != entry[2] for entry in entries]) for k in (0, 1)]
    if min(changes) > MOST_CHANGES:
        return None
    upper, lower = one, two
    if changes[1] < changes[0]:
        upper, lower = two, one
        entries = [(above, below, out) for below, above, out in entries]
    rows = tuple(sorted([entry for entry in entries if entry[0] != entry[2]]))
    vector = upper.vector.copy()
    for above, below, out in rows:
        vector[codes == (above * 256 + below if upper is one else below * 256 + above)] = out
    test = codes[sheet.start :]
    unseen = len(set(test[test != NO_CELL * 257].tolist()) - keys)
    expression = ("combine_by", upper.expression, lower.expression, Lit(rows))
    return expression, sheet.answers(vector), "pair", UNSEEN * unseen


PASSES = (Pass.TABLES, Pass.STAGE, Pass.ALL)
COLOR_MAPS = Finisher("map", PASSES, color_maps, rate=33)
PAIR_TABLES = Finisher("pair", PASSES, pair_tables, rate=20)
