"""Tests on the features of objects, by which object rules choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from kaggle_batt.dsl.extensions.objects.features import FEATURES, UNEQUAL, feature_cost, features_of
from kaggle_batt.dsl.extensions.objects.scene import Scene

CHEAPEST_FIRST = sorted(enumerate(FEATURES), key=lambda one: feature_cost(one[1]))
MOST_EQUAL, MOST_VALUES = 3, 8  #: tests kept that the same objects pass, values of a feature asked about


@dataclass(eq=False)
class ObjectTest:
    """A test: the objects that pass as bits, its cost, the tests (feature, how, value) that these pass."""

    passed: int
    cost: int
    rows: list[tuple[int, int, int]]


def object_tests(scenes: Sequence[Scene], opposites: bool) -> list[ObjectTest]:
    """Distinct tests on the objects of these scenes, numbered through, cheapest first; also `opposites`."""
    tables = [features_of(scene) for scene in scenes]
    everything = (1 << sum([len(scene.parts) for scene in scenes])) - 1
    found: dict[int, ObjectTest] = {}
    for position, name in CHEAPEST_FIRST:
        if name.startswith("rank_") and not opposites:
            continue
        values = [value for table in tables for value in table[name]]
        distinct = sorted(set(values))
        if len(distinct) < 2:
            continue
        passing = _passing(values)
        for how, value in product(range(4 if opposites else UNEQUAL), distinct[:MOST_VALUES]):
            # of two values one is what the other is not
            if how and (len(distinct) < 3 or (how % 2 and value == distinct[0])):
                continue
            passed = passing[how % 2][value] ^ (everything if how >= UNEQUAL else 0)
            if passed not in (0, everything):
                cost = feature_cost(name) + how % 2 + how // 2
                test = found.get(passed) or found.setdefault(passed, ObjectTest(passed, cost, []))
                if len(test.rows) < MOST_EQUAL:
                    test.rows.append((position, how, value))
    return sorted(found.values(), key=lambda test: test.cost)


def _passing(values: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """For each value the objects that have it, and those that have at least it, as bits."""
    equal: dict[int, int] = {}
    for number, value in enumerate(values):
        equal[value] = equal.get(value, 0) | 1 << number
    at_least, passed = {}, 0
    for value in sorted(equal, reverse=True):
        passed |= equal[value]
        at_least[value] = passed
    return equal, at_least
