"""Motions, scaling, painting, cutting and joining of grids; their objects."""

from collections.abc import Callable, Iterable
from typing import Any

from kaggle_batt.dsl.plain import patches
from kaggle_batt.dsl.plain.numbers import count_of, is_tuple, rows_of, small
from kaggle_batt.dsl.values.build import make_set
from kaggle_batt.dsl.values.limits import check_cells, check_elements, spend


def _columns(grid: Any) -> tuple[Any, ...]:
    return tuple(zip(*grid, strict=False))


def _recolored(grid: Any, changed: Callable[[Any], Any]) -> Any:
    return tuple([tuple(map(changed, row)) for row in grid])


def rot90(grid: Any) -> Any:
    return _columns(rows_of(grid)[::-1])


def rot270(grid: Any) -> Any:
    return tuple([tuple(row[::-1]) for row in _columns(grid[::-1])])[::-1]


def hmirror(piece: Any) -> Any:
    if is_tuple(piece):
        return piece[::-1]
    edges = patches.ulcorner(piece)[0] + patches.lrcorner(piece)[0]
    return patches.moved(piece, lambda row, column: (edges - row, column))


def vmirror(piece: Any) -> Any:
    if is_tuple(piece):
        return tuple([row[::-1] for row in piece])
    edges = patches.ulcorner(piece)[1] + patches.lrcorner(piece)[1]
    return patches.moved(piece, lambda row, column: (row, edges - column))


def dmirror(piece: Any) -> Any:
    if is_tuple(piece):
        return _columns(piece)
    top, left = patches.ulcorner(piece)
    return patches.moved(piece, lambda row, column: (column - left + top, row - top + left))


def cmirror(piece: Any) -> Any:
    if is_tuple(piece):
        return _columns([row[::-1] for row in piece[::-1]])
    return vmirror(dmirror(vmirror(piece)))


def hupscale(grid: Any, factor: Any) -> Any:
    rows = [list(row) for row in grid]
    cells = sum(map(len, rows))
    times = count_of(range(cells), factor) if cells else 0
    return tuple([tuple([value for value in row for _ in range(times)]) for row in rows])


def vupscale(grid: Any, factor: Any) -> Any:
    rows = list(grid)
    times = count_of(rows, factor) if rows else 0
    return tuple([row for row in rows for _ in range(times)])


def upscale(element: Any, factor: Any) -> Any:
    if is_tuple(element):
        return vupscale(hupscale(element, factor), factor)
    if len(element) == 0:
        return make_set([])
    top, left = patches.ulcorner(element)
    count_of(range(count_of(element, factor) * len(element)), factor)
    cells = [(value, (row - top, column - left)) for value, (row, column) in element]
    steps = [(down, right) for down in range(factor) for right in range(factor)]
    return make_set([
        (value, (top + row * factor + down, left + column * factor + right))
        for value, (row, column) in cells
        for down, right in steps
    ])  # fmt: skip


def downscale(grid: Any, factor: Any) -> Any:
    columns = [column for column in range(len(grid[0])) if column % factor == 0]
    rows = [tuple([row[column] for column in columns]) for row in grid]
    return tuple([row for number, row in enumerate(rows) if number % factor == 0])


def _cells(grid: Any) -> list[Any]:
    return [(value, (row, column)) for row, line in enumerate(grid) for column, value in enumerate(line)]


def index(grid: Any, loc: Any) -> Any:
    row, column = loc
    return grid[row][column] if _inside(grid)(row, column) else None


def _inside(grid: Any) -> Callable[[Any, Any], bool]:
    tall, wide = len(grid), len(grid[0])
    return lambda row, column: 0 <= row < tall and 0 <= column < wide


def toobject(patch: Any, grid: Any) -> Any:
    inside = _inside(grid)
    places = [(row, column) for row, column in patches.toindices(patch) if inside(row, column)]
    return make_set([(grid[row][column], (row, column)) for row, column in places])


def _colored(grid: Any, cells: Iterable[Any], only: Callable[[Any], bool] = lambda _: True) -> Any:
    """The grid with the cells colored one after the other, where it has a color that may be replaced."""
    inside = _inside(grid)
    lines = [list(line) for line in grid]
    for value, (row, column) in cells:
        if inside(row, column) and only(lines[row][column]):
            lines[row][column] = value
    return tuple(map(tuple, lines))


def fill(grid: Any, value: Any, patch: Any) -> Any:
    _inside(grid)
    return _colored(grid, [(value, (row, column)) for row, column in patches.toindices(patch)])


def paint(grid: Any, obj: Any) -> Any:
    return _colored(grid, obj)


def underfill(grid: Any, value: Any, patch: Any) -> Any:
    background = patches.mostcolor(grid)
    cells = [(value, (row, column)) for row, column in patches.toindices(patch)]
    return _colored(grid, cells, lambda color: color == background)


def underpaint(grid: Any, obj: Any) -> Any:
    background = patches.mostcolor(grid)
    return _colored(grid, obj, lambda color: color == background)


def cover(grid: Any, patch: Any) -> Any:
    return fill(grid, patches.mostcolor(grid), patches.toindices(patch))


def canvas(value: Any, dimensions: Any) -> Any:
    columns, rows = len(range(dimensions[1])), len(range(dimensions[0]))
    check_cells(rows, columns)
    check_elements(rows)
    return ((value,) * columns,) * rows


