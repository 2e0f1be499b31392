"""The phases from scoring to the o, d and s scores, and their order."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

from kaggle_batt.generate.candidates import lists_of, split_entries
from kaggle_batt.pipeline import jobs
from kaggle_batt.pipeline.dispatch import Dispatch, Tools
from kaggle_batt.pipeline.jobs import Job, Unit, sample_keys, sample_of
from kaggle_batt.pipeline.scores import KEEP, Measures, SampleKey, SampleOutputs, TaskOutputs, grid_text
from kaggle_batt.pipeline.state import RunState, TaskResult
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task

#: a search's scores (tenths of a description length) are kept as costs raised by this, so none is negative
COST_BASE = 100
CALL_COST = 6  #: cost of a call, in tenths, in a program that no search has priced
#: kinds of failure that depend on the clock or the system: they may come in one run and not in another
INCIDENTAL_FAILURES = frozenset({"time", "memory", "death"})
#: a [measure or null, steps] by grid (None: the raw input) and differ
Table = dict[tuple[str | None, str], list[int | None]]


def empty_outputs(state: RunState) -> dict[str, TaskOutputs]:
    return {
        name: TaskOutputs(
            tuple(state.lists[name]),
            {
                key: None if (output := sample_of(task, key).output) is None else grid_text(output)
                for key in sample_keys(task)
            },
        )
        for name, task in state.tasks.items()
    }


@uncollected()
def score_samples(phase: str, parts: Sequence[str], state: RunState, tools: Tools) -> RunState:
    """Run the battery on every sample of these parts, task by task."""
    state.solvers.preload()
    job = jobs.BatteryJob(state.tasks, state.solvers, state.lists, state.budget)
    counts = {name: len(places) for name, places in state.lists.items()}
    early = {
        (name, key): sample
        for name, outputs in state.early.items()
        for key, sample in outputs.samples.items()
        if key[0] in parts
    }
    done = {where: len(sample.steps) for where, sample in early.items()}
    units = jobs.units(state.tasks, counts, parts, done)
    found = Dispatch(phase, job, tools, _no_output).results(units)
    outputs = dict(state.outputs or empty_outputs(state))
    for (name, key), sample in _by_sample(found, counts, early).items():
        outputs[name] = replace(outputs[name], samples={**outputs[name].samples, key: sample})
    return replace(state, outputs=outputs)


def _no_output(kind: str) -> str:
    """The outputs of a program that exceeded a limit; `Tools.limit_hits` has the seconds that it took."""
    return json.dumps({"g": [], "f": [[kind, "exceeded the limit of time or memory"]], "o": [-1], "t": [0]})


def _by_sample(
    found: Mapping[Unit, str], counts: Mapping[str, int], early: Mapping[tuple[str, SampleKey], SampleOutputs]
) -> dict[tuple[str, SampleKey], SampleOutputs]:
    """The outputs by task and sample, of whole samples; `early` are those of the first programs of a list."""
    parts = {where: [sample] for where, sample in early.items()}
    for unit in sorted(found):
        outputs = SampleOutputs.from_json(json.loads(found[unit]))
        parts.setdefault((unit.task, unit.sample), []).append(outputs)
    joined = {where: SampleOutputs.joined(parts[where]) for where in sorted(parts)}
    return {where: outputs for where, outputs in joined.items() if len(outputs.steps) == counts[where[0]]}


def filter_candidates(state: RunState, tools: Tools) -> RunState:
    """Reduce candidates to distinct programs by md5; keep the best `KEEP` of each task; predict."""
    names: dict[str, set[str]] = {}
    orders: dict[str, tuple[int, ...]] = {}
    entries = state.solvers.entries
    scored = [name for name, outputs in state.outputs.items() if outputs.samples]
    for name in tools.in_time(scored, "filter"):
        outputs = state.outputs[name]
        first: dict[str, int] = {}
        for place in _ranked(state, name):
            entry = entries[outputs.programs[place]]
            first.setdefault(entry.md5, place)
            names.setdefault(entry.md5, set()).add(entry.name)
        orders[name] = tuple(first.values())
    orders = {name: orders.get(name, ()) for name in state.outputs}
    kept = {name: order[:KEEP] for name, order in orders.items()}
    before = sum(map(state.candidates, state.outputs))
    distinct = {md5: tuple(sorted(names[md5])) for md5 in sorted(names)}
    return predicted(replace(state, before=before, distinct=distinct, kept=kept, order=orders))


def _ranked(state: RunState, name: str) -> list[int]:
    """The places of the task's programs, best first; without a search's price a call costs `CALL_COST`."""
    entries = [state.solvers.entries[place] for place in state.lists[name]]
    costs = [COST_BASE + CALL_COST * e.program.size if e.cost is None else e.cost for e in entries]
    return state.outputs[name].ranked(costs, [entry.md5 for entry in entries])


def inline(state: RunState, tools: Tools) -> RunState:
    """Cut each kept program out of the battery: its nodes alone, in canonical form."""
    programs: dict[str, Program] = {}
    kept: dict[str, tuple[int, ...]] = dict.fromkeys(state.kept, ())
    for name in tools.in_time([name for name, places in state.kept.items() if places], "inline"):
        kept[name] = state.kept[name]
        for place in kept[name]:
            program = state.solvers.program(state.lists[name][place])
            programs[program.md5] = program
    return replace(state, kept=kept, programs={md5: programs[md5] for md5 in sorted(programs)})


@uncollected()
def validate(state: RunState, tools: Tools) -> RunState:
    """Run each kept program alone from its text; drop it everywhere if its outputs are not the battery's."""
    texts = kept_texts(state)
    todo = jobs.units(state.tasks, {name: len(found) for name, found in texts.items()})
    job = jobs.AloneJob(state.tasks, texts, state.budget)
    seen = verdicts(state, job, todo, state.outputs, tools)
    broken = {state.md5(*key) for key, found in seen.items() if found is False}
    state = replace(state, broken=tuple(sorted(broken)))
    return validated(state, seen, lambda name, place: state.md5(name, place) in broken)


