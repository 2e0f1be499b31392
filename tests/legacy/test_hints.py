"""Kept type hints are those that `typing` gives, whatever has changed since they were asked for."""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable
from typing import Any

import pytest

from kaggle_batt.legacy import hints

TOP = """
from functools import wraps
from typing import Any, FrozenSet, Tuple
Grid = Tuple[Tuple[int]]
Pair = Tuple["Grid", "Grid"]
Maybe, Text = None, "Grid"

def named(a: "Grid", b: "Any") -> "Grid": return a
def plain(a: int, b: Grid): return a
def nested(a: "Pair") -> "FrozenSet[Grid]": return a
def none(a: "Maybe", b: None = None) -> None: return a
def text(a: "Text") -> "int": return a
def missing(a: "Nothing"): return a
def bare(a): return a

@wraps(named)
def wrapped(a: "Pair"): return a
"""
PLAIN = hints._plain  # a module loaded in this process puts the other one in its place
CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "nothing": lambda names: None,
    "a global": lambda names: names.update(Grid=bytes),
    "a global less": lambda names: names.pop("Grid"),
    "a global more": lambda names: names.update(Nothing=int),
    "an annotation": lambda names: names["named"].__annotations__.update(b="int"),
    "annotations": lambda names: setattr(names["named"], "__annotations__", {"a": "Any"}),
    "a wrapper": lambda names: functools.update_wrapper(names["named"], names["nested"]),
    "no check": lambda names: typing.no_type_check(names["named"]),
}


def executed() -> dict[str, Any]:
    """The names of the module above."""
    names: dict[str, Any] = {}
    exec(compile(TOP, "top", "exec", dont_inherit=True), names)
    return names


def found(look_up: Callable[..., Any], function: Any) -> Any:
    """The hints in their order, which are changed afterwards, or the class of the error."""
    try:
        result = look_up(function)
    except NameError as error:
        return type(error)
    items = list(result.items())
    result.clear()
    return items


@pytest.mark.parametrize("name", CHANGES)
def test_hints_are_those_of_typing(name: str) -> None:
    """Before and after a change, asked for once and again."""
    names = executed()
    functions = [value for value in names.values() if callable(value) and hasattr(value, "__code__")]
    assert len(functions) >= 8
    for change in (CHANGES["nothing"], CHANGES[name]):
        change(names)
        for function in (*functions, *functions):
            assert found(hints.get_type_hints, function) == found(PLAIN, function)
    for extras in (False, True):
        given = {"include_extras": extras}
        assert found(functools.partial(hints.get_type_hints, **given), names["plain"]) == found(
            functools.partial(PLAIN, **given), names["plain"]
        )


def test_hints_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function whose annotations are names of globals is looked up once, others each time."""
    looked_up: list[Any] = []
    monkeypatch.setattr(hints, "_plain", lambda obj: looked_up.append(obj) or PLAIN(obj))
    names = executed()
    for function in (names["named"], names["nested"], names["named"], names["nested"]):
        assert hints.get_type_hints(function) is not hints.get_type_hints(function)
    assert looked_up == [names["named"], *[names["nested"]] * 4]
