"""Places of copies: turned, fallen, mirrored, side by side, like other parts; bridges between cells."""

from collections.abc import Sequence
from functools import reduce
from itertools import product
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import blown_up
from kaggle_batt.dsl.extensions.bits import bits_of
from kaggle_batt.dsl.extensions.geometry import WAYS, Step, eight
from kaggle_batt.dsl.extensions.objects.moves import moved, of_all, picture_of, put_at, shifted, times, toward
from kaggle_batt.dsl.extensions.objects.place import FREES, Cells, Drawn, add_place, with_related
from kaggle_batt.dsl.extensions.objects.rays import cells_drawn
from kaggle_batt.dsl.extensions.objects.scene import TARGETS, Scene

#: the positions of a picture but the first, as `eight` gives them
_TURNS = ("upside_down", "left_right", "half", "transposed", "quarter", "counter", "across")


def _turned(scene: Scene, number: int, position: int) -> Drawn | None:
    part, picture = scene.parts[number], eight(picture_of(scene, number))[position]
    top = part.top + (part.height - picture.shape[0]) // 2
    return put_at(scene, picture, top, part.left + (part.width - picture.shape[1]) // 2)


def _falls(scene: Scene, way: Step | str) -> list[Step]:
    """How far each part goes if all go that way, or to the part in that relation, the foremost first, until
    others or the edge stop them."""
    occupied = {cell for part in scene.parts for cell in part.cells.tolist()}
    numbers, found = range(len(scene.parts)), [0] * len(scene.parts)
    given = [with_related(scene, k, way, toward) if isinstance(way, str) else way for k in numbers]
    ways = {number: step for number, step in enumerate(given) if step}

    def reach(number: int) -> int:
        spans = scene.parts[number].spans
        return sum([max(by * low, by * high) for by, (low, high) in zip(ways[number], spans, strict=True)])

    for number in sorted(ways, key=reach, reverse=True):
        (down, right), part = ways[number], scene.parts[number]
        cells, stride = part.cells.tolist(), down * scene.width + right
        occupied.difference_update(cells)
        room = scene.room(part.spans, ways[number])
        while found[number] < room and not occupied.intersection([cell + stride for cell in cells]):
            cells = [cell + stride for cell in cells]
            found[number] += 1
        occupied.update(cells)
    return [times(ways.get(number, (0, 0)), found[number]) for number in numbers]


def _grid_edge(scene: Scene, number: int, step: Step) -> Drawn | None:
    """The cells of 0 at the edge of the grid on that side."""
    edge = np.zeros(scene.array.shape, bool)
    (edge if step[0] else edge.T)[-1 if max(step) > 0 else 0] = True
    return cells_drawn(np.flatnonzero(edge & (scene.array == 0)).tolist())


def _lines(scene: Scene, number: int, on: bool) -> Drawn | None:
    """The cells of 0 between the part's cells in rows and columns that hold several; if `on`, all there."""
    own = np.zeros(scene.array.shape, bool)
    own.ravel()[scene.parts[number].cells] = True
    wanted = np.zeros(own.shape, bool)
    for mask, lines in ((own, wanted), (own.T, wanted.T)):
        for line in (mask.sum(1) > 1).nonzero()[0].tolist():
            places = mask[line].nonzero()[0]
            lines[line, slice(None) if on else slice(places[0], places[-1])] = True
    return cells_drawn(np.flatnonzero(wanted & (scene.array == 0)).tolist())


def _beside(scene: Scene, number: int, step: Step, gap: int, mirrored: bool) -> Drawn | None:
    """A copy next to the part in a direction."""
    part = scene.parts[number]
    cells = scene.once(_mirrored, number, bool(step[0])) if mirrored else part.cells
    return shifted(scene, number, cells, (step[0] * (part.height + gap), step[1] * (part.width + gap)))


def _mirrored(scene: Scene, number: int, upside_down: bool) -> Cells:
    """The part's cells mirrored within its box."""
    part, (rows, columns) = scene.parts[number], np.divmod(scene.parts[number].cells, scene.width)
    if upside_down:
        return (part.top + part.bottom - rows) * scene.width + columns
    return rows * scene.width + part.left + part.right - columns


def _spanned(scene: Scene, number: int, inset: int) -> Drawn | None:
    """The cells of 0 in the rectangle that has the part as first corner and parts like it as the others."""
    one, keys = scene.parts[number], list(zip(scene.shapes, scene.main, strict=True))
    alike = {(two.top, two.left) for two, key in zip(scene.parts, keys, strict=True) if key == keys[number]}
    below = min([top for top, left in alike if left == one.left and top > one.bottom], default=-1)
    right = min([left for top, left in alike if top == one.top and left > one.right], default=-1)
    if (below, right) not in alike:
        return None
    wanted = np.zeros(scene.array.shape, bool)
    top, left = one.top + inset * one.height, one.left + inset * one.width
    wanted[top : below + (1 - inset) * one.height, left : right + (1 - inset) * one.width] = True
    return cells_drawn(np.flatnonzero(wanted & (scene.array == 0)).tolist())


def _on(scene: Scene, number: int, step: Step, kept: Any = slice(None)) -> Drawn | None:
    """Copies, of its kept cells, at every multiple of this step up to the edge."""
    part = scene.parts[number]
    room = (part.bottom, scene.height - 1 - part.top), (part.right, scene.width - 1 - part.left)
    if not (last := min([ends[by > 0] // abs(by) for ends, by in zip(room, step, strict=True) if by])):
        return None
    down, right = np.arange(1, last + 1) * np.array(step)[:, None]
    rows, columns = np.divmod(part.cells[kept], scene.width)
    rows, columns = rows + down[:, None], columns + right[:, None]
    inside = scene.has(rows, columns)
    cells = (rows * scene.width + columns)[inside]
    return (cells, scene.colors[number][kept][inside.nonzero()[1]]) if len(cells) else None


def _repeated(scene: Scene, number: int, step: Step, gap: int) -> Drawn | None:
    """Copies in a direction up to the edge."""
    part = scene.parts[number]
    return _on(scene, number, (step[0] * (part.height + gap), step[1] * (part.width + gap)))


def _onward(scene: Scene, number: int, gap: int) -> Drawn | None:
    """Copies of the part without its rarest color that juts out of the rest, up to the edge on that side."""
    part, colors, counts = scene.parts[number], scene.colors[number], scene.counts[number]
    for color in sorted(counts, key=counts.__getitem__)[: len(counts) - 1]:
        kept = colors != color
        rows, columns = np.divmod(part.cells[kept], scene.width)
        down = int(rows.max() < part.bottom) - int(rows.min() > part.top)
        right = int(columns.max() < part.right) - int(columns.min() > part.left)
        if down or right:
            step = down * int(np.ptp(rows) + 1 + gap), right * int(np.ptp(columns) + 1 + gap)
            return _on(scene, number, step, kept)
    return None


def _series(scene: Scene, number: int, other: int, loose: bool) -> Drawn | None:
    """The other part's outline repeated up to the edge by the shortest straight step with which it covers
    this part; if `loose`, with gaps between the boxes, of a slanted step two equal ones."""
    one, two = scene.parts[number], scene.parts[other]
    if one.size >= two.size:
        return None
    steps = np.array(np.divmod(one.cells[0], scene.width))[:, None] - np.divmod(two.cells, scene.width)
    far, wide = np.abs(steps)
    slanted = far - two.height == wide - two.width
    straight = (far == 0) | (wide == 0) | slanted | ((far == wide) & (not loose))
    own, whole = scene.once(_spaced, number), scene.once(_spaced, other)
    for down, right in sorted(steps.T[straight].tolist(), key=lambda step: max(map(abs, step))):
        near, by = abs(down) <= two.height and abs(right) <= two.width, down * _stride(scene) + right
        if (loose and near) or own & ~_shifted(whole, by):
            continue
        multiples = range(1, max(scene.array.shape) // max(abs(down), abs(right)) + 1)
        if not any([whole & _shifted(whole, by * one) for one in multiples]):
            drawn = _on(scene, other, (down, right))
            return drawn and (drawn[0], None)
    return None


def _stride(scene: Scene) -> int:
    """The length of rows in which no motion within the grid brings a cell to one of another row."""
    return 2 * max(scene.array.shape)


def _shifted(bits: int, by: int) -> int:
    return bits << by if by > 0 else bits >> -by


def _spaced(scene: Scene, number: int) -> int:
    """The part's cells as bits, in rows of that length."""
    return _bits_at(_stride(scene), *np.divmod(scene.parts[number].cells, scene.width))


def _bits_at(stride: int, rows: Cells, columns: Cells) -> int:
    mask = np.zeros((rows.max() + 1) * stride, bool)
    mask[rows * stride + columns] = True
    return bits_of(mask)


def _unfolded(scene: Scene, number: int, other: int) -> Drawn | None:
    """The other's outline mirrored toward this part, which is a piece of the near side of the image."""
    one, two = scene.parts[number], scene.parts[other]
    down, right = [
        first - low if first > high else last - high if last < low else 0
        for (first, last), (low, high) in zip(one.spans, two.spans, strict=True)
    ]
    outline = (two.picture > 0).astype(np.uint8)[:: -1 if down else 1, :: -1 if right else 1]
    drawn = put_at(scene, outline, two.top + down, two.left + right) if down or right else None
    return drawn and (drawn[0], None)


def _as(scene: Scene, number: int, other: int) -> Drawn | None:
    """The other part's picture in place of this part, enlarged to its box if that is a larger multiple."""
    one, two = scene.parts[number], scene.parts[other]
    picture, times = picture_of(scene, other), min(one.height // two.height, one.width // two.width)
    if min(picture.shape) > 1 and (one.height, one.width) == (times * two.height, times * two.width):
        picture = blown_up(picture, times, times)
    top = one.top + (one.height - picture.shape[0]) // 2
    return put_at(scene, picture, top, one.left + (one.width - picture.shape[1]) // 2)


def _like(scene: Scene, number: int, other: int, rest: bool) -> Drawn | None:
    """The other part's outline, turned or mirrored, where it first contains the part's own cells; the `rest`
    of it alone, where 0 is."""
    part, stride = scene.parts[number], _stride(scene)
    if part.size >= scene.parts[other].size:
        return None
    rows, columns = np.divmod(part.cells, scene.width)
    own = ((rows - part.top) * stride + columns - part.left).tolist()
    for (height, width), (rows, columns), whole in scene.once(_outlines, other):
        # the places in the outline at which the part's box may begin
        corners = reduce(lambda corners, cell: corners & whole >> cell, own, whole >> own[0])
        while corners:
            down, right = divmod((corners & -corners).bit_length() - 1, stride)
            top, left = part.top - down, part.left - right
            if min(top, left) >= 0 and top + height <= scene.height and left + width <= scene.width:
                cells = (rows + top) * scene.width + columns + left
                return (cells[scene.array.take(cells) == 0] if rest else cells), None
            corners &= corners - 1
    return None


def _outlines(scene: Scene, number: int) -> list[tuple[tuple[int, ...], Cells, int]]:
    """Of the part's eight positions the shape, the rows and columns of its cells, and these as bits."""
    views = [view > 0 for view in eight(picture_of(scene, number))]
    return [(view.shape, view.nonzero(), _bits_at(_stride(scene), *view.nonzero())) for view in views]


def _contents(scene: Scene, number: int) -> Drawn | None:
    """What lies in the box of the fullest part of this shape, without it."""
    part, pairs = scene.parts[number], zip(scene.parts, scene.shapes, strict=True)
    boxes = [scene.array[one.box] for one, shape in pairs if shape == scene.shapes[number]]
    fullest = max(boxes, key=np.count_nonzero)
    return put_at(scene, np.where(part.picture > 0, 0, fullest), part.top, part.left)


def _bridges(scene: Scene, number: int, axes: Sequence[int]) -> Drawn | None:
    """The colored cells between the part's own along these axes, so what lies over it comes behind it."""
    own = picture_of(scene, number) > 0
    part = scene.parts[number]
    between = np.zeros(own.shape, bool)
    for axis in axes:
        before = np.logical_or.accumulate(own, axis)
        after = np.flip(np.logical_or.accumulate(np.flip(own, axis), axis), axis)
        between |= before & after
    covered = scene.array[part.box] > 0
    places = np.argwhere(between & ~own & covered) + np.array([part.top, part.left])
    return cells_drawn((places * (scene.width, 1)).sum(1).tolist())


for _inset, _name in enumerate(("whole", "inside")):
    add_place(f"spanned_{_name}", _spanned, _inset, cost=2)
for _position, _name in enumerate(_TURNS, 1):
    add_place(f"turned_{_name}", _turned, _position, cost=2, kind=FREES)
for (_name, _step), _gap in product(list(WAYS.items()), (0, 1)):
    add_place(f"beside_{_name}_{_gap}", _beside, _step, _gap, False, cost=3 + _gap)
    add_place(f"repeated_{_name}_{_gap}", _repeated, _step, _gap, cost=2 + _gap)
    if 0 in _step:
        add_place(f"mirrored_{_name}_{_gap}", _beside, _step, _gap, True, cost=3 + _gap)
for _gap in (0, 1):
    add_place(f"onward_{_gap}", _onward, _gap, cost=3)
for _name, _step in WAYS.items():
    add_place(f"swept_{_name}", _on, _step, cost=2)
for _name, _step in tuple(WAYS.items())[:4]:
    add_place(f"fall_{_name}", moved, of_all, _falls, _step, cost=1, kind=FREES)
    add_place(f"grid_edge_{_name}", _grid_edge, _step, cost=1)
add_place("lines", _lines, False, cost=1)
add_place("lines_on", _lines, True, cost=2)
for _relation in TARGETS:
    add_place(f"as_{_relation}", with_related, _relation, _as, cost=5, kind=FREES)
for _relation, _loose in product(("largest", "nearest"), (False, True)):
    add_place(f"series_{_relation}_{_loose:d}", with_related, _relation, _series, _loose, cost=4)
for _relation in ("largest", "nearest", "leader"):
    add_place(f"fall_{_relation}", moved, of_all, _falls, _relation, cost=3, kind=FREES)
for _relation in ("largest", "nearest", "touching"):
    add_place(f"unfolded_{_relation}", with_related, _relation, _unfolded, cost=4)
for _relation in ("largest", "nearest", "same_color"):
    add_place(f"like_{_relation}", with_related, _relation, _like, False, cost=4)
for _name, _axes in (("across", (1,)), ("down", (0,)), ("both", (1, 0))):
    add_place(f"bridges_{_name}", _bridges, _axes, cost=2)
add_place("rest_largest", with_related, "largest", _like, True, cost=3)
add_place("contents", _contents, cost=3)
