"""A battery has the results of each program alone, makes each call once, and is the same after its file."""

from __future__ import annotations

import json
import pickle
import random
from collections import Counter
from functools import cache

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from kaggle_batt import dsl
from kaggle_batt.dsl.values.sets import exact_key
from kaggle_batt.errors import BatteryError
from kaggle_batt.generate.library import library_differs, library_solvers
from kaggle_batt.generate.mutate import mutants
from kaggle_batt.programs.battery import Battery, Entry, Evaluator
from kaggle_batt.programs.battery_file import END, HEAD, dump_battery, load_battery
from kaggle_batt.programs.evaluate import inputs, run
from kaggle_batt.programs.program import parse_program
from kaggle_batt.tasks.loading import load_tasks
from tests.random_programs import random_program

IDS = ["007bbfb7", "1cf80156", "23b5c85d", "44f52bb0", "a8d7556c", "d511f180"]
BUDGET = 20_000


@cache
def tasks():
    """Tasks of ARC-AGI-1, by id."""
    return load_tasks(only=IDS)


def given_of(task, number=0, differ=False):
    """A program's inputs on a demo sample."""
    sample = task.demo[number]
    demos = [(pair.input, pair.output) for pair in task.demo]
    return inputs(sample.input, demos, sample.output if differ else None)


@cache
def random_entries(count, size=12, seed="battery"):
    """Distinct random programs and a mutant of each, as entries."""
    programs = [random_program(random.Random(f"{seed} {k}"), size) for k in range(count)]
    distinct = {program.md5: program for program in programs}.values()
    entries = [Entry(f"random_{k}", program, "test") for k, program in enumerate(distinct)]
    return entries + mutants(entries, len(entries), 1)


def entry(name, *lines, signature="I"):
    """An entry of these lines."""
    body = "".join(f" {line}\n" for line in lines)
    return Entry(name, parse_program(f"def solve({signature}):\n{body}"), "test")


def assert_same(results, alone, entries):
    """Each result is the one of the program alone: value, also its kind and order, failure and steps."""
    assert len(results) == len(alone) == len(entries)
    for got, expected, which in zip(results, alone, entries, strict=True):
        assert got == expected, f"{which.name}\n{which.program}\n{got}\n{expected}"
        assert repr(got.value) == repr(expected.value), which.name
        if not isinstance(got.value, dsl.Function):
            assert exact_key(got.value) == exact_key(expected.value), which.name


@pytest.mark.parametrize(
    "name", [*IDS[::2], *[pytest.param(name, marks=pytest.mark.slow) for name in IDS[1::2]]]
)
def test_every_program_has_its_result_alone(name):
    entries = random_entries(350)
    assert len(entries) > 600
    given = given_of(tasks()[name])
    results = Evaluator(Battery(entries), given, BUDGET).run()
    assert_same(results, [run(one.program, given, BUDGET) for one in entries], entries)
    kinds = Counter([one.failure.kind if one.failure else "value" for one in results])
    assert kinds["value"] > 300 and kinds["error"] > 50


@drawn(st.integers(0, 2**32), st.sampled_from(IDS), st.sampled_from([0, 3, 60, 500]))
@settings(max_examples=25, deadline=None)
def test_small_batteries_with_small_budgets(seed, name, budget):
    entries = random_entries(12, 10, seed)
    given = given_of(tasks()[name], 1)
    results = Evaluator(Battery(entries), given, budget).run()
    assert_same(results, [run(one.program, given, budget) for one in entries], entries)


def test_the_library_in_one_battery():
    entries = [*library_solvers(), *library_differs()]
    for task in tasks().values():
        given = given_of(task, differ=True)
        results = Evaluator(Battery(entries), given).run()
        assert_same(results, [run(one.program, given) for one in entries], entries)


def test_truth_is_not_a_number():
    entries = [
        entry("a", "x1 = equality(I, I)", "O = astuple(x1, I)"),
        entry("b", "x1 = positive(THREE)", "O = upscale(I, x1)"),
        entry("c", "O = astuple(ONE, I)"),
        entry("d", "x1 = flip(T)", "O = downscale(I, x1)"),
        entry("e", "O = downscale(I, ZERO)"),
        entry("f", "O = astuple(I, (True, 1))"),
        entry("g", "O = astuple(I, (1, 1))"),
    ]
    given = given_of(tasks()["007bbfb7"])
    for order in (entries, entries[::-1]):
        results = Evaluator(Battery(order), given).run()
        assert_same(results, [run(one.program, given) for one in order], order)
    assert repr(results[0].value) != repr(results[1].value)


