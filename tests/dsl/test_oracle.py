"""The oracle reproduces every worked example."""

import pytest

from tests.oracle import CONSTANTS, NAMESPACE, PRIMITIVES, OracleError
from tests.oracle.notation import COUNT, decode, encode, examples


def computed(example):
    """The oracle's answer to an example; raises OracleError where there is none."""
    args = [decode(arg, NAMESPACE) for arg in example["args"]]
    result = NAMESPACE[example["call"]](*args)
    if "then" in example:
        result = result(*[decode(arg, NAMESPACE) for arg in example["then"]])
    return result


def test_all_examples_are_there():
    assert len(examples()) == COUNT == 6169
    assert len(PRIMITIVES) == 160
    assert {example["call"] for example in examples()} == set(PRIMITIVES)
    assert len(CONSTANTS) == 28


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_examples_are_reproduced(name):
    for example in examples():
        if example["call"] != name:
            continue
        if example.get("raises"):
            with pytest.raises(OracleError):
                computed(example)
        else:
            result = computed(example)
            assert result == decode(example["out"], NAMESPACE), example
            assert encode(result) == example["out"], example


def test_notation_is_stable():
    outs = [example["out"] for example in examples() if "out" in example]
    assert [encode(decode(out, NAMESPACE)) for out in outs] == outs
