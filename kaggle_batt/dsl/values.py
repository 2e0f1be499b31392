"""The values of the language in the representation that measures fastest.

A `Grid` is its bytes, a set of locations (`Indices`) is one integer with a bounding box, an `Object`
is such an integer per color, every other set is an `FSet` that dedupes by cheap keys and sorts only
when its order shows. Each equals, and hashes like, the plain tuple or frozenset it stands for.

Each set has exactly one representation, which `make_set` chooses: pairs of integers are `Indices`,
cells are an `Object`, anything else (also an empty set: `EMPTY`) as named above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import Any

from kaggle_batt.dsl import boards
from kaggle_batt.dsl.boards import stride_of
from kaggle_batt.dsl.limits import MAX_CELLS, MAX_ELEMENTS, MAX_NESTING, check_cells, check_elements
from kaggle_batt.errors import DslError, LimitError

Location = tuple[int, int]
Cell = tuple[int, Location]
Rows = tuple[tuple[int, ...], ...]

#: for each color byte, the translation of a grid's bytes into b"1" (that color) and b"0"
_IS_COLOR = [bytes(49 if byte == color else 48 for byte in range(256)) for color in range(256)]
COLORS = bytes(range(10))


class Grid:
    """A rectangle of colors, one byte a cell row by row; equal to the tuple of its rows.

    Colors outside 0..9 may occur on the way (-128..127, kept as signed bytes). A grid without cells
    is `()` or a tuple of empty tuples in the language; only `grid_of` makes a Grid of it, for
    primitives to work on, and `make_grid` turns it back. The constructor trusts its arguments.
    """

    __slots__ = ("_boards", "_hash", "_rows", "data", "height", "width")

    def __init__(self, height: int, width: int, data: bytes) -> None:
        self.height = height
        self.width = width
        self.data = data
        self._rows: Rows | None = None
        self._hash: int | None = None
        self._boards: dict[int, int] | None = None

    @property
    def rows(self) -> Rows:
        """The grid as a plain tuple of tuples of integers."""
        if self._rows is None:
            data: Any = self.data if self.data.isascii() else memoryview(self.data).cast("b")
            width = self.width
            if not width:
                self._rows = ((),) * self.height
            else:
                self._rows = tuple([tuple(data[i : i + width]) for i in range(0, len(data), width)])
        return self._rows

    @property
    def lines(self) -> list[bytes]:
        """The rows as bytes, top first."""
        data, width = self.data, self.width
        if not width:
            return [b""] * self.height
        return [data[i : i + width] for i in range(0, len(data), width)]

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells this value from all others, cheap to hash and compare."""
        return (Grid, self.height, self.data)

    def colors(self) -> list[int]:
        """The colors present, ascending."""
        data = self.data
        found = [color for color in range(10) if color in data]
        if sum([data.count(color) for color in found]) == len(data):
            return found
        return sorted(byte - 256 if byte > 127 else byte for byte in set(data))

    def board(self, color: int) -> int:
        """The bitboard of the cells of that color, in the stride of the width, at the origin."""
        cache = self._boards
        if cache is None:
            cache = self._boards = {}
        found = cache.get(color)
        if found is None:
            digits = self.data.translate(_IS_COLOR[color & 255]) if -128 <= color <= 127 else b""
            found = cache[color] = boards.from_digits(digits, self.width) if b"1" in digits else 0
        return found

    def most_common(self) -> int:
        """The color of most cells; of several, the lowest."""
        data = self.data
        return max(self.colors(), key=lambda color: data.count(color & 255))

    def __eq__(self, other: object) -> bool:
        if type(other) is Grid:
            return self.data == other.data and self.height == other.height
        return self.rows == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.rows)
        return self._hash

    def __len__(self) -> int:
        return self.height

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return iter(self.rows)

    def __getitem__(self, item: Any) -> Any:
        return self.rows[item]

    def __repr__(self) -> str:
        return f"Grid({'/'.join(''.join(map(str, row)) for row in self.rows)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Grid, (self.height, self.width, self.data))


