"""Parts drawn again: on marks, on their sides, mirrored."""

from __future__ import annotations

import numpy as np

from kaggle_batt.dsl.extensions.arguments import each_ink, once, segmented
from kaggle_batt.dsl.extensions.arrays import STEPS, Array, Results, main_color, under
from kaggle_batt.dsl.extensions.registry import Tried, family
from kaggle_batt.dsl.extensions.segments import Part, Parts, Segmentation, parts_of
from kaggle_batt.dsl.extensions.whole.motions import turns


@Tried(260, once, deep=True)
@family("centered recolored by_marker centered_over", cost=14, charge=(6, 1))
def stamps(array: Array) -> Results | None:
    """The one large part stamped on every single cell: in its colors, in the cell's, by its marker."""
    parts = parts_of(array, Segmentation.FILLED_8)
    if not 2 <= len(parts) <= 30:
        return None
    model = max(parts, key=lambda part: part.size)
    marks = [part for part in parts if part.size == 1]
    if model.size == 1 or len(marks) != len(parts) - 1:
        return None
    middle = model.height // 2, model.width // 2
    found: Results = {
        "centered": stamped(array, model.picture, marks, middle, False),
        "recolored": stamped(array, model.picture, marks, middle, True),
        "centered_over": stamped(np.zeros_like(array), model.picture, marks, middle, False),
    }
    places = np.argwhere(model.picture == marks[0].color)
    if len(places) == 1 and len({mark.color for mark in marks}) == 1:
        anchor = int(places[0][0]), int(places[0][1])
        found["by_marker"] = stamped(array, model.picture, marks, anchor, False)
    return found


