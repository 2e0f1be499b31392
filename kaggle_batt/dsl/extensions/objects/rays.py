"""Places along lines: rays from a part until or around something, stairs, the way that it points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, by_cells
from kaggle_batt.dsl.extensions.bits import guarded_bits, masks_of
from kaggle_batt.dsl.extensions.geometry import OPPOSITE, STEPS, WAYS, Step
from kaggle_batt.dsl.extensions.objects.place import Drawn, add_place, with_related
from kaggle_batt.dsl.extensions.objects.scene import Scene

LONGEST_WAY = 1000  #: steps from part to part
#: what a line does before an obstacle: turn left, right, to the only free side; bounce, also off the edges
TURNS = ("left", "right", "aside", "thrown", "thrown_inside")


def _walk(scene: Scene, row: int, column: int, steps: Sequence[Step], end: str) -> tuple[Sequence[int], bool]:
    """The cells of the ground that these steps reach in turn until stopped; whether that is not at an edge.
    The ground is 0; around cells of 0 it is the color that begins there."""
    if end in ("until", "through") and len(steps) == 1:
        return _straight(scene, row, column, steps[0], end == "through")
    cells: list[int] = []
    turns: set[tuple[int, int, Step]] = set()
    own, ground = scene.data[row * scene.width + column], 0
    while True:
        step = steps[len(cells) % len(steps)]
        y, x = row + step[0], column + step[1]
        inside = 0 <= y < scene.height and 0 <= x < scene.width
        cell = y * scene.width + x
        if inside and not own and not cells:
            ground = scene.data[cell]
        if inside and scene.data[cell] == ground:
            row, column = y, x
            cells.append(cell)
            continue
        turned = None
        if end in TURNS and (inside or end == "thrown_inside") and (row, column, step) not in turns:
            turned = _turned(scene, row, column, step, end)
        if turned is None:
            return cells, inside
        turns.add((row, column, step))
        steps = (turned,)


def _straight(scene: Scene, row: int, column: int, step: Step, through: bool) -> tuple[Sequence[int], bool]:
    """The same for one step; if `through`, up to the edge, all the cells of the ground."""
    if not (room := scene.room(((row, row), (column, column)), step)):
        return (), False
    start, stride = row * scene.width + column, step[0] * scene.width + step[1]
    line = range(start + stride, start + stride * (room + 1), stride)
    seen = scene.data[line.start : line.stop if line.stop >= 0 else None : stride]
    ground = 0 if scene.data[start] else seen[0]
    if through:
        return [cell for cell, color in zip(line, seen, strict=True) if color == ground], False
    free = len(seen) - len(seen.lstrip(bytes((ground,))))
    return line[:free], free < len(line)


def _turned(scene: Scene, row: int, column: int, step: Step, end: str) -> Step | None:
    """The direction in which a line goes on before an obstacle; None where the line ends."""

    def free(down: int, right: int) -> bool:
        y, x = row + down, column + right
        inside = 0 <= y < scene.height and 0 <= x < scene.width
        return scene.data[y * scene.width + x] == 0 if inside else end != "thrown_inside"

    down, right = step
    ways = [(-right, down), (right, -down)]
    if end in ("left", "right"):
        ways = [ways[end == "right"]]
    elif end != "aside":
        flips = (not free(down, 0), not free(0, right))
        flips = flips if any(flips) else (True, True)
        ways = [(-down if flips[0] else down, -right if flips[1] else right)]
    open_ways = [way for way in ways if free(*way)]
    return open_ways[0] if len(open_ways) == 1 else None


def _starts(scene: Scene, number: int, step: Step, middle: bool) -> list[tuple[int, int]]:
    """The outermost cells of the part in a direction: of each line, or of the middle ones."""
    part, (down, right) = scene.parts[number], step
    if down and right:
        return [(part.bottom if down > 0 else part.top, part.right if right > 0 else part.left)]
    data, width = part.picture.tobytes(), part.width
    low, size = (part.top, part.height) if right else (part.left, part.width)
    found = []
    for line in range((size - 1) // 2, size // 2 + 1) if middle else range(size):
        cells = data[line * width : (line + 1) * width] if right else data[line::width]
        if any(cells):
            end = len(cells.rstrip(b"\0")) - 1 if down + right > 0 else len(cells) - len(cells.lstrip(b"\0"))
            found.append((low + line, part.left + end) if right else (part.top + end, low + line))
    return found


def cells_drawn(cells: Iterable[int], colors: Sequence[int] | None = None) -> Drawn | None:
    found = np.array(list(cells), np.int64)
    return (found, None if colors is None else np.array(colors, np.uint8)) if len(found) else None


def rays_to(scene: Scene, number: int, steps: Iterable[Step], middle: bool, until: str) -> Drawn | None:
    """Straight lines from the part `until` anything, `through` all, or only if they `hit` something."""
    starts = [(y, x, step) for step in steps for y, x in scene.once(_starts, number, step, middle)]
    return _lines_on(scene, number, starts, until)


def _lines_on(scene: Scene, number: int, starts: Iterable[tuple[int, int, Step]], until: str) -> Drawn | None:
    """Lines from cells of the part on, each in its direction and in the color of its cell."""
    found, colors = list[int](), list[int]()
    for row, column, step in starts:
        cells, hit = scene.once(_walk, row, column, (step,), "until" if until == "hit" else until)
        if hit or until != "hit":
            found += cells
            colors += [scene.data[row * scene.width + column]] * len(cells)
    return cells_drawn(found, None if len(scene.counts[number]) == 1 else colors)


_SETS: dict[str, tuple[Step, ...]] = {
    **{name: (step,) for name, step in WAYS.items()},
    "across": STEPS[:2], "downward": STEPS[2:4], "crosswise": STEPS[:4], "slanted": STEPS[4:],
}  # fmt: skip
for _name, _steps in _SETS.items():
    for _end, _middle_only in product(("until", "through", "hit"), (True, False)):
        if _middle_only or _name in ("right", "left", "down", "up", "across", "downward"):
            _width = "" if _middle_only else "_wide"
            _cost = 1 + len(_end) // 6
            add_place(f"ray_{_name}_{_end}{_width}", rays_to, _steps, _middle_only, _end, cost=_cost)
for _name, _step in WAYS.items():
    for _end in TURNS[:3] if 0 in _step else TURNS[3:]:
        add_place(f"ray_{_name}_{_end}", rays_to, (_step,), True, _end, cost=3)


@by_cells(maxsize=2048)
def ends_of(picture: Array) -> list[tuple[int, int, Step]]:
    """The cells of a part's picture with one neighbor in it, each with the step that leads on from it."""
    stride, found = picture.shape[1] + 1, []
    cells = alone = guarded_bits(picture > 0)
    for ways in (STEPS[:4], STEPS[4:]):
        strides = [down * stride + right for down, right in ways]
        before = [cells << step if step > 0 else cells >> -step for step in strides]
        once = twice = 0
        for one in before:
            once, twice = once | one, twice | once & one
        for step, one in zip(ways, before, strict=True):
            ends = one & alone & ~twice
            while ends:
                found.append((*divmod((ends & -ends).bit_length() - 1, stride), step))
                ends &= ends - 1
        alone &= ~once
    return found