class SetValue(Set[Any]):
    """What the language's sets have in common: they equal, hash like and iterate as a frozenset.

    Iteration is in the language's ascending order.
    """

    __slots__ = ()
    key: Any
    _hashed: int | None

    def ordered(self) -> tuple[Any, ...]:
        """The elements, ascending."""
        raise NotImplementedError

    def has(self, value: Any) -> bool:
        """Is it one of the elements?"""
        raise NotImplementedError

    def plain(self) -> frozenset[Any]:
        """The plain frozenset."""
        return frozenset(self.ordered())

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ordered())

    def __contains__(self, value: object) -> bool:
        return value in self.plain()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SetValue):
            return bool(self.key == other.key)
        return self.plain() == other if isinstance(other, (frozenset, set)) else NotImplemented

    def __hash__(self) -> int:
        if self._hashed is None:
            self._hashed = hash(self.plain())
        return self._hashed

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return make_set(list(it))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({{{', '.join(map(repr, self.ordered()))}}})"


class Indices(SetValue):
    """A set of locations: the upper left corner, height and width of its bounding box, and its board.

    The board is relative to the corner; the box is tight. Moving it changes two numbers.
    """

    __slots__ = ("_hashed", "board", "height", "left", "top", "width")

    def __init__(self, top: int, left: int, height: int, width: int, board: int) -> None:
        self.top = top
        self.left = left
        self.height = height
        self.width = width
        self.board = board
        self._hashed: int | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (Indices, self.top, self.left, self.width, self.board)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(top, left, height, width) of the bounding box."""
        return (self.top, self.left, self.height, self.width)

    def ordered(self) -> tuple[Location, ...]:
        return tuple(locations_in(self.board, self.top, self.left, self.height, self.width))

    def first(self) -> tuple[int, ...]:
        """The lowest location; () of the empty set."""
        if not self.board:
            return ()
        return (self.top, self.left + (self.board & -self.board).bit_length() - 1)

    def has(self, value: Any) -> bool:
        """Is it one of the locations?"""
        if not is_location(value):
            return False
        row, column = value[0] - self.top, value[1] - self.left
        inside = 0 <= row < self.height and 0 <= column < self.width
        return inside and bool(self.board >> row * stride_of(self.width) + column & 1)

    def __len__(self) -> int:
        return self.board.bit_count()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Indices, (*self.box, self.board))


#: the one empty set, whatever it is a set of
EMPTY = Indices(0, 0, 0, 0, 0)


class Object(SetValue):
    """A set of cells, never empty: a tight bounding box and, per color ascending, a board in that box."""

    __slots__ = ("_hashed", "height", "left", "planes", "top", "width")

    def __init__(
        self, top: int, left: int, height: int, width: int, planes: tuple[tuple[int, int], ...]
    ) -> None:
        self.top = top
        self.left = left
        self.height = height
        self.width = width
        self.planes = planes
        self._hashed: int | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (Object, self.top, self.left, self.width, self.planes)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(top, left, height, width) of the bounding box."""
        return (self.top, self.left, self.height, self.width)

    @property
    def board(self) -> int:
        """The board of all cells, whatever their color."""
        planes = self.planes
        board = planes[0][1]
        for _, plane in planes[1:]:
            board |= plane
        return board

    def ordered(self) -> tuple[Cell, ...]:
        box = self.box
        return tuple([(color, place) for color, board in self.planes for place in locations_in(board, *box)])

    def first(self) -> Cell:
        """The lowest cell."""
        color, board = self.planes[0]
        row, column = divmod((board & -board).bit_length() - 1, stride_of(self.width))
        return (color, (self.top + row, self.left + column))

    def last(self) -> Cell:
        """The highest cell."""
        color, board = self.planes[-1]
        row, column = divmod(board.bit_length() - 1, stride_of(self.width))
        return (color, (self.top + row, self.left + column))

    def has(self, value: Any) -> bool:
        """Is it one of the cells?"""
        if not is_cell(value):
            return False
        color, place = value
        return any([Indices(*self.box, board).has(place) for plane, board in self.planes if plane == color])

    def __len__(self) -> int:
        return sum([board.bit_count() for _, board in self.planes])

    def __reduce__(self) -> tuple[Any, ...]:
        return (Object, (*self.box, self.planes))


