"""Places to which a part moves: by steps, until it touches something, toward others and onto them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.geometry import STEPS, WAYS, Step, eight, neighbours
from kaggle_batt.dsl.extensions.objects.place import BESIDE, FREES, Cells, Drawn, add_place, with_related
from kaggle_batt.dsl.extensions.objects.rays import axis_of, heading_of, inward_of, rays_to
from kaggle_batt.dsl.extensions.objects.scene import TARGETS, Scene, form_of
from kaggle_batt.dsl.extensions.segments import Part, Segmentation, parts_of


def picture_of(scene: Scene, number: int) -> Array:
    """The part alone in its box, 0 outside; 255 stands for its cells of 0."""
    return scene.once(_make_picture, number)


def _make_picture(scene: Scene, number: int) -> Array:
    board, colors = np.zeros(scene.array.shape, np.uint8), scene.colors[number]
    board.put(scene.parts[number].cells, np.where(colors > 0, colors, 255))
    return board[scene.parts[number].box].copy()


def put_at(scene: Scene, picture: Array, top: int, left: int) -> Drawn | None:
    """The picture drawn with its corner there; None if it is empty or leaves the grid."""
    rows, columns = picture.nonzero()
    colors = picture[rows, columns]
    if not len(rows) or min(top, left) < 0:
        return None
    if top + picture.shape[0] > scene.height or left + picture.shape[1] > scene.width:
        return None
    return (rows + top) * scene.width + columns + left, np.where(colors == 255, 0, colors)


def moved(scene: Scene, number: int, by: Callable[..., Step | None], *args: Any) -> Drawn | None:
    """The part moved by what `by` returns for it and the arguments; None if that is nothing."""
    step = by(scene, number, *args)
    return shifted(scene, number, scene.parts[number].cells, step) if step and any(step) else None


def shifted(scene: Scene, number: int, cells: Cells, step: Step) -> Drawn | None:
    """The cells, which the part's box has, moved by that step; None if the box leaves the grid."""
    part, (down, right) = scene.parts[number], step
    if min(part.top + down, part.left + right) < 0:
        return None
    if part.bottom + down >= scene.height or part.right + right >= scene.width:
        return None
    return cells + (down * scene.width + right), scene.colors[number]


def _free_steps(scene: Scene, number: int, step: Step, through: bool) -> tuple[int, int | None]:
    """The number of steps that a part can go, and the cell that stops it (None for an edge)."""
    part, data = scene.parts[number], scene.data
    own, stride = set(part.cells.tolist()), step[0] * scene.width + step[1]
    room = scene.room(part.spans, step)
    for steps in range(0 if through else room):
        ahead = [cell + (steps + 1) * stride for cell in own]
        hit = min([cell for cell in ahead if data[cell] and cell not in own], default=None)
        if hit is not None:
            return steps, hit
    return room, None


def of_all(scene: Scene, number: int, make: Callable[..., list[Step]], *args: Any) -> Step:
    """The part's own of the steps that `make` returns for all parts and the arguments."""
    return scene.once(make, *args)[number]


def times(step: Step, steps: int) -> Step:
    return step[0] * steps, step[1] * steps


def _by(scene: Scene, number: int, step: Step, extent: str = "") -> Step:
    """By that step, or as many of them as the part is long that way, or as it has cells."""
    return times(step, getattr(scene.parts[number], extent)) if extent else step


def _until(scene: Scene, number: int, step: Step, end: str) -> Step | None:
    """Until anything stops it, `through` all to the edge, only if something is `hit`, only to an `edge`."""
    steps, hit = scene.once(_free_steps, number, step, end == "through")
    if (end == "hit" and hit is None) or (end == "edge" and hit is not None):
        return None
    return times(step, steps)


