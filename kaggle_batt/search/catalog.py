"""Which families a search calls, with which arguments, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from kaggle_batt.dsl.extensions import extensions, families
from kaggle_batt.dsl.extensions.arguments import Facts
from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.dsl.extensions.registry import Family


@dataclass(frozen=True, slots=True)
class Operation:
    """One family with its arguments; for `deep`, `crops` and `resizes` see `Tried`."""

    family: Family
    args: tuple[int, ...]
    deep: bool
    crops: bool = False
    resizes: bool = False

    @property
    def name(self) -> str:
        return self.family.name

    @property
    def cost(self) -> int:
        """Tenths that one result adds to a program's description length."""
        return self.family.cost + extensions()["nth"].cost


def operations(inputs: Sequence[Array], outputs: Sequence[Array]) -> list[Operation]:
    """The families for a task with the arguments to try, by rank; `inputs` are those of demos and tests."""
    facts, found = Facts(inputs, outputs), []
    resized = any(before != after for before, after in facts.sizes)
    for family in families().values():
        tried = family.tried
        if tried is None or (tried.only_resized and not resized):
            continue
        for number, arguments in enumerate(tried.arguments(facts)):
            args = tuple([int(argument) for argument in arguments])
            operation = Operation(family, args, tried.is_deep(args), tried.crops, tried.resizes)
            found.append(((tried.rank // 10, number, tried.rank), operation))
    return [operation for _, operation in sorted(found, key=lambda one: one[0])]
