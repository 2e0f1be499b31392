"""The phase "differ": measures of raw inputs and of the kept programs' answers; the o, d and s scores."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.pipeline.dispatch import Tools, run_units
from kaggle_batt.pipeline.files import fault_in
from kaggle_batt.pipeline.jobs import Job, Unit, chunks, digest_of, given_for, sample_of
from kaggle_batt.pipeline.scores import Measures, SampleKey, d_score, grid_rows, grid_text, s_score
from kaggle_batt.pipeline.state import RunState, TaskResult
from kaggle_batt.programs.battery import Battery, Evaluator
from kaggle_batt.programs.evaluate import Result
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.tasks.task import Task

#: grids to measure, as text, by task and sample: the raw input, then the distinct answers
Grids = Mapping[tuple[str, SampleKey], Sequence[str]]
#: by grid (None: the raw input) a [measure or null, steps] of each differ
Table = dict[str | None, list[list[int | None]]]


@dataclass(frozen=True)
class DifferJob(Job):
    """Runs differs on grids against a sample's known output.

    A unit's places count cells of a table with a row for each grid and a column for each differ, so that a
    limit is charged to one differ on one grid.
    """

    tasks: Mapping[str, Task]
    differs: Battery
    grids: Grids
    budget: int

    @uncollected()
    def run(self, unit: Unit) -> bytes:
        """For each of the unit's cells [measure or null, steps], as JSON."""
        task = self.tasks[unit.task]
        given = given_for(task, unit.sample, sample_of(task, unit.sample).output)
        evaluator = Evaluator(self.differs, given, self.budget)
        cells = []
        for text, differs in self._rows(unit):
            evaluator.rebind({**given, "I": grid_of(grid_rows(text))})
            cells += [[measure_of(result), result.steps] for result in evaluator.run(differs)]
        return json.dumps(cells).encode()

    def content(self, unit: Unit) -> str:
        md5s = [entry.md5 for entry in self.differs.entries]
        return digest_of([*md5s, *[text for text, _ in self._rows(unit)]])

    def accepts(self, unit: Unit, value: Any) -> bool:
        return len(value) == unit.stop - unit.start if not fault_in(value, [(int | None, int)]) else False

    def _rows(self, unit: Unit) -> list[tuple[str, range]]:
        """The unit's grids, each with the places of its differs."""
        width, grids = len(self.differs), self.grids[(unit.task, unit.sample)]
        return [
            (grids[row], range(max(0, unit.start - row * width), min(width, unit.stop - row * width)))
            for row in range(unit.start // width, -(-unit.stop // width))
        ]


def measure_of(result: Result) -> int | None:
    """A differ's measure: the Integer >= 0 in front of its pair; None where it failed to give one."""
    value = result.value
    if result.failure is not None or not isinstance(value, tuple) or len(value) != 2:
        return None
    return int(value[0]) if isinstance(value[0], int) and value[0] >= 0 else None


@uncollected()
def differ(state: RunState, tools: Tools) -> RunState:
    """Run the differs; a sample that was not measured as a whole adds nothing."""
    grids, width = _grids_to_measure(state), len(state.differs)
    job = DifferJob(state.tasks, state.differs, grids, state.budget)
    todo = [unit for where, rows in grids.items() for unit in chunks(*where, len(rows) * width)]
    found = run_units("differ", job, todo, tools, lambda kind: json.dumps([[None, 0]]))
    cells: dict[tuple[str, SampleKey], list[list[int | None]]] = {}
    for unit in sorted(found):
        cells.setdefault((unit.task, unit.sample), []).extend(json.loads(found[unit]))
    tables: dict[str, dict[SampleKey, Table]] = {name: {} for name in state.tasks}
    for (name, key), row in cells.items():
        if len(row) == width * len(texts := grids[(name, key)]):
            rows = [row[start : start + width] for start in range(0, len(row), width)]
            tables[name][key] = dict(zip([None, *texts[1:]], rows, strict=True))
    results = {
        name: result_of(state, name, {}, lambda place, differ: [])
        if tools.deadline.late() and not tables[name]
        else _result(state, name, tables[name])
        for name in state.outputs
    }
    return replace(state, results=results)


def _grids_to_measure(state: RunState) -> dict[tuple[str, SampleKey], list[str]]:
    """The `Grids` of the samples with a known output."""
    grids: dict[tuple[str, SampleKey], list[str]] = {}
    for name, outputs in state.outputs.items():
        for key, sample in outputs.samples.items():
            if outputs.known[key] is not None:
                answers = {sample.grid(place): None for place in state.kept[name]}
                raw = grid_text(sample_of(state.tasks[name], key).input)
                grids[(name, key)] = [raw, *[grid for grid in answers if grid is not None]]
    return grids


def _result(state: RunState, name: str, tables: Mapping[SampleKey, Table]) -> TaskResult:
    columns = {entry.name: column for column, entry in enumerate(state.differs.entries)}
    samples = state.outputs[name].samples

    def measures(place: int, differ: str) -> list[Measures]:
        column, found = columns[differ], []
        for key, table in tables.items():
            grid = samples[key].grid(place)
            after = None if grid is None else table[grid][column][0]
            found.append((table[None][column][0], after))
        return found

    steps = {
        differ: sum([row[column][1] or 0 for table in tables.values() for row in table.values()])
        for differ, column in columns.items()
    }
    return result_of(state, name, steps, measures)


def result_of(
    state: RunState, name: str, steps: dict[str, int], measures: Callable[[int, str], list[Measures]]
) -> TaskResult:
    """The scores of a task's kept programs.

    `steps` are those of each differ; `measures(place, differ)` returns a program's on each sample measured.
    """
    demo, test = state.outputs[name].matches("demo"), state.outputs[name].matches("test")
    md5s = {place: state.md5(name, place) for place in state.kept[name]}
    o_score = {md5: {"demo": demo[place], "test": test[place]} for place, md5 in md5s.items()}
    d_scores = {
        md5: {differ: d_score(measures(place, differ)) for differ in steps} for place, md5 in md5s.items()
    }
    return TaskResult(o_score, d_scores, s_score(d_scores), steps)
