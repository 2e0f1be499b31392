"""Places that complete a part to symmetry, about the axis of most agreement or about its core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.objects.place import BESIDE, FREES, Drawn, add_place, with_related
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene
from kaggle_batt.dsl.extensions.segments import Part

#: coordinates of cells, one row each, and their colors
Points = Any
#: the linear part of a mirroring or turn
Turn = tuple[tuple[int, int], tuple[int, int]]
TURNS: dict[str, Turn] = {
    "across": ((1, 0), (0, -1)),
    "down": ((-1, 0), (0, 1)),
    "half": ((-1, 0), (0, -1)),
    "quarter": ((0, 1), (-1, 0)),
    "diagonal": ((0, 1), (1, 0)),
    "counter": ((0, -1), (-1, 0)),
}
#: the kinds of symmetry, by the mirrorings and turns that they repeat
KINDS = (
    ("across",), ("down",), ("across", "down"), ("half",), ("quarter",), ("diagonal",),
    ("across", "diagonal"),
)  # fmt: skip
#: parts of more cells, or of fewer, have no such places; cells whose images are compared with all
MOST_CELLS, LEAST_CELLS, MOST_ASKED = 400, 3, 60
#: what one pair of unlike colors costs a shift; quarter turns of most agreement that are compared
UNLIKE, CANDIDATES = 1000, 8


def _best_shift(points: Points, colors: Points, turn: Points, name: str) -> Points | None:
    """The shift after the turn with which most cells fall on cells of their color and none on others."""
    some = slice(None, None, -(-len(points) // MOST_ASKED))
    shifts = (points[None] - (points[some] @ turn.T)[:, None]).reshape(-1, 2)
    worth = np.where(colors[None] == colors[some, None], 1, -UNLIKE).ravel()
    # a mirroring does not move along its axis, a turn has a center on cells or on their corners
    allowed = {
        "across": shifts[:, 0] == 0, "down": shifts[:, 1] == 0, "quarter": shifts.sum(1) % 2 == 0,
        "diagonal": shifts.sum(1) == 0, "counter": shifts[:, 0] == shifts[:, 1],
    }.get(name)  # fmt: skip
    if allowed is not None:
        shifts, worth = shifts[allowed], worth[allowed]
    if not len(shifts):
        return None
    low = shifts.min(0)
    width = int(shifts[:, 1].max() - low[1]) + 1
    votes = np.bincount((shifts - low) @ (width, 1), worth)
    most = votes.max()
    if most <= 0:
        return None
    found = (votes == most).nonzero()[0]
    if name == "quarter":
        found = np.argsort(-votes, kind="stable")[:CANDIDATES]
        found = found[votes[found] > 0]
    tried = np.stack(np.divmod(found, width), 1) + low
    middle = points.min(0) + points.max(0)
    far = np.abs(2 * tried - middle + turn @ middle).sum(1)
    if name == "quarter":
        made = [np.concatenate(_turned(points, turn, shift, name)) @ (1000, 1) for shift in tried]
        far += 1000 * np.array([len(np.unique(image)) for image in made])
    return tried[far.argmin()]


def _turned(points: Points, turn: Points, shift: Points, name: str) -> list[Points]:
    """The images of the cells, one for a mirroring, three for quarter turns."""
    made = [points @ turn.T + shift]
    for _ in range(2 if name == "quarter" else 0):
        made.append(made[-1] @ turn.T + shift)
    return made


def _shift_about(center: Points, turn: Points) -> Points | None:
    """The shift that leaves the center, given in half cells, where it is; None between cells."""
    shift = center - turn @ center
    return None if (shift % 2).any() else shift // 2


def _core(points: Points, colors: Points, most: bool) -> Points:
    """Twice the middle of the cells of the part's most frequent color, or of its rarest."""
    counts = np.bincount(colors)
    known = counts.nonzero()[0]
    color = known[(counts[known] if most else -counts[known]).argmax()]
    own = points[colors == color]
    return own.min(0) + own.max(0)


def _images(
    points: Points, colors: Points, names: Sequence[str], center: str
) -> Iterator[tuple[Points, Points]]:
    """The images of the cells under the mirrorings and turns, one after the other."""
    about = None if center == "best" else _core(points, colors, center == "most")
    for name in names:
        turn = np.array(TURNS[name])
        shift = _best_shift(points, colors, turn, name) if about is None else _shift_about(about, turn)
        if shift is None:
            return
        made = _turned(points, turn, shift, name)
        yield from [(image, colors) for image in made]
        points, colors = np.concatenate([points, *made]), np.tile(colors, len(made) + 1)


def _points_of(scene: Scene, part: Part) -> tuple[Points, Points]:
    return np.stack(np.divmod(part.cells, scene.width), 1), scene.array.ravel()[part.cells]


def _completed(scene: Scene, number: int, names: Sequence[str], center: str) -> Drawn | None:
    """The cells that the part lacks, as its images have them; the first image comes first."""
    part = scene.parts[number]
    if not LEAST_CELLS <= part.size <= MOST_CELLS:
        return None
    found: dict[int, int] = {}
    for points, colors in _images(*_points_of(scene, part), names, center):
        inside = ((points >= 0) & (points < scene.array.shape)).all(1)
        cells = (points @ (scene.width, 1))[inside].tolist()
        found = dict(zip(cells, colors[inside].tolist(), strict=True)) | found
    for cell in part.cells.tolist():
        found.pop(cell, None)
    return (np.array(list(found), np.int64), np.array(list(found.values()), np.uint8)) if found else None


def _reflected(scene: Scene, number: int, other: int) -> Drawn | None:
    """The part mirrored at the middle of the other, along the axes on which they are apart."""
    one, two = scene.parts[number], scene.parts[other]
    down = one.bottom < two.top or one.top > two.bottom
    right = one.right < two.left or one.left > two.right
    points, colors = _points_of(scene, one)
    if down:
        points[:, 0] = two.top + two.bottom - points[:, 0]
    if right:
        points[:, 1] = two.left + two.right - points[:, 1]
    if not (down or right) or not ((points >= 0) & (points < scene.array.shape)).all():
        return None
    return points @ (scene.width, 1), colors


for _relation in RELATIONS:
    for _name, _kind in (("reflected", FREES), ("image", BESIDE)):
        add_place(f"{_name}_{_relation}", with_related, _relation, _reflected, cost=4, kind=_kind)
for _cost, _center in enumerate(("best", "rarest", "most")):
    for _names in KINDS:
        _cost_of = 1 + len(_names) + 2 * _cost
        add_place(f"{_center}_" + "_".join(_names), _completed, _names, _center, cost=_cost_of)
