"""Where an object is drawn, or what is drawn around it: each place gives cells, and colors for them.

Places of the kind `OWN` draw on the part's own cells, those of the kind `FREES` leave these empty where they
do not draw on them, all others draw elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import LARGEST, STEPS, Array, Mask, shift
from kaggle_batt.dsl.extensions.objects.scene import RELATIONS, Scene
from kaggle_batt.dsl.extensions.segments import Part

Step = tuple[int, int]
#: flat cells, and their colors; None where any color is meant
Cells = Any
Drawn = tuple[Cells, Array | None]
Draw = Callable[[Scene, int], Drawn | None]
#: the steps by name
WAYS: dict[str, Step] = dict(
    zip(["right", "left", "down", "up", "down_right", "down_left", "up_right", "up_left"], STEPS, strict=True)
)


OWN, FREES, BESIDE = "own", "frees", "beside"


@dataclass(frozen=True, eq=False)
class Place:
    """A place: its name, what it draws, its kind, tenths of its cost."""

    name: str
    draw: Draw
    cost: int
    kind: str


PLACES: list[Place] = []


def drawn_at(scene: Scene, number: int, place: int) -> Drawn | None:
    """What the place draws for a part; None where it is not defined."""
    return scene.once(_draw, number, place)


def _draw(scene: Scene, number: int, place: int) -> Drawn | None:
    return PLACES[place].draw(scene, number)


def _place(name: str, draw: Draw, cost: int = 0, kind: str = BESIDE) -> None:
    PLACES.append(Place(name, draw, cost, kind))


def _own(scene: Scene, number: int) -> Drawn:
    cells = scene.parts[number].cells
    return cells, scene.array.ravel()[cells]


def _masked(choose: Callable[[Part, Mask], Mask], empty: bool) -> Draw:
    """The cells of the part's box, widened by one, that a mask of its cells gives: of the part, or of 0."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        part = scene.parts[number]
        mask = np.zeros((part.height + 2, part.width + 2), bool)
        rows, columns = np.divmod(part.cells, scene.width)
        mask[rows - part.top + 1, columns - part.left + 1] = True
        chosen = np.argwhere(choose(part, mask)) + np.array([part.top - 1, part.left - 1])
        inside = (chosen >= 0).all(1) & (chosen < scene.array.shape).all(1)
        cells = (chosen[inside] * (scene.width, 1)).sum(1)
        if empty:
            cells = cells[scene.array.ravel()[cells] == 0]
        return (cells, None) if len(cells) else None

    return draw


def _spread(mask: Mask, steps: Iterable[Step]) -> Mask:
    result = mask.copy()
    for step in steps:
        result |= shift(mask, *step)
    return result


