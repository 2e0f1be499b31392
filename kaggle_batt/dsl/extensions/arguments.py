"""The arguments with which a search tries a family, chosen by what it knows of a task."""

from collections.abc import Callable
from dataclasses import dataclass

from kaggle_batt.dsl.extensions.segments import Segmentation

Arguments = tuple[int, ...]
DEEP = (Segmentation.COLOR_4, Segmentation.COLOR_8, Segmentation.FILLED_8)  #: worth trying on results too


@dataclass(frozen=True)
class Facts:
    """What a search knows of a task."""

    colors: tuple[int, ...]  #: the colors that all inputs have
    roles: tuple[int, ...]  #: the roles that unlike colors play in the inputs
    ratios: tuple[tuple[int, int], ...]  #: factors (down, right) to scale by
    size: tuple[int, int] | None  #: of all outputs; None where they differ
    #: each side of the outputs in halves of the inputs', as a negative number, or their one length; or None
    grown: tuple[int, int] | None
    resized: bool  #: whether outputs have another size than their inputs

    @property
    def inks(self) -> tuple[int, ...]:
        """The colors other than 0, as they are and by role."""
        return (*[color for color in self.colors if color], *self.roles)


Rule = Callable[[Facts], list[Arguments]]


def once(facts: Facts) -> list[Arguments]:
    """No arguments."""
    return [()]


def each(*values: int) -> Rule:
    """Each of the values as the one argument."""
    return lambda facts: [(value,) for value in values]


def segmented(names: str) -> Rule:
    """Each segmentation of these names as the one argument."""
    return each(*[Segmentation[name] for name in names.split()])


def each_color(facts: Facts) -> list[Arguments]:
    """Each color of the inputs, also by role."""
    return [(color,) for color in (*facts.colors, *facts.roles)]


def each_ink(facts: Facts) -> list[Arguments]:
    """Each color of the inputs but 0, also by role."""
    return [(color,) for color in facts.inks]


def each_ratio(facts: Facts) -> list[Arguments]:
    """Each factor to scale by."""
    return list(facts.ratios)


def output_size(facts: Facts) -> list[Arguments]:
    """The outputs' one size."""
    return [] if facts.size is None else [facts.size]


def grown_size(facts: Facts) -> list[Arguments]:
    """The outputs' sides in halves of the inputs' sides, as negative numbers, or the one length of a side."""
    return [] if facts.grown is None else [facts.grown]
