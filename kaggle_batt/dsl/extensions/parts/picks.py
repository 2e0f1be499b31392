"""Parts chosen by their properties or by how they stand to a color."""

from collections.abc import Iterator

import numpy as np

from kaggle_batt.dsl.extensions.arguments import DEEP, segmented
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results
from kaggle_batt.dsl.extensions.division import divided
from kaggle_batt.dsl.extensions.geometry import neighbours
from kaggle_batt.dsl.extensions.properties import DECISIVE, POSITION, PROPERTIES, pictures_of, properties_of
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Parts, Segmentation, owners, parts_of

_KEPT = [f"{end}_{name}" for name in PROPERTIES for end in ("most", "least")] + list(DECISIVE)
_CROPS = " ".join([f"{end}_{name}" for name in PROPERTIES for end in ("most", "least", "odd")])


@Tried(
    530,
    segmented("COLOR_4 FILLED_8 COLOR_8 EACH_COLOR EMPTY_4 FILLED_4 RECTANGLES PANELS ROWS COLUMNS"),
    deep=DEEP,
)
@family(" ".join([f"keep_{name} drop_{name}" for name in _KEPT]), cost=13, charge=(81, 14))
def part_filters(array: Array, segmentation: int) -> Results | None:
    """The grid with only the parts that have the most, the least or enough of a property, or without them."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2:
        return None
    table = np.array(properties_of(array, segmentation)).T
    most, least = table.max(1), table.min(1)
    unlike = most > least
    decisive = table[[POSITION[name] for name in DECISIVE]] > np.array([*DECISIVE.values()])[:, None]
    kept = [(table == most[:, None])[unlike], (table == least[:, None])[unlike], decisive]
    names = [name for name, differs in zip(PROPERTIES, unlike.tolist(), strict=True) if differs]
    wanted = [*[f"most_{name}" for name in names], *[f"least_{name}" for name in names], *DECISIVE]
    return _kept_or_dropped(array, segmentation, dict(zip(wanted, np.concatenate(kept), strict=True)))


def _kept_or_dropped(array: Array, segmentation: int, chosen: dict[str, Mask]) -> Results:
    """The grid with only the chosen parts, and without them; regions of 0 are drawn in color 1."""
    parts, chosen_parts = parts_of(array, segmentation), np.array([*chosen.values()])
    keeps = np.zeros((2 * len(chosen), len(parts) + 1), np.uint8)
    keeps[:, :-1] = np.concatenate([chosen_parts, ~chosen_parts])
    source = np.ones_like(array) if segmentation == Segmentation.EMPTY_4 else array
    grids = keeps.take(owners(array, parts), 1) * source.ravel()
    names = [f"{way}_{name}" for way in ("keep", "drop") for name in chosen]
    return dict(zip(names, grids.reshape(-1, *array.shape), strict=True))


def _outstanding(array: Array, segmentation: int) -> Iterator[tuple[str, list[int]]]:
    """For each property the numbers of the parts with the most, with the least, with a unique value."""
    columns = zip(*properties_of(array, segmentation), strict=True)
    for name, values in zip(PROPERTIES, columns, strict=False):
        most, least = max(values), min(values)
        if most == least:
            continue
        for end, extreme in (("most", most), ("least", least)):
            yield f"{end}_{name}", [k for k, value in enumerate(values) if value == extreme]
        if len(values) > 2:
            odd = [value for value in set(values) if values.count(value) == 1]
            if len(odd) == 1:
                yield f"odd_{name}", [values.index(odd[0])]


@Tried(
    280,
    segmented("COLOR_4 FILLED_8 PANELS COLOR_8 EACH_COLOR EMPTY_4 FILLED_4 RECTANGLES"),
    deep=DEEP,
    crops=True,
    resizes=True,
)
@family(_CROPS, cost=13, charge=(95, 47))
def part_crops(array: Array, segmentation: int) -> Results:
    """One part alone on its bounding box: the one that stands out by a property."""
    whole = segmentation in (Segmentation.EMPTY_4, Segmentation.PLAIN_4)
    parts = parts_of(array, segmentation)
    pictures = pictures_of(array, segmentation)
    return {
        name: array[parts[numbers[0]].box] if whole else parts[numbers[0]].picture
        for name, numbers in _outstanding(array, segmentation)
        if len(numbers) == 1 or len({pictures[number].key for number in numbers}) == 1
    }


@Tried(120)
@family(_CROPS, cost=13, charge=(95, 20))
def panel_spreads(array: Array) -> Results | None:
    """Each panel in the color that its cell has in the panel that stands out by a property."""
    found = divided(array)
    if found is None or not found.alike or found.parts[0].shape != found.shape:
        return None
    chosen = {name: found.parts[k[0]] for name, k in _outstanding(array, Segmentation.PANELS) if len(k) == 1}
    return {name: found.filled(panel) for name, panel in chosen.items()}


def counts_of(array: Array, parts: Parts, color: int) -> dict[str, list[int]]:
    """For each part: cells of the color in it, in its box, next to it; rows and columns it shares."""
    mask = array == color
    near = np.logical_or.reduce([mask, *neighbours(mask)])
    rows, columns = mask.any(1), mask.any(0)
    own = [int(np.count_nonzero(mask.take(part.cells))) for part in parts]
    beside = [int(np.count_nonzero(near.take(part.cells))) for part in parts]
    return {
        "own": own,
        "box": [int(np.count_nonzero(mask[part.box])) for part in parts],
        # a part of the color itself does not touch it
        "touch": [n * (k < part.size) for n, k, part in zip(beside, own, parts, strict=True)],
        "row": [int(np.count_nonzero(rows[part.top : part.bottom + 1]) > 0) for part in parts],
        "column": [int(np.count_nonzero(columns[part.left : part.right + 1]) > 0) for part in parts],
    }


_ENDS = [f"{end}_{name}" for name in ("own", "box", "touch") for end in ("most", "least")]


@Tried(
    580,
    lambda facts: [
        (way, *color)
        for color in facts.each_color()
        for way in (Segmentation.FILLED_8, Segmentation.COLOR_8, Segmentation.PANELS)
    ],
    crops=True,
)
@family(
    " ".join([f"keep_{name} drop_{name}" for name in ("own", "box", "touch", "row", "column")])
    + " "
    + " ".join([f"{end} {end}_box" for end in _ENDS]),
    cost=14,
    charge=(52, 10),
    roles=True,
)
def color_picks(array: Array, segmentation: int, color: int) -> Results | None:
    """Parts with or without the color; the one part with most or least of it, alone or with its box."""
    parts = parts_of(array, segmentation)
    if len(parts) < 2 or not np.count_nonzero(array == color):
        return None
    counts = counts_of(array, parts, color)
    chosen = {name: np.array(values) > 0 for name, values in counts.items()}
    found = _kept_or_dropped(array, segmentation, chosen)
    for end in _ENDS:
        values = counts[end.partition("_")[2]]
        extreme = max(values) if end.startswith("most") else min(values)
        if values.count(extreme) == 1:
            part = parts[values.index(extreme)]
            found[end], found[f"{end}_box"] = part.picture, array[part.box]
    return found
