"""The package's primitives against the oracle: the same value; outside of its domain that of `dsl.plain`."""

import pytest

from kaggle_batt.dsl import PRIMITIVES
from kaggle_batt.errors import DslError, LimitError
from tests import oracle
from tests.oracle import OracleError, notation
from tests.plain import NAMESPACE, plain, plainly
from tests.random_calls import arguments
from tests.random_values import Maker, resolved

#: random calls of each primitive
CALLS = 120


def outcome(namespace, name, args, then):
    """The value of the call, or the error's class."""
    try:
        result = namespace[name](*[resolved(arg, namespace) for arg in args])
        return result if then is None or not callable(result) else result(*then)
    except (OracleError, DslError) as error:
        return type(error)


def assert_same(expected, got, call):
    """Equal values with equal hashes and notations, or errors on both sides.

    What the oracle refuses is refused, or worked out as plain Python does.
    """
    if expected is OracleError or isinstance(got, type):
        assert expected is OracleError, (call, expected, got)
        name, args, then = call
        takes_functions = then or "Callable" in PRIMITIVES[name].params or name == "rapply"
        assert takes_functions or isinstance(got, type) or plain(got) == plainly(name, args), (call, got)
        return
    assert got == expected and expected == got, (call, expected, got)
    if not isinstance(expected, oracle.Function):
        assert hash(got) == hash(expected), call
        assert notation.encode(plain(got)) == notation.encode(expected), call


@pytest.mark.parametrize("name", sorted(oracle.PRIMITIVES))
def test_random_calls(name):
    maker = Maker(name)
    values = 0
    for _ in range(CALLS):
        args, then = arguments(maker, name)
        expected = outcome(oracle.NAMESPACE, name, args, then)
        got = outcome(NAMESPACE, name, args, then)
        if got is LimitError:
            continue
        assert_same(expected, got, (name, args, then))
        values += expected is not OracleError
    assert values > CALLS // 4, f"{name}: only {values} of {CALLS} calls have a value"


@pytest.mark.parametrize("name", sorted(oracle.PRIMITIVES))
def test_arguments_of_any_kind(name):
    maker = Maker(f"any {name}")
    for _ in range(CALLS // 2):
        args, then = arguments(maker, name)
        args[maker.random.randrange(len(args))] = maker.any()
        expected = outcome(oracle.NAMESPACE, name, args, then)
        got = outcome(NAMESPACE, name, args, then)
        if got is not LimitError:
            assert_same(expected, got, (name, args, then))
