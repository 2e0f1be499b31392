"""The library's programs: each solver on all samples of its task, each differ by its measure."""

import ast
import re
from functools import cache
from importlib.resources import files

import pytest

from kaggle_batt.generate.library import library_differs, library_solvers
from kaggle_batt.programs.battery import Battery, Evaluator
from kaggle_batt.programs.evaluate import evaluate, inputs
from kaggle_batt.tasks.loading import load_tasks
from tests.oracle import NAMESPACE
from tests.oracle.programs import programs, run
from tests.plain import plain

TEXTS = {
    name: files("kaggle_batt.generate.library").joinpath(name).read_text()
    for name in ("solvers.txt", "differs.txt")
}
SOLVERS, DIFFERS = [re.findall(r"^def (\w+)", text, re.M) for text in TEXTS.values()]
# all else is made at its first use: what is loaded when tests are collected makes every fork of others dearer
tasks, functions = cache(load_tasks), cache(lambda name: programs(TEXTS[name]))


@cache
def entries():
    """The library's programs by name."""
    return {entry.name: entry for entry in (*library_solvers(), *library_differs())}


@cache
def battery():
    """All of them."""
    return Battery(entries().values())


@pytest.fixture
def entry(request):
    """The program of the name that the test is given."""
    return entries()[request.param]


def samples(task):
    """All samples of a task."""
    return (*task.demo, *task.test)


def pairs(task):
    """The demo pairs of a task, as S has them."""
    return tuple((sample.input, sample.output) for sample in task.demo)


def test_enough_programs_of_known_tasks():
    solved = [entry.task for entry in library_solvers()]
    assert [entry.name for entry in library_solvers()] == SOLVERS and len(SOLVERS) >= 60
    assert len(set(solved)) == len(solved) and "007bbfb7" in solved
    assert set(solved) <= set(tasks())
    wanted = {"differ_palette", "differ_object_sizes", "differ_matching_cells", "differ_shape"}
    assert wanted <= {entry.name for entry in library_differs()} == {*DIFFERS}


@pytest.mark.parametrize("name", TEXTS)
def test_one_call_a_line_and_no_line_for_nothing(name):
    for function in functions(name).values():
        lines = [line for line in function.body if isinstance(line, ast.Assign)]
        assert all(sum(isinstance(node, ast.Call) for node in ast.walk(line)) == 1 for line in lines)
        read = {node.id for line in function.body for node in ast.walk(line) if is_read(node)}
        made = [line.targets[0].id for line in lines]
        assert set(made) <= read and made[-1] == "O" and len(set(made)) == len(made), function.name
        assert {node for node in read if node not in made} <= {*NAMESPACE, "S", "I", "C"}, function.name


def is_read(node):
    """Is it a name that is read?"""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


@pytest.mark.parametrize("entry", SOLVERS, indirect=True)
def test_solver_solves_its_task(entry):
    function = functions("solvers.txt")[entry.name]
    for sample in samples(tasks()[entry.task]):
        assert evaluate(entry.program, sample.input) == sample.output
        assert run(function, I=sample.input) == sample.output


@pytest.mark.parametrize("entry", SOLVERS[::6], indirect=True)
def test_battery_gives_what_each_program_alone_gives(entry):
    """On one sample of the task: every solver's value, or its failure, and every differ's."""
    sample = tasks()[entry.task].demo[0]
    given = inputs(sample.input, pairs(tasks()[entry.task]), sample.output)
    for one, result in zip(battery().entries, Evaluator(battery(), given).run(), strict=True):
        alone = Evaluator(Battery([one]), given).run()[0]
        assert result == alone, one.name
        if one.name == entry.name:
            assert result.value == sample.output


@pytest.mark.parametrize("entry", DIFFERS, indirect=True)
def test_measure_is_zero_where_nothing_differs(entry):
    for task in list(tasks().values())[::8]:
        for sample in samples(task):
            measure, _ = evaluate(entry.program, sample.output, pairs(task), sample.output)
            assert measure == 0 and type(measure) is int, task.id


@pytest.mark.parametrize("entry", DIFFERS, indirect=True)
def test_measure_is_defined_and_separates_inputs_from_outputs(entry):
    """The raw input against the output: an Integer from 0 up, above 0 for some; as the oracle has it."""
    function = functions("differs.txt")[entry.name]
    small = [task for task in tasks().values() if len(task.demo[0].input) * len(task.demo[0].input[0]) < 50]
    measures = []
    for task in small[::6]:
        sample = task.demo[0]
        found = evaluate(entry.program, sample.input, pairs(task), sample.output)
        assert plain(found) == run(function, S=pairs(task), I=sample.input, C=sample.output), task.id
        measures.append(found[0])
    assert min(measures) >= 0 and max(measures) > 0


I = ((1, 1, 0), (2, 0, 0))  # noqa: E741
C = ((1, 3, 0), (2, 3, 3))
MEASURES = {
    "differ_shape": 0,
    "differ_matching_cells": 3,
    "differ_palette": 1,
    "differ_color_counts": 6,
    "differ_background": 1,
    "differ_object_count": 1,
    "differ_object_sizes": 3,
    "differ_object_forms": 3,
    "differ_foreground": 2,
    "differ_frontiers": 2,
    "differ_symmetry": 0,
    "differ_period": 0,
    "differ_foreign_colors": 1,
}


@pytest.mark.parametrize("entry", DIFFERS, indirect=True)
def test_measure_by_hand(entry):
    demo = ((((0,),), ((0, 1), (2, 1))),)
    assert evaluate(entry.program, I, demo, C)[0] == MEASURES[entry.name]


def test_cells_of_unlike_shapes_are_far_apart():
    cells, shape = [entries()[name].program for name in ("differ_matching_cells", "differ_shape")]
    assert evaluate(cells, ((1, 2),), (), ((1, 2), (3, 4)))[0] == 902
    assert evaluate(shape, ((1, 2),), (), ((1,), (3,), (5,))) == (3, (-2, 1))