def test_sets_of_one_content_in_different_orders_fail_alike():
    entries = [
        entry(
            "up",
            "x1 = initset(ZERO)",
            "x2 = insert(ORIGIN, x1)",
            "x3 = lbind(downscale, I)",
            "O = apply(x3, x2)",
        ),
        entry(
            "down",
            "x1 = initset(ORIGIN)",
            "x2 = insert(ZERO, x1)",
            "x3 = lbind(downscale, I)",
            "O = apply(x3, x2)",
        ),
    ]
    given = given_of(tasks()["007bbfb7"])
    for order in (entries, entries[::-1]):
        results = Evaluator(Battery(order), given).run()
        assert_same(results, [run(one.program, given) for one in order], order)
        assert all("a number of at least 1" in one.failure.detail for one in results)


def test_deep_functions_are_compared_at_once():
    lines = ["x0 = compose(rot90, rot90)", *[f"x{k} = compose(x{k - 1}, x{k - 1})" for k in range(1, 50)]]
    entries = [entry("deep", *lines, "O = x49(I)"), entry("flat", "x1 = compose(rot90, rot90)", "O = x1(I)")]
    given = given_of(tasks()["007bbfb7"])
    deep, flat = Evaluator(Battery(entries), given).run()
    assert deep == run(entries[0].program, given) and deep.failure.kind == "limit"
    assert flat.failure is None


def counted(monkeypatch):
    """Counts the calls that any primitive gets, by name and arguments."""
    counts = Counter()
    for name, primitive in dsl.PRIMITIVES.items():

        def counting(*args, _call=primitive.call, _name=name):
            counts[(_name, *map(exact_key, args))] += 1
            return _call(*args)

        monkeypatch.setattr(primitive, "call", counting)
    return counts


def test_each_call_is_made_once(monkeypatch):
    entries = [
        entry("a", "x1 = rot90(I)", "x2 = rot90(x1)", "O = hconcat(x1, x2)"),
        entry("b", "x1 = rot90(I)", "x2 = rot180(I)", "O = vconcat(x1, x1)"),
        entry("c", "x1 = rot90(I)", "x2 = rot90(x1)", "x3 = rot90(x2)", "O = rot90(x3)"),
        entry("d", "x1 = rot90(I)", "x2 = identity(x1)", "x3 = rot90(x2)", "O = trim(x3)"),
        entry("e", "x1 = dmirror(I)", "O = vmirror(x1)"),
        entry("f", "x1 = dmirror(I)", "x2 = vmirror(x1)", "O = rot90(x2)"),
    ]
    given = given_of(tasks()["23b5c85d"])
    alone = [run(one.program, given) for one in entries]
    battery = Battery(entries)
    counts = counted(monkeypatch)
    results = Evaluator(battery, given).run()
    assert max(counts.values()) == 1
    assert sum(counts.values()) < len(battery.nodes) < sum(map(len, battery.slices))
    assert_same(results, alone, entries)


def test_no_call_is_made_twice_on_one_sample(monkeypatch):
    entries = [one for one in random_entries(60) if not uses_functions(one.program)]
    assert len(entries) > 30
    battery = Battery(entries)
    counts = counted(monkeypatch)
    evaluator = Evaluator(battery, given_of(tasks()["d511f180"]), BUDGET)
    evaluator.run()
    once = dict(counts)
    evaluator.run()
    assert max(counts.values()) == 1 and dict(counts) == once


def uses_functions(program):
    """Does it pass functions to functions, which call them by themselves?"""
    return any(ref in dsl.PRIMITIVES for call in program.calls for ref in call.args)


def test_a_failing_node_fails_just_what_needs_it():
    entries = [
        entry("good", "x1 = ofcolor(I, ZERO)", "O = fill(I, ONE, x1)"),
        entry("bad", "x1 = ofcolor(I, TEN)", "x2 = first(x1)", "O = fill(I, ONE, x2)"),
        entry(
            "worse", "x1 = ofcolor(I, TEN)", "x2 = first(x1)", "x3 = shoot(x2, x2)", "O = fill(I, ONE, x3)"
        ),
        entry("first", "x1 = ofcolor(I, TEN)", "O = fill(I, ONE, x1)"),
    ]
    good, bad, worse, first = Evaluator(Battery(entries), given_of(tasks()["007bbfb7"])).run()
    assert good.failure is None and first.failure is None
    assert bad.failure.detail == worse.failure.detail == "x2: first(empty set): the container is empty"
    assert bad.failure.kind == "error" and (bad.value, worse.value) == (None, None)


