"""Union, intersection and difference of the language's sets, on boards where both sides are patches."""

from collections.abc import Sequence
from typing import Any

from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import STRIDE, stride_of
from kaggle_batt.dsl.values.build import frame_of, make_set, part_of, placed, tight, tight_object
from kaggle_batt.dsl.values.limits import check_elements, spend
from kaggle_batt.dsl.values.sets import FSet
from kaggle_batt.dsl.values.shapes import EMPTY, Indices, Object, Patch, SetValue


def union(*sets: Any) -> SetValue:
    """All elements of the sets; patches may be empty, an `FSet` never is."""
    filled = [part for part in sets if type(part) is FSet or part.height]
    if len(filled) < 2:
        return filled[0] if filled else EMPTY
    kinds = set(map(type, filled))
    if kinds == {Indices} or kinds == {Object}:
        patch = together(filled)
        spend(patch.height * len(filled) >> 4)
        return patch
    check_elements(sum(map(len, filled)))
    return make_set([item for part in filled for item in part.items])


def together(parts: Sequence[Any]) -> Patch:
    """The patch of all cells, or locations, of nonempty patches of one kind; spends nothing."""
    top, left, height, width = frame_of(parts)
    base, usual = top * STRIDE + left, width < STRIDE
    if type(parts[0]) is Indices:
        places = 0
        for part in parts:  # what `placed` does for the usual stride, without a call each
            move = part.top * STRIDE + part.left - base
            places |= part.board << move if usual else placed(part.board, part.box, top, left, width)
        return Indices(top, left, height, width, places)
    planes: dict[int, int] = {}
    for part in parts:
        move = part.top * STRIDE + part.left - base
        for color, board in part.planes:
            board = board << move if usual else placed(board, part.box, top, left, width)
            planes[color] = planes.get(color, 0) | board
    return Object(top, left, height, width, tuple(sorted(planes.items())))


def crossed(left: Sequence[int], right: Any) -> Patch:
    """The patch of all pairs of a number and a number, or a location."""
    if type(right) is Indices:
        planes = tuple([(color, right.board) for color in sorted(set(map(int, left)))])
        return Object(*right.box, planes)
    top, first = min(left), min(right)
    height, width = max(left) - top + 1, max(right) - first + 1
    boards.check_box(height, width)
    row = sum([1 << column - first for column in set(right)])
    stride = stride_of(width)
    board = sum([row << (number - top) * stride for number in set(left)])
    return Indices(int(top), int(first), int(height), int(width), board)


def seen_from(board: int, patch: Patch, frame: Patch) -> int:
    """A board of `patch` as seen in the box of `frame`, with any bits beside that box."""
    down, right = patch.top - frame.top, patch.left - frame.left
    usual = frame.width < STRIDE > patch.width and -STRIDE < down < STRIDE
    if usual and frame.width - STRIDE < right <= STRIDE - patch.width:
        move = down * STRIDE + right  # cells beside the box stay beside it
        return board << move if move >= 0 else board >> -move
    return boards.window(board, (down, right, patch.height, patch.width), frame.height, frame.width)


def overlap(a: SetValue, b: SetValue) -> SetValue:
    """The elements of both sets."""
    if type(a) is Indices and type(b) is Indices:
        return shared_places(a, b)
    if type(a) is Object and type(b) is Object:
        other = dict(b.planes)
        return _kept_cells(a, [(c, p & seen_from(other[c], b, a) if c in other else 0) for c, p in a.planes])
    if type(a) is FSet:
        return part_of(a, [item for item in a.items if b.has(item)])
    return make_set([item for item in b.items if a.has(item)]) if type(b) is FSet else EMPTY


def shared_places(a: Indices, b: Indices) -> Indices:
    """The locations of both."""
    return _kept_places(a, a.board & seen_from(b.board, b, a))


def minus(a: SetValue, b: SetValue) -> SetValue:
    """The elements of the first set that are not in the second."""
    if not len(a) or not len(b):
        return a
    if type(a) is Indices and type(b) is Indices:
        return _kept_places(a, a.board & ~seen_from(b.board, b, a))
    if type(a) is Object and type(b) is Object:
        other = dict(b.planes)
        return _kept_cells(a, [(c, p & ~seen_from(other[c], b, a) if c in other else p) for c, p in a.planes])
    if type(a) is FSet:
        return part_of(a, [item for item in a.items if not b.has(item)])
    if type(b) is not FSet:
        return a
    out = make_set([item for item in b.items if a.has(item)])
    return minus(a, out) if type(out) is type(a) else a


def _kept_places(whole: Indices, board: int) -> Indices:
    """Some of the locations of a set, as a board in its box."""
    if not board:
        return EMPTY
    return whole if board == whole.board else tight(board, whole.top, whole.left, stride_of(whole.width))


def _kept_cells(whole: Object, planes: list[tuple[int, int]]) -> Patch:
    """Some of the cells of an object, as boards in its box."""
    if tuple(planes) == whole.planes:
        return whole
    return tight_object(planes, whole.top, whole.left, stride_of(whole.width))