for _name, _step in WAYS.items():
    _straight = 0 in _step
    for _n in range(1, 4 if _straight else 2):
        _cost = _n + 2 * (not _straight)
        add_place(f"by_{_n}_{_name}", moved, _by, times(_step, _n), cost=_cost, kind=FREES)
    for _end in ("until", "through", "hit", "edge") if _straight else ("until",):
        add_place(f"{_end}_{_name}", moved, _until, _step, _end, cost=1 + len(_end) // 6, kind=FREES)
    if _straight:
        for _extent in ("height" if _step[0] else "width", "size"):
            add_place(f"{_extent}_{_name}", moved, _by, _step, _extent, cost=3, kind=FREES)


def toward(scene: Scene, number: int, other: int) -> Step | None:
    """The step from a part to another along the axis on which they, or their nearest cells, are apart."""
    one, two = scene.parts[number], scene.parts[other]
    down = 1 if two.top > one.bottom else -1 if two.bottom < one.top else 0
    right = 1 if two.left > one.right else -1 if two.right < one.left else 0
    if down or right:
        return None if down and right else (down, right)
    nearest = scene.once(_nearest_cell, number, other)
    return nearest and nearest[1]


def _nearest_cell(scene: Scene, number: int, other: int) -> tuple[int, Step] | None:
    """How far the nearest cell of another part lies straight ahead of a part, and the step to it."""
    one = scene.parts[number]
    rows, columns = np.divmod(scene.parts[other].cells, scene.width)
    beside, across = (one.top <= rows) & (rows <= one.bottom), (one.left <= columns) & (columns <= one.right)
    lines = (columns - one.right, beside), (one.left - columns, beside), (rows - one.bottom, across)
    found = []
    for step, (far, seen) in zip(STEPS[:4], (*lines, (one.top - rows, across)), strict=True):
        found += [(int(gap), step) for gap in far[seen & (far > 0)].tolist()]
    return min(found, default=None)


def _led(scene: Scene, number: int, sign: int, by: Callable[..., Step | None], *args: Any) -> Step | None:
    """In the direction that `by` returns for the part and the arguments, or back, until something stops."""
    way = by(scene, number, *args)
    return way and _until(scene, number, times(way, sign), "until")


def _link(scene: Scene, number: int, other: int, middle: bool) -> Drawn | None:
    """Lines toward the other part until something stops."""
    step = toward(scene, number, other)
    return rays_to(scene, number, [step], middle, "hit") if step else None


def _onto(scene: Scene, number: int, other: int | None, axes: tuple[bool, bool], edge: int) -> Step | None:
    """In line with the other part, or with the grid: middles, first edges or last ones."""
    spans = scene.spans if other is None else scene.parts[other].spans
    steps = []
    for (low, high), (first, last), wanted in zip(spans, scene.parts[number].spans, axes, strict=True):
        apart = (low + high - first - last, 2 * (low - first), 2 * (high - last))[edge]
        if wanted and apart % 2:
            return None
        steps.append(apart // 2 if wanted else 0)
    return steps[0], steps[1]


def _between(scene: Scene, number: int) -> Step | None:
    """To the middle between what stops the part on either side, along the first axis with such parts."""
    for ways in (STEPS[:2], STEPS[2:4]):
        (ahead, one), (back, two) = [scene.once(_free_steps, number, step, False) for step in ways]
        if one is not None and two is not None and ahead != back and (ahead - back) % 2 == 0:
            return times(ways[0], (ahead - back) // 2)
    return None


def _own_way(scene: Scene, number: int) -> Step | None:
    """`_contact` along the axis on which the part is longer."""
    step = axis_of(scene, number)
    return step and _contact(scene, number, [step, times(step, -1)])


def _contact(scene: Scene, number: int, ways: Sequence[Step]) -> Step:
    """To what stops the part after the fewest steps in one of these directions; (0, 0) if only edges do."""
    free = [(scene.once(_free_steps, number, step, False), step) for step in ways]
    hits = [(steps, step) for (steps, hit), step in free if hit is not None]
    steps, step = min(hits, key=lambda one: one[0], default=(0, (0, 0)))
    return times(step, steps)


def _inward(scene: Scene, number: int) -> Drawn | None:
    """What remains in the grid of the part moved by its own length from the edge that it touches."""
    step, part = inward_of(scene, number), scene.parts[number]
    if step is None:
        return None
    rows, columns = np.divmod(part.cells, scene.width)
    rows, columns = rows + step[0] * part.height, columns + step[1] * part.width
    inside = scene.has(rows, columns)
    return ((rows * scene.width + columns)[inside], scene.colors[number][inside]) if inside.any() else None


def _opposite(scene: Scene, number: int, other: int) -> Step | None:
    """To the other part's opposite side, as far from it."""
    step, one, two = toward(scene, number, other), scene.parts[number], scene.parts[other]
    down, right = [sum(there) - sum(here) for here, there in zip(one.spans, two.spans, strict=True)]
    return step and (abs(step[0]) * down, abs(step[1]) * right)


def _reversed(scene: Scene, number: int, axes: tuple[bool, bool]) -> Step:
    """To its place if the parts in its columns, or rows, lie the other way round in their common box."""
    boxes, axis = [part.spans for part in scene.parts], not axes[1]
    low, high = boxes[number][axis]
    line = [box for box in boxes if box[axis][0] <= high and low <= box[axis][1]]
    down, right = [
        min([one[0] for one in span]) + max([one[1] for one in span]) - sum(own)
        for span, own in zip(zip(*line, strict=True), boxes[number], strict=True)
    ]
    return down * axes[0], right * axes[1]


def _sorted(scene: Scene, sign: int, marks: bool) -> list[Step]:
    """To their places if all parts are sorted by size, or by their cells of other colors than the main one,
    with the same gaps: from the left if they have no column in common, else from the top."""
    down, across = (list(spans) for spans in zip(*[part.spans for part in scene.parts], strict=True))
    apart = all([one[1] < two[0] for one, two in pairwise(sorted(across))])
    spans = across if apart else down
    slots = sorted(range(len(spans)), key=lambda k: spans[k])
    sizes = [part.size - marks * scene.counts[k][scene.main[k]] for k, part in enumerate(scene.parts)]
    order = sorted(slots, key=lambda k: sign * sizes[k])
    found, at = [(0, 0)] * len(spans), spans[slots[0]][0]
    for number, slot, after in zip(order, slots, [*slots[1:], slots[0]], strict=True):
        step = at - spans[number][0]
        found[number] = (0, step) if apart else (step, 0)
        at += spans[number][1] - spans[number][0] + spans[after][0] - spans[slot][1]
    return found


def _beside(scene: Scene, number: int, other: int, margin: int) -> Step:
    """To the nearest place within the other part's box, or just beside it, if it is straight or slanted.

    Beside it is before the nearest cell straight ahead, where there is one.
    """
    one, two = scene.parts[number], scene.parts[other]
    down, right = [
        max(low - margin - last, 0) + min(high + margin - first, 0) if margin
        else max(low - first, 0) + min(high - last, 0)
        for (first, last), (low, high) in zip(one.spans, two.spans, strict=True)
    ]  # fmt: skip
    nearest = scene.once(_nearest_cell, number, other) if margin else None
    return times(nearest[1], nearest[0] - 1) if nearest else (down, right)


def _edge(scene: Scene, number: int, sign: int) -> Step | None:
    """To the nearest edge of the grid, or to the farthest."""
    room = [scene.room(scene.parts[number].spans, step) for step in STEPS[:4]]
    chosen = min(room, key=lambda one: sign * one)
    return times(STEPS[room.index(chosen)], chosen) if room.count(chosen) == 1 else None


def _into_hole(scene: Scene, number: int) -> Drawn | None:
    """The part into the first hole of its shape; turned or mirrored into one that no part fits as it is."""
    if not scene.main[number]:
        return None
    views = eight(picture_of(scene, number))
    by_form = {form_of(one): one for one in reversed(views)}
    for hole in scene.once(_holes):
        form = form_of(hole.picture)
        if form in by_form and (form == form_of(views[0]) or form not in scene.shapes):
            return put_at(scene, by_form[form], hole.top, hole.left)
    return None


def _in_holes(scene: Scene, number: int) -> Drawn | None:
    """Copies of the part in all holes that are rectangles of its box's size."""
    picture = picture_of(scene, number)
    holes = [one for one in scene.once(_holes) if one.picture.shape == picture.shape and one.picture.all()]
    rows, columns = picture.nonzero()
    cells = [(rows + hole.top) * scene.width + columns + hole.left for hole in holes]
    return (np.concatenate(cells), np.tile(picture[rows, columns] % 255, len(holes))) if holes else None


def _holes(scene: Scene) -> list[Part]:
    """The connected cells of 0, first those inside of one color, of these the most frequent one's."""
    beside = np.array(neighbours(scene.array, 10)[:4]).reshape(4, -1)
    found = []
    for part in parts_of(scene.array, Segmentation.EMPTY_4):
        colors = np.unique(beside[:, part.cells])
        found.append((len(colors) > 2, -scene.data.count(colors[-1]), part))
    return [part for *_, part in sorted(found, key=lambda one: one[:2])]


_TWICE = (("", 3, FREES), ("_too", 4, BESIDE))  #: in place of the part, and beside it
_AXES = {"": (True, True), "_across": (False, True), "_downward": (True, False)}
for _relation in TARGETS:
    add_place(f"to_{_relation}", moved, _led, 1, with_related, _relation, toward, cost=3, kind=FREES)
    add_place(f"link_{_relation}", with_related, _relation, _link, True, cost=3)
for _relation in ("largest", "nearest", "touching"):
    add_place(f"away_{_relation}", moved, _led, -1, with_related, _relation, toward, cost=5, kind=FREES)
for _relation in ("largest", "nearest", "leader"):
    for _margin, _side in enumerate(("onto", "beside")):
        for _too, _cost, _kind in _TWICE:
            _by_side = with_related, _relation, _beside, _margin
            add_place(f"{_side}_{_relation}{_too}", moved, *_by_side, cost=_cost, kind=_kind)
for _relation, (_too, _cost, _kind) in product(("largest", "nearest"), _TWICE):
    _across = with_related, _relation, _opposite
    add_place(f"opposite_{_relation}{_too}", moved, *_across, cost=_cost, kind=_kind)
for _relation in ("nearest", "same_color", "aligned"):
    add_place(f"link_{_relation}_wide", with_related, _relation, _link, False, cost=4)
for _relation, (_axis, _axes) in product(("", "largest", "nearest", "same_shape", "within"), _AXES.items()):
    _line = (with_related, _relation, _onto) if _relation else (_onto, None)
    for _place, _at in enumerate(("middle", "first", "last")):
        _cost = 2 + 2 * bool(_relation) + _place
        if not _place or _relation in ("", "largest", "nearest"):
            add_place(f"{_at}_of_{_relation}{_axis}", moved, *_line, _axes, _place, cost=_cost, kind=FREES)
add_place("into_hole", _into_hole, cost=2, kind=FREES)
add_place("in_holes", _in_holes, cost=2)
add_place("contact", moved, _contact, STEPS[:4], cost=2, kind=FREES)
add_place("own_way", moved, _own_way, cost=2, kind=FREES)
for _back, _sign in (("", 1), ("_back", -1)):
    add_place(f"heading{_back}", moved, _led, _sign, heading_of, cost=2, kind=FREES)
    for _key, _marks in (("", False), ("_by_marks", True)):
        add_place(f"sorted{_back}{_key}", moved, of_all, _sorted, _sign, _marks, cost=3 + _marks, kind=FREES)
for _axis, _axes in _AXES.items():
    add_place(f"reversed{_axis}", moved, _reversed, _axes, cost=3, kind=FREES)
add_place("inward", _inward, cost=3, kind=FREES)
add_place("between", moved, _between, cost=2, kind=FREES)
add_place("nearest_edge", moved, _edge, 1, cost=3, kind=FREES)
add_place("farthest_edge", moved, _edge, -1, cost=3, kind=FREES)
