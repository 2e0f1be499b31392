"""Grids and patches: a grid as its bytes, a patch as one integer (or one per color) with a bounding box."""

from array import array
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import chain, compress, repeat
from typing import Any, ClassVar

from kaggle_batt.dsl.values import boards
from kaggle_batt.dsl.values.boards import STRIDE, cut, stride_of
from kaggle_batt.dsl.values.limits import SMALL

Location = tuple[int, int]
Cell = tuple[int, Location]
Rows = tuple[tuple[int, ...], ...]
Planes = tuple[tuple[int, int], ...]

#: for each color byte, the translation of a grid's bytes into b"1" (that color) and b"0"
_IS_COLOR = [bytes(49 if byte == color else 48 for byte in range(256)) for color in range(256)]
COLORS = bytes(range(10))
_FEW = 5  #: up to this many cells of a color are found one by one
_DIGITS = bytes.maketrans(COLORS, b"0123456789")  #: from a color byte to its digit
_BITS = bytes.maketrans(b"01", b"\0\1")  #: from a digit to its value


class Grid:
    """A rectangle of colors, one byte a cell row by row; equal to the tuple of its rows.

    Colors may be -128..127, kept as signed bytes, though an answer's are 0..9. In the language a grid without
    cells is `()` or a tuple of empty tuples; only `grid_of` makes a Grid of it, for primitives to work on,
    and `make_grid` turns it back. The constructor does not check its arguments; it takes the planes if known.
    """

    __slots__ = ("_boards", "_hash", "_planes", "_rows", "data", "height", "width")

    def __init__(self, height: int, width: int, data: bytes, planes: Planes | None = None) -> None:
        self.height = height
        self.width = width
        self.data = data
        self._rows: Rows | None = None
        self._hash: int | None = None
        self._boards: dict[int, int] | None = None
        self._planes = planes

    @property
    def rows(self) -> Rows:
        """The grid as a plain tuple of tuples of integers."""
        if self._rows is None:
            self._rows = rows_in(self.data, self.width) if self.width else ((),) * self.height
        return self._rows

    @property
    def cells(self) -> tuple[int, ...]:
        """The colors row by row."""
        data = self.data
        return tuple(data) if data.isascii() else tuple(memoryview(data).cast("b"))

    @property
    def lines(self) -> Sequence[bytes]:
        """The rows as bytes, top first."""
        return cut(self.data, self.height, self.width)

    @property
    def text(self) -> str:
        """Colors 0..9 as rows of digits between slashes."""
        return b"/".join(cut(self.data.translate(_DIGITS), self.height, self.width)).decode()

    @property
    def key(self) -> tuple[Any, ...]:
        """A key that no other value has, cheap to hash and to compare."""
        return (Grid, self.height, self.data)

    def colors(self) -> list[int]:
        data = self.data
        if data.translate(None, COLORS):
            return sorted([byte - 256 if byte > 127 else byte for byte in set(data)])
        return [color for color in COLORS if color in data]  # a third of the time of a set of all cells

    def board(self, color: int) -> int:
        """The bitboard of the cells of that color, in the stride of the width, at the origin."""
        cache = self._boards
        if cache is None:
            cache = self._boards = {}
        found = cache.get(color)
        if found is None:
            data, width, byte = self.data, self.width, color & 255
            count = data.count(byte) if -128 <= color <= 127 else 0
            if count > _FEW:
                found = boards.from_digits(data.translate(_IS_COLOR[byte]), width)
            else:
                found, gap, place = 0, stride_of(width) - width, -1
                for _ in range(count):
                    place = data.find(byte, place + 1)
                    found |= 1 << place + place // width * gap
            cache[color] = found
        return found

    @property
    def planes(self) -> Planes:
        """(color, board) of each color present, ascending."""
        if self._planes is None:
            colors, rest = self.colors(), boards.rectangle(self.height, self.width)
            found = [(color, self.board(color)) for color in colors[:-1]]
            found += [(color, rest - sum([board for _, board in found])) for color in colors[-1:]]
            self._planes = tuple(found)
        return self._planes

    def most_common(self) -> int:
        """The color of the most cells of a grid that has cells; of several, the lowest."""
        data, best, common = self.data, 0, 0
        left = len(data)
        for color in COLORS:
            count = data.count(color)
            left -= count
            if count > best:
                best, common = count, color
            if left < best:  # no other color can have as many
                return common
        return max(self.colors(), key=lambda color: data.count(color & 255)) if left else common

    def __eq__(self, other: object) -> bool:
        if type(other) is Grid:
            return self.data == other.data and self.height == other.height
        if isinstance(other, tuple):
            return len(other) == self.height and self.rows == other
        return NotImplemented

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


def rows_in(colors: bytes, width: int) -> Rows:
    """Rows of bytes as tuples of integers."""
    # one iterator taken `width` times a row costs half of a slice a row
    data: Any = colors if colors.isascii() else memoryview(colors).cast("b")
    return tuple(zip(*[iter(data)] * width))  # noqa: B905  (a keyword costs as much as a row)


_TUPLES = {tuple}


def maybe_grid(rows: Any) -> Grid | None:
    """The Grid equal to a tuple of rows; None if none is."""
    if type(rows) is not tuple or not rows or type(rows[0]) is not tuple or not rows[0]:
        return None
    if not isinstance(rows[0][-1], int):  # most values that are no grid, above all cells
        return None
    width = len(rows[0])
    if len(rows) > 1 and (set(map(type, rows)) != _TUPLES or set(map(len, rows)) != {width}):
        return None
    try:
        # pairs, as many tuples of locations are, one number after the other: less by a third
        data = bytes(chain.from_iterable(rows)) if width == 2 else b"".join(map(bytes, rows))
    except (TypeError, ValueError):
        data = b"\xff"
    if not data.isascii():
        try:
            data = array("b", chain.from_iterable(rows)).tobytes()
        except (TypeError, OverflowError):
            return None
    return Grid(len(rows), width, data)


