"""Forms of program text: other names and spellings, words of the text, faults that stay where they are."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kaggle_batt.dsl import CONSTANTS, PRIMITIVES, own_primitives
from kaggle_batt.generate.candidates import renamed
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.dialects import ALIASES
from kaggle_batt.programs.parse import read_texts
from kaggle_batt.programs.program import parse_program, parse_programs
from kaggle_batt.programs.texts import MAX_FUNCTION, Refused


def solver(*lines):
    """The program of these lines."""
    return parse_program("def solve_x(I):\n" + "".join(f"    {line}\n" for line in lines))


TURNED = (
    "def solve_x(I):\n x1 = objects(I, T, F, T)\n x2 = argmax(x1, size)\n O = fill(I, FOUR, x2)\n return O"
)

FORMS = {
    "keywords": TURNED.replace(
        "objects(I, T, F, T)", "objects(grid=I, without_bg=T, univalued=True, diagonal=F)"
    ),
    "a byte order mark": "\ufeff" + TURNED,
    "long names": "def solve_x(I):\n x1 = as_objects(I, True, False, discard_background=True)\n"
    " x2 = argmax(x1, size)\n O = fill(grid=I, color=COLOR_FOUR, patch=x2)\n return O",
    "imports": "import dsl\nimport numpy as np\nfrom dsl import *\nfrom arc_types import Grid\n" + TURNED,
    "imports inside": TURNED.replace("(I):\n", "(I):\n import numpy\n", 1),
    "words behind a module": "import dsl\n"
    + TURNED.replace("= ", "= dsl.").replace("FOUR", "constants.FOUR"),
    "a body alone": "x1 = objects(I, T, F, T)\nx2 = argmax(x1, size)\nO = fill(I, FOUR, x2)\n",
    "annotations": TURNED.replace("(I):", "(I: Grid) -> Grid:").replace("x1 =", "x1: Objects ="),
    "another name": TURNED.replace("(I)", "(grid)").replace("(I,", "(grid,"),
    "in order": TURNED.replace("(I)", "(a, pairs, goal)").replace("(I,", "(a,"),
    "in another order": TURNED.replace("(I)", "(S, a, C=None)").replace("(I,", "(a,"),
    "None as a default": TURNED.replace("(I)", "(I, pairs=None)"),
    "a default": TURNED.replace("(I)", "(I, color=FOUR, *, S=())").replace("FOUR, x2", "color, x2"),
    "a value beside it": "BG = True\nVIEW: tuple = (1, (2, ONE))\n" + TURNED.replace("F, T)", "F, BG)"),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_one_program(form):
    assert parse_program(FORMS[form]).md5 == parse_program(TURNED).md5


def test_every_word_of_the_long_names_is_one_of_the_vocabulary():
    assert set(ALIASES.values()) <= {*PRIMITIVES, *CONSTANTS}
    assert not set(ALIASES) & {*PRIMITIVES, *CONSTANTS, *own_primitives()}
    assert solver("O = canvas(COLOR_NINE, (THREE, COLOR_TWO))") == solver("O = canvas(9, (3, 2))")


def test_every_primitive_takes_its_arguments_by_name():
    for name, primitive in {**PRIMITIVES, **own_primitives()}.items():
        assert len(primitive.names) == primitive.arity
        given = ", ".join(f"{key}={number}" for number, key in reversed(list(enumerate(primitive.names))))
        plain = ", ".join(map(str, range(primitive.arity)))
        assert solver(f"O = {name}({given})") == solver(f"O = {name}({plain})")


def test_functions_of_the_text_are_words():
    text = """
def turned(grid, times=2):
    return half(grid=half(grid))

def half(grid):
    x1 = rot90(grid)
    return x1

def solve_a(I):
    x1 = turned(I)
    O = hconcat(x1, half(I))
    return O

def solve_b(I):
    return solve_a(half(I))
