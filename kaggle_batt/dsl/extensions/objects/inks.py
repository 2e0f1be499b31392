"""Colors by their role: a number in a program means a color, or a role that one plays in the grid."""

from collections.abc import Iterator

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.geometry import neighbours
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene
from kaggle_batt.dsl.extensions.segments import Part, Segmentation, parts_of

#: roles, numbered after the colors 0 to 9: as the cells are, the part's own colors, the grid's, those of
#: related parts, the color beside the own one in a legend, in a strip that at the part's number of holes or
#: in its place
AS_IS = 10
LISTED = ("by_holes", "largest_first", "smallest_first", "from_left", "from_top")
ROLES = ("as_is", "main", "second", "most", "least", *RELATIONS, "legend", *LISTED)


def ink_of(scene: Scene, number: int, ink: int) -> int | None:
    """The color meant by an ink other than `AS_IS` at that part; None where nothing plays the role."""
    if ink < AS_IS:
        return ink
    role = ROLES[ink - AS_IS]
    if role in ("main", "second"):
        color = (scene.main if role == "main" else scene.second)[number]
        return color if role == "main" or len(scene.counts[number]) > 1 else None
    if role in ("most", "least"):
        return scene.frequent[0 if role == "most" else -1] if scene.frequent else None
    if role == "legend":
        beside, cells = scene.once(_legend)
        apart = cells.isdisjoint(scene.parts[number].cells[:1].tolist())
        return beside.get(scene.main[number]) if apart else None
    if role in LISTED:
        return scene.once(_listed)[LISTED.index(role)].get(number)
    other = scene.related(role, number)
    return None if other is None else scene.main[other]


def _listed(scene: Scene) -> list[dict[int, int]]:
    """For each role of `LISTED` the colors of the parts; none without one strip of several colors."""
    strips = next(filter(None, map(_strips, _unframed(scene.array))), [])
    mask = np.zeros(scene.array.shape, bool)
    for strip in strips:
        mask[strip.box] = True
    near = np.logical_or.reduce([mask, *neighbours(mask)])
    rest = [number for number, part in enumerate(scene.parts) if not near.take(part.cells).any()]
    places = [[scene.value(number, "holes") - 1 for number in rest]]
    for measure, sign in (("size", 1), ("size", -1), ("left", -1), ("top", -1)):
        values = [sign * scene.value(number, measure) for number in rest]
        places.append([sum([other > value for other in values]) for value in values])
    colors = strips[0].picture.tobytes() if len(strips) == 1 else b""
    return [
        {k: colors[at] for k, at in zip(rest, own, strict=True) if 0 <= at < len(colors)} for own in places
    ]


def _strips(array: Array) -> list[Part]:
    """The parts a cell wide that have several colors."""
    parts = parts_of(array, Segmentation.FILLED_8)
    return [part for part in parts if min(part.picture.shape) == 1 < len(set(part.picture.tobytes()))]


def _unframed(array: Array) -> Iterator[Array]:
    """The grid, then without a color of one part or of the largest box, as walls that a legend touches."""
    yield array
    parts = parts_of(array, Segmentation.COLOR_8)
    colors = [int(part.picture.max()) for part in parts]
    wall = max(parts, key=lambda part: part.picture.size, default=None)
    for color, part in zip(colors, parts, strict=True):
        if part.size > 2 and (colors.count(color) == 1 or part is wall):
            yield np.where(array == color, np.uint8(0), array)


def _legend(scene: Scene) -> tuple[dict[int, int], set[int]]:
    """For each color the one beside it in the grid's legends, and these legends' cells.

    A legend is a colored rectangle two cells wide or high with unlike cells in each pair.
    """
    found = map(_pairs, _unframed(scene.array))
    return next((one for one in found if one[0]), ({}, set()))


def _pairs(array: Array) -> tuple[dict[int, int], set[int]]:
    pairs, cells = list[tuple[int, int]](), set[int]()
    for part in parts_of(array, Segmentation.FILLED_8):
        rows = part.picture if part.width == 2 else part.picture.T
        if rows.shape[1] == 2 and part.size == rows.size and (rows[:, 0] != rows[:, 1]).all():
            pairs += [(one, two) for one, two in rows.tolist()]
            cells |= set(part.cells.tolist())
    return {two: one for one, two in pairs} | dict(pairs), cells


def roles_of(scene: Scene, number: int) -> dict[int | None, list[int]]:
    """For each color the roles that it plays at a part; for None those that none plays."""
    found: dict[int | None, list[int]] = {None: []}
    for ink in range(AS_IS + 1, AS_IS + len(ROLES)):
        found.setdefault(ink_of(scene, number, ink), []).append(ink)
    return found


def ink_cost(ink: int) -> int:
    """Tenths beside the entry in the table."""
    return 0 if ink in (AS_IS, AS_IS + 1) else 2 if ink < AS_IS + 5 else 6
