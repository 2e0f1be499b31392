"""With which arguments a search tries a family, from what it knows of a task."""

from collections.abc import Callable
from dataclasses import dataclass

from kaggle_batt.dsl.extensions.segments import Segmentation

Arguments = tuple[int, ...]
#: segmentations worth trying on results of others
DEEP = (Segmentation.COLOR_4, Segmentation.COLOR_8, Segmentation.FILLED_8)


@dataclass(frozen=True)
class Facts:
    """What a search knows of a task: the `colors` that all inputs have, the `rarest` of them, the `roles`
    that unlike colors play in the inputs, the `ratios` (down, right) to scale by, the `size` of all outputs
    (None where they differ), their sides in `halves` of the inputs' (so too), and whether outputs are
    `resized`, of another size than their inputs."""

    colors: tuple[int, ...]
    rarest: int
    roles: tuple[int, ...]
    ratios: tuple[tuple[int, int], ...]
    size: tuple[int, int] | None
    halves: tuple[int, int] | None
    resized: bool

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
    """The outputs' sides counted in halves of the inputs' sides, as negative numbers; else their one size."""
    if facts.halves is None:
        return output_size(facts)
    return [(-facts.halves[0], -facts.halves[1])]
