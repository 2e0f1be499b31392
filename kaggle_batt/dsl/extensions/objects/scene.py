"""A grid as objects: its parts, their relations, and the colors that play a role in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from typing import Any, TypeVar

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, by_cells, by_count
from kaggle_batt.dsl.extensions.geometry import Step
from kaggle_batt.dsl.extensions.properties import POSITION, pictures_of, properties_of
from kaggle_batt.dsl.extensions.segments import Part, parts_of

T = TypeVar("T")
#: other parts that an action or a feature of a part may refer to
RELATIONS = (
    "largest", "smallest", "nearest", "touching", "same_color", "same_shape", "around", "within",
    "other_color", "aligned", "leader", "above", "same_box", "stacked",
)  # fmt: skip
TARGETS = RELATIONS[:11]  #: those toward which parts move or draw


class Scene:
    """A grid with the parts of one segmentation, in reading order."""

    def __init__(self, array: Array, segmentation: int) -> None:
        self.array, self.data = array, array.tobytes()
        self.height, self.width = array.shape
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
        self._made: dict[Any, Any] = {}
        self.drawn: dict[tuple[int, int], Any] = {}  #: by the numbers of part and place
        self.bits: dict[tuple[int, int], int] = {}  #: the same as bits

    def once(self, make: Callable[..., T], *args: Any) -> T:
        """What `make` returns for this scene and the arguments, made on the first call."""
        key = make, args
        if key not in self._made:
            self._made[key] = make(self, *args)
        return self._made[key]

    def value(self, number: int, name: str) -> int:
        """A property of a part."""
        return self.rows[number][POSITION[name]]

    def has(self, rows: Any, columns: Any) -> Any:
        """Which of the places lie within the grid."""
        return (rows >= 0) & (columns >= 0) & (rows < self.height) & (columns < self.width)

    def room(self, top: int, left: int, bottom: int, right: int, step: Step) -> int:
        """How often a box, both ends included, can go that step before it leaves the grid."""
        spans = ((self.height - 1 - bottom, top), (self.width - 1 - right, left))
        return min([span[by < 0] for span, by in zip(spans, step, strict=True) if by])

    @cached_property
    def gaps(self) -> list[list[int]]:
        """The distance between each two parts' boxes, along both axes together."""
        tops, bottoms = (np.array([getattr(p, side) for p in self.parts]) for side in ("top", "bottom"))
        lefts, rights = (np.array([getattr(p, side) for p in self.parts]) for side in ("left", "right"))
        down = np.maximum(tops[:, None] - bottoms[None], tops[None] - bottoms[:, None]).clip(0)
        right = np.maximum(lefts[:, None] - rights[None], lefts[None] - rights[:, None]).clip(0)
        return (down + right).tolist()

    @cached_property
    def touching(self) -> list[list[bool]]:
        """Whether each two parts have neighbouring cells, diagonals included."""
        owner = np.full((self.height + 2, self.width + 2), -1)
        inner = owner[1:-1, 1:-1]
        for number, part in enumerate(self.parts):
            inner[np.divmod(part.cells, self.width)] = number
        found = np.zeros((len(self.parts) + 1, len(self.parts) + 1), bool)
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            beside = owner[1 + down : self.height + 1 + down, 1 + right : self.width + 1 + right]
            found[inner, beside] = found[beside, inner] = True
        return found[:-1, :-1].tolist()

    def related(self, relation: str, number: int) -> int | None:
        """The other part in this relation to the part; of several the nearest, or touching the largest."""
        return self.once(Scene._related, relation, number)

    def _related(self, relation: str, number: int) -> int | None:
        if relation in ("largest", "smallest"):
            sign = -1 if relation == "largest" else 1
            sizes = sorted([(sign * part.size, k) for k, part in enumerate(self.parts)])
            alone = len(sizes) > 1 and sizes[0][0] != sizes[1][0]
            return sizes[0][1] if alone and sizes[0][1] != number else None
        others = [k for k, stands in enumerate(self._standing(relation, number)) if stands and k != number]
        if relation == "touching" and others:
            return max(others, key=lambda k: (self.parts[k].size, -k))
        if relation == "leader":
            first = max(others, key=lambda k: (self.parts[k].size, -k), default=number)
            return first if self.parts[first].size > self.parts[number].size else None
        return min(others, key=lambda k: (self.gaps[number][k], k)) if others else None

    def _standing(self, relation: str, number: int) -> Sequence[bool]:
        """For each part whether it is in this relation to the part."""
        if relation == "touching":
            return self.touching[number]
        if relation in ("same_color", "other_color", "leader"):
            own, same = self.main[number], relation != "other_color"
            return [(color == own) == same for color in self.main]
        if relation == "same_shape":
            # those of another color come first, then those that lie as it does
            others = [color != self.main[number] for color in self.main]
            for wanted, keys in product((others, [True] * len(others)), (self.shapes, self.forms)):
                alike = [one == keys[number] and want for one, want in zip(keys, wanted, strict=True)]
                if sum(alike) > wanted[number]:
                    break
            return alike
        part = self.parts[number]
        if relation == "aligned":
            return [
                (part.top <= one.bottom and one.top <= part.bottom)
                != (part.left <= one.right and one.left <= part.right)
                for one in self.parts
            ]
        if relation == "same_box":
            return [one.picture.shape == part.picture.shape for one in self.parts]
        if relation in ("above", "stacked"):
            last = self.height if relation == "stacked" else part.top
            return [
                one.left <= part.right and part.left <= one.right and one.bottom < last for one in self.parts
            ]
        if relation == "within":
            return [_contains(part, one) for one in self.parts]
        if relation == "around":
            return [_contains(one, part) for one in self.parts]
        return [True] * len(self.parts)


def form_of(picture: Array) -> tuple[tuple[int, ...], bytes]:
    """A key of the shape of the colored cells."""
    return picture.shape, (picture > 0).tobytes()


def _contains(outer: Part, inner: Part) -> bool:
    """Whether the inner part's box is a smaller part of the outer's."""
    return (
        outer.top <= inner.top and outer.left <= inner.left and outer.bottom >= inner.bottom
        and outer.right >= inner.right and outer.picture.size > inner.picture.size
    )  # fmt: skip


@by_cells(maxsize=512)
def scene_of(array: Array, segmentation: int) -> Scene:
    """The scene of a grid, made once."""
    return Scene(array, segmentation)
