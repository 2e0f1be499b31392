"""Types are inferred as values turn out, mutants keep them, and all of it is the same everywhere."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from kaggle_batt import dsl
from kaggle_batt.errors import ParameterError
from kaggle_batt.generate.library import library_differs, library_solvers
from kaggle_batt.generate.mutate import changed, drawn, mutants, sites_of
from kaggle_batt.generate.types import (
    ANY,
    GRID,
    INTEGER,
    OBJECT,
    FunctionType,
    Type,
    below,
    type_of,
    types_of,
)
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.battery_file import dump_battery, load_battery
from kaggle_batt.programs.evaluate import inputs, trace
from kaggle_batt.programs.program import Program, parse_program
from kaggle_batt.tasks.loading import load_tasks
from tests.conforms import conforms
from tests.random_programs import random_program

IDS = ("007bbfb7", "1cf80156", "23b5c85d", "4258a5f9", "44f52bb0")
BUDGET = 30_000
SRC = Path(__file__).parents[2]

#: what `mutants` makes of the three parents below, on every Python and machine
GOLDEN = "b75c28946d9b4b2a5040e91347e6c889"
PARENTS = (
    "def solve_a(I):\n x1 = objects(I, T, F, T)\n x2 = argmax(x1, size)\n O = subgrid(x2, I)\n",
    "def solve_b(I):\n x1 = ofcolor(I, ZERO)\n x2 = lbind(shift, x1)\n x3 = apply(x2, x1)\n x4 = merge(x3)\n"
    " O = fill(I, EIGHT, x4)\n",
    "def solve_c(S, I):\n x1 = first(S)\n x2 = last(x1)\n O = hconcat(I, x2)\n",
)


def parents():
    """Three small programs as entries."""
    return [
        Entry(f"solve_{name}", parse_program(text), "test", task=name)
        for name, text in zip("abc", PARENTS, strict=True)
    ]


@cache
def given(number):
    """The inputs on the first demo of one of five tasks."""
    task = load_tasks(only=IDS)[IDS[number]]
    return inputs(task.demo[0].input, [(s.input, s.output) for s in task.demo])


def digest(entries):
    """One number for all the programs, their names and their origins."""
    heads = [f"{e.name} {e.md5} {e.source} {e.mutated} {e.parent} {e.seed} {e.task}" for e in entries]
    return hashlib.md5("\n".join(heads).encode()).hexdigest()


def random_programs(count, size=12):
    """Seeded random programs."""
    return [random_program(random.Random(f"mutate {k}"), size) for k in range(count)]


def check_values(program, given):
    """Assert that every value is of its inferred type; return how many were checked.

    What comes behind a value of which a type can say little is not checked: valmax and valmin of an
    empty container, and a set of pairs that happen to be places.
    """
    checked = 0
    for type_, step in zip(types_of(program), trace(program, given, BUDGET), strict=False):
        vague = type_.name == "Set" and type_.parts[0].name in ("Pair", "Any")
        if step.failure is not None or vague or step.source.startswith(("valmax", "valmin")):
            break
        assert conforms(step.value, type_), f"{step.source}: {type_}\n{program}"
        checked += 1
    return checked


def test_values_are_of_the_inferred_types():
    assert sum([check_values(p, given(k % 5)) for k, p in enumerate(random_programs(400))]) > 2000


def test_every_value_of_the_library_has_a_type():
    for entry in library_solvers():
        types = types_of(entry.program)
        assert ANY not in types, entry.name
        assert type_of(entry.program.result, types) == GRID, entry.name


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("apply(height, objects(I, T, T, T))", Type("Set", (INTEGER,))),
        ("first(hsplit(I, TWO))", GRID),
        ("merge(fgpartition(I))", OBJECT),
        ("first(S)", Type("Pair", (GRID, GRID))),
        ("last(first(S))", GRID),
        ("apply(last, S)", Type("Tuple", (GRID,))),
        ("argmax(fgpartition(I), size)", OBJECT),
        ("astuple(ONE, TWO)", Type("IntegerTuple", ())),
        ("compose(height, first)(S)", ANY),
        ("fork(hconcat, identity, rot180)(I)", GRID),
        ("branch(T, rot90, rot180)(I)", GRID),
        ("asindices(ONE)", ANY),
    ],
)
def test_types(source, type_):
    assert types_of(parse_program(f"def solve(S, I):\n return {source}"))[-1] == type_


def others(text, place, slot):
    """What may stand at a site of a program."""
    (site,) = [site for site in sites_of(parse_program(text)) if (site.place, site.slot) == (place, slot)]
    return set(site.others)


def test_functions_are_swapped_where_types_stay():
    heights = "def solve(I):\n x1 = objects(I, T, T, T)\n x2 = apply(height, x1)\n x3 = maximum(x2)\n"
    heights += " O = canvas(x3, UNITY)\n"
    assert {"width", "size", "color", "numcolors"} <= others(heights, 1, 1)
    assert {"shape", "rot90", "hmirror", "even"}.isdisjoint(others(heights, 1, 1))
    assert {"minimum", "size"} <= others(heights, 2, 0)
    assert "valmax" not in others(heights, 2, 0), "it takes another argument"
    composed = "def solve(I):\n x1 = compose(size, first)\n x2 = hsplit(I, TWO)\n x3 = argmax(x2, x1)\n"
    composed += " O = rot90(x3)\n"
    assert {"last", "asindices", "rot90"} <= others(composed, 1, 2)
    assert "ulcorner" not in others(composed, 1, 2), "a grid is no patch"
    assert {"rot180", "hmirror", "trim"} <= others(composed, 3, 0)


def mutate(program: Program, rng: random.Random) -> Program | None:
    """A mutant of the program; None where nothing can be changed, or nothing changed."""
    sites = sites_of(program)
    mutant = changed(program, drawn(sites, rng)) if sites else program
    return None if mutant == program else mutant


def test_mutants_keep_all_types():
    found = 0
    rng = random.Random(1)
    for program in random_programs(150):
        mutant = mutate(program, rng)
        if mutant is None:
            continue
        found += 1
        types = types_of(mutant)
        old = type_of(program.result, types_of(program))
        assert below(type_of(mutant.result, types), old), f"{program}\n{mutant}"
        assert mutant != program and mutant.kind == program.kind
        assert Program.parse(mutant.text).text == mutant.text
    assert found > 140


def test_single_changes_leave_the_types_of_the_rest():
    for program in random_programs(12):
        types = types_of(program)
        for site in sites_of(program):
            for other in site.others:
                mutant = changed(program, {(site.place, site.slot): (other, None)})
                assert below(type_of(mutant.result, types_of(mutant)), type_of(program.result, types))


def test_values_of_mutants_are_of_their_types():
    found = mutants(library_solvers()[:40], 400, 5)
    assert sum([check_values(entry.program, given(k % 5)) for k, entry in enumerate(found)]) > 1000


def test_constants_arguments_functions_and_wrappers_all_change():
    (parent,) = [entry for entry in parents() if entry.name == "solve_a"]
    texts = {entry.program.text for entry in mutants([parent], 500, 3)}
    base = parent.program.text
    assert base.replace("I, T, F, T", "I, F, F, T") in texts
    assert base.replace("argmax", "argmin") in texts
    assert base.replace("size", "width") in texts
    assert base.replace("x2, I", "x2, I") not in texts
    assert any("normalize(x2)" in text or "rot90(I)" in text for text in texts)
    assert any("argmax" not in text and "argmin" not in text for text in texts), "one that drops a call"


def test_mutants_are_distinct_and_say_where_they_come_from(tmp_path):
    entries = parents()
    found = mutants(entries, 300, 11)
    known = {entry.md5: entry for entry in entries}
    assert len(found) == 300
    assert len({entry.md5 for entry in found} | set(known)) == 303
    assert len({entry.name for entry in found}) == 300
    for entry in found:
        parent = known[entry.parent]
        assert entry.mutated and entry.seed == 11
        assert (entry.source, entry.task) == (parent.source, parent.task)
        assert entry.name.startswith(f"{parent.name}~")
    battery = Battery([*entries, *found])
    path = tmp_path / "battery.txt"
    path.write_text(dump_battery(battery))
    assert load_battery(path).entries == battery.entries


def test_names_in_use_are_not_given_again():
    first = parents()[0]
    taken = Entry("solve_a~1", parse_program(PARENTS[1]), "test")
    assert {entry.name for entry in mutants([first, taken], 4, 0)} == {
        "solve_a~2", "solve_a~3", "solve_a~1~1", "solve_a~1~2",
    }  # fmt: skip


def test_fewer_mutants_are_the_first_of_more():
    entries = parents()
    many = mutants(entries, 200, 4)
    assert mutants(entries, 37, 4) == many[:37]
    assert mutants(entries, 0, 4) == []
    assert mutants(entries, 200, 5) != many


def test_no_mutants_of_nothing():
    with pytest.raises(ParameterError, match="expected 5 mutants, but 0 programs have only 0"):
        mutants([], 5, 0)


def test_too_many_mutants_is_an_error_that_says_how_many_there_are():
    tiny = Entry("tiny", parse_program("def solve(I):\n return ofcolor(I, ONE)"), "test")
    with pytest.raises(ParameterError, match=r"expected 100000 mutants, but 1 programs have only \d+"):
        mutants([tiny], 100_000, 0)


def test_nothing_to_change():
    assert mutate(parse_program("def solve(I):\n return size"), random.Random(0)) is None


def test_differs_are_mutated_as_differs():
    found = mutants(library_differs(), 40, 2)
    assert {entry.program.kind for entry in found} == {"differ"}


def test_mutants_are_the_same_everywhere():
    assert digest(mutants(parents(), 300, 7)) == GOLDEN


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_mutants_do_not_depend_on_the_hash_seed(hash_seed):
    code = "from tests.generate.test_mutate import *; print(digest(mutants(parents(), 300, 7)))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(SRC)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=SRC
    )
    assert done.stdout.strip() == GOLDEN


def test_mutants_are_made_fast():
    entries = library_solvers()[:32]
    start = time.process_time()
    mutants(entries, 3200, 1)
    assert time.process_time() - start < 5, "32,000 would take over 50 CPU seconds"


@pytest.mark.slow
def test_random_programs_use_the_whole_language():
    used = {
        ref
        for program in random_programs(1500)
        for call in program.calls
        for ref in (call.function, *call.args)
        if isinstance(ref, str)
    }
    assert set(dsl.PRIMITIVES) <= used
    assert set(dsl.CONSTANTS) <= used


def test_random_programs_are_typed_and_many_run():
    programs = random_programs(300)
    good = 0
    for number, program in enumerate(programs):
        assert type_of(program.result, types_of(program)) == GRID
        steps = trace(program, given(number % 5), BUDGET)
        good += not steps or steps[-1].failure is None
    assert good > 150
    assert len({program.md5 for program in programs}) > 270
    assert max(program.size for program in programs) > 10


def test_random_programs_are_the_same_for_a_seed():
    assert [p.md5 for p in random_programs(50)] == [p.md5 for p in random_programs(50)]
    assert hashlib.md5("".join(p.text for p in random_programs(200)).encode()).hexdigest() == RANDOM_GOLDEN


#: the texts of 200 random programs, on every Python and machine
RANDOM_GOLDEN = "9cadd8f845346787c04b6c0ece4b5616"


def test_function_types_are_equal_only_if_one():
    one = FunctionType("Function", (), 1, lambda x: x)
    assert one == one and one != FunctionType("Function", (), 1, lambda x: x)