"""
    found = dict(parse_programs(text))
    assert list(found) == ["solve_a", "solve_b"]
    assert found["solve_a"] == solver("return hconcat(rot90(rot90(I)), rot90(I))")
    assert found["solve_b"].size == 4


def test_a_function_of_the_text_is_read_before_a_word_of_its_name():
    text = "def trim(I):\n return trim(rot90(I))\ndef solve(I):\n return trim(I)"
    assert dict(parse_programs(text))["solve"] == solver("return trim(rot90(I))")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "def solve(I):\n return f(I)\ndef f(x):\n return f(rot90(x))",
            2,
            "f cannot be read: it is defined by itself",
        ),
        ("def solve(I):\n return f(I)\ndef f(x):\n return y", 2, "f cannot be read: line 4: 'y' is neither"),
        ("def solve(I):\n return f(I, I)\ndef f(x):\n return rot90(x)", 2, "f takes 1 arguments, not 2"),
        ("def solve(I):\n return apply(f, I)\ndef f(x):\n return rot90(x)", 2, "called, not passed on"),
    ],
)
def test_functions_of_the_text_that_are_no_words(text, line, message):
    found = [one.error for one in read_texts([text])[0] if isinstance(one, Refused)]
    assert (found[0].line, message in str(found[0])) == (line, True), found


def test_one_function_that_cannot_be_read_does_not_cost_the_others():
    text = "import os\n\ndef a(I):\n return (I\n\n@cache\ndef b(I):\n return I\n\n"
    text += (
        "def c(I):\n return rot90(I)\n\nprint(1)\nclass D:\n pass\ndef e(I):\n x1 = p(I, q)\n return r(x1)\n"
    )
    found = [(one.name, str(getattr(one, "error", "read"))) for one in read_texts([text])[0]]
    assert found == [
        ("a", "line 4: not the language's syntax: '(' was never closed"),
        ("b", "line 7: plain parameters out of S, I, C were expected"),
        ("c", "read"),
        ("the text", "line 13: a function was expected, not `Expr`"),
        ("D", "line 14: a function was expected, not `ClassDef`"),
        ("e", "line 17: 'p', 'q', 'r' are neither set before nor in the language"),
    ]


DEEP = {
    "calls of calls": "def solve(I):\n return rot90" + "(I)" * 900,
    "calls in calls": "def solve(I):\n return " + "rot90(" * 150 + "I" + ")" * 150,
    "signs": "def solve(I):\n return canvas(" + "-" * 1500 + "1, I)",
    "a literal": "def solve(I):\n return canvas(" + "(" * 150 + "1" + ",)" * 150 + ", I)",
    "4 MB in one function": lambda: "def solve(I):\n" + " a=I\n" * 700_000 + " return a",
    "4 MB without a function": lambda: "a=I\n" * 990_000,
    "definitions in definitions": "".join(f"def f{k}(x):\n return f{k + 1}(f{k + 1}(x))\n" for k in range(40))
    + "def f40(x):\n return rot90(x)\ndef solve(I):\n return f0(I)\n",
    "a chain of definitions": "".join(f"def f{k}(x):\n return f{k + 1}(x)\n" for k in range(900))
    + "def f900(x):\n return rot90(x)\ndef solve(I):\n return f0(I)\n",
}


def parsed(text, seconds):
    """What a process prints that reads the text in so many CPU seconds and 200 MB: an error or a number."""
    code = (
        "import resource, sys, time; from kaggle_batt.programs.program import parse_programs\n"
        "from kaggle_batt.errors import ProgramError\n"
        "text = sys.stdin.read(); used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "before, start = used(), time.process_time()\n"
        "try: print(len(parse_programs(text)))\n"
        "except ProgramError as error: print(error)\n"
        f"assert time.process_time() - start < {seconds} and used() - before < 200"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, cwd=root)
    assert done.returncode == 0 and not done.stderr, done
    return done.stdout


@pytest.mark.parametrize("name", DEEP)
def test_texts_that_are_too_deep_or_long(name):
    text = DEEP[name]() if callable(DEEP[name]) else DEEP[name]
    assert "line" in parsed(text, 2)


def test_no_warning_of_what_is_only_parsed():
    assert parsed('def solve(I):\n """A \\. or a \\d."""\n return rot90(I)', 2) == "1\n"


@pytest.mark.slow
def test_the_nodes_of_functions_are_not_kept():
    lines = " a=I\n" * 55_000
    assert parsed("".join(f"def solve_{k}(I):\n{lines} return a\n" for k in range(3)), 20) == "3\n"


@pytest.mark.slow
def test_the_errors_of_many_parts_hold_nothing_of_the_text():
    code = (
        "import resource, sys; from kaggle_batt.programs.parse import read_texts\n"
        "used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10\n"
        "text, before = 'def f(\\n' * 150_000, used()\n"
        "print(len(read_texts([text])[0]), used() - before < 150)"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.stdout == "150000 True\n", done


@pytest.mark.parametrize("depth", [13, 14, 90])
@pytest.mark.parametrize("text", ["x = {}\n", "def solve_b(I):\n return first({})\n"])
def test_a_literal_that_no_value_of_the_language_could_be(depth, text):
    literal = "(" * depth + "1" + ",)" * depth
    found = read_texts(["def solve_a(I):\n return rot90(I)\n" + text.format(literal)])[0]
    names = ["solve_a", "solve_b"] if "def" in text else ["solve_a", "x"]
    assert [one.name for one in found] == (names[:1] if depth == 13 and "def" not in text else names)
    if depth > 13 and "def" in text:
        assert str(found[1].error) == "line 4: a value nested deeper than 12 cannot be written"


def test_many_functions_of_one_name_have_names_of_their_own():
    entry = Entry("a", parse_program("def solve(I):\n return rot90(I)"), "test")
    began = time.process_time()
    found = renamed([entry] * 40_000, [replace(entry, name="a#3")])
    assert [one.name for one in found[:3]] == ["a", "a#2", "a#4"]
    assert len({one.name for one in found}) == 40_000
    assert time.process_time() - began < 20


def test_a_long_text_of_many_functions_is_read():
    text = "".join(f"def solve_{k}(I):\n x1 = rot90(I)\n return x1\n" for k in range(15_000))
    assert len(text) > 2 * MAX_FUNCTION
    assert len(parse_programs(text)) == 15_000
