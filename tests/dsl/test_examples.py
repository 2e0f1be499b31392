"""The package reproduces every worked example of the language: value, hash, notation or error."""

import pytest

from kaggle_batt.errors import DslError
from tests.oracle import PRIMITIVES, OracleError, notation
from tests.oracle.notation import COUNT, decode, examples
from tests.plain import NAMESPACE, plain

NAMES = sorted(PRIMITIVES)


def computed(example):
    """The package's answer to an example."""
    args = [decode(arg, NAMESPACE) for arg in example["args"]]
    result = NAMESPACE[example["call"]](*args)
    if "then" in example:
        result = result(*[decode(arg, NAMESPACE) for arg in example["then"]])
    return result


def check(example):
    """Assert that the package does what the example says."""
    if example.get("raises"):
        with pytest.raises(DslError):
            computed(example)
        return
    result = computed(example)
    expected = decode(example["out"], NAMESPACE)
    assert result == expected and expected == result, example
    assert hash(result) == hash(expected), example
    assert notation.encode(plain(result)) == example["out"], example


@pytest.mark.parametrize("name", NAMES)
def test_examples_of(name):
    for example in examples():
        if example["call"] == name:
            check(example)


def test_no_example_is_skipped():
    """All 6,169 are there, and those of the 160 names that the test above goes through are all of them."""
    assert len(examples()) == COUNT == 6169
    assert len(NAMES) == 160
    assert sum(example["call"] in NAMES for example in examples()) == 6169


def test_a_wrong_answer_is_noticed():
    """The check itself can fail: on a wrong value, on a value for an error and on the other way round."""
    wrong = {"call": "add", "args": [1, 8], "out": 10}
    no_error = {"call": "add", "args": [1, 8], "raises": True}
    with pytest.raises(AssertionError):
        check(wrong)
    with pytest.raises(pytest.fail.Exception):
        check(no_error)
    with pytest.raises(DslError):
        check({"call": "first", "args": [["s"]], "out": 0})
    assert not issubclass(DslError, OracleError)
