"""Places of copies: turned, fallen, mirrored, beside each other, as others are, bridges between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, Array
from kaggle_batt.dsl.extensions.objects.moves import moved, picture_of, put_at, times
from kaggle_batt.dsl.extensions.objects.place import BESIDE, FREES, WAYS, Draw, Drawn, Step, add_place
from kaggle_batt.dsl.extensions.objects.rays import cells_drawn
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene

_TURNS: dict[str, Callable[[Array], Array]] = {
    "left_right": lambda p: p[:, ::-1],
    "upside_down": lambda p: p[::-1],
    "half": lambda p: p[::-1, ::-1],
    "transposed": lambda p: p.T,
    "quarter": lambda p: p.T[::-1],
    "counter": lambda p: p.T[:, ::-1],
}


def _turned(turn: Callable[[Array], Array]) -> Draw:
    def draw(scene: Scene, number: int) -> Drawn | None:
        part = scene.parts[number]
        picture = turn(picture_of(scene, number))
        top = part.top + (part.height - picture.shape[0]) // 2
        return put_at(scene, picture, top, part.left + (part.width - picture.shape[1]) // 2)

    return draw


def _falls(scene: Scene, step: Step) -> list[int]:
    """How many steps each part goes where all go, the foremost first, until others or the edge stop them."""
    occupied = {cell for part in scene.parts for cell in part.cells.tolist()}
    down, right = step
    order = sorted(
        range(len(scene.parts)),
        key=lambda k: (
            -max(down * scene.parts[k].top, down * scene.parts[k].bottom)
            - max(right * scene.parts[k].left, right * scene.parts[k].right)
        ),
    )
    found = [0] * len(scene.parts)
    for number in order:
        part, stride = scene.parts[number], down * scene.width + right
        cells = part.cells.tolist()
        occupied.difference_update(cells)
        room = (
            (scene.height - 1 - part.bottom if down > 0 else part.top) if down
            else (scene.width - 1 - part.right if right > 0 else part.left)
        )  # fmt: skip
        while found[number] < room and not occupied.intersection([cell + stride for cell in cells]):
            cells = [cell + stride for cell in cells]
            found[number] += 1
        occupied.update(cells)
    return found


def _fall(step: Step) -> Callable[[Scene, int], Step | None]:
    return lambda scene, number: times(step, scene.once(_falls, step)[number])


def _grid_edge(step: Step) -> Draw:
    """The edge of the grid on that side, where it is 0."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        edge = np.zeros(scene.array.shape, bool)
        if step[0]:
            edge[-1 if step[0] > 0 else 0] = True
        else:
            edge[:, -1 if step[1] > 0 else 0] = True
        return cells_drawn(np.flatnonzero(edge & (scene.array == 0)).tolist())

    return draw


def _lines(on: bool) -> Draw:
    """The rows and columns that hold several of the part's cells, where they are 0: between, or `on`."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        own = np.zeros(scene.array.shape, bool)
        own.ravel()[scene.parts[number].cells] = True
        wanted = np.zeros(own.shape, bool)
        for mask, lines in ((own, wanted), (own.T, wanted.T)):
            for line in (mask.sum(1) > 1).nonzero()[0].tolist():
                places = mask[line].nonzero()[0]
                lines[line, slice(None) if on else slice(places[0], places[-1])] = True
        return cells_drawn(np.flatnonzero(wanted & (scene.array == 0)).tolist())

    return draw


def _beside(step: Step, gap: int, mirrored: bool, on: bool) -> Draw:
    """Copies in a direction, mirrored if so, one or on to the edge."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        part = scene.parts[number]
        rows, columns = np.divmod(part.cells, scene.width)
        if mirrored and step[0]:
            rows = part.top + part.bottom - rows
        elif mirrored:
            columns = part.left + part.right - columns
        times = np.arange(1, LARGEST + 1 if on else 2)[:, None]
        rows = rows + times * step[0] * (part.height + gap)
        columns = columns + times * step[1] * (part.width + gap)
        inside = (rows >= 0) & (columns >= 0) & (rows < scene.height) & (columns < scene.width)
        if not (np.count_nonzero(inside) if on else inside.all()):
            return None
        colors = np.broadcast_to(scene.array.ravel()[part.cells], inside.shape)
        return (rows * scene.width + columns)[inside], colors[inside]

    return draw


