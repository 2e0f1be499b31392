"""Colors by their role: a number in a program means a color, or a role that one plays in the grid."""

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene
from kaggle_batt.dsl.extensions.segments import Segmentation, parts_of

#: roles, numbered after the colors 0 to 9: as the cells are, the part's own colors, the grid's, those of
#: related parts, the color beside the own one in a legend
AS_IS = 10
ROLES = ("as_is", "main", "second", "most", "least", *RELATIONS, "legend")


def ink_of(scene: Scene, number: int, ink: int) -> int | None:
    """The color meant by an ink at that part; None where nothing plays the role, or for `AS_IS`."""
    if ink < AS_IS:
        return ink
    role = ROLES[ink - AS_IS]
    if role == "as_is":
        return None
    if role in ("main", "second"):
        color = (scene.main if role == "main" else scene.second)[number]
        return color if role == "main" or len(scene.counts[number]) > 1 else None
    if role in ("most", "least"):
        return scene.frequent[0 if role == "most" else -1] if scene.frequent else None
    if role == "legend":
        beside, cells = scene.once(_legend)
        return None if scene.parts[number].cells[0] in cells else beside.get(scene.main[number])
    other = scene.related(role, number)
    return None if other is None else scene.main[other]


def _legend(scene: Scene) -> tuple[dict[int, int], set[int]]:
    """For each color the one beside it in the grid's legends, and these legends' cells.

    A legend is a colored rectangle two cells wide or high with unlike cells in each pair. If there is none,
    one may touch the only part of a color, such as its frame.
    """
    parts = parts_of(scene.array, Segmentation.COLOR_8)
    colors = [int(part.picture.max()) for part in parts]
    found = _pairs(scene.array)
    for color, part in zip(colors, parts, strict=True):
        if not found[0] and part.size > 2 and colors.count(color) == 1:
            found = _pairs(np.where(scene.array == color, np.uint8(0), scene.array))
    return found


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
    return 0 if ink in (AS_IS, AS_IS + 1) else 2 if ink <= 9 or ink < AS_IS + 5 else 6
