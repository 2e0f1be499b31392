"""Places that complete a part to symmetry about its best axis or about its core."""

from collections.abc import Callable, Sequence
from operator import or_
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Mask
from kaggle_batt.dsl.extensions.geometry import TURNS, cut, eight
from kaggle_batt.dsl.extensions.objects.place import BESIDE, FREES, Drawn, add_place, with_related
from kaggle_batt.dsl.extensions.objects.rays import cells_drawn
from kaggle_batt.dsl.extensions.objects.scene import Scene
from kaggle_batt.dsl.extensions.segments import Part

Points = Any  #: rows and columns of cells, or their colors
#: the kinds of symmetry, by the mirrorings and turns that they repeat
KINDS = (
    ("across",), ("down",), ("across", "down"), ("half",), ("quarter",), ("diagonal",),
    ("across", "diagonal"),
)  # fmt: skip
#: most and fewest cells of a part that is completed; most cells whose images are compared with all
MOST_CELLS, LEAST_CELLS, MOST_ASKED = 400, 3, 60
#: a mirroring does not move along its axis; the center of a turn lies on cells or on their corners
_ALLOWED: dict[str, Callable[[Points, Points], Mask]] = {
    "across": lambda down, right: down == 0, "down": lambda down, right: right == 0,
    "quarter": lambda down, right: (down + right) % 2 == 0,
    "diagonal": lambda down, right: down + right == 0, "counter": lambda down, right: down == right,
}  # fmt: skip
UNLIKE, CANDIDATES = 1000, 8  #: cost of a pair of unlike colors to a shift; best quarter turns compared


