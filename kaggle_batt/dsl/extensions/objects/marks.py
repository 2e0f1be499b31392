"""Places at marks: a part of several colors drawn wherever cells like some of its own lie."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask, blown_up
from kaggle_batt.dsl.extensions.bits import guarded_bits, masks_of
from kaggle_batt.dsl.extensions.geometry import eight, padded
from kaggle_batt.dsl.extensions.objects.moves import picture_of
from kaggle_batt.dsl.extensions.objects.place import BESIDE, FREES, Drawn, add_place
from kaggle_batt.dsl.extensions.objects.rays import cells_drawn
from kaggle_batt.dsl.extensions.objects.scene import Scene

MOST_CELLS, MOST_PLACES = 80, 60  #: of a part that is drawn at marks; of its places in one position
MOST_COMPARED = 10**6  #: cells of its box times those of the grid, for a part that is sought in broken copies
MOST_MODELS = 9  #: parts of several colors, where those count whose colors are some of another's
SCALES = (5, 4, 3, 2, 1)  #: how many times larger than the part's cells the drawn ones may be


def _models(scene: Scene, every: bool) -> list[int]:
    """The parts of several colors; if not `every`, without those whose colors are some of another's."""
    several = {k: set(count) for k, count in enumerate(scene.counts) if len(count) > 1}
    if every and len(several) > MOST_MODELS:
        return []
    return [
        k
        for k, own in several.items()
        if scene.parts[k].size <= MOST_CELLS and (every or not any(own < two for two in several.values()))
    ]


def _rest(scene: Scene, number: int | None) -> Array:
    """The grid without the part, or without all that may be drawn at marks."""
    result = scene.array.copy()
    for model in scene.once(_models, False) if number is None else [number]:
        result.ravel()[scene.parts[model].cells] = 0
    return result


def _matches(rest: Array, picture: Array, anchors: Mask, alone: bool) -> list[tuple[int, int]]:
    """The corners where all anchor cells of the picture meet their color and, if `alone`, all others 0."""
    height, width = picture.shape
    around = padded(rest, height, height, width, width)
    places, stride = -1, around.shape[1] + 1  # at first all
    for color in np.unique(picture[anchors]).tolist():
        bits, cells = guarded_bits(around == color), np.argwhere(anchors & (picture == color))
        places = _shifted_onto(places, bits, stride, cells)
    if alone:
        free, cells = guarded_bits(around == 0), np.argwhere(~anchors & (picture > 0))
        places = _shifted_onto(places, free, stride, cells)
    if not 0 < places.bit_count() <= MOST_PLACES:
        return []
    corners = np.argwhere(masks_of([places], *around.shape)[0]) - (height, width)
    return [(row, column) for row, column in corners.tolist()]


def _shifted_onto(places: int, bits: int, stride: int, cells: Any) -> int:
    """Those of the corners, as bits, for which all cells of a picture with that corner lie on the bits."""
    for row, column in cells.tolist():
        places &= bits >> row * stride + column
    return places


def _body(met: Array, colors: Array, marks: Mask, scale: int) -> Array | None:
    """With the one color met in whole blocks in place of those beside marks; None without exactly one."""
    others = met[~marks]
    others = others[others > 0]
    if not len(others) or len(others) % scale**2 or (others != others[0]).any():
        return None
    return np.where(marks, colors, others[0])


def _enlarged(picture: Array, scales: Sequence[int]) -> Iterator[tuple[int, Array]]:
    """The scales, each with the eight positions of the picture (itself at one of them) enlarged by it."""
    made = [(scale, picture[::scale, ::scale]) for scale in scales]
    unit = next(small for scale, small in made if np.array_equal(blown_up(small, scale, scale), picture))
    for scale, view in product(scales, eight(unit)):
        yield scale, blown_up(view, scale, scale)


def _at_marks(scene: Scene, number: int, scales: Sequence[int], free: bool, own: bool) -> Drawn | None:
    """The part drawn, turned if need be, where all colors that it shares with marks are met.

    If it shares all, it is drawn where one is met and the others are missing. Each mark is used once, by the
    largest scale. If `own`, some of the other cells are met in one color, in which all of them are drawn.
    """
    if number not in scene.once(_models, own):
        return None
    others, colors = scene.once(_rest, number if own else None).ravel(), set(scene.counts[number])
    shared, rest = colors & set(others.tobytes()) - {0}, others.copy().reshape(scene.array.shape)
    sets = [{color} for color in sorted(colors)] if shared == colors else [shared]
    marked = [np.isin(np.arange(256), sorted(some)) for some in sets]
    found: dict[int, int] = {}
    for (scale, picture), is_mark in product(_enlarged(picture_of(scene, number), scales), marked):
        anchors = is_mark[picture]
        if not 0 < np.count_nonzero(anchors) <= np.count_nonzero(is_mark[rest]):
            continue
        rows, columns = picture.nonzero()
        for top, left in _matches(rest, picture, anchors, shared == colors and not own):
            inside = scene.has(rows + top, columns + left)
            at = rows[inside], columns[inside]
            cells, marks = (at[0] + top) * scene.width + at[1] + left, anchors[at]
            made = _body(others[cells], picture[at], marks, scale) if own else picture[at]
            if made is not None:
                found.update(zip(cells.tolist(), made.tolist(), strict=True))
                rest.ravel()[cells[marks]] = 0
    drawn = {cell: color for cell, color in found.items() if free or not others[cell]}
    return cells_drawn(drawn, [*drawn.values()])


def _restored(scene: Scene, number: int) -> Drawn | None:
    """The part drawn where three or more of its cells are met and no others; where most are met first."""
    picture = scene.parts[number].picture
    if number not in scene.once(_models, False) or picture.size * scene.array.size > MOST_COMPARED:
        return None
    rest = _rest(scene, number)
    height, width = picture.shape
    around = padded(rest, height, height, width, width)
    windows = np.lib.stride_tricks.sliding_window_view(around, picture.shape)
    met = ((windows == picture) & (picture > 0)).sum((2, 3))
    places = np.argwhere((met > 2) & ~((windows > 0) & (windows != picture)).any((2, 3))).tolist()
    found, left = dict[int, int](), around.copy()
    rows, columns = picture.nonzero()
    for top, side in sorted(places, key=lambda place: -met[tuple(place)]):
        own = left[top : top + height, side : side + width]
        if np.count_nonzero(own[rows, columns]) > 2:
            own[:] = 0
            down, right = rows + top - height, columns + side - width
            inside = scene.has(down, right)
            cells = (down * scene.width + right)[inside].tolist()
            found.update(zip(cells, picture[rows, columns][inside].tolist(), strict=True))
    drawn = {cell: color for cell, color in found.items() if not scene.data[cell]}
    return cells_drawn(drawn, [*drawn.values()])


add_place("restored", _restored, cost=3)
for _free, _kind in ((False, BESIDE), (True, FREES)):
    add_place(f"{_kind}_marks", _at_marks, (1,), _free, False, cost=2, kind=_kind)
    add_place(f"{_kind}_marks_scaled", _at_marks, SCALES, _free, False, cost=4, kind=_kind)
add_place("marks_own", _at_marks, SCALES, False, True, cost=4)
