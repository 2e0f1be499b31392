"""Finishers by lookup: the output as a function of the color of one layer, or of two."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.search.expression import Table
from kaggle_batt.search.finds import Finds
from kaggle_batt.search.sheet import NO_CELL, Layer, Sheet, count

#: doubt (tenths) for each color or pair of colors that only the test has
UNSEEN = 12
#: pairs of demo cells of unlike outputs by which pairs of layers are sieved
PAIRS = 512
MOST_CHANGES = 8


def color_maps(sheet: Sheet, layers: list[Layer], finds: Finds, doubt: int) -> None:
    """Every layer of which the output is a function, as `recolor_by` (or as it is)."""
    if not layers:
        return
    starts = np.cumsum([0] + [len(layer.rows) for layer in layers])
    rows = np.concatenate([layer.rows for layer in layers])[:, : sheet.words]
    sheet.meter.spend(60 + rows.size * len(sheet.colors) // 300)
    shares = np.stack([count(rows & wanted) for wanted in sheet.wanted], 1)
    pure = shares.max(1) == shares.sum(1)
    fits = np.logical_and.reduceat(pure, starts[:-1])
    targets = np.array(sheet.colors, np.uint8)[shares.argmax(1)]
    for number in fits.nonzero()[0].tolist():
        layer = layers[number]
        if len(layer.values) >= 12:
            continue
        first, last = int(starts[number]), int(starts[number + 1])
        seen = shares[first:last].sum(1) > 0
        _add_map(sheet, layer, seen, targets[first:last], finds, doubt)


def _add_map(sheet: Sheet, layer: Layer, seen: Array, targets: Array, finds: Finds, doubt: int) -> None:
    pairs = [
        (int(value), int(target))
        for value, target, known in zip(layer.values, targets, seen, strict=True)
        if known and value != target
    ]
    unseen = int((~seen).sum())
    lookup = np.arange(256, dtype=np.uint8)
    for source, target in pairs:
        lookup[source] = target
    expression = ("recolor_by", layer.expression, Table(tuple(pairs))) if pairs else layer.expression
    worry = doubt + (UNSEEN * unseen if pairs else 0)
    kind = "map" if pairs else "direct"
    finds.add(expression, sheet.answers(lookup[layer.vector]), worry, kind)


def _conflicts(sheet: Sheet) -> tuple[Array, Array]:
    """Pairs of demo cells with unlike outputs, spread evenly over the colors and the cells."""
    target = sheet.target[: sheet.demo_cells]
    places = [np.flatnonzero(target == color) for color in sheet.colors]
    first, second = [], []
    state = 12345
    combos = [(a, b) for a in range(len(places)) for b in range(a)]
    for k in range(PAIRS):
        a, b = combos[k % len(combos)]
        state = (state * 1103515245 + 12345) % (1 << 31)
        first.append(places[a][(state >> 8) % len(places[a])])
        state = (state * 1103515245 + 12345) % (1 << 31)
        second.append(places[b][(state >> 8) % len(places[b])])
    return np.array(first), np.array(second)


def distinct(layers: list[Layer], most: int) -> list[Layer]:
    """The first layers of each partition of the demo cells, at most so many, cheapest first."""
    found, seen = [], set()
    for layer in sorted(layers, key=lambda one: one.cost):
        key = b"".join(sorted([row.tobytes() for row in layer.rows]))
        if key not in seen and len(layer.values) > 1:
            seen.add(key)
            found.append(layer)
            if len(found) == most:
                break
    return found


def pair_tables(sheet: Sheet, layers: list[Layer], finds: Finds, doubt: int, most: int = 60) -> None:
    """Every two layers of which the output is a function, cheapest first, as `combine_by`."""
    if len(sheet.colors) < 2 or len(layers) < 2:
        return
    chosen = sorted(layers, key=lambda one: one.cost)
    first, second = _conflicts(sheet)
    vectors = np.stack([layer.vector for layer in chosen])
    sheet.meter.spend(200 + len(chosen) * (PAIRS // 64) + len(chosen) ** 2 // 32)
    apart = sheet.bits(vectors[:, first] != vectors[:, second])
    wanted = np.full(apart.shape[1], ~np.uint64(0))
    fits: list[tuple[int, int, int]] = []
    for number in range(1, len(chosen)):
        both = apart[:number] | apart[number]
        for other in (both == wanted).all(1).nonzero()[0].tolist():
            fits.append((chosen[number].cost + chosen[other].cost, number, other))
    fits.sort()
    for _, number, other in fits[: 4 * most]:
        if most <= 0 or sheet.meter.over:
            break
        sheet.meter.spend(150 + sheet.demo_cells // 8)
        most -= _try_pair(sheet, chosen[number], chosen[other], finds, doubt)


def _try_pair(sheet: Sheet, one: Layer, two: Layer, finds: Finds, doubt: int) -> int:
    """1 if the output is a function of both layers and the table is small, else 0."""
    codes = one.vector.astype(np.int64) * 256 + two.vector
    demo, target = codes[: sheet.demo_cells], sheet.target[: sheet.demo_cells]
    both = np.unique(demo * 256 + target)
    keys = both // 256
    if (keys[1:] == keys[:-1]).any():
        return 0
    table = dict(zip(keys.tolist(), (both % 256).tolist(), strict=True))
    changes = [sum([key // 256 != out for key, out in table.items()])]
    changes.append(sum([key % 256 != out for key, out in table.items()]))
    swap = changes[1] < changes[0]
    if min(changes) > MOST_CHANGES:
        return 0
    upper, lower = (two, one) if swap else (one, two)
    entries = [(k % 256, k // 256, out) if swap else (k // 256, k % 256, out) for k, out in table.items()]
    rows = tuple(sorted([entry for entry in entries if entry[0] != entry[2]]))
    lookup = np.repeat(np.arange(256, dtype=np.uint8), 256)
    for above, below, out in rows:
        lookup[above * 256 + below] = out
    test = codes[sheet.start :]
    unseen = len(set(test[test != NO_CELL * 257].tolist()) - set(table))
    vector = lookup[upper.vector.astype(np.int64) * 256 + lower.vector]
    expression = ("combine_by", upper.expression, lower.expression, Table(rows))
    finds.add(expression, sheet.answers(vector), doubt + UNSEEN * unseen, "pair")
    return 1
