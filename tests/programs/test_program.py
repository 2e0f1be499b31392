"""Programs: what is refused and where, one canonical form, budgets that cut what would never end."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kaggle_batt.dsl.values.limits import MAX_ELEMENTS
from kaggle_batt.errors import DslError, LimitError, ProgramError
from kaggle_batt.generate.library import library_differs, library_solvers
from kaggle_batt.programs import graph
from kaggle_batt.programs.evaluate import as_answer, evaluate, inputs, run, trace
from kaggle_batt.programs.graph import Call, Lit, literal
from kaggle_batt.programs.parse import read_texts
from kaggle_batt.programs.program import (
    Program,
    _quickly,
    canonical,
    parse_program,
    parse_programs,
    program_of,
)
from kaggle_batt.programs.texts import MAX_TEXT
from tests.random_programs import random_program

GRID = ((0, 7, 7), (7, 7, 7), (0, 7, 7))
FULL = tuple(tuple((i * j) % 10 for j in range(30)) for i in range(30))


def solver(*lines):
    """The program of these lines."""
    return parse_program("def solve_x(I):\n" + "".join(f"    {line}\n" for line in lines))


REFUSED = [
    ("def solve(I):\n x1 = nothing(I)\n return x1", 2, "'nothing' is neither set before nor in the language"),
    ("def solve(I):\n\n x1 = rot90(I, I)\n return x1", 3, "rot90 takes 1 arguments, not 2"),
    ("def solve(I):\n return compose(rot90, rot90)()", 2, "1 to 4 arguments, not 0"),
    ("def solve(I):\n x1 = I.data\n return x1", 2, "'I.data' is neither"),
    ("def solve(I):\n x1 = I.data(I)\n return x1", 2, "'I.data' is neither"),
    ("def solve(I):\n x1 = I.data.dim(I)\n return x1", 2, "a function's name was expected, not `Attribute`"),
    ("def solve(I):\n x1 = rot90(x2)\n x2 = rot90(I)\n return x2", 2, "'x2' is neither set before"),
    ("def solve(I):\n for x in I:\n  O = rot90(I)\n return O", 2, "not `For`"),
    ("def solve(I):\n while T:\n  O = I\n return O", 2, "not `While`"),
    ("def solve(I):\n if T:\n  O = I\n return O", 2, "not `If`"),
    ("def solve(I):\n x1, x2 = I\n return x1", 2, "`variable = call` was expected"),
    ("def solve(I):\n x1 = x2 = rot90(I)\n return x1", 2, "`variable = call` was expected"),
    ("def solve(I):\n x1: Grid\n return x1", 2, "not `AnnAssign`"),
    ("def solve(I):\n rot90(I)\n return I", 2, "not `Expr`"),
    ("def solve(I):\n import os\n return os(I)", 3, "'os' is neither"),
    ("def solve(I):\n rot90 = rot180(I)\n return I", 2, "'rot90' is a name of the language"),
    ("def solve(I):\n I = rot180(I)\n return I", 2, "'I' is a name of the language"),
    ("def solve(I):\n TWO = rot180(I)\n return I", 2, "'TWO' is a name of the language"),
    ("def solve(I):\n x1 = rot90(I)\n return", 3, "a value was expected after `return`"),
    ("def solve(I):\n x1 = rot90(I)", 1, "neither returns nor sets O"),
    ("def solve(I):\n return C", 2, "C is read but is not among the parameters"),
    ("def solve(I):\n return first(S)", 2, "S is read but is not among the parameters"),
    ("def solve(a, b, c, d):\n return a", 1, "at most S, I and C are given, not 4 parameters"),
    ("def solve(I, a=rot90(I)):\n return I", 1, "a literal was expected, not `Call`"),
    ("def solve(*I):\n return I", 1, "plain parameters"),
    ("@staticmethod\ndef solve(I):\n return I", 2, "plain parameters"),
    ("def solve(I):\n return lambda x: x", 2, "`Lambda`"),
    ("def solve(I):\n return [I]", 2, "`List`"),
    ("def solve(I):\n return (I, I)", 2, "`Name`"),
    ("def solve(I):\n return I + I", 2, "`BinOp`"),
    ("def solve(I):\n return 1.5", 2, "`Constant`"),
    ("def solve(I):\n return 'text'", 2, "`Constant`"),
    ("def solve(I):\n return canvas(99999999999, UNITY)", 2, "an integer beyond"),
    ("def solve(I):\n return -T", 2, "not `UnaryOp`"),
    ("def solve(I):\n return replace(I, ONE, to=TWO)", 2, "to: replace takes grid, replacee, replacer"),
    ("def solve(I):\n return replace(I, ONE, **TWO)", 2, "**: replace takes"),
    ("def solve(I):\n return replace(I, grid=I, replacee=ONE)", 2, "grid: replace takes"),
    (
        "def solve(I):\n x1 = hconcat(I, words)\n return more(x1, less, words)",
        2,
        "'words', 'more', 'less' are",
    ),
    ("def solve(I):\n return hconcat(*I)", 2, "plain arguments"),
    ("def solve(I):\n return I(rot90)", 2, "'I' is not a function"),
    ("def solve(I):\n return TWO(I)", 2, "'TWO' is not a function"),
    ("def solve(I):\n x1 = 2\n return x1(I)", 3, "is not a function"),
    ("def solve(I):\n return __import__(I)", 2, "'__import__' is neither"),
    ("x = rot90\ndef solve(I):\n return I", 1, "a function was expected, not `Assign`"),
    ("class A:\n pass", 1, "a function was expected, not `ClassDef`"),
    ("from os import path\ndef solve(I):\n return path(I)", 3, "'path' is neither"),
    ("async def solve(I):\n return I", 1, "`AsyncFunctionDef`"),
    ("def solve(I)\n return I", 1, "not the language's syntax"),
    ("def solve(I):\n return (I", 2, "not the language's syntax"),
]


@pytest.mark.parametrize(("text", "line", "message"), REFUSED, ids=range(len(REFUSED)))
def test_refused_with_the_line(text, line, message):
    with pytest.raises(ProgramError) as caught:
        parse_program(text)
    assert caught.value.line == line
    assert message in str(caught.value)


def test_text_that_is_no_program():
    for text in ("", "# nothing", '"""doc"""'):
        with pytest.raises(ProgramError, match="one function was expected, the text has 0"):
            parse_program(text)
    with pytest.raises(ProgramError, match="the text has 2"):
        parse_program("def a(I):\n return I\ndef b(I):\n return I\n")
    with pytest.raises(ProgramError, match="text was expected, not bytes"):
        parse_programs(b"def a(I):\n return I")
    with pytest.raises(ProgramError, match="null bytes"):
        parse_program("def a(I):\n return I\0")


def test_text_of_ten_megabytes_is_refused_at_once():
    text = "def solve(I):\n" + " x1 = rot90(I)\n" * 700_000 + " return x1\n"
    start = time.process_time()
    with pytest.raises(ProgramError, match=f"at most {MAX_TEXT} are read"):
        parse_program(text)
    assert time.process_time() - start < 1


def test_deep_nesting_is_an_error_or_a_program():
    deep = "def solve(I):\n return " + "rot90(" * 5000 + "I" + ")" * 5000
    with pytest.raises(ProgramError):
        parse_program(deep)
    assert solver("return " + "rot90(" * 50 + "I" + ")" * 50).size == 50


def test_published_forms_are_accepted():
    text = '''
from dsl import *
from constants import *


def solve_67a3c6ac(I):
    """The mirror."""
    O = vmirror(I)
    return O


def solve_68b16354(I):
    O = hmirror(I)
    return O
'''
    assert [name for name, _ in parse_programs(text)] == ["solve_67a3c6ac", "solve_68b16354"]


def test_kinds_and_parameters():
    differ = parse_program("def differ(S, I, C):\n return astuple(ZERO, I)")
    assert (differ.kind, differ.params) == ("differ", ("S", "I", "C"))
    assert solver("return rot90(I)").params == ("I",)
    with_demos = parse_program("def solve(S, I):\n x1 = first(S)\n return first(x1)")
    assert with_demos.params == ("S", "I")
    unused = parse_program("def solve(S, I):\n return rot90(I)")
    assert unused.params == ("I",)


def test_evaluate_and_values_are_plain_equals():
    program = solver("x1 = ofcolor(I, ZERO)", "O = fill(I, THREE, x1)")
    assert evaluate(program, GRID) == ((3, 7, 7), (7, 7, 7), (3, 7, 7))
    assert program.evaluate(GRID) == evaluate(program, GRID)
    assert evaluate(solver("return I"), GRID) == GRID
    assert evaluate(solver("return canvas(3, (2, 1))"), GRID) == ((3,), (3,))
    demos = ((GRID, ((1,),)),)
    last = parse_program("def solve(S, I):\n x1 = first(S)\n return last(x1)")
    assert evaluate(last, GRID, demos) == ((1,),)


def test_errors_of_evaluation_name_the_call():
    with pytest.raises(DslError, match=r"x2: first\(empty set\): the container is empty"):
        evaluate(solver("x1 = ofcolor(I, FIVE)", "x2 = first(x1)", "O = fill(I, ONE, x2)"), GRID)
    with pytest.raises(DslError, match="a grid was expected"):
        evaluate(solver("return rot90(I)"), (1, 2))
    with pytest.raises(DslError, match="a function was expected, not Grid 3x3"):
        evaluate(solver("x1 = rot90(I)", "O = x1(I)"), GRID)


# canonical form


EQUIVALENT = [
    ["x1 = rot90(I)", "x2 = rot180(I)", "O = hconcat(x1, x2)"],
    ["b = rot180(I)", "a = rot90(I)", "O = hconcat(a, b)"],
    ["return hconcat(rot90(I), rot180(I))"],
    ["unused = trim(I)", "x1 = rot90(I)", "again = rot90(I)", "x2 = rot180(I)", "O = hconcat(again, x2)"],
    ["x1 = rot90(I)", "y = x1", "x2 = rot180(I)", "O = hconcat(y, x2)", "dead = trim(O)", "return O"],
    ["'''told'''", "x1 = rot90(I)", "O = hconcat(x1, rot180(I))", "return O", "O = trim(I)"],
]


def test_names_order_nesting_and_dead_code_do_not_show():
    programs = [solver(*lines) for lines in EQUIVALENT]
    assert len({program.md5 for program in programs}) == 1
    assert len(set(programs)) == 1
    assert programs[0].text == (
        "def solve(I):\n    x1 = rot90(I)\n    x2 = rot180(I)\n    O = hconcat(x1, x2)\n    return O\n"
    )


def test_constants_and_their_values_are_one():
    assert solver("O = replace(I, ONE, 2)") == solver("O = replace(I, 1, TWO)")
    assert solver("O = shift(asindices(I), (0, 1))") == solver("O = shift(asindices(I), RIGHT)")
    assert solver("O = canvas(-1, (-1, -1))") == solver("O = canvas(NEG_ONE, NEG_UNITY)")
    assert solver("O = branch(True, I, I)") == solver("O = branch(T, I, I)")
    assert "(3, 4)" in solver("O = canvas(1, (3, 4))").text


DIFFERENT = [
    ["O = hconcat(rot90(I), rot180(I))"],
    ["O = hconcat(rot180(I), rot90(I))"],
    ["O = hconcat(rot90(I), I)"],
    ["O = hconcat(I, rot90(I))"],
    ["O = branch(T, I, I)"],
    ["O = branch(ONE, I, I)"],
    ["O = repeat(I, ONE)"],
    ["O = repeat(I, T)"],
    ["O = repeat(I, 11)"],
    ["O = astuple(I, (True, True))"],
    ["O = astuple(I, (1, 1))"],
    ["O = astuple(I, ((1, 1), 1))"],
    ["return I"],
    ["return rot90"],
    ["return rot90(I)"],
    ["return compose(rot90, identity)(I)"],
]


def test_what_differs_in_meaning_differs_in_md5():
    md5s = [solver(*lines).md5 for lines in DIFFERENT]
    assert len(set(md5s)) == len(DIFFERENT)
    differ = parse_program("def differ(S, I, C):\n return rot90(I)")
    assert differ.md5 not in md5s


def test_md5_is_fixed():
    assert solver(*EQUIVALENT[0]).md5 == "ac79414e007db32e93b4370c23c449d3"


def random_programs(count, size=14):
    """Seeded random programs."""
    return [random_program(random.Random(f"program {k}"), size) for k in range(count)]


def scrambled(program, rng):
    """The program's text with other names, another order, some nesting, some calls twice, some unused."""
    names = [f"v{number}" for number in rng.sample(range(1000), program.size)]

    def shown(ref):
        return names[ref] if isinstance(ref, int) else repr(ref.value) if isinstance(ref, Lit) else ref

    def source(place):
        call = program.calls[place]
        return f"{shown(call.function)}({', '.join(map(shown, call.args))})"

    left, lines, done = list(range(program.size)), [], set()
    while left:
        ready = [p for p in left if {r for r in refs(program.calls[p]) if isinstance(r, int)} <= done]
        place = ready[rng.randrange(len(ready))]
        left.remove(place)
        done.add(place)
        lines.append(f"{names[place]} = {source(place)}")
        if rng.random() < 0.2:
            lines.append(f"u{place} = {source(place)}")
        if rng.random() < 0.2:
            lines.append(f"d{place} = astuple({names[place]}, {shown(place)})")
    return "def solve_any(S, I):\n " + "\n ".join([*lines, f"return {shown(program.result)}"])


