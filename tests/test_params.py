"""Parameters: loose values become typed ones, wrong ones are named."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.errors import ParameterError
from kaggle_batt.params import EXECUTION, OPTIONS, RANGES, Params, checked


def test_without_values_the_defaults_stand() -> None:
    """And every field has a help text and a default of its type."""
    assert checked({}) == Params()
    for name, option in OPTIONS.items():
        assert option.metadata["help"], name
        assert type(option.default).__name__ == option.type, name


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("resume", "false", False),
        ("resume", "False", False),
        ("resume", " FALSE ", False),
        ("resume", "no", False),
        ("resume", "0", False),
        ("resume", 0, False),
        ("resume", "true", True),
        ("resume", "Yes", True),
        ("resume", 1, True),
        ("resume", True, True),
        ("seed", "7", 7),
        ("seed", " 7 ", 7),
        ("seed", 7.0, 7),
        ("seed", -3, -3),
        ("seed", str(10**30), 10**30),
        ("timeout", "0.5", 0.5),
        ("timeout", 2, 2.0),
        ("time_budget", 0, 0.0),
        ("ids", ["a", "b"], "a,b"),
        ("ids", ("a",), "a"),
        ("ids", [], ""),
        ("ids", None, ""),
        ("ids", 576224, "576224"),
        ("ids", 642248e4, "6422480000.0"),
        ("ids", ["007bbfb7", 576224], "007bbfb7,576224"),
        ("out", "~/x", str(Path.home() / "x")),
        ("data", "~", str(Path.home())),
        ("battery", Path("~/b"), str(Path.home() / "b")),
        ("data", Path("some") / "where", str(Path("some") / "where")),
        ("battery", None, ""),
        ("compare", "auto", "auto"),
    ],
)
def test_values_in_other_clothes_are_understood(name: str, given: Any, taken: Any) -> None:
    """Texts from a command line or a scheduler, numbers from JSON, paths."""
    found = getattr(checked({name: given}), name)
    assert found == taken
    assert type(found) is type(taken)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *[("resume", value) for value in ("maybe", "", 2, 0.5, None, [], "None")],
        *[("trust_module", value) for value in ("on off", "2", None)],
        *[("seed", value) for value in (1.5, "1.5", "", "x", None, True, float("inf"), float("nan"), [1])],
        *[("count", value) for value in ("all", False, -2, 10**12, 1e300)],
        *[("timeout", value) for value in (0, -1, "nan", "inf", float("inf"), True, None, "1e400", 1e300)],
        *[("time_budget", value) for value in (-1, "nan", 1e12)],
        *[("ids", value) for value in (True, [True], [None], {"a": 1})],
        *[("out", value) for value in (5, False, "a\0b", b"bytes", "x" * 300, "x/" * 3000)],
        *[("engine", value) for value in ("", "fork", "Process", None, 3)],
        *[("compare", value) for value in ("all", False)],
        *[("split", value) for value in ("train", "Training")],
        *[("workers", value) for value in (-1, 1025, "two")],
        *[("memory", value) for value in (0, 10**30)],
        *[("budget", value) for value in (0, -5, 10**30)],
        ("search", -2),
        ("start", -2),
        ("mutants", -1),
    ],
)
def test_a_wrong_value_is_named(name: str, given: Any) -> None:
    """One line that begins with the parameter."""
    with pytest.raises(ParameterError) as caught:
        checked({name: given})
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["ids", "out", "timeout", "engine"])
def test_a_number_that_cannot_be_printed_is_no_traceback(name: str) -> None:
    """Python refuses to write out an integer of that many digits."""
    with pytest.raises(ParameterError, match=rf"{name}: .* not a long int"):
        checked({name: 10**5000})


def test_an_infinite_time_limit_is_named_as_such() -> None:
    """Not as one below 0."""
    with pytest.raises(
        ParameterError, match=r"timeout: a finite number of seconds above 0, at most a year, .* not inf"
    ):
        checked({"timeout": "inf"})


@pytest.mark.parametrize("name", RANGES)
def test_the_bounds_themselves_are_allowed(name: str) -> None:
    """And what is one beyond is not."""
    low, high = RANGES[name]
    assert getattr(checked({name: low}), name) == low
    assert getattr(checked({name: high}), name) == high
    for beyond in (low - 1, high + 1):
        with pytest.raises(ParameterError, match=f"^{name}: "):
            checked({name: beyond})


def test_an_unknown_parameter_is_named_with_the_known_ones() -> None:
    """A misspelt name is no silent default."""
    with pytest.raises(ParameterError, match=r"unknown parameter 'batery'; did you mean battery\?"):
        checked({"batery": "x"})


@pytest.mark.parametrize("values", [{"start": 0}, {"count": 3}, {"start": 1, "count": 2}])
def test_ids_and_places_exclude_each_other(values: dict[str, Any]) -> None:
    """Which would count is not guessed."""
    with pytest.raises(ParameterError, match="either ids or start and count"):
        checked({"ids": "a", **values})


def test_ids_as_a_list() -> None:
    """Blanks and empty parts don't matter."""
    assert checked({"ids": " a, b,,c "}).id_list == ["a", "b", "c"]
    assert checked({}).id_list == []


def test_the_digest_tells_runs_apart_that_may_differ_in_results() -> None:
    """And only those: how a run is executed does not change it."""
    others: dict[str, Any] = {str: "other", int: 3, float: 3.0, bool: True}
    before = Params().decisive
    for name, option in OPTIONS.items():
        value = not option.default if type(option.default) is bool else others[type(option.default)]
        after = Params(**{**asdict(Params()), name: value}).decisive
        assert (after == before) == (name in EXECUTION), name
