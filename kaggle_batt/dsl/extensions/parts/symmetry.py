"""Parts completed to symmetry about a center or an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arguments import segmented
from kaggle_batt.dsl.extensions.arrays import Array, Mask, Results, bounds, equal, tallies, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Segmentation, parts_of

Votes = npt.NDArray[np.int64]
#: the images that each kind of symmetry asks for
KINDS = {
    "across": ("across",),
    "down": ("down",),
    "both": ("across", "down", "half"),
    "half": ("half",),
    "turned": ("half", "quarter", "back"),
    "all": ("across", "down", "half", "diagonal", "counter"),
}


def _large_parts(array: Array, segmentation: int) -> list[Part]:
    """The parts of more than two cells; for `WHOLE` all colored cells as one."""
    if segmentation != Segmentation.WHOLE:
        return [part for part in parts_of(array, segmentation) if part.size > 2]
    whole = np.flatnonzero(array).tolist()
    return [Part(whole, array, Segmentation.FILLED_8)] if len(whole) > 2 else []


class _Cells:
    """A part's cells from its box's corner, and for all pairs of them who sees whom."""

    def __init__(self, part: Part) -> None:
        self.rows, self.columns = np.nonzero(part.picture)
        self.colors = part.picture[self.rows, self.columns]
        self.size = part.height, part.width
        self.weight = np.where(self.colors[:, None] == self.colors[None, :], 1, -1000)
        self.down = self.rows[:, None] + self.rows[None, :]
        self.right = self.columns[:, None] + self.columns[None, :]

    def votes(self, name: str) -> Votes:
        """For each center (twice its row, its column) the pairs that are images of each other, minus many for
        each pair of unlike colors."""
        rows, columns = self.rows, self.columns
        tall, wide = 2 * self.size[0] - 1, 2 * self.size[1] - 1
        down, right, weight = self.down, self.right, self.weight
        if name == "across":
            met = rows[:, None] == rows[None, :]
            line = np.bincount(right[met], weight[met], wide)
            return np.repeat(line[None, :], tall, 0)
        if name == "down":
            met = columns[:, None] == columns[None, :]
            return np.repeat(np.bincount(down[met], weight[met], tall)[:, None], wide, 1)
        if name == "half":
            return np.bincount((down * wide + right).ravel(), weight.ravel(), tall * wide).reshape(tall, wide)
        if name in ("quarter", "back"):
            return self._turning(weight)
        return self._slanted(name == "diagonal", weight)

    def _turning(self, weight: Any) -> Votes:
        """The same for a quarter turn about the center."""
        tall, wide = 2 * self.size[0] - 1, 2 * self.size[1] - 1
        tilt = self.rows[None, :] - self.columns[:, None], self.rows[:, None] + self.columns[None, :]
        y, x = tilt[1] + tilt[0], tilt[1] - tilt[0]
        met = (y >= 0) & (y < tall) & (x >= 0) & (x < wide)
        votes = np.bincount(y[met] * wide + x[met], weight[met], tall * wide).reshape(tall, wide)
        corners = np.add.outer(np.arange(tall), np.arange(wide)) % 2
        return np.where(corners == 0, votes, -1000)

    def _slanted(self, falling: bool, weight: Any) -> Votes:
        """The same for the diagonal, the counter diagonal through the center."""
        tall, wide = 2 * self.size[0] - 1, 2 * self.size[1] - 1
        rows, columns = self.rows, self.columns if falling else -self.columns
        met = (rows + columns)[:, None] == (rows + columns)[None, :]
        offsets = rows[:, None] - columns[None, :]
        centers = np.arange(tall)[:, None] - (np.arange(wide) if falling else -np.arange(wide))[None, :]
        low = min(int(offsets.min()) * 2, int(centers.min()))
        line = np.bincount(2 * offsets[met] - low, weight[met], int(centers.max()) - low + 1)
        # a diagonal goes through cells or their corners only
        return np.where(centers % 2 == 0, line[centers - low], -1000)


def _best_center(votes: Votes, all_alike: int) -> tuple[int, int] | None:
    """The center with most votes, of several the one nearest to the middle; None where colors forbid all,
    or where all cells have their images already."""
    most = votes.max()
    if most <= 0 or most >= all_alike:
        return None
    places = np.argwhere(votes == most)
    middle = (np.array(votes.shape) - 1) / 2
    row, column = places[np.abs(places - middle).sum(1).argmin()].tolist()
    return row, column


def _image(name: str, down: Any, right: Any) -> tuple[Any, Any]:
    """Where an image of a cell is, both given in half cells from the center."""
    if name == "across":
        return down, -right
    if name == "down":
        return -down, right
    if name == "half":
        return -down, -right
    if name in ("quarter", "back"):
        return (right, -down) if name == "quarter" else (-right, down)
    return (right, down) if name == "diagonal" else (-right, -down)


def _draw(result: Array, part: Part, cells: _Cells, center: tuple[int, int], kind: str) -> None:
    """Color the images of the part's cells where the result is 0."""
    down, right = 2 * cells.rows - center[0], 2 * cells.columns - center[1]
    images = [_image(name, down, right) for name in KINDS[kind]]
    rows = (np.concatenate([y for y, _ in images]) + center[0]) // 2 + part.top
    columns = (np.concatenate([x for _, x in images]) + center[1]) // 2 + part.left
    met = (rows >= 0) & (columns >= 0) & (rows < result.shape[0]) & (columns < result.shape[1])
    rows, columns, colors = rows[met], columns[met], np.tile(cells.colors, len(images))[met]
    free = result[rows, columns] == 0
    result[rows[free], columns[free]] = colors[free]