def refs(call):
    """All references of a call."""
    return (call.function, *call.args)


def test_scrambled_programs_are_the_same_program():
    rng = random.Random(5)
    for program in random_programs(200):
        for _ in range(3):
            again = parse_program(scrambled(program, rng))
            assert again.md5 == program.md5, f"{program}\n{scrambled(program, rng)}"


def test_text_is_stable():
    every = random_programs(300) + [entry.program for entry in (*library_solvers(), *library_differs())]
    for program in every:
        again = parse_program(program.text)
        assert again.text == program.text
        assert (again.calls, again.result, again.kind) == (program.calls, program.result, program.kind)
        assert Program.parse(program.text) == program and hash(again) == hash(program)


def test_one_change_of_a_call_changes_the_md5():
    for program in random_programs(100):
        place = program.size // 2
        call = program.calls[place]
        calls = [*program.calls[:place], Call("identity", (call.function,)), *program.calls[place + 1 :]]
        assert canonical(calls, program.result).md5 != program.md5


@pytest.mark.parametrize("refs", [(0, 0), (0, 1), (1, 1)])
def test_a_call_may_need_earlier_ones_only(refs):
    """Of itself or of a later one nothing could be made."""
    calls = [Call("hconcat", refs), Call("rot90", (0,))]
    with pytest.raises(ValueError, match=f"call 0 refers to call {max(refs)}"):
        canonical(calls, 1)


