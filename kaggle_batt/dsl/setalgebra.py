"""Union, intersection and difference of the language's sets, on boards where both sides are patches."""

from __future__ import annotations

from typing import Any

from kaggle_batt.dsl import boards
from kaggle_batt.dsl.boards import stride_of
from kaggle_batt.dsl.limits import check_elements, spend
from kaggle_batt.dsl.values import (
    EMPTY,
    FSet,
    Indices,
    Object,
    Patch,
    SetValue,
    key_of,
    make_set,
    placed,
    tight,
    tight_object,
)


def items_of(value: SetValue) -> tuple[Any, ...]:
    """The elements in whatever order is cheapest."""
    return value.items if isinstance(value, FSet) else value.ordered()


def index_of(value: SetValue) -> dict[Any, Any]:
    """The elements by their keys."""
    return value.index if isinstance(value, FSet) else {key_of(item): item for item in value.ordered()}


def frame_of(patches: Any) -> tuple[int, int, int, int]:
    """The bounding box (top, left, height, width) of patches that are not empty."""
    top = min([patch.top for patch in patches])
    left = min([patch.left for patch in patches])
    height = max([patch.top + patch.height for patch in patches]) - top
    width = max([patch.left + patch.width for patch in patches]) - left
    boards.check_box(height, width)
    return top, left, height, width


def union(*sets: SetValue) -> SetValue:
    """All elements of the sets."""
    filled = [part for part in sets if len(part)]
    if len(filled) < 2:
        return filled[0] if filled else EMPTY
    kinds = set(map(type, filled))
    if kinds == {Indices}:
        return _union_indices(filled)
    if kinds == {Object}:
        return _union_objects(filled)
    check_elements(sum(map(len, filled)))
    return make_set([item for part in filled for item in items_of(part)])


def _union_indices(parts: list[Any]) -> Indices:
    top, left, height, width = frame_of(parts)
    spend(height * len(parts) >> 4)
    board = 0
    for part in parts:
        board |= placed(part.board, part.box, top, left, width)
    return Indices(top, left, height, width, board)


def _union_objects(parts: list[Any]) -> Object:
    top, left, height, width = frame_of(parts)
    spend(height * len(parts) >> 4)
    planes: dict[int, int] = {}
    for part in parts:
        for color, board in part.planes:
            planes[color] = planes.get(color, 0) | placed(board, part.box, top, left, width)
    return Object(top, left, height, width, tuple(sorted(planes.items())))


def seen_from(board: int, patch: Patch, frame: Patch) -> int:
    """A board of `patch` as seen in the box of `frame`."""
    box = (patch.top - frame.top, patch.left - frame.left, patch.height, patch.width)
    return boards.window(board, box, frame.height, frame.width)


def overlap(a: SetValue, b: SetValue) -> SetValue:
    """The elements of both sets."""
    if type(a) is Indices and type(b) is Indices:
        if a is EMPTY or b is EMPTY:
            return EMPTY
        return tight(a.board & seen_from(b.board, b, a), a.top, a.left, stride_of(a.width))
    if type(a) is Object and type(b) is Object:
        other = dict(b.planes)
        planes = [(c, p & seen_from(other[c], b, a)) for c, p in a.planes if c in other]
        return tight_object(planes, a.top, a.left, stride_of(a.width))
    keys = index_of(b)
    return make_set([item for key, item in index_of(a).items() if key in keys])


def minus(a: SetValue, b: SetValue) -> SetValue:
    """The elements of the first set that are not in the second."""
    if not len(a) or not len(b):
        return a
    if type(a) is Indices and type(b) is Indices:
        return tight(a.board & ~seen_from(b.board, b, a), a.top, a.left, stride_of(a.width))
    if type(a) is Object and type(b) is Object:
        other = dict(b.planes)
        planes = [(c, p & ~seen_from(other[c], b, a) if c in other else p) for c, p in a.planes]
        return tight_object(planes, a.top, a.left, stride_of(a.width))
    keys = index_of(b)
    return make_set([item for key, item in index_of(a).items() if key not in keys])
