"""A place: where an object is drawn, or what is drawn around it, as cells and their colors.

Places of the kind `OWN` draw on the part's own cells. Those of the kind `FREES` leave the own cells empty
where they do not draw on them. All others draw elsewhere.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.objects.scene import Scene

T = TypeVar("T")
Cells = Any
Drawn = tuple[Cells, Array | None]  #: flat cells and their colors; None for any color
Draw = Callable[..., Drawn | None]  #: of a scene, the number of a part and further arguments

OWN, FREES, BESIDE = "own", "frees", "beside"


class Place(NamedTuple):
    """A place: its name, what draws it and with which arguments, tenths of its cost, its kind."""

    name: str
    draw: Draw
    arguments: tuple[Any, ...]
    cost: int
    kind: str


PLACES: list[Place] = []


def drawn_at(scene: Scene, number: int, place: int) -> Drawn | None:
    """What the place draws for a part; None where it is not defined."""
    drawn = scene.drawn.get((number, place), scene)
    if drawn is scene:  # it is not known yet
        drawn = scene.drawn[number, place] = PLACES[place].draw(scene, number, *PLACES[place].arguments)
    return drawn


def add_place(name: str, draw: Draw, *arguments: Any, cost: int = 0, kind: str = BESIDE) -> None:
    """Give the next number to the place that `draw` draws with these arguments."""
    PLACES.append(Place(name, draw, arguments, cost, kind))


def with_related(scene: Scene, number: int, relation: str, make: Callable[..., T], *args: Any) -> T | None:
    """What `make` returns for the part, the one in this relation and the arguments; None without one."""
    other = scene.related(relation, number)
    return None if other is None else scene.once(make, number, other, *args)