def test_a_call_with_the_wrong_number_of_arguments_tells_the_name_of_the_language():
    for name in ("combine", "totuple", "dedupe"):
        with pytest.raises(DslError, match=rf"O: {name}\(.*\): {name}\(\) takes"):
            evaluate(solver(f"f = identity({name})", "O = f(I, I, I)"), GRID)


def test_literals():
    assert literal(3) == "THREE" and literal(True) == "T" and literal((0, 1)) == "RIGHT"
    assert literal(11) == Lit(11) and literal((True, 0)) == Lit((True, 0))
    assert Lit(1) == Lit(1) != Lit(True) and Lit((0, 1)) != Lit((False, 1)) and Lit(1) != 1


def test_md5_does_not_depend_on_the_hash_seed():
    code = (
        "from tests.programs.test_program import *; import hashlib;"
        "print(hashlib.md5(''.join(p.md5 for p in random_programs(60)).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    seen = set()
    for seed in ("0", "1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_ten_thousand_calls():
    turns = ("rot90", "hmirror", "dmirror", "vmirror")
    lines = [
        "x0 = rot90(I)",
        *[f"x{k} = {turns[k % 4]}(x{k - 1})" for k in range(1, 10_000)],
        "O = rot90(x9999)",
    ]
    start = time.process_time()
    program = solver(*lines)
    assert program.size == 10_001
    assert parse_program(program.text).md5 == program.md5
    assert run(program, inputs(GRID)).steps >= 10_001
    assert len(trace(program, inputs(GRID))) == 10_001
    assert time.process_time() - start < 20


def test_html_is_escaped():
    assert "&lt;" not in solver("return rot90(I)")._repr_html_()
    assert "md5" in solver("return rot90(I)")._repr_html_()


# budgets and sizes


def doubled(first, step, end="rot90(x60)"):
    """Sixty lines, each `step` of the one before, and an end."""
    middle = [f"x{k + 1} = {step.format(x=f'x{k}')}" for k in range(1, 60)]
    return [f"x1 = {first}", *middle, f"O = {end}"]


BOMBS = {
    "power": ["x1 = power(increment, 2000000000)", "O = x1(ZERO)"],
    "power of power": ["x1 = power(rot90, 100000)", "x2 = power(x1, 100000)", "O = x2(I)"],
    "repeat": ["O = repeat(I, 1000000000)"],
    "repeat of repeat": ["x1 = repeat(I, 2000)", "O = repeat(x1, 2000)"],
    "product": ["x1 = asindices(I)", "x2 = product(x1, x1)", "O = product(x2, x2)"],
    "upscale": ["O = upscale(I, 100000)"],
    "hupscale": ["O = hupscale(I, 1000000000)"],
    "vupscale": ["O = vupscale(I, 1000000000)"],
    "upscale of an object": ["x1 = asobject(I)", "O = upscale(x1, 100000)"],
    "canvas": ["O = canvas(ZERO, (1000000, 1000000))"],
    "canvas without cells": ["O = canvas(ZERO, (2000000000, 0))"],
    "interval": ["O = interval(ZERO, 2000000000, ONE)"],
    "connect": ["O = connect(ORIGIN, (2000000000, 2000000000))"],
    "shoot": ["O = shoot(ORIGIN, (2000000000, 0))"],
    "astuple": doubled("astuple(I, I)", "astuple({x}, {x})"),
    "initset": doubled("initset(I)", "initset({x})"),
    "power of astuple": ["x1 = fork(astuple, identity, identity)", "x2 = power(x1, 99999)", "O = x2(I)"],
    "power of initset": ["x1 = power(initset, 1000000)", "O = x1(I)"],
    "power of insert": [
        "x1 = fork(insert, identity, identity)",
        "x2 = power(x1, 9999)",
        "O = x2(initset(I))",
    ],
    "power of pair": ["x1 = fork(pair, identity, identity)", "O = power(x1, 9999)(astuple(I, I))"],
    "power of combine": ["x1 = fork(combine, identity, identity)", "x2 = power(x1, 9999)", "O = x2(I)"],
    "compose": doubled("compose(rot90, rot90)", "compose({x}, {x})", "x60(I)"),
    "fork": doubled("fork(add, double, halve)", "fork(add, {x}, {x})", "x60(ONE)"),
    "compose of compose": [
        "x1 = fork(compose, identity, identity)",
        "x2 = power(x1, 40)",
        "O = x2(double)(ONE)",
    ],
    "deep compose": ["x1 = power(lbind(compose, rot90), 1000)", "O = x1(rot90)"],
    "multiply": doubled("multiply(2000000000, 2000000000)", "multiply({x}, {x})"),
    "add": ["x1 = fork(add, identity, identity)", "x2 = power(x1, 99999)", "O = x2(ONE)"],
    "hconcat": doubled("hconcat(I, I)", "hconcat({x}, {x})"),
    "vconcat": doubled("vconcat(I, I)", "vconcat({x}, {x})"),
    "combine": doubled("combine(totuple(I), totuple(I))", "combine({x}, {x})"),
    "far apart": ["x1 = asindices(I)", "x2 = shift(x1, (2000000000, 0))", "O = combine(x1, x2)"],
    "outbox": ["x1 = power(outbox, 100000)", "O = x1(asindices(I))"],
    "merge": ["x1 = repeat(asobject(I), 100)", "x2 = repeat(x1, 1000)", "O = merge(merge(x2))"],
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_cut(name):
    start = time.process_time()
    with pytest.raises(LimitError):
        evaluate(solver(*BOMBS[name]), FULL, budget=500_000)
    assert time.process_time() - start < 10


@pytest.mark.slow
def test_the_default_budget_ends_an_endless_loop():
    with pytest.raises(LimitError, match=r"O: power.*the budget of steps is used up"):
        evaluate(solver(*BOMBS["power"]), GRID)


def test_a_budget_is_of_the_whole_program():
    program = solver("x1 = power(increment, 600)", "x2 = x1(ZERO)", "x3 = x1(x2)", "O = x1(x3)")
    taken = run(program, inputs(GRID)).steps
    assert evaluate(program, GRID) == 1800
    assert run(program, inputs(GRID), taken).failure is None
    failure = run(program, inputs(GRID), taken - 1).failure
    assert (failure.kind, failure.detail) == ("limit", f"O: the budget of {taken - 1} steps is used up")
    early = run(program, inputs(GRID), 700).failure
    assert early.detail == "x3: the budget of 700 steps is used up"


def test_steps_are_the_same_every_time():
    given = inputs(FULL)
    for program in random_programs(100):
        assert run(program, given, 20_000) == run(program, inputs(FULL), 20_000)


def test_limits_say_what_was_exceeded():
    failure = run(solver("O = canvas(ZERO, (1000, 1000))"), inputs(GRID)).failure
    assert failure.detail.startswith("O: canvas(Integer, IntegerTuple): a grid of 1000x1000 cells is over")
    failure = run(solver("O = repeat(I, 2000000)"), inputs(GRID)).failure
    assert f"over the limit of {MAX_ELEMENTS}" in failure.detail


def test_trace_shows_every_call():
    steps = trace(solver("x1 = ofcolor(I, ZERO)", "x2 = first(x1)", "O = fill(I, ONE, x2)"), inputs(GRID))
    assert [(step.variable, step.source) for step in steps] == [
        ("x1", "ofcolor(I, ZERO)"), ("x2", "first(x1)"), ("O", "fill(I, ONE, x2)"),
    ]  # fmt: skip
    assert steps[0].value == frozenset({(0, 0), (2, 0)})
    assert steps[2].failure is not None and steps[2].failure.kind == "error"


def test_answers():
    assert as_answer(GRID) == GRID
    assert as_answer(((10,),)) is None and as_answer(((0,) * 31,)) is None
    assert as_answer(()) is None and as_answer(3) is None and as_answer(frozenset()) is None


def test_canonical_texts_are_read_as_any_other():
    """What `_quickly` reads, the reader of every text reads alike."""
    programs = [random_program(random.Random(f"quick {number}"), 3 + number % 20) for number in range(150)]
    texts = [program.text for program in programs] + [entry.program.text for entry in library_solvers()]
    found = [_quickly(text) for text in texts]
    for text, quick in zip(texts, found, strict=True):
        assert quick is None or [quick] == [program_of(one) for one in read_texts([text])[0]], text
    assert sum([quick is not None and quick.kind == "solver" for quick in found]) > 0.8 * len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "def solve(I):\n    O = I(rot90)\n    return O\n",
        "def solve(I):\n    O = THREE(I)\n    return O\n",
        "def solve(I):\n    O = rot90(I, I)\n    return O\n",
        "def solve(I):\n    O = rot90(S)\n    return O\n",
        "def solve(I):\n    O = rot90(x1)\n    return O\n",
        "def solve(I):\n    O = x1(I)\n    return O\n",
        "def solve(I):\n    x1 = rot90(I)\n    return O\n",
        "def solve(I):\n    O = rot90(I)\n    return I\n",
        "def solve(I):\n    return I\n",
        "def solve(S, I):\n    O = rot90(I)\n    return O\n",
        "def solve(I):\n    x2 = rot90(I)\n    O = rot90(x2)\n    return O\n",
        "def solve(I):\n    x1 = rot90(I)\n    x2 = rot90(I)\n    O = hconcat(x1, x2)\n    return O\n",
        "def solve(I):\n    x1 = vmirror(I)\n    O = x1(I, I, I, I, I)\n    return O\n",
        "def solve(I):\n    O = upscale(I, 2)\n    return O\n",
        "def solve(I):\n    O = rot90(I)\n    return O\n\ndef solve(I):\n    O = rot90(I)\n    return O\n",
        "def solve(I):\n    O = rot90(I)\n    return O\n" + " " * MAX_TEXT,
        7,
    ],
)
def test_other_texts_are_left_to_the_reader_of_every_text(text):
    assert _quickly(text) is None


def test_calls_in_canonical_form_stay_as_they_are():
    rng = random.Random(5)
    for _ in range(20_000):
        calls = []
        for place in range(rng.randrange(1, 9)):
            near = [rng.randrange(max(0, place - 2), place), rng.randrange(place)] if place else []
            args = [rng.choice([*near, "I"]) for _ in range(rng.randrange(1, 4))]
            function = rng.choice([*near[:1], "a", "b", "c", "d", "e", "f"])
            calls.append(Call(function, tuple(args)))
        merged, last = graph.merged(calls, len(calls) - 1)
        assert graph.merged(merged, last) == (merged, last)