def test_calls_behind_a_failure_are_not_made(monkeypatch):
    entries = [entry("a", "x1 = first(ofcolor(I, TEN))", "O = branch(x1, I, rot90(I))")]
    counts = counted(monkeypatch)
    Evaluator(Battery(entries), given_of(tasks()["007bbfb7"])).run()
    assert [name for name, *_ in counts] == ["ofcolor", "first"]


@pytest.mark.parametrize("max_values", [0, 1, 7, 100])
def test_forgetting_changes_nothing(max_values):
    entries = random_entries(60)
    battery = Battery(entries)
    given = given_of(tasks()["a8d7556c"])
    expected = Evaluator(battery, given, BUDGET).run()
    evaluator = Evaluator(battery, given, BUDGET, max_values=max_values)
    assert_same(evaluator.run(), expected, entries)
    assert len(evaluator.values) < len(battery.frame.values) + max_values + 60


def test_any_cut_and_order_of_programs_gives_the_same():
    entries = random_entries(50)
    battery = Battery(entries)
    given = given_of(tasks()["1cf80156"])
    expected = Evaluator(battery, given, BUDGET).run()
    places = list(range(len(battery)))
    random.Random(2).shuffle(places)
    for size in (1, 7, 64):
        evaluator = Evaluator(battery, given, BUDGET)
        for start in range(0, len(places), size):
            chunk = places[start : start + size]
            assert evaluator.run(chunk) == [expected[place] for place in chunk]
    assert Evaluator(battery, given, BUDGET).run(places[:9]) == [expected[place] for place in places[:9]]
    assert Evaluator(battery, given, BUDGET).run([3, 3]) == [expected[3], expected[3]]


def test_other_inputs_after_the_first():
    entries = random_entries(40)
    battery = Battery(entries)
    evaluator = Evaluator(battery, given_of(tasks()["007bbfb7"]), BUDGET)
    for number in (0, 1, 2, 0):
        given = given_of(tasks()["007bbfb7"], number)
        evaluator.rebind(given)
        alone = [run(one.program, given, BUDGET) for one in entries]
        assert_same(evaluator.run(), alone, entries)


def test_programs_without_calls():
    entries = [
        entry("input", "return I"),
        entry("constant", "return TWO"),
        entry("demos", "return S", signature="S, I"),
    ]
    given = given_of(tasks()["007bbfb7"])
    results = Evaluator(Battery(entries), given).run()
    assert_same(results, [run(one.program, given) for one in entries], entries)
    assert [one.steps for one in results] == [0, 0, 0]


def test_the_meter_is_left_as_it_was():
    from kaggle_batt.dsl.values.limits import budget, meter

    with budget(123):
        Evaluator(Battery(random_entries(5)), given_of(tasks()["007bbfb7"]), 50).run()
        assert meter.left == 123


def test_programs_cut_out_of_the_graph():
    entries = random_entries(50)
    battery = Battery(entries)
    for place, one in enumerate(entries):
        cut = battery.program(place)
        assert (cut.calls, cut.result, cut.kind) == (one.program.calls, one.program.result, one.program.kind)


def test_two_programs_of_one_name():
    with pytest.raises(BatteryError, match="two programs of the battery are named 'a'"):
        Battery([entry("a", "return I"), entry("b", "return I"), entry("a", "return rot90(I)")])


def test_a_battery_can_be_sent():
    battery = Battery(random_entries(20))
    given = given_of(tasks()["007bbfb7"])
    again = pickle.loads(pickle.dumps(battery))
    assert again.entries == battery.entries
    assert Evaluator(again, given, BUDGET).run() == Evaluator(battery, given, BUDGET).run()


# the file


def some_battery():
    """A battery with all kinds of entries."""
    plain = random_entries(10)
    odd = Entry(
        'na"me\n# {', parse_program("def solve(I):\n return I"), "a \\ source", task="007bbfb7", cost=12
    )
    return Battery([*plain, odd, *library_differs()])


def test_file_roundtrip(tmp_path):
    battery = some_battery()
    path = tmp_path / "some.batt"
    path.write_text(dump_battery(battery), encoding="utf-8")
    again = load_battery(path)
    assert again.entries == battery.entries
    assert [one.md5 for one in again.entries] == [one.md5 for one in battery.entries]
    assert (again.nodes, again.slices) == (battery.nodes, battery.slices)
    assert dump_battery(again) == dump_battery(battery)


