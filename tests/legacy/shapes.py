"""A small language of its own, as older battery modules bring one along. Grids are tuples of rows."""
# ruff: noqa
# fmt: off

import os

ZERO, ONE, TWO, THREE, FIVE, EIGHT = 0, 1, 2, 3, 5, 8

#: tests read where this was imported
IMPORTED_IN = os.getpid()


def mirror(grid): return tuple(tuple(reversed(row)) for row in grid)
def flip(grid): return tuple(reversed(grid))
def turn(grid): return tuple(zip(*reversed(grid)))
def scale(grid, times): return tuple(tuple(c for c in row for _ in range(times)) for row in grid for _ in range(times))
def tile(grid, times): return tuple(row * times for row in grid) * times
def both(one, two): return tuple(tuple(a if a == b else 0 for a, b in zip(x, y, strict=True)) for x, y in zip(one, two, strict=True))
def swap(grid, a, b): return tuple(tuple({a: b, b: a}.get(c, c) for c in row) for row in grid)
def paint(grid, color): return tuple(tuple(color if c else 0 for c in row) for row in grid)
def down(grid): return ((0,) * len(grid[0]), *grid[:-1])
def upper(grid): return grid[: len(grid) // 2]
def row_of(grid, place): return (grid[place],)
def after(outer, inner): return lambda value: outer(inner(value))
def constant(function, *args): return lambda value: function(value, *args)
def identity(value): return value
def nth(values, place): return values[place]
def palette(grid): return frozenset(c for row in grid for c in row)
def without(one, two): return tuple(sorted(set(one) - set(two)))
def pair(one, two): return (one, two)
def size(values): return len(values)
def shape(grid): return (len(grid), len(grid[0]))
def filled(grid): return sum(1 for row in grid for c in row if c)
def apart(a, b): return abs(a - b)
def pick(truth, one, two): return one if truth else two
def is_same(one, two): return one == two


def cut(grid):
    """The part of the grid that has colors."""
    rows = [i for i, row in enumerate(grid) if any(row)]
    columns = [j for j, column in enumerate(zip(*grid)) if any(column)]
    return tuple(row[columns[0] : columns[-1] + 1] for row in grid[rows[0] : rows[-1] + 1])


def wrong_cells(one, two):
    """How many cells differ; only for grids of one shape."""
    if shape(one) != shape(two):
        raise ValueError("shapes differ")
    return sum(a != b for x, y in zip(one, two) for a, b in zip(x, y))


def default_of(function):
    """What stands for the value of a call that failed."""
    return ()


def safe(function, *args):
    """The value of a call, or what stands for it."""
    try:
        return function(*args)
    except (TypeError, AttributeError, ValueError, IndexError):
        return default_of(function)