Patch = Indices | Object


class FSet(SetValue):
    """Any other set: distinct elements in the order they came, sorted only where the order shows."""

    __slots__ = ("_hashed", "_index", "_key", "_ordered", "items")

    def __init__(self, items: tuple[Any, ...]) -> None:
        self.items = items
        self._ordered: tuple[Any, ...] | None = None
        self._index: dict[Any, Any] | None = None
        self._key: tuple[Any, ...] | None = None
        self._hashed: int | None = None

    @property
    def index(self) -> dict[Any, Any]:
        """The elements by their keys."""
        if self._index is None:
            items = self.items
            keys = items if _ATOMS.issuperset(map(type, items)) else map(key_of, items)
            self._index = dict(zip(keys, items, strict=True))
        return self._index

    @property
    def key(self) -> tuple[Any, ...]:
        if self._key is None:
            self._key = (FSet, frozenset(self.index))
        return self._key

    def ordered(self) -> tuple[Any, ...]:
        if self._ordered is None:
            self._ordered = _sorted_items(self.items)
        return self._ordered

    def has(self, value: Any) -> bool:
        return key_of(value) in self.index

    def plain(self) -> frozenset[Any]:
        return frozenset(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __reduce__(self) -> tuple[Any, ...]:
        return (FSet, (self.items,))


def _sorted_items(items: tuple[Any, ...]) -> tuple[Any, ...]:
    kinds = set(map(type, items))
    if len(kinds) == 1 and kinds <= _PATCHES:
        firsts = {item.first(): item for item in items}
        if len(firsts) == len(items):
            return tuple([firsts[place] for place in sorted(firsts)])
    if kinds == {int}:
        return tuple(sorted(items))
    keys = sort_keys(items)
    return tuple([items[place] for place in sorted(range(len(items)), key=keys.__getitem__)])


def sort_keys(values: Sequence[Any]) -> Sequence[Any]:
    """For each value a key that compares as the language orders, plain where all values are of one kind."""
    kinds = set(map(type, values))
    if kinds <= _NUMBERS:
        return values
    if kinds == {tuple} and numeric(chain.from_iterable(values)):
        return values
    if len(kinds) == 1 and kinds <= _PATCHES:
        return [value.ordered() for value in values]
    return [value.rows for value in values] if kinds == {Grid} else [order_key(value) for value in values]


def order_key(value: Any, depth: int = 0) -> tuple[Any, ...]:
    """What the language's order compares.

    Numbers by size, tuples by parts, sets by their sorted elements, functions by their expressions; of
    different kinds None comes first, then numbers, tuples, sets, functions.
    """
    if value is None or isinstance(value, int):
        return (0,) if value is None else (1, value)
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    if type(value) is tuple:
        return (2, tuple([order_key(part, depth + 1) for part in value]))
    if isinstance(value, SetValue):
        return (3, tuple([order_key(part, depth + 1) for part in value.ordered()]))
    return order_key(value.rows) if type(value) is Grid else (4, value.expression)


_NUMBERS = frozenset({int, bool})
_ATOMS = frozenset({int, bool, type(None)})
_PATCHES = frozenset({Indices, Object})
#: the kinds of values that hold values of any kind
NESTED = frozenset({tuple, FSet})


def numeric(values: Iterable[Any]) -> bool:
    """Are all of them numbers?"""
    return _NUMBERS.issuperset(map(type, values))


def is_plain(values: Sequence[Any]) -> bool:
    """Are all of them numbers, or all of them tuples of numbers? Such are equal where Python says so."""
    kinds = set(map(type, values))
    return kinds <= _ATOMS or (kinds == {tuple} and _ATOMS.issuperset(map(type, chain.from_iterable(values))))


def key_of(value: Any, depth: int = 0) -> Any:
    """A hashable key that equal values share and unequal values do not, cheap for large sets.

    Raises `LimitError` for a value nested deeper than `MAX_NESTING`.
    """
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple:
        return _tuple_key(value, depth)
    return getattr(value, "key", value)


def _tuple_key(value: tuple[Any, ...], depth: int) -> Any:
    if _ATOMS.issuperset(map(type, value)):
        return value
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    if type(value[0]) is tuple:
        grid = maybe_grid(value)
        if grid is not None:
            return grid.key
    return (tuple, *[key_of(item, depth + 1) for item in value])


def same(a: Any, b: Any) -> bool:
    """Are the values equal?"""
    kind, other = type(a), type(b)
    if kind is other:
        if kind is Grid:
            return bool(a.data == b.data and a.height == b.height)
        if kind is Indices:
            return bool(a.board == b.board and a.top == b.top and a.left == b.left and a.width == b.width)
        if kind is tuple and a and type(a[0]) in NESTED:
            return bool(key_of(a) == key_of(b))
        return bool(a == b)
    if kind is tuple or other is tuple:
        return bool(a == b)
    return isinstance(a, int) and isinstance(b, int) and a == b


_TRUTH = {False: (bool, 0), True: (bool, 1)}


def exact_key(value: Any) -> Any:
    """A hashable key that only values share which no primitive, and no message, can tell apart.

    Unlike `key_of` it keeps truth values from numbers, and sets of one content in different orders. It
    holds while the value lives: functions are told apart by identity.
    """
    kind = type(value)
    if kind is int or value is None:
        return value
    if kind is Grid:
        return (value.height, value.data)
    if kind is Indices or kind is Object:
        return value.key
    if kind is tuple:
        return (tuple, *map(exact_key, value))
    if kind is FSet:
        return (FSet, *map(exact_key, value.items))
    return _TRUTH[value] if kind is bool else (kind, id(value))


def weigh(value: Any, depth: int = 0) -> int:
    """How many elements a value has at all levels, shared parts counted as often as they show.

    Raises `LimitError` above `MAX_ELEMENTS` or deeper than `MAX_NESTING`: such a value could not be
    compared in any reasonable time, however small it is in memory.
    """
    kind = type(value)
    if kind not in NESTED:
        return 1
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    items = value if kind is tuple else value.items
    total = len(items)
    if not NESTED.isdisjoint(map(type, items)):
        if is_plain(items):
            total = sum(map(len, items))
            items = ()
        for item in items:
            if type(item) in NESTED:
                total += weigh(item, depth + 1) - 1
            if total > MAX_ELEMENTS:
                break
    if total > MAX_ELEMENTS:
        raise LimitError(f"a value of over {MAX_ELEMENTS} elements")
    return total


def bounded(value: Any) -> Any:
    """The value; raise `LimitError` where it is too large or too deep (`weigh`)."""
    weigh(value)
    return value


def locations_in(board: int, top: int, left: int, height: int, width: int) -> list[Location]:
    """The locations of a board whose box has its corner at (top, left), ascending."""
    if not board:
        return []
    places: list[Location] = []
    columns_of = boards.columns_of
    for row, bits in enumerate(boards.rows_of(board, height, stride_of(width)), top):
        if bits:
            places += [(row, left + column) for column in columns_of(bits)]
    return places


def tight(board: int, top: int, left: int, stride: int) -> Indices:
    """The Indices of a board at (top, left), its box drawn tight."""
    if not board:
        return EMPTY
    top_row = boards.lowest(board) // stride
    board >>= top_row * stride
    height = (board.bit_length() - 1) // stride + 1
    used = boards.columns_used(board, height, stride)
    first = boards.lowest(used)
    width = used.bit_length() - first
    board = boards.restride(board >> first, height, stride, stride_of(width))
    return Indices(top + top_row, left + first, height, width, board)


def tight_object(planes: Iterable[tuple[int, int]], top: int, left: int, stride: int) -> Patch:
    """The Object of planes (color, board) at (top, left), its box drawn tight; `EMPTY` if none is set."""
    kept = [plane for plane in planes if plane[1]]
    board = 0
    for _, plane in kept:
        board |= plane
    if not board:
        return EMPTY
    frame = tight(board, top, left, stride)
    drop = (frame.top - top) * stride + frame.left - left
    new = stride_of(frame.width)
    height = frame.height
    moved = tuple([(color, boards.restride(plane >> drop, height, stride, new)) for color, plane in kept])
    return Object(*frame.box, moved)


def indices_of(places: Iterable[Location]) -> Indices:
    """The Indices of locations (pairs of integers, not checked)."""
    places = list(places)
    if not places:
        return EMPTY
    rows = [place[0] for place in places]
    columns = [place[1] for place in places]
    top, left = min(rows), min(columns)
    height, width = max(rows) - top + 1, max(columns) - left + 1
    boards.check_box(height, width)
    stride = stride_of(width)
    base = top * stride + left
    if len(places) < 48:
        board = 0
        for row, column in places:
            board |= 1 << row * stride + column - base
    else:
        digits = bytearray(b"0") * (height * stride)
        last = height * stride - 1 + base
        for row, column in places:
            digits[last - row * stride - column] = 49
        board = int(digits, 2)
    return Indices(int(top), int(left), int(height), int(width), board)


def object_of(cells: Iterable[Cell]) -> Patch:
    """The Object of cells (not checked); `EMPTY` if there are none."""
    by_color: dict[int, list[Location]] = {}
    for color, place in cells:
        by_color.setdefault(color, []).append(place)
    if not by_color:
        return EMPTY
    return merge_planes([(int(color), indices_of(by_color[color])) for color in sorted(by_color)])


def merge_planes(parts: list[tuple[int, Indices]]) -> Object:
    """One Object of disjointly colored parts, given by ascending color, none empty."""
    top = min([part.top for _, part in parts])
    left = min([part.left for _, part in parts])
    height = max([part.top + part.height for _, part in parts]) - top
    width = max([part.left + part.width for _, part in parts]) - left
    boards.check_box(height, width)
    planes = tuple([(color, placed(part.board, part.box, top, left, width)) for color, part in parts])
    return Object(top, left, height, width, planes)


def placed(board: int, box: tuple[int, int, int, int], top: int, left: int, width: int) -> int:
    """A board moved into a larger box that has its corner at (top, left) and is `width` wide."""
    stride = stride_of(width)
    board = boards.restride(board, box[2], stride_of(box[3]), stride)
    return board << (box[0] - top) * stride + box[1] - left


def is_location(value: Any) -> bool:
    """Is it a pair of integers?"""
    return (
        type(value) is tuple and len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], int)
    )