def parse_battery(text, folder):
    path = folder / "battery.txt"
    path.write_text(text)
    return load_battery(path)


def test_file_of_nothing(tmp_path):
    assert len(parse_battery(dump_battery(Battery([])), tmp_path)) == 0


def test_file_is_readable():
    lines = dump_battery(Battery([entry("a", "return rot90(I)")])).splitlines()
    assert lines[0] == HEAD
    assert json.loads(lines[2][2:])["name"] == "a"
    assert lines[3:6] == ["def solve(I):", "    O = rot90(I)", "    return O"]
    assert lines[-1] == f"{END} 1"


def test_a_file_torn_anywhere_is_refused(tmp_path):
    text = dump_battery(some_battery())
    rng = random.Random(0)
    for cut in [
        len(text) - 2,
        len(text) - len(END) - 4,
        *[rng.randrange(len(HEAD), len(text) - 4) for _ in range(60)],
    ]:
        with pytest.raises(BatteryError):
            parse_battery(text[:cut], tmp_path)


def broken(old, new):
    """The text of a small battery with a part replaced."""
    text = dump_battery(Battery([entry("a", "x1 = rot90(I)", "return trim(x1)"), entry("b", "return I")]))
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (HEAD, "# kaggle_batt battery, format 99", "format '# kaggle_batt battery, format 99' was found"),
        ("programs: 2", "programs: 3", "the file is torn: 2 programs"),
        ('"name": "a"', '"name": ' + "[" * 100_000, "line 3: a JSON head was expected"),
        ('"mutated": false', '"mutated": 0', "line 3: the head"),
        ('"source": "test", ', "", "line 3: the head"),
        ('"name": "a"', '"name": a', "line 3: a JSON head was expected"),
        ('"name": "b"', '"name": "a"', "two programs of the battery are named 'a'"),
        ("    return O\n", "    return O\ndef solve(I):\n    return I\n", "one program was expected"),
    ],
)
def test_broken_files(old, new, message, tmp_path):
    path = tmp_path / "broken.batt"
    path.write_text(broken(old, new), encoding="utf-8")
    with pytest.raises(BatteryError) as caught:
        load_battery(path)
    assert message in str(caught.value) and "broken.batt" in str(caught.value)


def test_a_program_that_cannot_be_read_does_not_cost_the_battery_file(tmp_path):
    path = tmp_path / "broken.batt"
    path.write_text(broken("O = trim(x1)", "O = cut(x2)"), encoding="utf-8")
    battery = load_battery(path)
    assert [one.name for one in battery.entries] == ["b"]
    reason = "line 6: 'cut', 'x2' are neither set before nor in the language"
    assert battery.refused == {"broken.batt: a": reason}
    assert repr(battery) == "<Battery of 1 programs, 1 refused>"


def test_foreign_files(tmp_path):
    path = tmp_path / "foreign"
    with pytest.raises(BatteryError, match="cannot be read"):
        load_battery(path)
    for content in (b"\xff\xfe\x00", b"", b"just words", b"{}", b"import os\n"):
        path.write_bytes(content)
        with pytest.raises(BatteryError, match="foreign"):
            load_battery(path)


def test_a_file_of_solver_functions(tmp_path):
    path = tmp_path / "solvers.py"
    path.write_text(
        "def solve_007bbfb7(I):\n    O = rot90(I)\n    return O\n\n\ndef other(I):\n    return I\n"
        "def solve_007bbfb7(I):\n    O = rot180(I)\n    return O\n\ndef a(I):\n    return what(I)\n"
    )
    battery = load_battery(path)
    entries = battery.entries
    assert battery.refused == {"solvers.py: a": "line 13: 'what' is neither set before nor in the language"}
    assert [one.name for one in entries] == ["solve_007bbfb7", "other", "solve_007bbfb7#2"]
    assert [one.task for one in entries] == ["007bbfb7", None, "007bbfb7"]
    assert {one.source for one in entries} == {"solvers.py"}


def test_a_file_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("kaggle_batt.programs.battery_file.MAX_FILE", 1000)
    path = tmp_path / "large"
    path.write_text("#" * 1001)
    with pytest.raises(BatteryError, match="larger than 1000 bytes"):
        load_battery(path)