class SetValue(Set[Any]):
    """A set of the language: it equals and hashes like a frozenset, and iterates in ascending order."""

    __slots__ = ()
    #: with what Python's own operators make sets; set by `build`, which knows every kind of set
    _from_iterable: ClassVar[Any]
    key: Any
    _hashed: int | None

    def ordered(self) -> tuple[Any, ...]:
        raise NotImplementedError

    @property
    def items(self) -> tuple[Any, ...]:
        """The elements in the cheapest order."""
        return self.ordered()

    def has(self, value: Any) -> bool:
        """Is it one of the elements?"""
        raise NotImplementedError

    def plain(self) -> frozenset[Any]:
        return frozenset(self.ordered())

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ordered())

    def __contains__(self, value: object) -> bool:
        return value in self.plain()

    def __eq__(self, other: object) -> bool:
        if type(other) is type(self):
            return bool(self.key == other.key)
        return self.plain() == other if isinstance(other, (frozenset, set)) else NotImplemented

    def __hash__(self) -> int:
        if self._hashed is None:
            self._hashed = hash(self.plain())
        return self._hashed

    def __repr__(self) -> str:
        return f"{type(self).__name__}({{{', '.join(map(repr, self.ordered()))}}})"


def is_location(value: Any) -> bool:
    """Is it a pair of integers?"""
    pair = type(value) is tuple and len(value) == 2
    return pair and isinstance(value[0], int) and isinstance(value[1], int)


def is_cell(value: Any) -> bool:
    """Is it a pair of an integer and a location?"""
    return type(value) is tuple and len(value) == 2 and isinstance(value[0], int) and is_location(value[1])


@lru_cache(maxsize=3 * STRIDE)
def _row_places(row: int) -> tuple[Location, ...]:
    """The locations of a row in columns -64 to 127."""
    return tuple(zip(repeat(row), range(-STRIDE, 2 * STRIDE)))


def locations_in(board: int, top: int, left: int, height: int, width: int) -> list[Location]:
    """The locations of a board whose box has its corner at (top, left), ascending. Rows on and near grids are
    cached: picking locations out of them takes a third of the time of making them."""
    if height <= 1 >= width:
        return [(top, left)] if board else []
    rows = enumerate(boards.rows_of(board, height, stride_of(width)), top)
    near = -STRIDE <= left < STRIDE > width and -STRIDE <= top <= 2 * STRIDE - height
    places: list[Location] = []
    for row, bits in rows:
        if bits & bits - 1:
            if near:
                places += boards.picker(bits << left + STRIDE)(_row_places(row))
            else:
                digits = format(bits, "b")[::-1].encode().translate(_BITS)
                places += compress(zip(repeat(row), range(left, left + width)), digits)
        elif bits:
            places.append((row, left + bits.bit_length() - 1))
    return places


class _Boxed(SetValue):
    """A set with a tight bounding box; its boards are relative to the upper left corner of the box."""

    __slots__ = ("_hashed", "height", "left", "top", "width")
    top: int
    left: int
    height: int
    width: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """(top, left, height, width) of the bounding box."""
        return (self.top, self.left, self.height, self.width)

    @property
    def is_near(self) -> bool:
        """Are the coordinates so small that they need no check?"""
        return -SMALL < self.top < SMALL and -SMALL < self.left < SMALL


class Indices(_Boxed):
    """A set of locations: its bounding box and its board."""

    __slots__ = ("board",)

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

    def ordered(self) -> tuple[Location, ...]:
        return tuple(locations_in(self.board, self.top, self.left, self.height, self.width))

    def first(self) -> tuple[int, ...]:
        """The lowest location; () of the empty set."""
        if not self.board:
            return ()
        return (self.top, self.left + (self.board & -self.board).bit_length() - 1)

    def last(self) -> tuple[int, ...]:
        """The highest location; () of the empty set."""
        if not self.board:
            return ()
        row, column = divmod(self.board.bit_length() - 1, stride_of(self.width))
        return (self.top + row, self.left + column)

    def has(self, value: Any) -> bool:
        if not is_location(value):
            return False
        row, column = value[0] - self.top, value[1] - self.left
        inside = 0 <= row < self.height and 0 <= column < self.width
        return inside and bool(self.board >> row * stride_of(self.width) + column & 1)

    def __len__(self) -> int:
        return self.board.bit_count()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Indices, (*self.box, self.board))


EMPTY = Indices(0, 0, 0, 0, 0)  #: the only empty set


class Object(_Boxed):
    """A set of cells, never empty: its bounding box and its planes, (color, board) by ascending color."""

    __slots__ = ("planes",)

    def __init__(self, top: int, left: int, height: int, width: int, planes: Planes) -> None:
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
    def board(self) -> int:
        """The board of the cells of all colors."""
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
        if not is_cell(value):
            return False
        color, place = value
        return any([Indices(*self.box, board).has(place) for plane, board in self.planes if plane == color])

    def __len__(self) -> int:
        planes = self.planes
        alone = len(planes) == 1
        return planes[0][1].bit_count() if alone else sum([board.bit_count() for _, board in planes])

    def __reduce__(self) -> tuple[Any, ...]:
        return (Object, (*self.box, self.planes))


Patch = Indices | Object
