"""A grid as objects: its parts, their relations, and the colors that play a role in it."""

from collections import Counter
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, Once, by_cells, by_count
from kaggle_batt.dsl.extensions.division import Span
from kaggle_batt.dsl.extensions.geometry import Step, neighbours
from kaggle_batt.dsl.extensions.properties import POSITION, pictures_of, properties_of
from kaggle_batt.dsl.extensions.segments import Part, owners, parts_of

#: other parts that an action or a feature of a part may refer to
RELATIONS = (
    "largest", "smallest", "nearest", "touching", "same_color", "same_shape", "around", "within",
    "other_color", "aligned", "leader", "above", "same_box", "stacked",
)  # fmt: skip
TARGETS = RELATIONS[:11]  #: those toward which parts move or draw


class Scene(Once):
    """A grid with the parts of one segmentation, in reading order."""

    def __init__(self, array: Array, segmentation: int) -> None:
        super().__init__()
        self.array, self.data = array, array.tobytes()
        self.height, self.width = array.shape
        self.spans = (0, self.height - 1), (0, self.width - 1)  #: its first and last row and column
        self.parts: tuple[Part, ...] = parts_of(array, segmentation)
        self.rows = properties_of(array, segmentation) if self.parts else ()
        self.colors = [array.ravel()[part.cells] for part in self.parts]  #: of each cell, not to be changed
        self.counts = [{c: data.count(c) for c in dict.fromkeys(data)} for data in map(bytes, self.colors)]
        #: each part's most and least frequent color; of equals the one that the grid has more, or less, often
        whole = Counter(self.data)
        self.main = [min(one, key=lambda c: (-one[c], -whole[c], c), default=0) for one in self.counts]
        self.second = [min(one, key=lambda c: (one[c], whole[c], -c), default=0) for one in self.counts]
        self.frequent = by_count(array)
        pictures = pictures_of(array, segmentation)
        #: keys of the parts' shapes as they lie, and up to turns and mirrorings
        self.shapes, self.forms = [one.shape for one in pictures], [one.form for one in pictures]
        self.drawn: dict[tuple[int, int], Any] = {}  #: by the numbers of part and place
        self.bits: dict[tuple[int, int], int] = {}  #: the same as bits

    def value(self, number: int, name: str) -> int:
        """A property of a part."""
        return self.rows[number][POSITION[name]]

    def has(self, rows: Any, columns: Any) -> Any:
        """Which of the places lie within the grid."""
        return (rows >= 0) & (columns >= 0) & (rows < self.height) & (columns < self.width)

    def room(self, spans: tuple[Span, Span], step: Step) -> int:
        """How often a box of these rows and columns can go that step before it leaves the grid."""
        (top, bottom), (left, right) = spans
        ends = (self.height - 1 - bottom, top), (self.width - 1 - right, left)
        return min([end[by < 0] for end, by in zip(ends, step, strict=True) if by])

    @cached_property
    def _spans(self) -> Any:
        """The first rows and columns of all parts, then the last ones."""
        return np.array([part.spans for part in self.parts]).reshape(-1, 2, 2).transpose(2, 0, 1)

    @cached_property
    def gaps(self) -> list[list[int]]:
        """The distance between each two parts' boxes, along both axes together."""
        first, last = self._spans
        apart = (first[:, None] - last).clip(0).sum(2)
        return (apart + apart.T).tolist()

    @cached_property
    def owners(self) -> Array:
        """For each cell the number of its part; for a cell of none the number of parts."""
        return owners(self.array, self.parts).reshape(self.array.shape)

    @cached_property
    def touching(self) -> Any:
        """Whether each two parts have neighbouring cells, diagonals included."""
        found = np.zeros((len(self.parts) + 1, len(self.parts) + 1), bool)
        for beside in neighbours(self.owners, len(self.parts)):
            found[self.owners, beside] = True
        return found[:-1, :-1]

    def related(self, relation: str, number: int) -> int | None:
        """The other part in this relation to the part; of several the nearest, or touching the largest."""
        return self.once(Scene._related, relation, number)

    def _related(self, relation: str, number: int) -> int | None:
        if relation in ("largest", "smallest"):
            sign = -1 if relation == "largest" else 1
            sizes = sorted([(sign * part.size, k) for k, part in enumerate(self.parts)])
            alone = len(sizes) > 1 and sizes[0][0] != sizes[1][0]
            return sizes[0][1] if alone and sizes[0][1] != number else None
        others = [k for k in np.flatnonzero(self._standing[relation][number]).tolist() if k != number]
        if others and relation in ("touching", "leader"):
            first = max(others, key=lambda k: (self.parts[k].size, -k))
            larger = self.parts[first].size > self.parts[number].size
            return first if larger or relation == "touching" else None
        return min(others, key=lambda k: (self.gaps[number][k], k)) if others else None

    @cached_property
    def _standing(self) -> dict[str, Any]:
        """By relation, for each two parts whether the second is in it to the first."""
        first, last = self._spans
        rows, columns = np.moveaxis((first[:, None] <= last) & (first <= last[:, None]), 2, 0)
        around = ((first <= first[:, None]) & (last >= last[:, None])).all(2)
        sides, colors = last - first, np.array(self.main)
        same_color = colors[:, None] == colors
        return {
            "nearest": np.ones_like(rows),
            "touching": self.touching,
            "same_color": same_color,
            "other_color": ~same_color,
            "leader": same_color,
            "same_shape": self._alike(~same_color),
            "around": around & ~around.T,
            "within": around.T & ~around,
            "aligned": rows != columns,
            "same_box": (sides[:, None] == sides).all(2),
            "stacked": columns,
            "above": columns & (last[:, 0] < first[:, :1]),
        }

    def _alike(self, unlike: Any) -> Any:
        """For each part the others of its shape: of unlike colors, else any; as they lie, else turned."""
        found, others = np.zeros(unlike.shape, bool), ~np.eye(len(unlike), dtype=bool)
        numbers = [np.array([keys.index(key) for key in keys]) for keys in (self.shapes, self.forms)]
        for wanted, own in product((unlike, others), numbers):
            found |= (own[:, None] == own) & wanted & ~found.any(1, keepdims=True)
        return found


def form_of(picture: Array) -> tuple[tuple[int, ...], bytes]:
    """A key of the shape of the colored cells."""
    return picture.shape, (picture > 0).tobytes()


@by_cells(maxsize=512)
def scene_of(array: Array, segmentation: int) -> Scene:
    """The scene of a grid, made once."""
    return Scene(array, segmentation)