@Tried(500, segmented("FILLED_8 WHOLE"))
@family(" ".join(KINDS), cost=13, charge=(348, 3))
def balances(array: Array, segmentation: int) -> Results | None:
    """Every part (or all colored cells) completed to each symmetry about the axis or center of most votes."""
    if segmentation == Segmentation.WHOLE and len(parts_of(array, Segmentation.FILLED_8)) == 1:
        # as one part it is done already
        return None
    parts = _large_parts(array, segmentation)
    if not 0 < len(parts) <= 6 or max([part.size for part in parts]) > 50:
        return None
    results = {kind: array.copy() for kind in KINDS}
    for part in parts:
        cells = _Cells(part)
        votes = {name: cells.votes(name) for name in (*KINDS["all"], "quarter")}
        votes["back"] = votes["quarter"]
        for kind, names in KINDS.items():
            center = _best_center(np.sum([votes[name] for name in names], axis=0), len(names) * part.size)
            if center is not None:
                _draw(results[kind], part, cells, center, kind)
    return dict(results)


def _reflected(
    array: Array, part: Part, center: tuple[int, int], turn: Callable[[Any, Any], tuple[Any, Any]]
) -> Array:
    """The part's cells moved by a turn about a center given in half cells, on an empty grid."""
    result = np.zeros(array.shape, np.uint8)
    height, width = array.shape
    rows, columns = np.divmod(part.cells, width)
    down, right = turn(2 * rows - center[0], 2 * columns - center[1])
    down, right = down + center[0], right + center[1]
    # halves of cells are none
    on = ((down | right) & 1 == 0) & (down >= 0) & (right >= 0) & (down < 2 * height) & (right < 2 * width)
    result[down[on] >> 1, right[on] >> 1] = array.ravel()[part.cells[on]]
    return result


TURNS: dict[str, tuple[Callable[[Any, Any], tuple[Any, Any]], ...]] = {
    "quarters": (lambda y, x: (x, -y), lambda y, x: (-y, -x), lambda y, x: (-x, y)),
    "mirrors": (lambda y, x: (y, -x), lambda y, x: (-y, x), lambda y, x: (-y, -x)),
    "left_right": (lambda y, x: (y, -x),),
    "up_down": (lambda y, x: (-y, x),),
}
CORES = ("rarest", "most", "square", "symmetric")


def _core(part: Part, kind: str) -> tuple[int, int] | None:
    """Twice the center of the part's rarest color, most frequent color, largest plain
    square, or most frequent color that is symmetric itself."""
    counts = tallies(part.picture)
    present = [(counts[c], c) for c in range(1, 10) if counts[c]]
    if not present:
        return None
    if kind == "square":
        return _square_core(part.picture, part)
    if kind == "symmetric":
        present = [(count, color) for count, color in present if _is_symmetric(part.picture == color)]
        if not present:
            return None
    color = min(present)[1] if kind == "rarest" else max(present, key=lambda t: (t[0], -t[1]))[1]
    places = np.argwhere(part.picture == color)
    low, high = places.min(0), places.max(0)
    return int(low[0] + high[0]) + 2 * part.top, int(low[1] + high[1]) + 2 * part.left


def _is_symmetric(mask: Mask) -> bool:
    """Whether the mask's cells, on their own box, equal both mirror images."""
    box = bounds(mask)
    assert box is not None
    own = mask[box[0] : box[1], box[2] : box[3]]
    return equal(own, own[::-1]) and equal(own, own[:, ::-1])


def _square_core(picture: Array, part: Part) -> tuple[int, int] | None:
    """Twice the center of the largest square of one color, of side 2 or more."""
    height, width = picture.shape
    for side in range(min(height, width), 1, -1):
        for top in range(height - side + 1):
            for left in range(width - side + 1):
                window = picture[top : top + side, left : left + side]
                if window[0, 0] and not np.count_nonzero(window != window[0, 0]):
                    return 2 * (part.top + top) + side - 1, 2 * (part.left + left) + side - 1
    return None


@Tried(540, segmented("FILLED_8 COLOR_8 WHOLE"))
@family(" ".join([f"{core}_{turn}" for core in CORES for turn in TURNS]), cost=14, charge=(559, 95))
def centered(array: Array, segmentation: int) -> Results | None:
    """Every part (or all colored cells) united with its images about its core."""
    parts = _large_parts(array, segmentation)
    if not 0 < len(parts) <= 8 or max([part.size for part in parts]) > 120:
        return None
    found: Results = {}
    for core in CORES:
        centers = [_core(part, core) for part in parts]
        for name, turns in TURNS.items():
            layers = [array]
            for part, center in zip(parts, centers, strict=True):
                if center is not None:
                    layers += [_reflected(array, part, center, turn) for turn in turns]
            found[f"{core}_{name}"] = under(*layers)
    return found