def _best_shift(points: Points, colors: Points, turn: Points, name: str) -> Points | None:
    """The shift after the turn that brings most cells onto cells of their color and none onto others."""
    some = slice(None, None, -(-len(colors) // MOST_ASKED))
    shifts = (points[:, None] - (turn @ points[:, some])[:, :, None]).reshape(2, -1)
    worth = np.where(colors == colors[some, None], 1, -UNLIKE).ravel()
    if name in _ALLOWED:
        allowed = _ALLOWED[name](*shifts)
        shifts, worth = shifts[:, allowed], worth[allowed]
    if not len(worth):
        return None
    low = np.minimum.reduce(shifts, 1)[:, None]
    width = int(np.maximum.reduce(shifts[1]) - low[1, 0]) + 1
    down, right = shifts - low
    votes = np.bincount(down * width + right, worth)
    most = np.maximum.reduce(votes)
    if most <= 0:
        return None
    found = (votes == most).nonzero()[0]
    if name == "quarter":
        found = np.argsort(-votes, kind="stable")[:CANDIDATES]
        found = found[votes[found] > 0]
    tried = np.array(np.divmod(found, width)) + low
    middle = np.minimum.reduce(points, 1) + np.maximum.reduce(points, 1)
    far = np.add.reduce(np.abs(2 * tried - (middle - turn @ middle)[:, None]), 0)
    if name == "quarter":
        made = [np.concatenate(_turned(points, turn, shift[:, None], name), 1) for shift in tried.T]
        far += 1000 * np.array([len(set((down * 1000 + right).tolist())) for down, right in made])
    return tried[:, far.argmin(), None]


def _turned(points: Points, turn: Points, shift: Points, name: str) -> list[Points]:
    """The images of the cells, one for a mirroring, three for quarter turns."""
    made = [turn @ points + shift]
    for _ in range(2 if name == "quarter" else 0):
        made.append(turn @ made[-1] + shift)
    return made


def _shift_about(center: Points, turn: Points) -> Points | None:
    """The shift that keeps the center, given in half cells, in place; None between cells."""
    shift = center - turn @ center
    return None if np.count_nonzero(shift % 2) else shift // 2


def _core(scene: Scene, number: int) -> tuple[int, int]:
    """Twice the middle of one color: of those that fill a regular square the rarest, else of all."""
    counts, picture = scene.counts[number], scene.parts[number].picture
    regular = [color for color in counts if _is_regular(cut(picture, picture == color), color)]
    color = min(regular or counts, key=lambda c: (counts[c], -c))
    rows, columns = _points_of(scene, number)[:, scene.colors[number] == color].tolist()
    return min(rows) + max(rows), min(columns) + max(columns)


def _is_regular(box: Array | None, color: int) -> bool:
    """Whether the color looks the same in all eight positions of its box, a square of several cells."""
    if box is None or box.shape[0] != box.shape[1] or box.size == 1:
        return False
    return len({(view == color).tobytes() for view in eight(box)}) == 1


def _points_of(scene: Scene, number: int) -> Points:
    return np.array(np.divmod(scene.parts[number].cells, scene.width))


#: images of a part's cells with their colors, then all cells and their colors; None where an axis is missing
Images = tuple[list[tuple[Points, Points]], tuple[Points, Points] | None]


def _images(scene: Scene, number: int, names: Sequence[str], about: tuple[int, int] | None) -> Images:
    """The images of the cells under these mirrorings and turns in turn, about the best axes or `about`."""
    if not names:
        return [], (_points_of(scene, number), scene.colors[number])
    images, united = scene.once(_images, number, names[:-1], about)
    if united is None:
        return images, None
    (points, colors), turn = united, np.array(TURNS[names[-1]])
    shift = (
        _best_shift(points, colors, turn, names[-1]) if about is None
        else _shift_about(np.array(about)[:, None], turn)
    )  # fmt: skip
    if shift is None:
        return images, None
    made = _turned(points, turn, shift, names[-1])
    united = np.concatenate([points, *made], 1), np.tile(colors, len(made) + 1)
    return [*images, *[(image, colors) for image in made]], united


def _completed(scene: Scene, number: int, names: Sequence[str], center: str) -> Drawn | None:
    """The cells that the part lacks, as its images have them; earlier images take precedence."""
    if not LEAST_CELLS <= scene.parts[number].size <= MOST_CELLS:
        return None
    about, found = None if center == "best" else scene.once(_core, number), dict[int, int]()
    for (rows, columns), colors in scene.once(_images, number, names, about)[0]:
        inside = scene.has(rows, columns)
        cells = (rows * scene.width + columns)[inside].tolist()
        found = dict(zip(cells, colors[inside].tolist(), strict=True)) | found
    for cell in scene.parts[number].cells.tolist():
        found.pop(cell, None)
    return cells_drawn(found, [*found.values()])


def _bar(part: Part, axis: int) -> tuple[int, int]:
    """The first and the last of the part's rows, or columns, that have most cells."""
    counts = np.add.reduce(part.picture > 0, 1 - axis, dtype=int).tolist()
    low, most = part.left if axis else part.top, max(counts)
    return low + counts.index(most), low + len(counts) - 1 - counts[::-1].index(most)


def _reflected(scene: Scene, number: int, other: int) -> Drawn | None:
    """The part mirrored at the bar of a part as wide, where they, or the part and the bar, are apart."""
    spans, two = scene.parts[number].spans, scene.parts[other]
    bars, points = [_bar(two, axis) for axis in (0, 1)], _points_of(scene, number)
    whole, bar = (
        [last < low or high < first for (first, last), (low, high) in zip(spans, ends, strict=True)]
        for ends in (two.spans, bars)
    )
    apart = whole if any(whole) else bar
    along = [
        low <= first and last <= high for (first, last), (low, high) in zip(spans, two.spans, strict=True)
    ]
    if not any(apart) or not all(map(or_, apart, along)):
        return None
    for axis, ends in enumerate(bars):
        if apart[axis]:
            points[axis] = sum(ends) - points[axis]
    rows, columns = points
    return (rows * scene.width + columns, scene.colors[number]) if scene.has(rows, columns).all() else None


for _relation in ("largest", "smallest", "nearest", "other_color"):
    for _name, _kind in (("reflected", FREES), ("image", BESIDE)):
        add_place(f"{_name}_{_relation}", with_related, _relation, _reflected, cost=4, kind=_kind)
for _cost, _center in enumerate(("best", "core")):
    for _names in KINDS:
        _cost_of = 1 + len(_names) + 2 * _cost
        add_place(f"{_center}_" + "_".join(_names), _completed, _names, _center, cost=_cost_of)
