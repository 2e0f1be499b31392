"""Families that complete parts to symmetry about the axis or center that most of their cells agree on."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import Array, Results
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

#: as a mode: all colored cells are one part
WHOLE = 9
MOST_CELLS = 50
MOST_PARTS = 6
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


@family(" ".join(KINDS), cost=13, charge=(180, 45), tried=Tried(770, each(3, 9)))
def balances(array: Array, mode: int) -> Results | None:
    """Every part (mode 9: all colored cells) completed to each symmetry about the axis or center of most
    votes."""
    whole = np.flatnonzero(array).tolist()
    if mode == WHOLE and len(parts_of(array, 3)) == 1:
        # as one part it is done already
        return None
    listed = parts_of(array, mode) if mode != WHOLE else ((Part(whole, array, 3),) if whole else ())
    parts = [part for part in listed if part.size > 2]
    if not 0 < len(parts) <= MOST_PARTS or max([part.size for part in parts]) > MOST_CELLS:
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
