"""With which arguments a search tries a family, from what it knows of a task."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

Arguments = tuple[int, ...]


@dataclass(frozen=True)
class Facts:
    """What a search knows of a task: the `colors` that most inputs have, the `rarest` of them, the `ratios`
    (down, right) to scale by, the `size` of all outputs (None where they differ), and whether outputs are
    `resized`, of another size than their inputs."""

    colors: tuple[int, ...]
    rarest: int
    ratios: tuple[tuple[int, int], ...]
    size: tuple[int, int] | None
    resized: bool

    @property
    def inks(self) -> tuple[int, ...]:
        """The colors other than 0."""
        return tuple([color for color in self.colors if color])


Rule = Callable[[Facts], list[Arguments]]


@dataclass(frozen=True)
class Tried:
    """When a search tries a family.

    Families are tried by `rank`; those whose ranks share all but the last digit take turns, one list of
    `arguments` at a time. `deep` ones are applied to results of others too: all, or those whose first
    argument is among the given ones. `crops`: cuts a part out of a grid, worth while where the output is
    known to be one. `resizes`: makes sense as the last step only where the output has the input's size.
    """

    rank: int
    arguments: Rule
    deep: bool | Collection[int] = False
    only_resized: bool = False
    crops: bool = False
    resizes: bool = False

    def is_deep(self, arguments: Arguments) -> bool:
        """Whether the family with these arguments is applied to results of others too."""
        return self.deep if isinstance(self.deep, bool) else arguments[0] in self.deep


def once(facts: Facts) -> list[Arguments]:
    """No arguments."""
    return [()]


def each(*values: int) -> Rule:
    """Each of the values as the one argument."""
    return lambda facts: [(value,) for value in values]


def each_color(facts: Facts) -> list[Arguments]:
    """Each color of the inputs."""
    return [(color,) for color in facts.colors]


def each_ink(facts: Facts) -> list[Arguments]:
    """Each color of the inputs but 0."""
    return [(color,) for color in facts.inks]


def each_ratio(facts: Facts) -> list[Arguments]:
    """Each factor to scale by."""
    return list(facts.ratios)


def output_size(facts: Facts) -> list[Arguments]:
    """The outputs' one size."""
    return [] if facts.size is None else [facts.size]


def small_output_size(facts: Facts) -> list[Arguments]:
    """The outputs' one size, if it is at most 10 by 10 and not a single cell."""
    return [size for size in output_size(facts) if max(size) <= 10 and size != (1, 1)]


def window_sizes(facts: Facts) -> list[Arguments]:
    """Each color but 0 with the half side of outputs that are squares of an odd side."""
    side, other = facts.size or (0, 0)
    return [(ink, side // 2) for ink in facts.inks] if side == other and side in (3, 5, 7, 9) else []
