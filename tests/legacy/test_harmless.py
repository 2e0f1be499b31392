"""Functions of older modules run without a process of their own only if they can't leave anything behind."""

from __future__ import annotations

import builtins
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from kaggle_batt.legacy import jobs
from kaggle_batt.legacy.harmless import is_harmless
from tests.legacy.legacy_modules import DIFFERS, LONG, SOLVERS, random_solvers, write_module
from tests.legacy.legacy_runs import MIRROR, SCALE, go_module
from tests.runs import assert_equal

HEAD = """
import functools, itertools, math, os, random, sys
from collections import Counter
held, table, drawn, ones, NESTED = [], {}, random.random(), itertools.count(), (1, ([],))
SIZES, NAMES = (1, (2, 3)), frozenset({'a', 'b'})
class Cell: pass
cell = Cell()
memo = functools.lru_cache(lambda value: value)
bound = functools.partial(max, 1)
def plain(value): return value
def counter():
    number = 0
    def count(value):
        nonlocal number
        number += 1
        return number
    return count
count = counter()
def apart():
    number = 0
    def add():
        nonlocal number
        number += 1
    return add, lambda value: number
add, seen = apart()
def marked(value): return value
marked.index = []
def keeps(value, kept=[]): kept.append(value)
def holds(value, *, kept={}): kept[value] = 1
def first(value): return held.append(value)
def second(value): return first(value)
def one(value): return two(value) if value else value
def two(value): return one(value - 1)
def three(value): return four(value) if value else value
def four(value): held.append(three(value))
def after(outer, inner): return lambda value: outer(inner(value))
inner = after(plain, first)
fine = after(plain, lambda value: (value, SIZES))
"""
#: bodies of a function of one value that may leave something behind, or may find what others left
HARMFUL = {
    "list": "held.append(value)",
    "dictionary": "table[value] = 1",
    "list inside": "NESTED[1][0].append(1)",
    "global": "global drawn\n    drawn = value",
    "deleted global": "global drawn\n    del drawn",
    "attribute": "plain.last = value",
    "attribute of a method's name": "return marked.index",
    "builtin's setter": "setattr(plain, 'last', value)",
    "module": "math.pi = value",
    "another module": "return random.random()",
    "folder": "os.chdir('/')",
    "import": "import math",
    "print": "print(value)",
    "file": "open('file', 'w')",
    "code": "exec('held.append(1)')",
    "globals": "globals()['drawn'] = value",
    "class": "class Cell: pass",
    "object": "cell.x = value",
    "instance": "return Cell()",
    "generator's state": "return next(ones)",
    "a memory": "return memo(value)",
    "captured": "return count(value)",
    "captured by another": "add()",
    "behind a call": "return second(value)",
    "behind a function's function": "return inner(value)",
    "in an inner function": "return [held.append(x) for x in value]",
    "in a lambda": "return map(lambda x: held.append(x), value)",
    "default": "keeps(value)",
    "named default": "holds(value)",
    "a default inside": "def within(x=held): x.append(1)\n    within()",
    "in a circle": "return three(value)",
    "the function's globals": "return plain.__globals__['held'].append(1)",
    "a frame": "return (x for x in value).gi_frame.f_globals",
    "a traceback": "try: 1 / 0\n    except ZeroDivisionError as error: error.__traceback__.tb_frame",
}
#: those that change nothing but what they made themselves
HARMLESS = {
    "own list": "found = []\n    found.append(value)\n    return found",
    "own table": "found = {}\n    found[value] = SIZES\n    return found",
    "calls": "return plain(sorted(map(plain, value), key=lambda x: -x))",
    "constants": "return 1 in NAMES or SIZES[1] or math.pi or math.sqrt(2)",
    "loops": "return [x for x in itertools.product(value, value) if x and isinstance(x, tuple)]",
    "captures": "found = 0\n    def step(x):\n        nonlocal found\n        found += x\n    step(1)",
    "a circle": "return one(value)",
    "a function's function": "return fine(value), after(plain, plain)(value)",
    "errors": "try: raise ValueError(value)\n    except (TypeError, ValueError) as error: return str(error)",
    "counts": "return Counter(value).most_common(1)[0][0]",
    "generator": "yield from (x for x in value)",
    "no such name": "return no_such_name",
}


def function_of(body: str) -> Any:
    """The function of this body, in a module of its own."""
    names: dict[str, Any] = {"__name__": "made"}
    exec(f"{HEAD}\ndef made(value):\n    {body}\n", names)
    return names["made"]


def expression(text: str, names: dict[str, Any]) -> FunctionType:
    """The function that evaluates an expression."""
    return FunctionType(compile(text, "", "eval"), names)


@pytest.mark.parametrize("body", HARMFUL.values(), ids=HARMFUL)
def test_harmful(body: str) -> None:
    """Whatever writes beyond its call, or reads what can be written."""
    made = function_of(body)
    assert not is_harmless(made)
    names = {**made.__globals__, "made": made}
    assert not is_harmless(expression("made", names))
    assert not is_harmless(expression("lambda x: (made(x), plain)", names))


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_harmless(body: str) -> None:
    """Functions over their arguments, with what they make themselves."""
    made = function_of(body)
    assert is_harmless(made)
    assert is_harmless(expression("made", made.__globals__))


@pytest.mark.parametrize(
    "text", ["(x := 1)", "held", "cell", "I", "plain.__code__", "bound", "[x for x in held]"]
)
def test_harmful_expressions(text: str) -> None:
    """Arguments of a slice are expressions: a name of an input may be a global of the module's as well."""
    names = {**function_of("return value").__globals__, "I": []}
    assert not is_harmless(expression(text, names))


def test_functions_that_run_elsewhere() -> None:
    """Asynchronous ones, also inside another."""
    names: dict[str, Any] = {}
    exec(
        "async def made(value): return value\ndef outer(value):\n    async def inner(): return value\n", names
    )
    assert not is_harmless(names["made"])
    assert not is_harmless(names["outer"])


def test_replaced_builtins() -> None:
    """Names count for what they stand for."""
    harmful = function_of("held.append(1)")
    for replaced in (harmful.__globals__["plain"], harmful):
        names = {"__builtins__": {**vars(builtins), "len": replaced}}
        exec("def made(value): return len(value)", names)
        assert (
            is_harmless(names["made"]) is is_harmless(expression("len", names)) is (replaced is not harmful)
        )


@pytest.mark.slow
def test_runs_are_the_same_with_and_without_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a module in the short form and of one in the long form, which both run without."""
    short = write_module(tmp_path / "short", SOLVERS, DIFFERS)
    long = write_module(tmp_path / "m", list(random_solvers(3, 1)), DIFFERS, form=LONG)
    for place, (path, ids) in enumerate(((short, [MIRROR]), (long, [SCALE]))):
        monkeypatch.setattr(jobs, "in_child", lambda action: b"{}")
        one = go_module(tmp_path / f"{place}a", path, ids=ids)
        monkeypatch.undo()
        monkeypatch.setattr(jobs, "_is_harmless", lambda path, text: False)
        assert_equal(one.folder, go_module(tmp_path / f"{place}b", path, ids=ids).folder)
        monkeypatch.undo()