def _from_ends(scene: Scene, number: int, until: str) -> Drawn | None:
    """Lines on from the part's ends."""
    part = scene.parts[number]
    starts = [(part.top + row, part.left + column, step) for row, column, step in ends_of(part.picture)]
    return _lines_on(scene, number, starts, until)


def heading_of(scene: Scene, number: int) -> Step | None:
    """Where a part points: to its cells of its rarest color, a part of one color to its thin end."""
    return scene.once(_heading, number)


def _heading(scene: Scene, number: int) -> Step | None:
    part = scene.parts[number]
    odd = scene.colors[number] == scene.second[number]
    rows, columns = np.divmod(part.cells[odd], scene.width)
    sign = -1 if odd.all() else 1
    down = sign * np.sign(2 * rows.sum() - len(rows) * (part.top + part.bottom))
    right = sign * np.sign(2 * columns.sum() - len(rows) * (part.left + part.right))
    return (int(down), int(right)) if down or right else None


def axis_of(scene: Scene, number: int) -> Step | None:
    """The direction in which a part is longer; slanted if all its cells lie on a diagonal."""
    part = scene.parts[number]
    if part.height != part.width:
        return (0, 1) if part.width > part.height else (1, 0)
    rows, columns = np.divmod(part.cells, scene.width)
    slants = [step for step in ((1, 1), (1, -1)) if np.ptp(rows - step[1] * columns) == 0]
    return slants[0] if len(slants) == 1 else None


def inward_of(scene: Scene, number: int) -> Step | None:
    """Away from the grid's edge that a part touches; of several from the one that most parts touch."""
    return scene.once(_inward)[number]


def _inward(scene: Scene) -> list[Step | None]:
    """The step for each part; None where it touches no edge, or two that as many parts touch."""
    gaps = [[scene.room(part.spans, step) for step in STEPS[:4]] for part in scene.parts]
    counts = [edge.count(0) for edge in zip(*gaps, strict=True)]
    met = [[count * (gap == 0) for gap, count in zip(own, counts, strict=True)] for own in gaps]
    return [STEPS[OPPOSITE[own.index(max(own))]] if own.count(max(own)) == 1 else None for own in met]


def _ahead(scene: Scene, number: int) -> Drawn | None:
    """The cells of the grid's edge that a part has before its middle where it points straight."""
    step = heading_of(scene, number)
    if step is None or 0 not in step:
        return None
    row, column = [(side - 1) * (sign > 0) for side, sign in zip(scene.array.shape, step, strict=True)]
    starts = scene.once(_starts, number, step, True)
    return cells_drawn([row * scene.width + x if step[0] else y * scene.width + column for y, x in starts])


def _along(
    scene: Scene, number: int, way: Callable[[Scene, int], Step | None], signs: Sequence[int], until: str
) -> Drawn | None:
    """Lines in the direction of a part, or against it."""
    step = way(scene, number)
    return rays_to(scene, number, [(s * step[0], s * step[1]) for s in signs], True, until) if step else None