def stamped(base: Array, picture: Array, marks: list[Part], anchor: tuple[int, int], recolor: bool) -> Array:
    """The picture drawn with its anchor cell on every mark."""
    result = base.copy()
    height, width = base.shape
    for mark in marks:
        top, left = mark.top - anchor[0], mark.left - anchor[1]
        rows = slice(max(top, 0), min(top + picture.shape[0], height))
        columns = slice(max(left, 0), min(left + picture.shape[1], width))
        seen = picture[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        ink = (seen > 0) * np.uint8(mark.color) if recolor else seen
        np.copyto(result[rows, columns], ink, where=seen > 0)
    return result


_VIEWS = ("plain", *turns.names)


def _models(array: Array, color: int) -> tuple[list[Part], list[Part]]:
    """The parts that have the color in one cell beside other colors; the single cells of it."""
    parts = parts_of(array, Segmentation.FILLED_8)
    marks = [part for part in parts if part.size == 1 and part.color == color]
    models = [part for part in parts if part.size > 1 and int((part.picture == color).sum()) == 1]
    return models, marks


@Tried(710, each_ink)
@family(" ".join(_VIEWS), cost=14, charge=(10, 2))
def copied(array: Array, color: int) -> Results | None:
    """The part with one cell of the color drawn around every single cell of it, in each of its positions; the
    grid as it is where there is none."""
    models, marks = _models(array, color)
    if len(models) != 1 or not 0 < len(marks) <= 20 or not color:
        return dict.fromkeys(_VIEWS, array)
    picture = models[0].picture
    views = [picture, *turns.arrays(picture)]
    found: Results = {}
    for name, view in zip(_VIEWS, views, strict=True):
        if view is not None:
            row, column = np.argwhere(view == color)[0].tolist()
            found[name] = stamped(array, view, marks, (row, column), False)
    return found


def _beside(board: Array, part: Part, step: tuple[int, int], picture: Array) -> None:
    """The picture drawn on the board in the part's box moved by its own size."""
    top, left = part.top + step[0] * part.height, part.left + step[1] * part.width
    rows = slice(max(top, 0), max(top + part.height, 0))
    columns = slice(max(left, 0), max(left + part.width, 0))
    window = board[rows, columns]
    if window.size:
        seen = picture[rows.start - top :, columns.start - left :][: window.shape[0], : window.shape[1]]
        np.copyto(window, seen, where=(window == 0) & (seen > 0))


def _corner(part: Part, step: tuple[int, int]) -> Array:
    """A picture of the part's size in the color of its corner (or middle of a side) in that direction."""
    row = (part.height - 1) * (step[0] + 1) // 2
    return np.full_like(part.picture, part.picture[row, (part.width - 1) * (step[1] + 1) // 2])


@Tried(560, segmented("FILLED_8"))
@family(
    "straight diagonal all straight_mirrored diagonal_turned corners corners_opposite",
    cost=14,
    charge=(120, 10),
    parts=(1, 5),
)
def around(array: Array, parts: Parts) -> Results | None:
    """Every part drawn again on its sides, at its corners, mirrored there; blocks in its corners' colors."""
    layers = {name: np.zeros_like(array) for name in around.names}
    for part in parts:
        for down, right in STEPS:
            kind = "diagonal" if down and right else "straight"
            mirrored = part.picture[:: -1 if down else 1, :: -1 if right else 1]
            _beside(layers[kind], part, (down, right), part.picture)
            _beside(layers["all"], part, (down, right), part.picture)
            name = "diagonal_turned" if kind == "diagonal" else "straight_mirrored"
            _beside(layers[name], part, (down, right), mirrored)
            if kind == "diagonal":
                _beside(layers["corners"], part, (down, right), _corner(part, (down, right)))
                _beside(layers["corners_opposite"], part, (down, right), _corner(part, (-down, -right)))
    return {name: under(array, layer) for name, layer in layers.items()}


def _mirrors(picture: Array, main: int, row: int, column: int) -> tuple[int, int] | None:
    """The direction from the one straight neighbour of the main color, else from a diagonal one."""
    found = []
    for down, right in STEPS:
        y, x = row - down, column - right
        if 0 <= y < picture.shape[0] and 0 <= x < picture.shape[1] and picture[y, x] == main:
            found.append((down, right))
    straight = [step for step in found if 0 in step]
    chosen = straight or found
    return chosen[0] if len(chosen) == 1 else None


def _image(board: Array, cells: Array, seed: tuple[int, int], step: tuple[int, int], color: int) -> None:
    """Draw the cells mirrored over the sides by which the seed is reached."""
    rows, columns = cells[:, 0], cells[:, 1]
    if step[0]:
        rows = 2 * seed[0] - step[0] - rows
    if step[1]:
        columns = 2 * seed[1] - step[1] - columns
    inside = (rows >= 0) & (rows < board.shape[0]) & (columns >= 0) & (columns < board.shape[1])
    board[rows[inside], columns[inside]] = color


def _seeds(part: Part) -> tuple[int, list[tuple[int, int]]]:
    """The part's main color, its cells of others."""
    main = main_color(part.picture)
    return main, [
        (row, column) for row, column in np.argwhere((part.picture > 0) & (part.picture != main)).tolist()
    ]


@Tried(580, segmented("FILLED_8"))
@family("colored colored_over plain", cost=14, charge=(40, 5), parts=(1, 8))
def reflections(array: Array, parts: Parts) -> Results | None:
    """Each part mirrored at its cells of other colors, in these: under it, over it, in the part's color."""
    colored, plain = np.zeros_like(array), np.zeros_like(array)
    for part in parts:
        main, seeds = _seeds(part)
        if len(seeds) > 6:
            continue
        cells = np.argwhere(part.picture == main) + np.array([part.top, part.left])
        for row, column in seeds:
            step = _mirrors(part.picture, main, row, column)
            if step is not None:
                at = part.top + row, part.left + column
                _image(colored, cells, at, step, int(part.picture[row, column]))
                _image(plain, cells, at, step, main)
    if not plain.any():
        return None
    return {
        "colored": under(array, colored),
        "colored_over": under(colored, array),
        "plain": under(plain, array),
    }