def is_cell(value: Any) -> bool:
    """Is it a pair of an integer and a location?"""
    return type(value) is tuple and len(value) == 2 and isinstance(value[0], int) and is_location(value[1])


def make_set(items: Iterable[Any]) -> SetValue:
    """The set of these values of the language, duplicates merged, in its one representation."""
    items = items if type(items) is list else list(items)
    if not items:
        return EMPTY
    check_elements(len(items))
    if type(items[0]) is tuple:
        patch = _patch_of_pairs(items)
        if patch is not None:
            return patch
    return _distinct(items)


def _patch_of_pairs(items: list[Any]) -> Patch | None:
    """The patch of these locations or cells; None if they are anything else."""
    if set(map(type, items)) != {tuple} or set(map(len, items)) != {2}:
        return None
    heads, tails = zip(*items, strict=True)
    if not numeric(heads):
        return None
    if numeric(tails):
        return indices_of(items)
    return object_of(items) if all(map(is_location, tails)) else None


def _distinct(items: list[Any]) -> FSet:
    """The set of items that are no patch's."""
    if set(map(type, items)) == {int}:
        return FSet(tuple(dict.fromkeys(items)))
    index: dict[Any, Any] = {}
    for item in items:
        index.setdefault(key_of(item), item)
    result = FSet(tuple(index.values()))
    result._index = index
    return result