def _middle(axes: tuple[bool, bool]) -> Callable[[Part, Mask], Mask]:
    """The middle of the box along these axes."""

    def choose(part: Part, mask: Mask) -> Mask:
        result = np.zeros_like(mask)
        spans = [
            slice(1 + (size - 1) // 2, 2 + size // 2) if middle else slice(1, size + 1)
            for size, middle in zip((part.height, part.width), axes, strict=True)
        ]
        result[tuple(spans)] = True
        return result

    return choose


def _box(part: Part, mask: Mask, inset: int = 1) -> Mask:
    result = np.zeros_like(mask)
    result[inset : mask.shape[0] - inset, inset : mask.shape[1] - inset] = True
    return result


def _holes(part: Part, mask: Mask) -> Mask:
    """The cells that the part encloses."""
    outside = np.zeros_like(mask)
    outside[0], outside[-1], outside[:, 0], outside[:, -1] = True, True, True, True
    while True:
        # the margin is outside, so what wraps around changes nothing
        grown = _spread(outside, STEPS[:4]) & ~mask
        if (grown == outside).all():
            return ~outside & ~mask
        outside = grown


def _core(part: Part, mask: Mask) -> Mask:
    """The part's cells that no cell outside it touches."""
    return mask & ~_spread(~mask, STEPS)


_place("own", _own, 0, OWN)
_place("gone", lambda scene, number: (np.zeros(0, np.int64), None), 0, FREES)
_place("edge", _masked(lambda p, m: m & ~_core(p, m), False), 2, OWN)
_place("core", _masked(_core, False), 2, OWN)
_place("middle", _masked(_middle((True, True)), False), 2, OWN)
_place("middle_row", _masked(_middle((True, False)), False), 3, OWN)
_place("middle_column", _masked(_middle((False, True)), False), 3, OWN)
_place("holes", _masked(_holes, True))
_place("inside", _masked(_holes, False), 2)
_place("box", _masked(_box, True), 1)
_place("box_edge", _masked(lambda p, m: _box(p, m) & ~_box(p, m, 2), True), 2)
_place("halo", _masked(lambda p, m: _spread(m, STEPS), True), 1)
_place("near", _masked(lambda p, m: _spread(m, STEPS[:4]), True), 2)
_place("frame", _masked(lambda p, m: ~_box(p, m), True), 2)
_place("corners", _masked(lambda p, m: ~_spread(_box(p, m), STEPS[:4]), True), 3)


def _walk(scene: Scene, row: int, column: int, step: Step, through: bool = False) -> tuple[list[int], bool]:
    """The cells of 0 from the next one on until something stops; whether that is no edge."""
    cells: list[int] = []
    while True:
        row, column = row + step[0], column + step[1]
        if not (0 <= row < scene.height and 0 <= column < scene.width):
            return cells, False
        cell = row * scene.width + column
        if scene.data[cell] and not through:
            return cells, True
        if not scene.data[cell]:
            cells.append(cell)


def _starts(scene: Scene, part: Part, step: Step, middle: bool) -> list[tuple[int, int]]:
    """The outermost cells of the part in a direction: of each line, or of the middle ones."""
    down, right = step
    if down and right:
        return [(part.bottom if down > 0 else part.top, part.right if right > 0 else part.left)]
    mask = part.picture > 0
    low, size = (part.top, part.height) if right else (part.left, part.width)
    found = []
    for line in range((size - 1) // 2, size // 2 + 1) if middle else range(size):
        cells = (mask[line] if right else mask[:, line]).nonzero()[0]
        if len(cells):
            end = int(cells[-1] if down + right > 0 else cells[0])
            found.append((low + line, part.left + end) if right else (part.top + end, low + line))
    return found


def _cells(cells: Iterable[int]) -> Drawn | None:
    found = np.array(list(cells), np.int64)
    return (found, None) if len(found) else None


def _rays(steps: Iterable[Step], middle: bool, until: str) -> Draw:
    """Straight lines from the part `until` anything, `through` all, or only if they `hit` something."""
    ways = tuple(steps)

    def draw(scene: Scene, number: int) -> Drawn | None:
        found: list[int] = []
        for step in ways:
            for row, column in _starts(scene, scene.parts[number], step, middle):
                cells, hit = _walk(scene, row, column, step, until == "through")
                found += cells if hit or until != "hit" else []
        return _cells(found)

    return draw


_SETS: dict[str, tuple[Step, ...]] = {
    **{name: (step,) for name, step in WAYS.items()},
    "across": STEPS[:2], "downward": STEPS[2:4], "crosswise": STEPS[:4], "slanted": STEPS[4:],
}  # fmt: skip
for _name, _steps in _SETS.items():
    for _end, _middle_only in product(("until", "through", "hit"), (True, False)):
        if _middle_only or _name in ("right", "left", "down", "up", "across", "downward"):
            _width = "" if _middle_only else "_wide"
            _place(f"ray_{_name}_{_end}{_width}", _rays(_steps, _middle_only, _end), 1 + len(_end) // 6)


def _pointed(scene: Scene, part: Part, number: int) -> Step | None:
    """From the part's middle to its cells of its rarest color."""
    cells = part.cells[scene.array.ravel()[part.cells] == scene.second[number]]
    if len(cells) == part.size:
        return None
    rows, columns = np.divmod(cells, scene.width)
    down = np.sign(2 * rows.mean() - part.top - part.bottom)
    right = np.sign(2 * columns.mean() - part.left - part.right)
    return (int(down), int(right)) if down or right else None


def _point(sign: int, until: str) -> Draw:
    """A line in the direction of the part's odd cell, or away from it."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        step = _pointed(scene, scene.parts[number], number)
        return _rays([(sign * step[0], sign * step[1])], True, until)(scene, number) if step else None

    return draw


for _sign, _name in ((1, "point"), (-1, "point_back")):
    _place(_name, _point(_sign, "until"), 1)


def _picture(scene: Scene, number: int) -> Array:
    """The part alone on its box, 0 outside; 255 stands for its cells of 0."""
    return scene.once(_make_picture, number)


def _make_picture(scene: Scene, number: int) -> Array:
    part = scene.parts[number]
    picture = np.zeros(part.picture.shape, np.uint8)
    rows, columns = np.divmod(part.cells, scene.width)
    colors = scene.array.ravel()[part.cells]
    picture[rows - part.top, columns - part.left] = np.where(colors > 0, colors, 255)
    return picture


def _put(scene: Scene, picture: Array, top: int, left: int) -> Drawn | None:
    """The picture drawn with its corner there; None if it is empty or leaves the grid."""
    rows, columns = picture.nonzero()
    colors = picture[rows, columns]
    if not len(rows) or min(top, left) < 0:
        return None
    if top + picture.shape[0] > scene.height or left + picture.shape[1] > scene.width:
        return None
    return (rows + top) * scene.width + columns + left, np.where(colors == 255, 0, colors)


def _moved(by: Callable[[Scene, int], Step | None]) -> Draw:
    """The part moved by so many cells."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        step, part = by(scene, number), scene.parts[number]
        if step is None or step == (0, 0):
            return None
        down, right = step
        if min(part.top + down, part.left + right) < 0:
            return None
        if part.bottom + down >= scene.height or part.right + right >= scene.width:
            return None
        return part.cells + down * scene.width + right, scene.array.ravel()[part.cells]

    return draw


def _free_steps(scene: Scene, number: int, step: Step, through: bool = False) -> tuple[int, int | None]:
    """How many steps a part can go, and the cell that stops it, None for an edge."""
    return scene.once(_go, number, step, through)


def _go(scene: Scene, number: int, step: Step, through: bool) -> tuple[int, int | None]:
    part, data = scene.parts[number], scene.data
    own = set(part.cells.tolist())
    stride, steps = step[0] * scene.width + step[1], 0
    room = min([
        *([part.top if step[0] < 0 else scene.height - 1 - part.bottom] if step[0] else []),
        *([part.left if step[1] < 0 else scene.width - 1 - part.right] if step[1] else []),
    ])  # fmt: skip
    while steps < room:
        ahead = [cell + (steps + 1) * stride for cell in own]
        hit = next((cell for cell in sorted(ahead) if data[cell] and cell not in own), None)
        if hit is not None and not through:
            return steps, hit
        steps += 1
    return steps, None


def _times(step: Step, steps: int) -> Step:
    return step[0] * steps, step[1] * steps


def _by(step: Step) -> Callable[[Scene, int], Step | None]:
    return lambda scene, number: step


def _by_extent(step: Step, name: str) -> Callable[[Scene, int], Step | None]:
    return lambda scene, number: _times(step, getattr(scene.parts[number], name))


def _until(step: Step, end: str) -> Callable[[Scene, int], Step | None]:
    """Until anything, through everything to the edge, only if something is hit, or until an edge is."""

    def by(scene: Scene, number: int) -> Step | None:
        steps, hit = _free_steps(scene, number, step, end == "through")
        if (end == "hit" and hit is None) or (end == "edge" and hit is not None):
            return None
        return _times(step, steps)

    return by


for _name, _step in WAYS.items():
    _straight = 0 in _step
    for _n in range(1, 4):
        _place(f"by_{_n}_{_name}", _moved(_by(_times(_step, _n))), _n + 2 * (not _straight), FREES)
    for _end in ("until", "through", "hit", "edge") if _straight else ("until",):
        _place(f"{_end}_{_name}", _moved(_until(_step, _end)), 1 + len(_end) // 6, FREES)
    if _straight:
        for _extent in ("height", "width", "size"):
            _place(f"{_extent}_{_name}", _moved(_by_extent(_step, _extent)), 3, FREES)


def _toward(scene: Scene, number: int, other: int) -> Step | None:
    """The step from a part to another along the axis on which they are apart."""
    one, two = scene.parts[number], scene.parts[other]
    down = 1 if two.top > one.bottom else -1 if two.bottom < one.top else 0
    right = 1 if two.left > one.right else -1 if two.right < one.left else 0
    return None if bool(down) == bool(right) else (down, right)


def _to(relation: str) -> Callable[[Scene, int], Step | None]:
    """Straight toward a related part until something stops."""

    def by(scene: Scene, number: int) -> Step | None:
        other = scene.related(relation, number)
        step = None if other is None else _toward(scene, number, other)
        return step and _times(step, _free_steps(scene, number, step)[0])

    return by


def _away(relation: str) -> Callable[[Scene, int], Step | None]:
    """Away from a related part until something stops."""

    def by(scene: Scene, number: int) -> Step | None:
        other = scene.related(relation, number)
        step = None if other is None else _toward(scene, number, other)
        back = step and (-step[0], -step[1])
        return back and _times(back, _free_steps(scene, number, back)[0])

    return by


def _link(relation: str, middle: bool) -> Draw:
    """Lines toward a related part until something stops."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        other = scene.related(relation, number)
        step = None if other is None else _toward(scene, number, other)
        return _rays([step], middle, "hit")(scene, number) if step else None

    return draw


def _onto(relation: str, axes: tuple[bool, bool], edge: int = 0) -> Callable[[Scene, int], Step | None]:
    """In line with a related part (of the grid if empty): middles, first edges or last ones."""

    def by(scene: Scene, number: int) -> Step | None:
        part = scene.parts[number]
        other = scene.related(relation, number) if relation else None
        if relation and other is None:
            return None
        spans = [(0, scene.height - 1), (0, scene.width - 1)]
        if other is not None:
            two = scene.parts[other]
            spans = [(two.top, two.bottom), (two.left, two.right)]
        own = [(part.top, part.bottom), (part.left, part.right)]
        steps = []
        for (low, high), (first, last), wanted in zip(spans, own, axes, strict=True):
            apart = (low + high - first - last, 2 * (low - first), 2 * (high - last))[edge]
            if wanted and apart % 2:
                return None
            steps.append(apart // 2 if wanted else 0)
        return steps[0], steps[1]

    return by


def _between(scene: Scene, number: int) -> Step | None:
    """To the middle between what stops the part on either side, along the axis on which both are parts."""
    for ways in (STEPS[:2], STEPS[2:4]):
        (ahead, one), (back, two) = [_free_steps(scene, number, step) for step in ways]
        if one is not None and two is not None and ahead != back and (ahead - back) % 2 == 0:
            return _times(ways[0], (ahead - back) // 2)
    return None


def _nearest_edge(sign: int) -> Callable[[Scene, int], Step | None]:
    """To the nearest edge of the grid, or to the farthest."""

    def by(scene: Scene, number: int) -> Step | None:
        part = scene.parts[number]
        room = [scene.width - 1 - part.right, part.left, scene.height - 1 - part.bottom, part.top]
        chosen = min(room, key=lambda one: sign * one)
        if room.count(chosen) > 1:
            return None
        return _times(STEPS[room.index(chosen)], chosen)

    return by


_AXES = {"": (True, True), "_across": (False, True), "_downward": (True, False)}
for _relation in RELATIONS:
    _place(f"to_{_relation}", _moved(_to(_relation)), 3, FREES)
    _place(f"away_{_relation}", _moved(_away(_relation)), 5, FREES)
    _place(f"link_{_relation}", _link(_relation, True), 3)
    _place(f"link_{_relation}_wide", _link(_relation, False), 4)
for _relation, (_axis, _axes) in product(("", *RELATIONS[:3], "same_shape", "within"), _AXES.items()):
    for _edge, _at in enumerate(("middle", "first", "last")):
        _cost = 2 + 2 * bool(_relation) + _edge
        _place(f"{_at}_of_{_relation}{_axis}", _moved(_onto(_relation, _axes, _edge)), _cost, FREES)
_place("between", _moved(_between), 2, FREES)
_place("nearest_edge", _moved(_nearest_edge(1)), 3, FREES)
_place("farthest_edge", _moved(_nearest_edge(-1)), 3, FREES)

_TURNS: dict[str, Callable[[Array], Array]] = {
    "left_right": lambda p: p[:, ::-1],
    "upside_down": lambda p: p[::-1],
    "half": lambda p: p[::-1, ::-1],
    "transposed": lambda p: p.T,
    "quarter": np.rot90,
    "counter": lambda p: np.rot90(p, -1),
}


def _turned(turn: Callable[[Array], Array]) -> Draw:
    def draw(scene: Scene, number: int) -> Drawn | None:
        part = scene.parts[number]
        picture = turn(_picture(scene, number))
        top = part.top + (part.height - picture.shape[0]) // 2
        return _put(scene, picture, top, part.left + (part.width - picture.shape[1]) // 2)

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
    return lambda scene, number: _times(step, scene.once(_falls, step)[number])


def _grid_edge(step: Step) -> Draw:
    """The edge of the grid on that side, where it is 0."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        edge = np.zeros(scene.array.shape, bool)
        if step[0]:
            edge[-1 if step[0] > 0 else 0] = True
        else:
            edge[:, -1 if step[1] > 0 else 0] = True
        return _cells(np.flatnonzero(edge & (scene.array == 0)).tolist())

    return draw


def _lines(on: bool) -> Draw:
    """The rows and columns that hold several of the part's cells, where they are 0: between, or `on`."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        own = np.zeros(scene.array.shape, bool)
        own.ravel()[scene.parts[number].cells] = True
        wanted = np.zeros_like(own)
        for mask, lines in ((own, wanted), (own.T, wanted.T)):
            for line in (mask.sum(1) > 1).nonzero()[0].tolist():
                places = mask[line].nonzero()[0]
                lines[line, slice(None) if on else slice(places[0], places[-1])] = True
        return _cells(np.flatnonzero(wanted & (scene.array == 0)).tolist())

    return draw


def _symmetric(names: tuple[str, ...]) -> Draw:
    """The missing cells of the part's box, as its mirror images have them."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        part = scene.parts[number]
        picture = _picture(scene, number)
        if any(_TURNS[name](picture).shape != picture.shape for name in names):
            return None
        result = picture
        for name in names:
            image = _TURNS[name](result)
            result = np.where(result > 0, result, image)
        return _put(scene, np.where(picture > 0, 0, result), part.top, part.left)

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
        if not (inside.any() if on else inside.all()):
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
        return _put(scene, _picture(scene, source), top, two.left + (two.width - one.width) // 2)

    return draw


def _like(relation: str) -> Draw:
    """The outline of a related part drawn where it first contains the part's own cells."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        other = scene.related(relation, number)
        if other is None:
            return None
        own, whole = _picture(scene, number) > 0, _picture(scene, other) > 0
        if own.sum() >= whole.sum() or own.shape[0] > whole.shape[0] or own.shape[1] > whole.shape[1]:
            return None
        windows = np.lib.stride_tricks.sliding_window_view(whole, own.shape)
        fits = np.argwhere((windows | ~own).all((2, 3)))
        for down, right in fits.tolist():
            part = scene.parts[number]
            drawn = _put(scene, whole.astype(np.uint8), part.top - down, part.left - right)
            if drawn is not None:
                return drawn[0], None
        return None

    return draw


def _bridges(across: bool, down: bool) -> Draw:
    """The cells between the part's own in rows, columns: what lies over it comes behind it."""

    def draw(scene: Scene, number: int) -> Drawn | None:
        own = _picture(scene, number) > 0
        part = scene.parts[number]
        between = np.zeros_like(own)
        for axis in [axis for axis, wanted in ((1, across), (0, down)) if wanted]:
            before = np.logical_or.accumulate(own, axis)
            after = np.flip(np.logical_or.accumulate(np.flip(own, axis), axis), axis)
            between |= before & after
        covered = scene.array[part.box] > 0
        places = np.argwhere(between & ~own & covered) + np.array([part.top, part.left])
        return _cells((places * (scene.width, 1)).sum(1).tolist())

    return draw


_SYMMETRIES = (
    ("left_right",), ("upside_down",), ("left_right", "upside_down"), ("half",), ("transposed",),
    ("quarter", "half"),
)  # fmt: skip


def _named() -> Iterator[tuple[str, Draw, int, str]]:
    for name, turn in _TURNS.items():
        yield f"turned_{name}", _turned(turn), 2, FREES
    for names in _SYMMETRIES:
        yield "symmetric_" + "_".join(names), _symmetric(names), 1 + len(names), BESIDE
    for (name, step), gap in product(list(WAYS.items()), (0, 1)):
        yield f"beside_{name}_{gap}", _beside(step, gap, False, False), 3 + gap, BESIDE
        yield f"repeated_{name}_{gap}", _beside(step, gap, False, True), 2 + gap, BESIDE
        if 0 in step:
            yield f"mirrored_{name}_{gap}", _beside(step, gap, True, False), 3 + gap, BESIDE
    for name, step in tuple(WAYS.items())[:4]:
        yield f"fall_{name}", _moved(_fall(step)), 1, FREES
        yield f"grid_edge_{name}", _grid_edge(step), 1, BESIDE
    yield "lines", _lines(False), 1, BESIDE
    yield "lines_on", _lines(True), 2, BESIDE
    for relation in RELATIONS:
        yield f"as_{relation}", _as(relation, "own"), 5, FREES
        yield f"at_{relation}", _as(relation, "other"), 5, FREES
        yield f"like_{relation}", _like(relation), 4, BESIDE
    for name, axes in {"across": (True, False), "down": (False, True), "both": (True, True)}.items():
        yield f"bridges_{name}", _bridges(*axes), 2, BESIDE


for _entry in _named():
    _place(*_entry)
