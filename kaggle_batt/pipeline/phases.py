"""The phases, all of one signature: a `State` and the `Tools` in, the next `State` out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kaggle_batt.pipeline.dispatch import Job, Tools, carry
from kaggle_batt.pipeline.jobs import Alone, Differing, Unit, World, chunks, sample_keys, sample_of, units
from kaggle_batt.pipeline.scores import (
    KEEP,
    Measures,
    SampleKey,
    SampleOutputs,
    TaskOutputs,
    d_score,
    from_json,
    grid_text,
    joined,
    predict,
    ranked,
    s_score,
)
from kaggle_batt.pipeline.timings import Span
from kaggle_batt.programs.battery import Battery
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task

#: a search's scores (tenths of a description length) are kept as costs raised by this, so none is negative
COST_BASE = 100
#: what a call costs, in tenths, in a program that no search has priced
CALL_COST = 6
#: kinds of failure that the clock or the system has a part in: they may come in one run and not in another
NET = frozenset({"time", "memory", "death"})


@dataclass(frozen=True)
class TaskResult:
    """What a task's kept programs came to, by md5; differs by name."""

    o_score: dict[str, dict[str, int]] = field(default_factory=dict)
    d_score: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    s_score: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    differ_steps: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What is known after a phase; each phase adds to it.

    `solvers` and `differs` are the two halves of the battery; `lists` the programs (places in
    `solvers`) tried on each task; `kept` the places in a task's list that go on, best first; `programs`
    the programs inlined from the battery, by md5; `broken` those whose outputs alone were not the
    battery's; `drafts` answers per test input that were known before the scores, for tests that the deadline
    leaves unscored; `scored` what the first programs of each list gave when they ran before the others;
    `module` is the file of the older module whose programs these are, in its names and not the language's,
    and `rejected` says what it gave that is no program's output, and why.
    """

    tasks: Mapping[str, Task]
    solvers: Battery
    differs: Battery
    lists: Mapping[str, tuple[int, ...]]
    budget: int
    keep: int = KEEP
    outputs: Mapping[str, TaskOutputs] = field(default_factory=dict)
    before: int = 0
    distinct: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    kept: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    programs: Mapping[str, Program] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    results: Mapping[str, TaskResult] = field(default_factory=dict)
    predictions: Mapping[str, list[list[str]]] = field(default_factory=dict)
    drafts: Mapping[str, list[list[str]]] = field(default_factory=dict)
    scored: Mapping[str, TaskOutputs] = field(default_factory=dict)
    module: str = ""
    rejected: Mapping[str, str] = field(default_factory=dict)

    def md5(self, task: str, place: int) -> str:
        """The md5 of the program at that place of the task's list."""
        return self.solvers.entries[self.lists[task][place]].md5


Phase = Callable[[State, Tools, list[Span]], State]


def empty_outputs(state: State) -> dict[str, TaskOutputs]:
    """Task outputs without any sample yet."""
    return {
        name: TaskOutputs(
            tuple(state.lists[name]),
            {key: _known(task, key) for part in ("demo", "test") for key in sample_keys(task, part)},
        )
        for name, task in state.tasks.items()
    }


def _known(task: Task, key: SampleKey) -> str | None:
    output = sample_of(task, key).output
    return None if output is None else grid_text(output)


def score_demo(state: State, tools: Tools, spans: list[Span]) -> State:
    """Run the battery on every demo sample."""
    return _score("score demo", ["demo"], state, tools, spans)


def score_test(state: State, tools: Tools, spans: list[Span]) -> State:
    """Run the battery on every test sample."""
    return _score("score test", ["test"], state, tools, spans)


def score_known(state: State, tools: Tools, spans: list[Span]) -> State:
    """Run the battery on all samples, task by task, before a search that might leave no time for it."""
    return _score("score known", ["demo", "test"], state, tools, spans)


@uncollected()
def _score(phase: str, parts: Sequence[str], state: State, tools: Tools, spans: list[Span]) -> State:
    state.solvers.preload()
    world = World(state.tasks, state.solvers, state.lists, state.budget)
    counts = {name: len(places) for name, places in state.lists.items()}
    early = {
        (name, key): sample
        for name, outputs in state.scored.items()
        for key, sample in outputs.samples.items()
        if key[0] in parts
    }
    done = {where: len(sample.outputs) for where, sample in early.items()}
    found = carry(phase, world, units(state.tasks, counts, parts, done), tools, spans, _no_output)
    outputs = dict(state.outputs or empty_outputs(state))
    for name, samples in _by_sample(found, counts, early).items():
        outputs[name] = replace(outputs[name], samples={**outputs[name].samples, **samples})
    return replace(state, outputs=outputs)


def _no_output(kind: str) -> str:
    """What a program gives that a limit struck. The seconds that it took are told in `Tools.struck`."""
    return json.dumps({"g": [], "f": [[kind, "struck by the net behind the budget"]], "o": [-1], "t": [0]})