def _stairs(scene: Scene, number: int, steps: Sequence[Step]) -> Drawn | None:
    """From a single cell on by these steps in turn, until something stops."""
    part = scene.parts[number]
    return cells_drawn(_walk(scene, part.top, part.left, steps, "until")[0]) if part.size == 1 else None


def _bent(scene: Scene, number: int, other: int, step: Step) -> Drawn | None:
    """The cells of 0 from a single cell in a direction to the row or column of another one, then to it."""
    one, two = scene.parts[number], scene.parts[other]
    down, right = two.top - one.top, two.left - one.left
    ahead, aside = down * step[0] + right * step[1], abs(down * step[1]) + abs(right * step[0])
    if ahead <= 0 or max(one.size, two.size) > 1:
        return None
    turned = (int(np.sign(down)) * abs(step[1]), int(np.sign(right)) * abs(step[0]))
    places = np.cumsum([(one.top, one.left), *[step] * ahead, *[turned] * aside], 0)
    cells = places @ (scene.width, 1)
    return cells_drawn(cells[scene.array.ravel()[cells] == 0].tolist())


def _way(scene: Scene, number: int, other: int, half: bool = False) -> Drawn | None:
    """The cells of 0 on the only shortest way by rows and columns to the other part, or on half of it."""

    def beside(bits: int) -> int:
        return bits << 1 | bits >> 1 | bits << stride | bits >> stride

    stride, owner = scene.width + 1, scene.owners
    free, goal, start = [guarded_bits(one) for one in (scene.array == 0, owner == other, owner == number)]
    layers = [start]
    while layers[-1] and not layers[-1] & goal and len(layers) <= LONGEST_WAY:
        layers.append(beside(layers[-1]) & (free | goal) & ~sum(layers[-2:]))
    way = [layers.pop() & goal]
    while layers[1:]:
        way.append(beside(way[-1]) & layers.pop())
    if any([layer & layer - 1 for layer in way[1:]]):
        return None
    drawn = sum(way[1 + half * (len(way) // 2) :])
    return cells_drawn(np.flatnonzero(masks_of([drawn], *scene.array.shape)).tolist())


def _beam(scene: Scene, number: int, way: Step | None, right_of: int = 0, end: int = 0) -> Drawn | None:
    """The cells of 0 from the part on in that direction, or away from the grid's edge: through parts, in the
    color of the last one, before color `end`; or turning, right before `right_of`, left before others."""
    start = way or inward_of(scene, number)
    if start is None:
        return None
    cells, colors = list[int](), list[int]()
    for row, column in scene.once(_starts, number, start, True):
        step, color, turns = start, scene.data[row * scene.width + column], set[tuple[int, int, Step]]()
        while scene.room(((row, row), (column, column)), step) and (row, column, step) not in turns:
            met = scene.data[(row + step[0]) * scene.width + column + step[1]]
            if met and right_of:
                turns.add((row, column, step))
                step = (step[1], -step[0]) if met == right_of else (-step[1], step[0])
                continue
            if met and met == end:
                break
            row, column, color = row + step[0], column + step[1], met or color
            if not met:
                cells.append(row * scene.width + column)
                colors.append(color)
    return cells_drawn(cells, None if right_of else colors)


for _name, _step in tuple(WAYS.items())[:4]:
    add_place(f"bent_{_name}", with_related, "same_color", _bent, _step, cost=3)
    add_place(f"dyed_{_name}", _beam, _step, cost=3)
for _color in range(1, 10):
    add_place(f"steered_{_color}", _beam, None, _color, cost=4)
    add_place(f"dyed_until_{_color}", _beam, None, 0, _color, cost=4)
add_place("dyed_inward", _beam, None, cost=3)
for _relation in ("same_color", "same_box"):
    add_place(f"way_{_relation}", with_related, _relation, _way, cost=3)
add_place("way_half", with_related, "same_box", _way, True, cost=3)
add_place("ray_inward", _along, inward_of, (1,), "until", cost=1)
add_place("ahead", _ahead, cost=2)
add_place("point_back", _along, heading_of, (-1,), "until", cost=1)
for _end in ("until", *TURNS):
    add_place(f"point_{_end}", _along, heading_of, (1,), _end, cost=3 if _end in TURNS else 1)
for _end in ("until", "through", "hit", *TURNS):
    add_place(f"ray_ends_{_end}", _from_ends, _end, cost=3 if _end in TURNS else 1 + len(_end) // 6)
    if _end not in TURNS:
        add_place(f"ray_own_{_end}", _along, axis_of, (1, -1), _end, cost=1 + len(_end) // 6)
for (_name, (_down, _right)), _first, _second in product(tuple(WAYS.items())[4:], (1, 2), (1, 2)):
    _rise, _run = ((_down, 0),) * _first, ((0, _right),) * _second
    add_place(f"stairs_{_name}_{_first}_{_second}", _stairs, _rise + _run, cost=4)
    add_place(f"stairs_{_name}_{_first}_{_second}_across", _stairs, _run + _rise, cost=4)
