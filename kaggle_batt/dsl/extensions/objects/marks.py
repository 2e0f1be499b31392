"""Places at marks: a part of several colors drawn wherever cells like some of its own lie."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, blown_up, eight
from kaggle_batt.dsl.extensions.objects.moves import picture_of
from kaggle_batt.dsl.extensions.objects.place import BESIDE, FREES, Drawn, add_place
from kaggle_batt.dsl.extensions.objects.scene import Scene

#: cells of a part that is drawn at marks, places of its first mark that are tried
MOST_CELLS, MOST_PLACES = 80, 60


def _models(scene: Scene) -> list[int]:
    """The parts of several colors, but for those all whose colors a larger one has beside others: marks."""
    several = [k for k, part in enumerate(scene.parts) if len(scene.counts[k]) > 1]
    colors = {k: set(scene.counts[k]) for k in several}
    return [
        k
        for k in several
        if scene.parts[k].size <= MOST_CELLS
        and not any(
            colors[k] < colors[other] and scene.parts[k].size < scene.parts[other].size for other in several
        )
    ]


def _rest(scene: Scene) -> Array:
    """The grid without the parts that may be drawn at marks."""
    result = scene.array.copy()
    for number in scene.once(_models):
        result.ravel()[scene.parts[number].cells] = 0
    return result


def _matches(rest: Array, picture: Array, anchors: Mask, alone: bool) -> list[tuple[int, int]]:
    """The corners at which all anchor cells of the picture, which lies within the grid, meet their color, and
    if `alone` all others meet 0."""
    cells = np.argwhere(anchors)
    corners = np.argwhere(rest == picture[tuple(cells[0])]) - cells[0] if len(cells) else cells
    if len(corners) > MOST_PLACES:
        return []
    height, width = picture.shape
    asked = picture > 0 if alone else anchors
    wanted = np.where(anchors, picture, 0)[asked]
    found = []
    for top, left in corners.tolist():
        window = rest[max(top, 0) : top + height, max(left, 0) : left + width]
        if min(top, left) >= 0 and window.shape == picture.shape and (window[asked] == wanted).all():
            found.append((top, left))
    return found


def _at_marks(scene: Scene, number: int, views: int, scales: Sequence[int], free: bool) -> Drawn | None:
    """The part drawn where all colors that it shares with marks are met; if it shares all, where one is met
    and the others are missing. Turned or enlarged it needs two marks."""
    if number not in scene.once(_models):
        return None
    rest, own = scene.once(_rest), set(scene.counts[number])
    shared = own & set(rest.tobytes()) - {0}
    sets = [shared] if shared < own else [{color} for color in sorted(own)]
    found: dict[int, int] = {}
    for scale, view in product(scales, eight(picture_of(scene, number))[:views]):
        picture = blown_up(view, scale, scale)
        rows, columns = picture.nonzero()
        for colors in sets:
            anchors = np.isin(picture, sorted(colors))
            if views * scale > 1 and np.count_nonzero(anchors) < 2:
                continue
            for top, left in _matches(rest, picture, anchors, shared == own):
                cells = (rows + top) * scene.width + columns + left
                found.update(zip(cells.tolist(), picture[rows, columns].tolist(), strict=True))
    drawn = [(cell, color) for cell, color in found.items() if free or not rest.ravel()[cell]]
    return (np.array([c for c, _ in drawn]), np.array([c for _, c in drawn], np.uint8)) if drawn else None


for _free, _kind in ((False, BESIDE), (True, FREES)):
    for _name, _views, _scales in (("", 1, (1,)), ("_turned", 8, (1,)), ("_scaled", 8, (1, 2, 3))):
        _cost = 2 + len(_name) // 4
        add_place(f"{_kind}_marks{_name}", _at_marks, _views, _scales, _free, cost=_cost, kind=_kind)