def _by_sample(
    found: Mapping[Unit, str],
    counts: Mapping[str, int],
    early: Mapping[tuple[str, SampleKey], SampleOutputs] | None = None,
) -> dict[str, dict[SampleKey, SampleOutputs]]:
    """The outputs per task and sample, in the tasks' own order; samples that are not whole are left out.

    `early` are outputs of the first programs of a list.
    """
    parts = {where: [sample] for where, sample in (early or {}).items()}
    for unit in sorted(found):
        outputs = from_json(json.loads(found[unit]))
        parts.setdefault((unit.task, unit.sample), []).append(outputs)
    tables: dict[str, dict[SampleKey, SampleOutputs]] = {}
    for (name, key), members in sorted(parts.items()):
        if sum([len(outputs.outputs) for outputs in members]) == counts[name]:
            tables.setdefault(name, {})[key] = joined(members)
    return tables


def filter_candidates(state: State, tools: Tools, spans: list[Span]) -> State:
    """Candidates to distinct programs by md5; of each task the best `keep` go on."""
    names: dict[str, list[str]] = {}
    kept: dict[str, tuple[int, ...]] = {}
    orders: dict[str, tuple[int, ...]] = {}
    entries = state.solvers.entries
    for name, outputs in state.outputs.items():
        order = ranked(outputs, _costs(state, name), [entries[p].md5 for p in outputs.programs])
        first: dict[str, int] = {}
        for place in order:
            entry = entries[outputs.programs[place]]
            first.setdefault(entry.md5, place)
            known = names.setdefault(entry.md5, [])
            if entry.name not in known:
                known.append(entry.name)
        orders[name] = tuple(first.values())
        kept[name] = orders[name][: state.keep]
    before = sum([outputs.candidates() for outputs in state.outputs.values()])
    distinct = {md5: tuple(sorted(names[md5])) for md5 in sorted(names)}
    return replace(state, before=before, distinct=distinct, kept=kept, order=orders)


def _costs(state: State, task: str) -> list[int]:
    """The cost of each program tried on the task: the search's, else by its number of calls alike."""
    entries = [state.solvers.entries[place] for place in state.lists[task]]
    return [COST_BASE + CALL_COST * e.program.size if e.cost is None else e.cost for e in entries]


def inline(state: State, tools: Tools, spans: list[Span]) -> State:
    """Cut each kept program out of the battery: its nodes alone, in canonical form."""
    programs: dict[str, Program] = {}
    for name in state.kept:
        for place in state.kept[name]:
            program = state.solvers.program(state.lists[name][place])
            programs[program.md5] = program
    return replace(state, programs={md5: programs[md5] for md5 in sorted(programs)})


@uncollected()
def validate(state: State, tools: Tools, spans: list[Span]) -> State:
    """Run each kept program alone from its text; drop those whose outputs are not the battery's."""
    texts = kept_texts(state)
    todo = units(state.tasks, {name: len(found) for name, found in texts.items()})
    seen = verdicts(state, Alone(state.tasks, texts, state.budget), todo, state.outputs, tools, spans)
    broken = {state.md5(*key) for key, found in seen.items() if found is False}
    kept = {
        name: tuple([p for p in places if seen[(name, p)] and state.md5(name, p) not in broken])
        for name, places in state.kept.items()
    }
    order = {
        name: tuple([place for place in places if state.md5(name, place) not in broken])
        for name, places in state.order.items()
    }
    return replace(state, kept=kept, order=order, broken=tuple(sorted(broken)))


def kept_texts(state: State) -> dict[str, list[str]]:
    """The canonical texts of each task's kept programs."""
    return {
        name: [state.programs[state.md5(name, place)].text for place in state.kept[name]]
        for name in state.tasks
    }


def verdicts(
    state: State,
    alone: Job,
    todo: Sequence[Unit],
    outputs: Mapping[str, TaskOutputs],
    tools: Tools,
    spans: list[Span],
) -> dict[tuple[str, int], bool | None]:
    """For each task and kept place: does the program give alone what it gave in `outputs`?

    None where that was not seen on every sample.
    """
    counts = {name: len(places) for name, places in state.kept.items()}
    found = carry("validate", alone, todo, tools, spans, _no_output)
    tables = _by_sample(found, counts)
    return {
        (name, place): _verdict(outputs[name], place, tables.get(name, {}), number)
        for name, places in state.kept.items()
        for number, place in enumerate(places)
    }


def _verdict(
    battery: TaskOutputs, place: int, alone: Mapping[SampleKey, SampleOutputs], number: int
) -> bool | None:
    """Are the outputs alone the battery's? None where that was not seen on every sample.

    The deadline may have left samples out, and the net behind the budget may strike in one run alone.
    """
    same: bool | None = True
    for key, sample in battery.samples.items():
        if key not in alone:
            same = None
            continue
        one, two = _shown(sample, place), _shown(alone[key], number)
        if one != two:
            if not NET & {one[0], two[0]}:
                return False
            same = None
    return same


