"""Parts that fit together into one picture."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import segmented
from kaggle_batt.dsl.extensions.arrays import LARGEST, STEPS, Array, Mask, Results, main_color, shift
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, parts_of


def _filled(board: Array, parts: Parts) -> Array | None:
    """The board with the parts on its cells of 0, so that none is left; None if they don't fit."""
    free = np.flatnonzero(board.ravel() == 0)
    if not parts:
        return None if len(free) else board
    if not len(free):
        return None
    row, column = divmod(int(free[0]), board.shape[1])
    for number, part in enumerate(parts):
        # in reading order a part's first cell must take the first free one
        left = column - int(np.flatnonzero(part.picture[0])[0])
        window = board[row : row + part.height, max(left, 0) : max(left, 0) + part.width]
        if left < 0 or window.shape != part.picture.shape or window[part.picture > 0].any():
            continue
        tried = board.copy()
        np.copyto(
            tried[row : row + part.height, left : left + part.width], part.picture, where=part.picture > 0
        )
        done = _filled(tried, [*parts[:number], *parts[number + 1 :]])
        if done is not None:
            return done
    return None


@Tried(430, segmented("COLOR_4 COLOR_8"), only_resized=True)
@family("square wide tall any", cost=14, charge=(24, 2))
def jigsaws(array: Array, segmentation: int) -> Results | None:
    """The parts fitted together into a full square, a wide or a tall rectangle; the first of these."""
    parts = list(parts_of(array, segmentation))
    cells = sum([part.size for part in parts])
    if not 2 <= len(parts) <= 4 or cells > 120:
        return None
    found: Results = {}
    tallest, widest = max([part.height for part in parts]), max([part.width for part in parts])
    for height in range(tallest, LARGEST + 1):
        width = cells // height
        if width < widest or width > LARGEST or height * width != cells:
            continue
        name = "square" if height == width else "wide" if width > height else "tall"
        if name not in found:
            found[name] = _filled(np.zeros((height, width), np.uint8), parts)
    made = [found.get(name) for name in ("square", "wide", "tall")]
    found["any"] = next((grid for grid in made if grid is not None), None)
    return found


def _corner(part: Part, empty: bool) -> tuple[int, int] | None:
    """The one corner of the part's box that is empty, or filled, as (row, column) of 0 and 1."""
    corners = part.picture[:: part.height - 1, :: part.width - 1] == 0
    places = np.argwhere(corners if empty else ~corners).tolist()
    return (places[0][0], places[0][1]) if len(places) == 1 else None


def _assembled(parts: Parts, empty: bool, inward: bool) -> Array | None:
    """The parts side by side so that these corners meet in the middle (or come to lie outside)."""
    places = [_corner(part, empty) for part in parts]
    if None in places or len(set(places)) < 4:
        return None
    height, width = parts[0].picture.shape
    board = np.zeros((2 * height, 2 * width), np.uint8)
    for part, place in zip(parts, places, strict=True):
        assert place is not None
        down, right = (1 - place[0], 1 - place[1]) if inward else place
        board[down * height : (down + 1) * height, right * width : (right + 1) * width] = part.picture
    return board


@Tried(930, segmented("COLOR_8 FILLED_8"), only_resized=True)
@family("empty_inward empty_outward filled_inward filled_outward", cost=13, charge=(4, 1))
def assembled(array: Array, segmentation: int) -> Results | None:
    """Four parts of one size as one picture: the one empty corner of each, or the one filled, toward the
    middle or outward."""
    parts = parts_of(array, segmentation)
    if len(parts) != 4 or len({part.picture.shape for part in parts}) > 1:
        return None
    shape = parts[0].picture.shape
    if min(shape) < 2 or 2 * max(shape) > LARGEST:
        return None
    return {
        "empty_inward": _assembled(parts, True, True),
        "empty_outward": _assembled(parts, True, False),
        "filled_inward": _assembled(parts, False, True),
        "filled_outward": _assembled(parts, False, False),
    }


def _views(picture: Array, turned: bool) -> list[Array]:
    """The picture, and in its other positions: turns before mirror images, as pieces are seldom flipped."""
    if not turned:
        return [picture]
    return [np.rot90(base, turn) for base in (picture, picture[::-1]) for turn in range(4)]


def _plugs(picture: Array, ground: int) -> Mask:
    """What of a piece belongs in a hole: its cells of the ground color, without any all its cells."""
    own = picture == ground
    return own if own.any() else picture > 0


def _place(board: Array, ground: int, view: Array) -> tuple[int, int] | None:
    """Where the view's plugs meet holes, and all of these."""
    height, width = view.shape
    plugs = _plugs(view, ground)
    framed = np.pad(board, 1, constant_values=ground)
    first = np.argwhere(plugs)[0]
    for top, left in (np.argwhere(board == 0) - first).tolist():
        if min(top, left) < 0 or top + height > board.shape[0] or left + width > board.shape[1]:
            continue
        window = framed[top : top + height + 2, left : left + width + 2]
        # a hole that goes on beside the view is not filled by it
        if ((window[1:-1, 1:-1] == 0) == plugs).all() and not _leaks(window, plugs):
            return top, left
    return None


def _leaks(window: Array, plugs: Mask) -> bool:
    """Whether a cell of 0 in the window's frame touches one that is filled."""
    filled = np.pad(plugs, 1)
    near = np.logical_or.reduce([shift(filled, *step) for step in STEPS[:4]])
    near[1:-1, 1:-1] = False
    return bool((near & (window == 0)).any())


def _all_placed(base: Part, pieces: Parts, turned: bool) -> Array | None:
    """The large part with every piece in the first hole it fits; None unless that fills it."""
    ground, board = main_color(base.picture), base.picture.copy()
    if sum([int(_plugs(piece.picture, ground).sum()) for piece in pieces]) != int((board == 0).sum()):
        return None
    for piece in sorted(pieces, key=lambda one: -int(((one.picture != ground) & (one.picture > 0)).sum())):
        for view in _views(piece.picture, turned):
            at = _place(board, ground, view)
            if at is not None:
                window = board[at[0] : at[0] + view.shape[0], at[1] : at[1] + view.shape[1]]
                np.copyto(window, view, where=view > 0)
                break
        else:
            return None
    return board


@Tried(570, segmented("FILLED_8"))
@family("alone turned_alone whole turned_whole", cost=14, charge=(9, 1), parts=(2, 10))
def placed(array: Array, parts: Parts) -> Results | None:
    """The largest part with the others in its holes, as they are or turned; the whole grid so."""
    base = max(parts, key=lambda part: part.size)
    pieces = [part for part in parts if part is not base]
    if base.size == base.picture.size or any(piece.size > 40 for piece in pieces):
        return None
    found: Results = {}
    for name, turned in (("alone", False), ("turned_alone", True)):
        made = _all_placed(base, pieces, turned)
        if made is not None:
            whole = np.zeros_like(array)
            whole[base.box] = made
            found[name], found[name.replace("alone", "whole")] = made, whole
    return found
