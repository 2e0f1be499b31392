"""Families of small parts put in the holes of a large one."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import Tried, each
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Mask, Results, main_color, shift
from kaggle_batt.dsl.extensions.registry import family
from kaggle_batt.dsl.extensions.segments import Part, parts_of

MOST_PARTS = 10
MOST_CELLS = 40


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


def _all_placed(base: Part, pieces: list[Part], turned: bool) -> Array | None:
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


@family("alone turned_alone whole turned_whole", cost=14, charge=(9, 1), tried=Tried(570, each(3)))
def placed(array: Array, mode: int) -> Results | None:
    """The largest part with the others in its holes, as they are or turned; the whole grid so."""
    parts = list(parts_of(array, mode))
    if not 2 <= len(parts) <= MOST_PARTS:
        return None
    base = max(parts, key=lambda part: part.size)
    pieces = [part for part in parts if part is not base]
    if base.size == base.picture.size or any(piece.size > MOST_CELLS for piece in pieces):
        return None
    found: Results = {}
    for name, turned in (("alone", False), ("turned_alone", True)):
        made = _all_placed(base, pieces, turned)
        if made is not None:
            whole = np.zeros_like(array)
            whole[base.box] = made
            found[name], found[name.replace("alone", "whole")] = made, whole
    return found
