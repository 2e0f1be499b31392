"""Random chains of calls, each on results of earlier ones, by the package and by the oracle.

Here the package's primitives get the package's own values, as they do in a program.
"""

from contextlib import suppress

import pytest

from kaggle_batt.errors import DslError, LimitError
from tests import oracle
from tests.oracle import OracleError, core
from tests.plain import NAMESPACE, plain, plainly
from tests.random_calls import OF_KIND, SIGNATURES
from tests.random_values import Maker, resolved

#: number of calls in a chain
CALLS = 40
#: the oracle is too slow for values of more elements
LARGEST = 400

IS_KIND = {
    "integer": lambda value: isinstance(value, int),
    "location": core.is_location,
    "grid": lambda value: isinstance(value, tuple) and bool(value) and is_grid(value),
    "row": lambda value: isinstance(value, tuple) and all(isinstance(part, int) for part in value),
    "indices": lambda value: isinstance(value, frozenset) and all(map(core.is_location, value)),
    "object": lambda value: isinstance(value, frozenset) and all(map(core.is_cell, value)),
    "objects": lambda value: isinstance(value, frozenset) and all(map(IS_KIND["object"], value)),
    "boolean": lambda value: isinstance(value, bool),
    "color": lambda value: isinstance(value, int) and 0 <= value <= 9,
    "count": lambda value: isinstance(value, int) and 0 <= value <= 3,
    "numerical": lambda value: isinstance(value, int) or core.is_location(value),
    "direction": core.is_location,
    "patch": lambda value: IS_KIND["indices"](value) or IS_KIND["object"](value),
    "piece": lambda value: IS_KIND["grid"](value) or IS_KIND["patch"](value),
    "element": lambda value: IS_KIND["grid"](value) or IS_KIND["object"](value),
    "container": lambda value: isinstance(value, (tuple, frozenset)),
    "any": lambda value: True,
}
TWO_SETS = {"combine": "container", "intersection": "patch", "difference": "patch", "merge": "objects"}


def is_grid(value):
    """Is it a grid with cells?"""
    return all(isinstance(row, tuple) and row and len(row) == len(value[0]) for row in value) and all(
        isinstance(color, int) and 0 <= color <= 9 for row in value for color in row
    )


def weight(value):
    """About how many elements a value has, parts included."""
    return sum(map(weight, value)) if isinstance(value, (tuple, frozenset)) else 1


class Chain:
    """Values by oracle and package, made one from the other."""

    def __init__(self, seed):
        self.maker = Maker(f"chain {seed}")
        self.random = self.maker.random
        self.values = [(value, value) for value in (self.maker.grid(), self.maker.full_grid(), 0, (0, 1))]

    def pick(self, fits, make):
        """An earlier value that fits, mostly; else a new one."""
        found = [pair for pair in self.values if fits(pair[0])]
        if found and self.random.random() < 0.8:
            return self.random.choice(found[-6:])
        value = make()
        return value, value

    def call(self):
        """(primitive, pairs of arguments) of a random call."""
        name = self.random.choice([*SIGNATURES, *OF_KIND, *TWO_SETS])
        if name not in OF_KIND:
            types = SIGNATURES.get(name) or [TWO_SETS[name]] * (1 if name == "merge" else 2)
            return name, [self.pick(IS_KIND[kind], getattr(self.maker, kind)) for kind in types]
        kind = self.random.choice(("integer", "location", "indices", "object", "grid", "row"))
        function = self.maker.function(kind)
        container = self.pick(
            lambda value: IS_KIND["container"](value) and bool(value) and all(map(IS_KIND[kind], value)),
            lambda: self.maker.container(kind),
        )
        functions = (resolved(function, oracle.NAMESPACE), resolved(function, NAMESPACE))
        return name, [functions, container] if name in ("apply", "mapply") else [container, functions]

    def step(self):
        """Make the next value and assert that both sides have the same; True if there is one."""
        name, args = self.call()
        try:
            expected = oracle.NAMESPACE[name](*[mine for mine, _ in args])
        except OracleError:
            given = [theirs for _, theirs in args]
            with suppress(DslError):
                got = NAMESPACE[name](*given)
                assert name in OF_KIND or plain(got) == plainly(name, given), (name, args, got)
            return False
        if weight(expected) > LARGEST:
            return False
        try:
            got = NAMESPACE[name](*[theirs for _, theirs in args])
        except LimitError:
            return False
        assert got == expected and expected == got and plain(got) == expected, (name, args, expected, got)
        assert hash(got) == hash(expected), (name, args)
        self.values.append((expected, got))
        return True


@pytest.mark.parametrize(
    "seed", [*range(150), *[pytest.param(seed, marks=pytest.mark.slow) for seed in range(150, 300)]]
)
def test_chain(seed):
    chain = Chain(seed)
    made = sum(chain.step() for _ in range(CALLS))
    assert made > CALLS // 4


def test_what_a_filter_leaves_is_a_patch_again():
    """A set of locations is one representation, however it came about (found by chain 3704)."""
    mixed = frozenset({(4, 1), (1, (2, 3)), (7, 7)})
    ones = NAMESPACE["sfilter"](mixed, NAMESPACE["matcher"](NAMESPACE["last"], 1))
    assert ones == {(4, 1)}
    assert NAMESPACE["leftmost"](ones) == 1