def _as(relation: str, place: str) -> Draw:
    """A related part's picture in place of this part, or this one's in the place of that."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        other = scene.related(relation, number)
        if other is None:
            return None
        source, target = (other, number) if place == "own" else (number, other)
        one, two = scene.parts[source], scene.parts[target]
        top = two.top + (two.height - one.height) // 2
        return put_at(scene, picture_of(scene, source), top, two.left + (two.width - one.width) // 2)

    return draw


def _like(relation: str) -> Draw:
    """The outline of a related part drawn where it first contains the part's own cells."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        other = scene.related(relation, number)
        if other is None:
            return None
        own, whole = picture_of(scene, number) > 0, picture_of(scene, other) > 0
        if own.sum() >= whole.sum() or own.shape[0] > whole.shape[0] or own.shape[1] > whole.shape[1]:
            return None
        windows = np.lib.stride_tricks.sliding_window_view(whole, own.shape)
        fits = np.argwhere((windows | ~own).all((2, 3)))
        for down, right in fits.tolist():
            part = scene.parts[number]
            drawn = put_at(scene, whole.astype(np.uint8), part.top - down, part.left - right)
            if drawn is not None:
                return drawn[0], None
        return None

    return draw


def _bridges(across: bool, down: bool) -> Draw:
    """The cells between the part's own in rows, columns: what lies over it comes behind it."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        own = picture_of(scene, number) > 0
        part = scene.parts[number]
        between = np.zeros(own.shape, bool)
        for axis in [axis for axis, wanted in ((1, across), (0, down)) if wanted]:
            before = np.logical_or.accumulate(own, axis)
            after = np.flip(np.logical_or.accumulate(np.flip(own, axis), axis), axis)
            between |= before & after
        covered = scene.array[part.box] > 0
        places = np.argwhere(between & ~own & covered) + np.array([part.top, part.left])
        return cells_drawn((places * (scene.width, 1)).sum(1).tolist())

    return draw


def _named() -> Iterator[tuple[str, Draw, int, str]]:
    for name, turn in _TURNS.items():
        yield f"turned_{name}", _turned(turn), 2, FREES
    for (name, step), gap in product(list(WAYS.items()), (0, 1)):
        yield f"beside_{name}_{gap}", _beside(step, gap, False, False), 3 + gap, BESIDE
        yield f"repeated_{name}_{gap}", _beside(step, gap, False, True), 2 + gap, BESIDE
        if 0 in step:
            yield f"mirrored_{name}_{gap}", _beside(step, gap, True, False), 3 + gap, BESIDE
    for name, step in tuple(WAYS.items())[:4]:
        yield f"fall_{name}", moved(_fall(step)), 1, FREES
        yield f"grid_edge_{name}", _grid_edge(step), 1, BESIDE
    yield "lines", _lines(False), 1, BESIDE
    yield "lines_on", _lines(True), 2, BESIDE
    for relation in RELATIONS:
        yield f"as_{relation}", _as(relation, "own"), 5, FREES
        yield f"at_{relation}", _as(relation, "other"), 5, FREES
    for relation in ("largest", "nearest", "same_color"):
        yield f"like_{relation}", _like(relation), 4, BESIDE
    for name, axes in {"across": (True, False), "down": (False, True), "both": (True, True)}.items():
        yield f"bridges_{name}", _bridges(*axes), 2, BESIDE


for _entry in _named():
    add_place(*_entry)