def kept_texts(state: RunState) -> dict[str, list[str]]:
    return {name: [state.programs[state.md5(name, p)].text for p in state.kept[name]] for name in state.tasks}


def verdicts(
    state: RunState, job: Job, todo: Sequence[Unit], outputs: Mapping[str, TaskOutputs], tools: Tools
) -> dict[tuple[str, int], bool | None]:
    """Whether each kept program's outputs alone are those in `outputs`; None if not seen on all samples."""
    counts = {name: len(places) for name, places in state.kept.items()}
    alone = _by_sample(Dispatch("validate", job, tools, _no_output).results(todo), counts, {})
    seen: dict[tuple[str, int], bool | None] = {}
    for name, places in state.kept.items():
        samples = outputs[name].samples.items()
        for number, place in enumerate(places):
            found = {_same(sample, place, alone.get((name, key)), number) for key, sample in samples}
            seen[name, place] = False if False in found else None if None in found else True
    return seen


def _same(one: SampleOutputs, place: int, two: SampleOutputs | None, number: int) -> bool | None:
    """Whether two outputs are equal; None without the second, or if a limit was exceeded in one run alone."""
    if two is None:
        return None
    a, b = one.failure(place), two.failure(number)
    kinds = {a and a[0], b and b[0]}
    if len(kinds) == 1 and one.grid(place) == two.grid(number):
        return True
    return None if kinds & INCIDENTAL_FAILURES else False


def validated(
    state: RunState, seen: Mapping[tuple[str, int], bool | None], wrong: Callable[[str, int], bool]
) -> RunState:
    """The state without the programs that are `wrong`, and keeping only those found right; predicts."""
    order = {name: tuple([p for p in places if not wrong(name, p)]) for name, places in state.order.items()}
    kept = {
        name: tuple([place for place in places if seen[(name, place)] and not wrong(name, place)])
        for name, places in state.kept.items()
    }
    return predicted(replace(state, kept=kept, order=order))