def part_of(whole: SetValue, items: list[Any]) -> SetValue:
    """The set of some of a set's distinct items, in their order."""
    if not items:
        return EMPTY
    if len(items) == len(whole):
        return whole
    return FSet(tuple(items)) if type(whole) is FSet and type(items[0]) is not tuple else make_set(items)


def maybe_grid(rows: Any) -> Grid | None:
    """The Grid equal to a tuple of rows, or None where there is none."""
    if type(rows) is not tuple or not rows or type(rows[0]) is not tuple or not rows[0]:
        return None
    width = len(rows[0])
    cells: list[Any] = []
    for row in rows:
        if type(row) is not tuple or len(row) != width:
            return None
        cells += row
    try:
        data = bytes(cells)
    except (TypeError, ValueError):
        data = b"\xff"
    if data.isascii():
        return Grid(len(rows), width, data)
    if all([isinstance(cell, int) and -128 <= cell <= 127 for cell in cells]):
        return Grid(len(rows), width, bytes([cell & 255 for cell in cells]))
    return None


def grid_of(value: Any) -> Grid:
    """The Grid equal to `value` (a Grid or a rectangular tuple of rows of colors, also an empty one).

    Raises `DslError` for anything else, `LimitError` over `MAX_CELLS` cells.
    """
    if type(value) is Grid:
        return value
    grid = maybe_grid(value)
    if grid is None:
        if type(value) is tuple and not any(value) and all([type(row) is tuple for row in value]):
            return Grid(len(value), 0, b"")
        raise DslError(f"a grid was expected, not {kind_of(value)}")
    check_cells(grid.height, grid.width)
    return grid