def crop(grid: Any, start: Any, dims: Any) -> Any:
    (top, left), (tall, wide) = (start[0], start[1]), (dims[0], dims[1])
    return tuple([row[left : left + wide] for row in grid[top : top + tall]])


def tophalf(grid: Any) -> Any:
    return grid[: len(grid) // 2]


def bottomhalf(grid: Any) -> Any:
    return grid[(len(grid) + 1) // 2 :]


def _parts(length: int, n: Any) -> tuple[int, list[int]]:
    """The length of each of n parts, and where they begin."""
    size, rest = divmod(length, n)
    return size, [(size + (rest != 0)) * number for number in range(count_of((), n) or n)]


def hsplit(grid: Any, n: Any) -> Any:
    wide, starts = _parts(len(grid[0]), n)
    return tuple([crop(grid, (0, left), (len(grid), wide)) for left in starts])


def vsplit(grid: Any, n: Any) -> Any:
    wide, (tall, starts) = len(grid[0]), _parts(len(grid), n)
    return tuple([crop(grid, (top, 0), (tall, wide)) for top in starts])


def cellwise(a: Any, b: Any, fallback: Any) -> Any:
    wide = len(a[0])
    return tuple([
        tuple([row[j] if row[j] == b[i][j] else fallback for j in range(wide)]) for i, row in enumerate(a)
    ])  # fmt: skip


def objects(grid: Any, univalued: Any, diagonal: Any, without_bg: Any) -> Any:
    background = patches.mostcolor(grid) if without_bg else None
    inside, near = _inside(grid), patches.STRAIGHT + patches.SLANTED if diagonal else patches.STRAIGHT
    left = {(row, column) for row in range(len(grid)) for column in range(len(grid[0]))}
    spend(len(left))
    found = []
    for place in sorted(left):
        color = grid[place[0]][place[1]]
        if place not in left or color == background:
            continue
        part, border = [], [place]
        while border:
            row, column = border.pop()
            value = grid[row][column]
            if (row, column) not in left or (color != value if univalued else value == background):
                continue
            left.discard((row, column))
            part.append((value, (row, column)))
            border += [(row + i, column + j) for i, j in near if inside(row + i, column + j)]
        found.append(make_set(part))
    return make_set(found)


def _by_color(grid: Any, colors: Iterable[Any]) -> Any:
    cells = _cells(grid)
    return make_set([make_set([cell for cell in cells if cell[0] == color]) for color in colors])


def fgpartition(grid: Any) -> Any:
    background = patches.mostcolor(grid)
    return _by_color(grid, [color for color in patches.palette(grid) if color != background])


def _one_color(lines: Iterable[Any]) -> list[int]:
    return [number for number, line in enumerate(lines) if len(set(line)) == 1]


def frontiers(grid: Any) -> Any:
    tall, wide = len(grid), len(grid[0])
    lines = [[(row, column) for column in range(wide)] for row in _one_color(grid)]
    lines += [[(row, column) for row in range(tall)] for column in _one_color(dmirror(grid))]
    found = [make_set([(grid[row][column], (row, column)) for row, column in line]) for line in lines]
    return make_set(found)


def compress(grid: Any) -> Any:
    rows, columns = set(_one_color(grid)), set(_one_color(dmirror(grid)))
    kept = [row for number, row in enumerate(grid) if number not in rows]
    return tuple([tuple([value for j, value in enumerate(row) if j not in columns]) for row in kept])


def occurrences(grid: Any, obj: Any) -> Any:
    whole = patches.normalize(obj)
    (tall, wide), inside = patches.shape(obj), _inside(grid)
    places = patches.filled_box(0, 0, len(grid) - tall, len(grid[0]) - wide)
    spend(len(places) * (len(whole) or 1))
    if not len(whole):
        return make_set(places)
    return make_set([
        (row, column)
        for row, column in places
        if all(inside(row + i, column + j) and grid[row + i][column + j] == color for color, (i, j) in whole)
    ])  # fmt: skip


SHORT: dict[str, Callable[..., Any]] = {
    "rot180": lambda grid: tuple([tuple(row[::-1]) for row in grid[::-1]]),
    "asindices": lambda grid: make_set([(i, j) for i in range(len(grid)) for j in range(len(grid[0]))]),
    "asobject": lambda grid: make_set(_cells(grid)),
    "ofcolor": lambda grid, value: make_set([place for found, place in _cells(grid) if found == value]),
    "move": lambda grid, obj, offset: paint(cover(grid, obj), patches.shift(obj, offset)),
    "replace": lambda grid, replacee, replacer: _recolored(grid, lambda v: replacer if v == replacee else v),
    "switch": lambda grid, a, b: _recolored(grid, lambda v: b if v == a else a if v == b else v),
    "subgrid": lambda patch, grid: crop(grid, patches.ulcorner(patch), patches.shape(patch)),
    "trim": lambda grid: tuple([row[1:-1] for row in grid[1:-1]]),
    "lefthalf": lambda grid: rot270(tophalf(rot90(grid))),
    "righthalf": lambda grid: rot270(bottomhalf(rot90(grid))),
    "hconcat": lambda a, b: tuple([rows_of(x) + rows_of(y) for x, y in zip(a, b, strict=False)]),
    "vconcat": lambda a, b: small(rows_of(a) + rows_of(b)),
    "partition": lambda grid: _by_color(grid, patches.palette(grid)),
}