def _shown(sample: SampleOutputs, place: int) -> tuple[str, str | None]:
    """(kind of failure or "ok", answer) of a program."""
    failure = sample.failure(place)
    return (failure[0] if failure else "ok", sample.grid(place))


@uncollected()
def differ(state: State, tools: Tools, spans: list[Span]) -> State:
    """Differ values of raw inputs and of the kept programs' outputs; the o, d and s scores."""
    grids, width = _grids_to_measure(state), len(state.differs)
    job = Differing(state.tasks, state.differs, grids, state.budget)
    counts = {where: len(rows) * width for where, rows in grids.items()}
    todo = [unit for where, count in counts.items() for unit in chunks(*where, count)]
    found = carry("differ", job, todo, tools, spans, lambda kind: json.dumps([[None, 0]]))
    cells: dict[tuple[str, SampleKey], list[list[int | None]]] = {}
    for unit in sorted(found):
        cells.setdefault((unit.task, unit.sample), []).extend(json.loads(found[unit]))
    tables = {
        where: [row[start : start + width] for start in range(0, len(row), width)]
        for where, row in cells.items()
        if len(row) == counts[where]
    }
    results = {name: _task_result(state, name, grids, tables) for name in state.tasks}
    return replace(state, results=results)


def _grids_to_measure(state: State) -> dict[tuple[str, SampleKey], list[str]]:
    """Per sample with a known output: the raw input, then the kept programs' distinct answers."""
    grids: dict[tuple[str, SampleKey], list[str]] = {}
    for name, outputs in state.outputs.items():
        for key, sample in outputs.samples.items():
            if outputs.known[key] is not None:
                answers = {sample.grid(place): None for place in state.kept[name]}
                raw = grid_text(sample_of(state.tasks[name], key).input)
                grids[(name, key)] = [raw, *[grid for grid in answers if grid is not None]]
    return grids


def _task_result(
    state: State,
    name: str,
    grids: Mapping[tuple[str, SampleKey], list[str]],
    tables: Mapping[tuple[str, SampleKey], list[list[list[int | None]]]],
) -> TaskResult:
    outputs = state.outputs[name]
    measured = {key: tables[(name, key)] for key in outputs.samples if (name, key) in tables}
    names = [entry.name for entry in state.differs.entries]
    steps = {
        differ_name: sum([row[number][1] or 0 for table in measured.values() for row in table])
        for number, differ_name in enumerate(names)
    }
    return result_of(
        state,
        name,
        names,
        lambda place, number: _measures(outputs, place, number, name, grids, measured),
        steps,
    )


def result_of(
    state: State,
    name: str,
    differs: Sequence[str],
    measures: Callable[[int, int], list[Measures]],
    steps: dict[str, int],
) -> TaskResult:
    """The scores of a task's kept programs; `measures(place, number)` are those of a program and a differ."""
    demo, test = state.outputs[name].matches("demo"), state.outputs[name].matches("test")
    o_score, d_scores = {}, {}
    for place in state.kept[name]:
        md5 = state.md5(name, place)
        o_score[md5] = {"demo": demo[place], "test": test[place]}
        d_scores[md5] = {
            differ_name: d_score(measures(place, number)) for number, differ_name in enumerate(differs)
        }
    return TaskResult(o_score, d_scores, s_score(d_scores), steps)


def _measures(
    outputs: TaskOutputs,
    place: int,
    number: int,
    name: str,
    grids: Mapping[tuple[str, SampleKey], list[str]],
    measured: Mapping[SampleKey, list[list[list[int | None]]]],
) -> list[Measures]:
    """The differ's measures of input and output on each sample, for one program."""
    found: list[Measures] = []
    for key, table in measured.items():
        grid = outputs.samples[key].grid(place)
        after = table[grids[(name, key)].index(grid, 1)][number][0] if grid is not None else None
        found.append((table[0][number][0], after))
    return found


def predict_all(state: State) -> State:
    """For each test input of each task the two best distinct answers, by demo scores alone.

    Where the deadline came before a test input was scored, the search's own answers stand in.
    """
    predictions = {}
    for name, outputs in state.outputs.items():
        found = predict(outputs, state.order.get(name, ()), len(state.tasks[name].test))
        for index, answers in enumerate(state.drafts.get(name, ())):
            if ("test", index) not in outputs.samples:
                found[index] = answers
        predictions[name] = found
    return replace(state, predictions=predictions)


def fitting_answers(state: State) -> dict[str, list[list[str]]]:
    """Of each task that a program fits, for each test input the two best answers of such programs."""
    found = {}
    for name, outputs in state.outputs.items():
        right, task = outputs.matches("demo"), state.tasks[name]
        md5s = [state.md5(name, place) for place in range(len(right))]
        order = [p for p in ranked(outputs, _costs(state, name), md5s) if right[p] == len(task.demo)]
        found[name] = predict(outputs, order, len(task.test))
    return {name: answers for name, answers in found.items() if any(answers)}
