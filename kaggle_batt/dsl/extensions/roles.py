"""Colors by role: an argument for a color may also be the number of a role that a color plays in the grid."""

from functools import lru_cache
from typing import Any

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array, tallies
from kaggle_batt.dsl.extensions.geometry import OFF_MIDDLE, neighbours, shift
from kaggle_batt.errors import DslError

#: roles of colors other than 0, numbered from `FIRST_ROLE`: most, fewest cells; most, fewest like neighbours;
#: largest, smallest box; most, least at the edges; most cells that mirroring does not confirm; middle cell
ROLES = ("most", "least", "solid", "scattered", "wide", "narrow", "outer", "inner", "odd", "middle")
FIRST_ROLE = 10
_BEYOND = 255  #: outside of an image


def color_of(array: Array, number: int) -> int | None:
    """The color itself, or the only one that plays the role, else None; DslError if there is no such role."""
    if number < FIRST_ROLE:
        return number
    if number >= FIRST_ROLE + len(ROLES):
        raise DslError(f"a color or a role below {FIRST_ROLE + len(ROLES)} was expected, not {number}")
    return roles_of(array.shape, array.tobytes())[number - FIRST_ROLE]


@lru_cache(maxsize=1024)
def roles_of(shape: tuple[int, ...], data: bytes) -> tuple[int | None, ...]:
    """The color in each role, of a grid's shape and cells."""
    array = np.frombuffer(data, np.uint8).reshape(shape)
    counts = np.array(tallies(array))
    counts[0] = 0
    colors = np.flatnonzero(counts)
    share = 1000 // np.maximum(counts, 1)
    edges = array.copy()
    edges[1:-1, 1:-1] = 0
    like = sum([_tallied(array, near == array) for near in neighbours(array)[:4]]) * share
    measures = [counts, like, _boxes(array, colors), _tallied(edges, edges > 0) * share]
    found = [_only(colors, sign * measure[colors]) for measure in measures for sign in (1, -1)]
    middle = int(array[array.shape[0] // 2, array.shape[1] // 2])
    unlike = _unlike(array)
    odd = unlike * 1000 - counts * (unlike > 0)  # of colors that are equally often unlike the rarer one
    return (*found, _only(colors, odd[colors]), middle if middle in colors else None)


def _only(colors: Any, values: Any) -> int | None:
    """The color with the largest value, None if several have it."""
    best = colors[values == values.max()] if len(colors) else colors
    return int(best[0]) if len(best) == 1 else None


def _tallied(array: Array, mask: Any) -> Any:
    """The number of cells of each color where the mask holds."""
    return np.array(tallies(array[mask]))


def _boxes(array: Array, colors: Any) -> Any:
    """The area of each color's bounding box."""
    found = np.zeros(10, int)
    for color in colors:
        rows, columns = np.nonzero(array == color)
        found[color] = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
    return found


def _unlike(array: Array) -> Any:
    """The number of each color's cells that differ from their image in the mirror that changes least."""
    height, width = array.shape
    images = [shift(array[::-1], by, 0, _BEYOND) for by in OFF_MIDDLE if 6 * abs(by) <= height]
    images += [shift(array[:, ::-1], 0, by, _BEYOND) for by in OFF_MIDDLE if 6 * abs(by) <= width]
    images += [array[::-1, ::-1], *([array.T, array[::-1, ::-1].T] if height == width else [])]
    inside = [image != _BEYOND for image in images]
    unlike = [(array != image) & there for image, there in zip(images, inside, strict=True)]
    shares = [np.mean(mask, where=there) for mask, there in zip(unlike, inside, strict=True)]
    return _tallied(array, unlike[shares.index(min(shares))])
