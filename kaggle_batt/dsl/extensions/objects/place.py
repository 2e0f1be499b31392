"""A place: where an object is drawn, or what is drawn around it; each gives cells, and colors for them.

Places of the kind `OWN` draw on the part's own cells, those of the kind `FREES` leave these empty where they
do not draw on them, all others draw elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kaggle_batt.dsl.extensions.arrays import STEPS, Array
from kaggle_batt.dsl.extensions.objects.scene import Scene

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
    key = number, place
    if key not in scene.drawn:
        scene.drawn[key] = PLACES[place].draw(scene, number)
    return scene.drawn[key]


def add_place(name: str, draw: Draw, cost: int = 0, kind: str = BESIDE) -> None:
    PLACES.append(Place(name, draw, cost, kind))