def make_grid(height: int, width: int, data: bytes) -> Any:
    """The Grid, or the plain tuple of a grid without cells. Raises `LimitError` over `MAX_CELLS` cells."""
    if height <= 0 or width <= 0:
        check_elements(height)
        return ((),) * max(0, height)
    if height * width > MAX_CELLS:
        check_cells(height, width)
    return Grid(height, width, data)


def from_lines(lines: list[bytes]) -> Any:
    """The grid of rows of bytes; raise `DslError` where their lengths differ."""
    width = len(lines[0]) if lines else 0
    for line in lines:
        if len(line) != width:
            raise DslError("the rows differ in length")
    return make_grid(len(lines), width, b"".join(lines))


def adopt(value: Any, depth: int = 0) -> Any:
    """A plain value (sets, tuples) as a value of the language.

    Raises `LimitError` for one nested deeper than `MAX_NESTING`.
    """
    kind = type(value)
    if kind is not tuple and kind is not frozenset and kind is not set:
        return value
    if depth > MAX_NESTING:
        raise LimitError(f"a value nested deeper than {MAX_NESTING}")
    items = [adopt(item, depth + 1) for item in value]
    return tuple(items) if kind is tuple else make_set(items)


def kind_of(value: Any) -> str:
    """The name of the value's kind, for messages; equal values have one name."""
    if isinstance(value, int):
        return "Integer"
    if is_location(value):
        return "IntegerTuple"
    grid = value if type(value) is Grid else maybe_grid(value)
    if grid is not None:
        return f"Grid {grid.height}x{grid.width}"
    if isinstance(value, FSet):
        return f"set of {len(value)}"
    if isinstance(value, tuple):
        return f"tuple of {len(value)}"
    return "function" if callable(value) else "empty set" if value is EMPTY else type(value).__name__


def shown(value: Any) -> str:
    """A value for messages: a number as it is, of anything else the kind; the same for equal values."""
    return str(int(value)) if isinstance(value, int) else kind_of(value)