def predicted(state: RunState) -> RunState:
    """The state with the two best distinct answers to each test input; the search's where none was scored."""
    predictions = {}
    for name, outputs in state.outputs.items():
        found = outputs.predictions(state.order.get(name, ()), len(state.tasks[name].test))
        for index, answers in enumerate(state.search_answers.get(name, ())):
            if ("test", index) not in outputs.samples:
                found[index] = answers
        predictions[name] = found
    return replace(state, predictions=predictions)


def fitting_answers(state: RunState) -> dict[str, list[list[str]]]:
    """For each task that a program fits, the two best answers of such programs to each test input."""
    found = {}
    scored = {name: outputs for name, outputs in state.outputs.items() if outputs.samples}
    for name, outputs in scored.items():
        right, task = outputs.matches("demo"), state.tasks[name]
        order = [place for place in _ranked(state, name) if right[place] == len(task.demo)]
        found[name] = outputs.predictions(order, len(task.test))
    return {name: answers for name, answers in found.items() if any(answers)}


@uncollected()
def differ(state: RunState, tools: Tools) -> RunState:
    """Run the differs; a sample that was not measured as a whole adds nothing."""
    grids, names = _grids_to_measure(state), [entry.name for entry in state.differs.entries]
    job = jobs.DifferJob(state.tasks, state.differs, grids, state.budget)
    todo = [unit for where, rows in grids.items() for unit in jobs.chunks(*where, len(rows) * len(names))]
    found = Dispatch("differ", job, tools, lambda kind: json.dumps([[None, 0]])).results(todo)
    cells: dict[tuple[str, SampleKey], list[list[int | None]]] = {where: [] for where in grids}
    for unit in sorted(found):
        cells[unit.task, unit.sample] += json.loads(found[unit])
    tables: dict[str, dict[SampleKey, Table]] = {name: {} for name in state.tasks}
    for (name, key), (_, *answers) in grids.items():
        measured, row = [*product((None, *answers), names)], cells[name, key]
        if len(row) == len(measured):
            tables[name][key] = dict(zip(measured, row, strict=True))
    results = {
        name: _result(state, name, tables[name], names if tables[name] or not tools.deadline.late() else [])
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


def _result(
    state: RunState, name: str, tables: Mapping[SampleKey, Table], differs: Sequence[str]
) -> TaskResult:
    steps, samples = dict.fromkeys(differs, 0), state.outputs[name].samples
    for table in tables.values():
        for (_, differ), (_, taken) in table.items():
            steps[differ] += taken or 0

    def measures(place: int, differ: str) -> list[Measures]:
        found = [(table, samples[key].grid(place)) for key, table in tables.items()]
        return [(table[None, differ][0], table[grid, differ][0] if grid else None) for table, grid in found]

    return TaskResult.of(state, name, steps, measures)


class Step(NamedTuple):
    """A phase, and the most of the time left that it may take; 0: all but what the record needs."""

    name: str
    phase: Callable[[RunState, Tools], RunState]
    share: float = 1.0


#: the phases between generating and saving, in order
PHASES = (
    Step("score demo", partial(score_samples, "score demo", ["demo"]), 0.6),
    Step("score test", partial(score_samples, "score test", ["test"]), 0.9),
    Step("filter", filter_candidates, 0.0),
    Step("inline", inline, 0.0),
    Step("validate", validate),
    Step("differ", differ),
)


def first_state(
    tasks: Mapping[str, Task],
    entries: Sequence[Entry],
    budget: int,
    rejected: Mapping[str, str] = MappingProxyType({}),
) -> RunState:
    """The state before the first phase: the batteries, and the programs to try on each task."""
    solvers, differs = split_entries(entries)
    return RunState(tasks, solvers, differs, lists_of(solvers, tasks), budget, rejected=rejected)


@dataclass(frozen=True)
class Recipe:
    """A run's programs and how they are run."""

    entries: Sequence[Entry]  # the programs that are known before the run
    content: Any  # a JSON value that identifies them in the journal; None if they could not be read in time
    steps: Sequence[Step] = PHASES
    begin: Callable[[Mapping[str, Task], Sequence[Entry], int], RunState] = first_state
    guarded: bool = False  # whether the programs need worker processes, whatever the engine
    notes: Sequence[str] = ()  # for the user, on files of programs
